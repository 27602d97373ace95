"""`zpm demo`: load the demonstration and list a code for every state it can show."""

import argparse
import asyncio
from datetime import UTC, datetime

from app.commands import context
from app.demo.codes import load_demonstration
from app.store.migrate import migrate


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = subparsers.add_parser(
        "demo",
        help="load the demonstration and list a code for every state",
        description="Load what is missing of the demonstration catalogue and print STATE<TAB>URI, one a line.",
    )
    context.add_store_options(demo)
    demo.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    with context.settings_for(namespace) as settings:
        asyncio.run(migrate(settings.database_url))
        demonstration = asyncio.run(load_demonstration(settings, datetime.now(UTC)))
    for example in demonstration.examples:
        print(f"{example.state}\t{example.uri}")
    return 0
