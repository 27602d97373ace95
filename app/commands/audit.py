"""`zpm audit verify`: is the audit log as it was written?"""

import argparse
import asyncio
import sys

import asyncpg

from app.accounts.audit.actions import verify
from app.accounts.audit.shapes import Break, Proof
from app.commands.context import add_store_options, settings_for
from app.edge.principals import platform
from app.settings import Settings
from app.store.askers import become

ACTOR = platform("zpm audit")


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    audit = subparsers.add_parser("audit", help="check the audit log")
    what = audit.add_subparsers(metavar="WHAT", required=True)
    check = what.add_parser(
        "verify",
        help="compute the whole chain anew",
        description="Compute every link of the audit log's chain anew from its rows. Ends with 1 if one does not "
        "hold. Keep the last line elsewhere: it proves later that nothing was cut off at the end.",
    )
    add_store_options(check)
    check.set_defaults(run=run_verify)


def run_verify(namespace: argparse.Namespace) -> int:
    with settings_for(namespace) as settings:
        proof = asyncio.run(_verify(settings))
    for one in proof.breaks:
        print(f"zpm audit verify: {_told(one)}", file=sys.stderr)
    if proof.whole:
        print(f"{proof.rows} rows in {proof.links} links: all as they were written.")
        print(f"{proof.links} {proof.head}")
    return 0 if proof.whole else 1


async def _verify(settings: Settings) -> Proof:
    db = await asyncpg.connect(settings.database_url)
    try:
        await become(db, ACTOR.asker)
        return await verify(db, ACTOR)
    finally:
        await db.close()


def _told(one: Break) -> str:
    return f"link {one.seq} does not hold" if one.seq is not None else f"row {one.history_id} has no link"
