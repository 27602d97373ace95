"""Files of codes: a batch and how it is wanted become a file that can be taken, in pieces too.

Nothing is kept of a file's content: it is made anew while it is sent, byte for byte the same. Its
tag (ETag) is the digest of the order it follows from, so a download goes on only with the same file.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from itertools import islice
from uuid import UUID

import msgspec
from asyncpg import Connection, Pool
from msgspec import Struct, structs

from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.issuing import actions, exports, queries, reprints, rules
from app.issuing.failpoints import pass_by
from app.issuing.file_errors import FileUnknown, RangeNotThere, RollUnknown, TooManyParts
from app.issuing.manifests import Tally
from app.issuing.shapes import Batch, Download, ExportFile, FileTold, Wanted
from app.settings import Settings
from app.store.askers import borrowed_as
from app.store.postgres import AWAY
from codes.errors import refuse_all
from codes.labels import ExportOrder, file_name, length, rolls

log = logging.getLogger(__name__)

PARTS_MOST = 500
"""Rolls of one split: as many files, each with a button of its own."""
TICK_S = 1.0

_ending: set[asyncio.Task[None]] = set()


def etag(file: ExportFile) -> str:
    return f'"{file.digest.hex()}"'


def checked_wanted(wanted: Wanted) -> Wanted:
    """Refuse what the order's own checks do not name by the field it came in."""
    refuse_all(rules.wanted_refused(wanted))
    return wanted


def one_roll(wanted: Wanted) -> Wanted:
    """An export is one file: of a split, the roll that was asked for, else the first."""
    return structs.replace(wanted, roll=1) if wanted.roll_size is not None and wanted.roll is None else wanted


