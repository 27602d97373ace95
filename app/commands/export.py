"""`zpm export`: the codes of a batch as a file, whole or not at all."""

import argparse
import asyncio
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import asyncpg

from app.commands.bar import with_bar
from app.commands.context import add_store_options, settings_for
from app.commands.issue import tell
from app.settings import Settings
from codes.errors import Refusal
from codes.labels import DPIS, ENCODINGS, FORMATS, LAYOUTS, ExportBroken, ExportOrder, file_name, rolls

if TYPE_CHECKING:
    from app.issuing.manifests import Signer, Tally

OPTIONS = {
    "batch": "BATCH", "first": "--from", "count": "--count", "format": "--format", "layout": "--layout",
    "encoding": "--encoding", "dpi": "--dpi", "bleed": "--bleed", "roll": "--roll",
}  # fmt: skip
WRONG_USAGE = 2
PIPE_CLOSED = 141
"""What a shell reports for a program that died writing to a closed pipe: 128 + SIGPIPE."""


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "export",
        help="write the codes of a batch to a file",
        description="Write the codes of a batch, or of a part of it. The same part gives the same bytes every time. "
        "The first, the last and every thousandth label are read again while they are written.",
        allow_abbrev=False,
    )
    add_store_options(parser)
    parser.add_argument("batch", metavar="BATCH", help="number of the batch, as `zpm issue` printed it")
    parser.add_argument("--format", required=True, choices=list(FORMATS), help="what the file holds")
    parser.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the file; - for standard output; a folder with --roll"
    )
    parser.add_argument("--from", dest="first", default="0", metavar="I", help="index of the first item (default 0)")
    parser.add_argument("--count", metavar="N", help="how many items (default: to the end of the batch)")
    parser.add_argument(
        "--layout", choices=list(LAYOUTS), help="label or sheet (default: the batch's, else a sheet of 24)"
    )
    parser.add_argument("--short", action="store_true", help="the short form of the address, for very small labels")
    parser.add_argument("--encoding", choices=ENCODINGS, default="utf-8", help="of csv and txt (default utf-8)")
    parser.add_argument("--dpi", type=int, choices=DPIS, default=203, help="of zpl and png-zip (default 203)")
    parser.add_argument("--marks", action="store_true", help="crop marks on the pdf")
    parser.add_argument("--bleed", type=float, default=0, metavar="MM", help="bleed of single labels as pdf, 0 to 5 mm")
    parser.add_argument("--roll", metavar="N", help="a file for every N labels")
    parser.add_argument(
        "--manifest", metavar="FILE", help="also write the signed manifest; a folder with --roll (see `zpm verify`)"
    )
    parser.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    from app.issuing import exports

    if namespace.roll is not None and namespace.output == "-":
        print("zpm export: -o: rolls are files of their own; name a folder", file=sys.stderr)
        return WRONG_USAGE
    try:
        with settings_for(namespace) as settings:
            order, signer = asyncio.run(_order(namespace, settings))
        jobs = list(_jobs(namespace, order))
        exports.stream(jobs[0][0], namespace.format, settings.ring)  # the longest: what it passes they all pass
    except Refusal as refusal:
        return tell("export", refusal, OPTIONS)
    try:
        for part, file, manifest in jobs:
            chunks = exports.stream(part, namespace.format, settings.ring)
            _write(part, namespace.format, chunks, file, manifest, signer)
    except BrokenPipeError:
        # Python flushes standard output once more when it ends; that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except ExportBroken as error:
        print(f"zpm export: a label could not be read back, the file was not kept: {error}", file=sys.stderr)
        return 1
    return 0


def _jobs(namespace: argparse.Namespace, order: ExportOrder) -> Iterator[tuple[ExportOrder, str, str | None]]:
    """(order, file, manifest) of each file; the parts of a split are named by their rolls."""
    from app.issuing import rules

    if namespace.roll is None:
        yield order, namespace.output, namespace.manifest
        return
    for folder in filter(None, (namespace.output, namespace.manifest)):
        Path(folder).mkdir(parents=True, exist_ok=True)
    for part in rolls(order, rules.whole_number(namespace.roll, "roll")):
        name = file_name(part, namespace.format)
        manifest = namespace.manifest and str(Path(namespace.manifest) / f"{name}.jws")
        yield part, str(Path(namespace.output) / name), manifest


def _write(
    order: ExportOrder,
    fmt: str,
    chunks: Iterator[tuple[int, bytes]],
    file: str,
    manifest: str | None,
    signer: "Signer | None",
) -> None:
    """The file, and only when it is whole its manifest."""
    from app.issuing.manifests import Tally

    tally = Tally(fmt)
    with _output(file) as out:
        for chunk in with_bar(tally.through(chunks) if manifest else chunks, order.count):
            out.write(chunk)
        signed = _signed(order, fmt, tally, file, signer) if signer else b""
    if manifest:
        with _output(manifest) as out:
            out.write(signed)


def _signed(order: ExportOrder, fmt: str, tally: "Tally", file: str, signer: "Signer") -> bytes:
    name = file_name(order, fmt) if file == "-" else Path(file).name
    return (signer.sign(tally.manifest(order, fmt, name, datetime.now(UTC).replace(microsecond=0))) + "\n").encode()


async def _order(namespace: argparse.Namespace, settings: Settings) -> "tuple[ExportOrder, Signer | None]":
    """What is exported, and who signs its manifest where one is wanted."""
    from app.edge.fields import today_in_china
    from app.edge.principals import platform
    from app.issuing import actions, exports, rules

    part = exports.Part(
        first=rules.whole_number(namespace.first, "first"),
        count=None if namespace.count is None else rules.whole_number(namespace.count, "count"),
        form="short" if namespace.short else "item", layout=namespace.layout, encoding=namespace.encoding,
        dpi=namespace.dpi, marks=namespace.marks, bleed=namespace.bleed,
    )  # fmt: skip
    batch = rules.whole_number(namespace.batch, "batch")
    db = await asyncpg.connect(settings.database_url, timeout=10)
    try:
        actor = platform("zpm export")
        row = await actions.show_batch(db, batch, actor)
        await actions.require_codes_of(db, row, today_in_china(datetime.now(UTC)), actor)
        order = await exports.order(db, batch, part, actor, settings)
        exports.stream(order, namespace.format, settings.ring)  # what is refused leaves no trace
        await exports.note(db, row, order, namespace.format, actor)
        return order, await exports.publish_key(db, settings) if namespace.manifest else None
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
