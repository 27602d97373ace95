"""`zpm issue`: one batch of item codes; the batch number is the last line of standard output."""

import argparse
import asyncio
import os
import sys
import uuid
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import get_args

import asyncpg

from app.commands.context import add_store_options, settings_for
from app.settings import Settings
from codes.errors import Refusal, Several, refuse_all
from codes.verdict.facts import ActivationPolicy, ExpiryKind

OPTIONS = {
    "gtin": "--gtin", "lot": "--lot", "count": "--count", "made_on": "--made-on", "expires_on": "--expires-on",
    "idempotency_key": "--idempotency-key",
}  # fmt: skip
"""Which option carries the input a refusal names."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "issue",
        help="issue a batch of item codes",
        description="Issue one batch of item codes for one lot of one product and print its number. Repeating the "
        "command with the same --idempotency-key gives the same batch again.",
        allow_abbrev=False,
    )
    add_store_options(parser)
    parser.add_argument("--gtin", required=True, metavar="G", help="GTIN of the product: 8, 12, 13 or 14 digits")
    parser.add_argument("--lot", required=True, metavar="L", help="lot as printed on the pack, 1 to 20 characters")
    parser.add_argument("--count", required=True, metavar="N", help="how many codes, 1 to 1073741824")
    parser.add_argument("--made-on", metavar="DATE", help="day of production, such as 2026-09-12")
    parser.add_argument("--expires-on", metavar="DATE", help="last day of use, such as 2027-09-11")
    parser.add_argument("--expiry-kind", choices=get_args(ExpiryKind), default="best_before", help="what that is")
    parser.add_argument(
        "--policy", choices=get_args(ActivationPolicy), default="when_issued",
        help="codes are in use when issued (default), or activated one by one at the line",
    )  # fmt: skip
    parser.add_argument("--proof", action="store_true", help="marked print proofs, never valid")
    parser.add_argument("--idempotency-key", metavar="K", help="the same key never issues twice (default: a new one)")
    parser.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    try:
        with settings_for(namespace) as settings:
            batch = asyncio.run(_issue(namespace, settings))
    except Refusal as refusal:
        return tell("issue", refusal, OPTIONS)
    print(batch)
    return 0


async def _issue(namespace: argparse.Namespace, settings: Settings) -> int:
    from app.edge.principals import platform
    from app.issuing import actions, rules
    from app.issuing.shapes import NewBatch

    def day(field: str) -> date | None:
        text = getattr(namespace, field)
        return None if text is None else rules.iso_date(text, field)

    refuse_all(
        rules.refused(
            lambda: rules.whole_number(namespace.count, "count"), lambda: day("made_on"), lambda: day("expires_on")
        )
    )
    new = NewBatch(
        gtin=namespace.gtin, lot=namespace.lot, count=int(namespace.count), made_on=day("made_on"),
        expires_on=day("expires_on"), expiry_kind=namespace.expiry_kind, policy=namespace.policy, proof=namespace.proof,
    )  # fmt: skip
    key = str(uuid.uuid4()) if namespace.idempotency_key is None else namespace.idempotency_key
    db = await asyncpg.connect(settings.database_url, timeout=10)
    try:
        made = await actions.issue(db, new, key, platform("zpm issue"), settings, datetime.now(UTC))
    finally:
        await db.close()
    print(f"{made.count} codes of GTIN {made.gtin}, lot {made.lot}, under epoch {made.epoch}", file=sys.stderr)
    return made.batch


def tell(command: str, refusal: Refusal, options: Mapping[str, str]) -> int:
    """Each refusal on a line of its own, named by its option; in Chinese where the shell is."""
    language = os.environ.get("LC_ALL") or os.environ.get("LANG") or "en"
    for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
        option = options.get(one.field or "")
        print(f"zpm {command}: {option + ': ' if option else ''}{one.say(language)}", file=sys.stderr)
    return 1
