"""`zpm export`: the codes of a batch as a file, whole or not at all."""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import asyncpg

from app.commands.context import add_store_options, settings_for
from app.commands.issue import tell
from app.settings import Settings
from codes.errors import Refusal
from codes.labels import FORMATS, LAYOUTS, ExportOrder

OPTIONS = {
    "batch": "BATCH", "first": "--from", "count": "--count", "format": "--format", "layout": "--layout",
}  # fmt: skip
BAR = 30
BAR_EVERY_S = 0.1
PIPE_CLOSED = 141
"""What a shell reports for a program that died writing to a closed pipe: 128 + SIGPIPE."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "export",
        help="write the codes of a batch to a file",
        description="Write the codes of a batch, or of a part of it. The same part gives the same bytes every time.",
        allow_abbrev=False,
    )
    add_store_options(parser)
    parser.add_argument("batch", metavar="BATCH", help="number of the batch, as `zpm issue` printed it")
    parser.add_argument("--format", required=True, choices=list(FORMATS), help="what the file holds")
    parser.add_argument("-o", "--output", required=True, metavar="FILE", help="the file; - for standard output")
    parser.add_argument("--from", dest="first", default="0", metavar="I", help="index of the first item (default 0)")
    parser.add_argument("--count", metavar="N", help="how many items (default: to the end of the batch)")
    parser.add_argument("--layout", choices=list(LAYOUTS), default="a4-24", help="sheet of the pdf (default a4-24)")
    parser.add_argument("--short", action="store_true", help="the short form of the address, for very small labels")
    parser.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    from app.issuing import exports

    try:
        with settings_for(namespace) as settings:
            order = asyncio.run(_order(namespace, settings))
        chunks = exports.stream(order, namespace.format, settings.ring)
    except Refusal as refusal:
        return tell("export", refusal, OPTIONS)
    try:
        with _output(namespace.output) as out:
            for chunk in _with_bar(chunks, order.count):
                out.write(chunk)
    except BrokenPipeError:
        # Python flushes standard output once more when it ends; that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return 0


async def _order(namespace: argparse.Namespace, settings: Settings) -> ExportOrder:
    from app.edge.principals import platform
    from app.issuing import exports, rules

    part = exports.Part(
        first=rules.whole_number(namespace.first, "first"),
        count=None if namespace.count is None else rules.whole_number(namespace.count, "count"),
        form="short" if namespace.short else "item",
        layout=namespace.layout,
    )
    batch = rules.whole_number(namespace.batch, "batch")
    db = await asyncpg.connect(settings.database_url, timeout=10)
    try:
        return await exports.order(db, batch, part, platform("zpm export"), settings)
    finally:
        await db.close()


@contextmanager
def _output(name: str) -> Iterator[BinaryIO]:
    """Standard output, a pipe or device as it is, or a file that appears only when it is whole."""
    if name == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = Path(name)
    if name.startswith("/dev/") or (path.exists() and not path.is_file()):
        with path.open("wb") as out:
            yield out
        return
    path = path.resolve()  # a link goes on pointing to the file
    half = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with half.open("xb") as out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)


def _with_bar(chunks: Iterator[tuple[int, bytes]], total: int) -> Iterator[bytes]:
    """The bytes; meanwhile a bar on standard error where a person looks on."""
    shown, drawn = sys.stderr.isatty(), 0.0
    for done, chunk in chunks:
        yield chunk
        if shown and (time.monotonic() - drawn > BAR_EVERY_S or done == total):
            drawn = time.monotonic()
            filled = BAR * done // total
            print(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{total}", end="", file=sys.stderr, flush=True)
    if shown:
        print(file=sys.stderr)
