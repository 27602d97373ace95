"""Exports: a batch row becomes files of codes, a deterministic stream that can be made again byte for byte.

Nothing is stored and nothing is random: the same range of the same batch gives the same bytes as
long as its epoch has a key (issuing or verify-only) and the address on the labels is the same.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Literal

from asyncpg import Connection
from msgspec import Struct, json

from app.edge.principals import Principal
from app.issuing import actions, manifests, queries
from app.issuing.errors import EnterpriseHasNoCodes, RangeRefused
from app.issuing.shapes import Batch
from app.settings import Settings
from codes.gs1 import LabelProfile, product_uri
from codes.gs1.errors import shown
from codes.labels import ExportOrder, artwork_zip
from codes.labels import stream_from as labels_from
from codes.serial import CountOutOfRange, KeyRing, VariantOutOfRange, open_serial
from codes.serial.bulk import seal_block

_PRESS = ThreadPoolExecutor(1, thread_name_prefix="export")
"""One export computes at a time in a worker, chunk by chunk; the others and the scans go between."""


Form = Literal["item", "short"]
LAYOUT = "a4-24"
PALLET = 3
"""The highest variant in use: 0 item label, 1 inner label, 2 case, 3 pallet."""


class Part(Struct, frozen=True, kw_only=True):
    """What of a batch is exported, and how it is laid out."""

    first: int = 0
    count: int | None = None
    """From `first` to the batch's end when not given."""
    form: Form = "item"
    variant: int = 0
    layout: str | None = None
    """The batch's own label size, or a sheet of 24, when not given."""
    encoding: str = "utf-8"
    dpi: int = 203
    marks: bool = False
    bleed: float = 0


WHOLE = Part()


def export_order(batch: Batch, part: Part, settings: Settings, demonstration: bool) -> ExportOrder:
    """The order of a part of the batch; refuses what lies outside of it.

    Its JSON names the file, where 0 and 0.0 would be two.
    """
    count = batch.count - part.first if part.count is None else part.count
    if not 0 <= part.first < batch.count:
        raise RangeRefused(field="first", first=part.first, last=batch.count - 1, most=batch.count - 1)
    if not 1 <= count <= batch.count - part.first:
        raise CountOutOfRange(batch.count - part.first)
    if not 0 <= part.variant <= PALLET:
        raise VariantOutOfRange(PALLET)
    return ExportOrder(
        epoch=batch.epoch, batch=batch.batch, gtin=batch.gtin, lot=batch.lot, made_on=batch.made_on,
        expires_on=batch.expires_on, stem=settings.public_url,
        profile=LabelProfile(batch.label_case or settings.label_case), first=part.first, count=count, form=part.form,
        variant=part.variant, layout=part.layout or batch.layout or LAYOUT, demo=demonstration,
        encoding=part.encoding, dpi=part.dpi, marks=part.marks, bleed=float(part.bleed),
    )  # fmt: skip


async def order(db: Connection, batch: int, part: Part, actor: Principal, settings: Settings) -> ExportOrder:
    row = await actions.show_batch(db, batch, actor)
    demonstration = settings.demonstration or await queries.is_demonstration.get(db, row.gtin)
    return export_order(row, part, settings, demonstration)


def stream(wanted: ExportOrder, fmt: str, ring: KeyRing, offset: int = 0) -> Iterator[tuple[int, bytes]]:
    """(labels so far, bytes) from byte `offset`; every refusal comes from this call, none from the iteration.

    Labels are read again while they pass; one that does not open to its item ends the iteration with ExportBroken.
    """
    ring.sealing(wanted.epoch)
    return labels_from(wanted, fmt, partial(seal_block, ring), offset, partial(open_serial, ring))


async def note(db: Connection, batch: Batch, order: ExportOrder, fmt: str, actor: Principal) -> None:
    """In the audit log: who took which codes past the downloads, before the first of them is written."""
    facts = {"format": fmt, "first": order.first, "last": order.last, "variant": order.variant}
    async with db.transaction():
        await db.execute("/* issuing.actor */ select set_config('zpm.actor', $1, true)", actor.name)
        await queries.note_export.get(db, str(batch.batch), batch.enterprise_id, json.encode(facts).decode())


async def publish_key(db: Connection, settings: Settings) -> manifests.Signer:
    """Who signs manifests; the key stands in the JWKS before the first of them does."""
    signer = manifests.signer(settings.root_key)
    await queries.keep_key.run(db, signer.kid, signer.public_key)
    return signer


async def off_the_loop(chunks: Iterator[tuple[int, bytes]] | Iterator[bytes]) -> AsyncIterator[bytes]:
    """The bytes, each chunk computed away from the event loop, and only when the last has been taken."""
    loop = asyncio.get_running_loop()
    while (chunk := await loop.run_in_executor(_PRESS, next, chunks, None)) is not None:
        yield chunk[1] if isinstance(chunk, tuple) else chunk


async def artwork(db: Connection, uscc: str, actor: Principal, settings: Settings) -> Iterator[bytes]:
    """One ZIP with the artwork of every product of the enterprise whose product code is in use."""
    known = uscc.isascii() and uscc.isalnum()  # anything else is no code, and may be nothing the database can read
    products = await queries.coded_products.all(db, uscc) if known else []
    if not products:
        raise EnterpriseHasNoCodes(field="uscc", uscc=shown(uscc))
    actor.must_act_for(products[0].enterprise_id)
    profile = LabelProfile(settings.label_case)
    return artwork_zip(
        [(one.gtin, f"{one.name} {one.model}", product_uri(settings.public_url, one.gtin, profile)) for one in products]
    )
