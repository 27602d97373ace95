"""`zpm demo`: load the demonstration and list a code for every state it can show; `zpm demo totp NAME`: what a
person of it types as the second factor at this moment."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

import asyncpg

from app.commands import context
from app.demo.codes import load_demonstration
from app.demo.people import DOMAIN
from app.settings import Settings
from app.store.migrate import migrate


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = subparsers.add_parser(
        "demo",
        help="load the demonstration and list a code for every state",
        description="Load what is missing of the demonstration catalogue and print STATE<TAB>URI, one a line. "
        "`zpm demo totp NAME` prints the sign-in code of a person of the demonstration, and of nobody else.",
    )
    demo.add_argument("what", nargs="?", choices=("totp",), help="totp: print a sign-in code")
    demo.add_argument("name", nargs="?", metavar="NAME", help="e-mail of the person, or the part before the @")
    context.add_store_options(demo)
    demo.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    if namespace.what == "totp":
        return _run_totp(namespace)
    with context.settings_for(namespace) as settings:
        asyncio.run(migrate(settings.database_url))
        demonstration = asyncio.run(load_demonstration(settings, datetime.now(UTC)))
    for example in demonstration.examples:
        print(f"{example.state}\t{example.uri}")
    return 0


def _run_totp(namespace: argparse.Namespace) -> int:
    if not namespace.name:
        print("zpm demo totp: say whose code, such as `zpm demo totp admin`.", file=sys.stderr)
        return 2
    email = namespace.name if "@" in namespace.name else f"{namespace.name}@{DOMAIN}"
    with context.settings_for(namespace) as settings:
        print(asyncio.run(_totp(settings, email.lower())))
    return 0


async def _totp(settings: Settings, email: str) -> str:
    from app.accounts.identity.totp import totp_now

    db = await asyncpg.connect(settings.database_url)
    try:
        return await totp_now(db, settings, email)
    finally:
        await db.close()