def orders_of(batch: Batch, wanted: Wanted, settings: Settings, demonstration: bool) -> list[ExportOrder]:
    """The order of the file, or of every roll it is split into."""
    part = exports.Part(
        first=wanted.first, count=wanted.count, form=wanted.form, variant=wanted.variant, layout=wanted.layout,
        encoding=wanted.encoding, dpi=wanted.dpi, marks=wanted.marks, bleed=wanted.bleed,
    )  # fmt: skip
    whole = exports.export_order(batch, part, settings, demonstration)
    if wanted.roll_size is None:
        return [whole]
    parts = rolls(whole, wanted.roll_size)
    many = -(-whole.count // wanted.roll_size)
    if wanted.roll is not None:
        if not 1 <= wanted.roll <= many:
            raise RollUnknown(field="roll", roll=wanted.roll, roll_size=wanted.roll_size, rolls=many)
        return [next(islice(parts, wanted.roll - 1, None))]
    if many > PARTS_MOST:
        raise TooManyParts(field="roll_size", roll=wanted.roll_size, most=PARTS_MOST)
    return list(parts)


async def name_files(
    db: Connection, batch: int, wanted: Wanted, actor: Principal, settings: Settings, now: datetime
) -> list[ExportFile]:
    """The files by name; what was named before is the same file again. Refuses once a fact forbids the codes."""
    found = await actions.show_batch(db, batch, actor)
    await actions.require_codes_of(db, found, today_in_china(now), actor)
    demonstration = settings.demonstration or await queries.is_demonstration.get(db, found.gtin)
    orders = orders_of(found, wanted, settings, demonstration)
    exports.stream(orders[0], wanted.format, settings.ring)  # says every refusal of the format, before a row is written
    return [await _named(db, order, wanted.format, now) for order in orders]


async def _named(db: Connection, order: ExportOrder, fmt: str, now: datetime) -> ExportFile:
    digest = hashlib.sha256(msgspec.json.encode([fmt, order], order="sorted")).digest()
    found = await queries.file_by_digest.first(db, order.batch, digest)
    if found is None:
        await queries.insert_file.run(
            db, order.batch, digest, fmt, msgspec.json.encode(order).decode(), order.count, length(order, fmt),
            order.first, order.last, order.variant, file_name(order, fmt), now,
        )  # fmt: skip
        found = await queries.file_by_digest.first(db, order.batch, digest)
    assert found is not None
    return found


def order_behind(file: ExportFile) -> ExportOrder:
    return msgspec.json.decode(file.wanted, type=ExportOrder)


async def show_file(db: Connection, batch: int, file: UUID, actor: Principal) -> ExportFile:
    await actions.show_batch(db, batch, actor)
    found = await queries.file_by_id.first(db, batch, file)
    if found is None:
        raise FileUnknown(field="file", batch=batch, file=file)
    return found


async def list_files(db: Connection, batch: int, actor: Principal) -> list[ExportFile]:
    await actions.show_batch(db, batch, actor)
    return await queries.files_of.all(db, batch)


async def list_downloads(db: Connection, batch: int, file: UUID | None, actor: Principal) -> list[Download]:
    await actions.show_batch(db, batch, actor)
    return await queries.downloads_of.all(db, batch, file)


def told(file: ExportFile) -> FileTold:
    path = f"/api/batches/{file.batch}/files/{file.id}"
    return FileTold(
        id=file.id, batch=file.batch, format=file.format, name=file.name, first=file.first, last=file.last,
        labels=file.total, etag=etag(file), length=file.size if file.length is None else file.length,
        sha256=file.sha256.hex() if file.sha256 else None, done=file.done, made_at=file.made_at,
        download=f"{path}/download", manifest=f"{path}/manifest",
    )  # fmt: skip


class Piece(Struct, frozen=True):
    """Bytes `first`…`stop` (exclusive) of a file; `stop` is None where its length is not known before."""

    first: int = 0
    stop: int | None = None
    partial: bool = False


def piece_of(file: ExportFile, asked: str | None, if_range: str | None) -> Piece:
    """What a Range header asks for; the whole file where it cannot be given in pieces or has changed."""
    total = file.length
    whole = Piece(0, total)
    if total is None or asked is None or if_range not in (None, etag(file)):
        return whole
    unit, _, spec = asked.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip().lower() != "bytes" or not dash or not (first or last) or not (first + last).isdecimal():
        return whole  # also several ranges at once: a server may answer with the whole
    if not (first + last).isascii() or len(first) > 20 or len(last) > 20:
        return whole
    if not first:
        start, stop = max(0, total - int(last)), total
    else:
        start, stop = int(first), min(total, int(last) + 1) if last else total
    if start >= total or start >= stop:
        raise RangeNotThere(field="Range", bytes=total)
    return Piece(start, stop, partial=True)


class Taking(Struct, frozen=True):
    """A download that has begun."""

    file: ExportFile
    piece: Piece
    copy: UUID
    download: int


async def take(
    db: Connection, file: ExportFile, piece: Piece, reason: str | None, link: UUID | None, actor: Principal,
    now: datetime,
) -> Taking:  # fmt: skip
    """Begin a download: the facts must allow it, a second copy needs its reason, and the log says who."""
    async with db.transaction():
        batch = await actions.lock(db, file.batch, actor)  # two first copies at a time take turns
        await actions.require_codes_of(db, batch, today_in_china(now), actor)
        copy = await reprints.grant(db, file, reason, link, actor, now, resuming=piece.first > 0)
        if piece.first > 0:
            await queries.cover_before.run(db, copy, piece.first)
        download = await queries.insert_download.get(
            db, copy, file.batch, file.format, link, actor.name, actor.address, now, piece.first, piece.stop,
            file.length,
        )  # fmt: skip
    return Taking(file, piece, copy, download)


class Passing:
    """Chunks on their way: at most so many bytes of them, counted and digested."""

    def __init__(self, file: ExportFile, most: int | None = None) -> None:
        self.tally = Tally(file.format)
        self._most = most

    def watch(self, chunks: Iterator[tuple[int, bytes]]) -> Iterator[bytes]:
        for _, chunk in self.tally.through(chunks) if self._most is None else self._cut(chunks, self._most):
            yield chunk
            pass_by("mid_export")

    def _cut(self, chunks: Iterator[tuple[int, bytes]], most: int) -> Iterator[tuple[int, bytes]]:
        for labels, chunk in chunks:
            part = chunk[: most - self.tally.bytes]
            self.tally.add(part)
            yield labels, part
            if self.tally.bytes >= most:
                return


async def flow(pool: Pool, taking: Taking, actor: Principal, settings: Settings) -> AsyncIterator[bytes]:
    """The bytes of the download; the log learns of its progress and of how it ended."""
    file, piece = taking.file, taking.piece
    passing = Passing(file, (piece.stop or 0) - piece.first if piece.partial else None)
    chunks = exports.stream(order_behind(file), file.format, settings.ring, piece.first)
    told_at, whole = datetime.now(UTC), False
    try:
        async for chunk in exports.off_the_loop(passing.watch(chunks)):
            yield chunk
            if (datetime.now(UTC) - told_at).total_seconds() > TICK_S:
                told_at = datetime.now(UTC)
                await _tick(pool, taking, passing.tally, actor, told_at)
        whole = True
    finally:  # also where the other side has gone; whatever cancels us must not cancel the record
        ending = asyncio.ensure_future(_end(pool, taking, passing.tally, whole, actor, settings))
        _ending.add(ending)
        ending.add_done_callback(_ending.discard)
    await asyncio.shield(ending)


async def _tick(pool: Pool, taking: Taking, tally: Tally, actor: Principal, now: datetime) -> None:
    """How far it is. A database that is away for a moment cuts off no download that was granted."""
    try:
        async with borrowed_as(pool, actor.asker) as db:
            await queries.tick_download.run(db, taking.download, tally.bytes, now)
    except AWAY as error:
        log.warning("download %s could not be ticked: %s", taking.download, type(error).__name__)


async def _end(pool: Pool, taking: Taking, tally: Tally, sent: bool, actor: Principal, settings: Settings) -> None:
    """What was sent; the copy is whole once all bytes were, in whatever pieces."""
    file, first, now = taking.file, taking.piece.first, datetime.now(UTC)
    total = next((one for one in (file.length, file.size) if one is not None), tally.bytes if sent else None)
    digest = bytes.fromhex(tally.sha256) if tally.whole else None
    async with borrowed_as(pool, actor.asker) as db, db.transaction():
        await queries.end_download.run(db, taking.download, tally.bytes, now, sent, digest)
        if tally.bytes and total is not None:
            await queries.cover_copy.run(db, taking.copy, first, first + tally.bytes, total, now)
        if tally.whole and file.made_at is None:
            await keep(db, file, tally, settings, now)


async def keep(db: Connection, file: ExportFile, tally: Tally, settings: Settings, now: datetime) -> None:
    """The digest and the signed manifest of a file that went by from one end to the other."""
    signer = await exports.publish_key(db, settings)
    manifest = signer.sign(tally.manifest(order_behind(file), file.format, file.name, now))
    await queries.end_pass.run(db, file.id, tally.bytes, bytes.fromhex(tally.sha256), manifest, now)
