"""Acts on the four registers: add, change, end; and the four 100 % reckoned from them.

Nothing a shopper's page shows changes here, so no act ticks the facts clock.
"""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection
from msgspec import structs

from app.catalogue import queries as catalogue
from app.catalogue.actions import open_enterprise
from app.catalogue.evidence import queries
from app.catalogue.evidence.documents import acted_for
from app.catalogue.evidence.errors import (
    DocumentOfAnotherKind,
    EntryEnded,
    LabelledAlready,
    ProductNotYours,
    UnknownEntry,
)
from app.catalogue.evidence.registers import Register
from app.catalogue.evidence.rules import reckon
from app.catalogue.evidence.shapes import End, Entry, Rates
from app.edge import fields
from app.edge.principals import Principal
from app.edge.refusals import Record, UnknownReference, shown
from codes.errors import Refusal, refuse_all

KINDS = {
    "test_report": ("test report", "检验报告"),
    "certificate": ("certificate", "证书"),
    "label_photo": ("photo of a label", "贴标照片"),
    "site_photo": ("photo of a site", "亮标照片"),
    "advertisement": ("advertisement", "广告"),
    "commitment_publication": ("published commitment", "承诺公示"),
    "other": ("other", "其他"),
}


async def open_entry(db: Connection, register: Register, entry_id: UUID) -> Any:
    entry = await register.by_id.first(db, entry_id)
    if entry is None:
        raise UnknownEntry
    return entry


async def add(
    db: Connection, register: Register, new: Any, actor: Principal, today: date, enterprise_id: UUID | None = None
) -> Any:
    enterprise_id = acted_for(actor, enterprise_id)
    async with db.transaction():
        await open_enterprise(db, enterprise_id)
        refuse_all([*register.check(new, today), *await _check_references(db, register, enterprise_id, new)])
        entry_id = await register.insert.get(db, enterprise_id, *structs.astuple(new))
        if entry_id is None:
            raise LabelledAlready(field="product_id")
    return await open_entry(db, register, entry_id)


async def change(db: Connection, register: Register, entry_id: UUID, new: Any, actor: Principal, today: date) -> Any:
    """Replace what the entry says as a whole."""
    async with db.transaction():
        entry = await _locked(db, register, entry_id, actor, today)
        refuse_all([*register.check(new, today), *await _check_references(db, register, entry.enterprise_id, new)])
        if not await register.change.run(db, entry_id, *structs.astuple(new)):
            raise LabelledAlready(field="product_id")
    return await open_entry(db, register, entry_id)


async def end(db: Connection, register: Register, entry_id: UUID, told: End, actor: Principal, today: date) -> Any:
    """It stays on record and counts no longer."""
    async with db.transaction():
        entry = await _locked(db, register, entry_id, actor, today)
        refusals = [] if register.ends_ahead else list(fields.not_future("on", told.on, today))
        if register.begins is not None:
            refusals += fields.not_before("on", told.on, register.begins, getattr(entry, register.begins))
        refuse_all(refusals)
        await register.end.run(db, entry_id, told.on)
    return await open_entry(db, register, entry_id)


async def _locked(db: Connection, register: Register, entry_id: UUID, actor: Principal, today: date) -> Entry:
    await register.lock.get(db, entry_id)
    entry: Entry = await open_entry(db, register, entry_id)
    actor.must_act_for(entry.enterprise_id)
    if entry.ended_on is not None and entry.ended_on <= today:
        raise EntryEnded(ended=entry.ended_on.isoformat())
    return entry


async def _check_references(db: Connection, register: Register, enterprise_id: UUID, new: Any) -> list[Refusal]:
    """What it points to: a model and a document of the same enterprise, a region of the list."""
    refusals: list[Refusal] = []
    product_id: UUID | None = getattr(new, "product_id", None)
    if product_id is not None and not await queries.product_is_of.get(db, product_id, enterprise_id):
        refusals.append(ProductNotYours(field="product_id"))
    region: str | None = getattr(new, "region_code", None)
    if region is not None and not await _is_region(db, region):
        refusals.append(UnknownReference(field="region_code", record=Record.REGION, given=shown(region)))
    if new.document_id is not None and not await queries.hold_document.get(
        db, new.document_id, enterprise_id, register.document_kind
    ):
        en, zh = KINDS[register.document_kind]
        refusals.append(DocumentOfAnotherKind(field="document_id", kind_en=en, kind_zh=zh))
    return refusals


async def _is_region(db: Connection, code: str) -> bool:
    """Only what looks like a code is asked for: not every text may stand in a statement."""
    return code.isascii() and code.isdecimal() and await catalogue.region_exists.get(db, code)


async def reckon_rates(db: Connection, enterprise_id: UUID, today: date) -> Rates:
    """The four 100 % of one enterprise, as it states them."""
    await open_enterprise(db, enterprise_id)
    counts = await queries.counts_of.first(db, enterprise_id, today)
    assert counts is not None
    return reckon(counts)


async def list_rates(db: Connection, today: date, after: UUID | None, most: int, words: str | None) -> list[Rates]:
    """Of every recognised enterprise the asker may see."""
    return [reckon(counts) for counts in await queries.counts.all(db, after, today, most, words)]
