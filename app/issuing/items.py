"""Acts on items of a batch: cancel them, take that back while it is fresh, register them as in use.

Ranges of one batch never overlap; whoever changes them holds the batch row. What was void already
keeps its date and reason: an act of voiding adds only the rest, and `voided_at` names the act.
"""

from datetime import datetime, timedelta

from asyncpg import Connection

from app.edge import fields
from app.edge.principals import Principal
from app.issuing import actions, activations, queries, ranges, rules
from app.issuing.activations import SCATTER_MOST
from app.issuing.errors import (
    BatchScattered,
    NoSuchVoid,
    NothingNamed,
    RangeRefused,
    SerialOfPacking,
    SerialRefused,
    SerialUnknown,
    TooManyRanges,
    VoidNotNewest,
    VoidTooOld,
    WholeAndParts,
)
from app.issuing.lists import ON_ITEMS
from app.issuing.shapes import Activated, Batch, FoundItem, NewVoid, Span, Voided, VoidSpan, Which
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import Refusal, refuse_all
from codes.gs1.errors import shown
from codes.serial import Item, KeyRing, open_serial, read

RANGES_MOST = 10_000
"""Ranges and serials in one request."""
UNVOID_WITHIN = timedelta(hours=24)


def named(which: Which, batch: Batch, ring: KeyRing) -> list[Span]:
    """The indexes that are meant, merged; refuses whatever is not of this batch."""
    parts = len(which.ranges) + len(which.serials)
    if which.whole and parts:
        raise WholeAndParts(field="whole")
    if which.whole:
        return [Span(0, batch.count - 1)]
    if not parts:
        raise NothingNamed(field="ranges")
    if parts > RANGES_MOST:
        raise TooManyRanges(field="ranges", most=RANGES_MOST)
    refusals: list[Refusal] = [
        RangeRefused(field=f"ranges[{place}]", first=span.first, last=span.last, most=batch.count - 1)
        for place, span in enumerate(which.ranges)
        if not 0 <= span.first <= span.last < batch.count
    ]
    spans = list(which.ranges)
    for place, text in enumerate(which.serials):
        item = open_serial(ring, read(text) or "")
        if not isinstance(item, Item) or item[:2] != (batch.epoch, batch.batch) or item.index >= batch.count:
            refusals.append(SerialRefused(field=f"serials[{place}]", given=shown(text), batch=batch.batch))
        elif item.variant not in ON_ITEMS:
            refusals.append(SerialOfPacking(field=f"serials[{place}]", given=shown(text)))
        else:
            spans.append(Span(item.index, item.index))
    refuse_all(refusals)
    return ranges.union(spans)


async def void(db: Connection, batch: int, new: NewVoid, actor: Principal, ring: KeyRing, now: datetime) -> Voided:
    """Cancel items; those that were void already keep their date and reason."""
    refuse_all(list(fields.texts(new, {"reason": fields.SENTENCE, "reason_en": fields.SENTENCE})))
    async with changing_facts(db, [keys.batch(batch)], actor.name):
        wanted = named(new, await actions.lock(db, batch, actor), ring)
        taken = await queries.voids_between.all(db, batch, wanted[0].first, wanted[-1].last)
        rest = ranges.minus(wanted, [Span(span.first, span.last) for span in taken])
        if await queries.count_voids.get(db, batch) + len(rest) > SCATTER_MOST:
            raise BatchScattered(field="ranges", most=SCATTER_MOST)
        newest = await queries.newest_void.get(db, batch)
        at = now if newest is None else max(now, newest + timedelta(microseconds=1))
        await queries.insert_voids.run(
            db, batch, [s.first for s in rest], [s.last for s in rest], new.reason, new.reason_en, at
        )
    words = {"reason": new.reason, "reason_en": new.reason_en, "voided_at": at}
    spans = tuple(VoidSpan(first=span.first, last=span.last, **words) for span in rest)
    return Voided(batch=batch, voided_at=at, items=ranges.size(rest), spans=spans)


async def list_voids(db: Connection, batch: int, actor: Principal) -> list[VoidSpan]:
    """Everything void in the batch, by index."""
    found = await actions.show_batch(db, batch, actor)
    return await queries.voids_between.all(db, batch, 0, found.count - 1)


async def find(db: Connection, serial: str, actor: Principal, ring: KeyRing) -> FoundItem:
    """The item a serial names, as printed or as typed, for whoever holds one label and no list."""
    item = open_serial(ring, read(serial) or "")
    found = await queries.batch_by_id.first(db, item.batch) if isinstance(item, Item) else None
    if not isinstance(item, Item) or found is None or found.epoch != item.epoch or item.index >= found.count:
        raise SerialUnknown(field="serial", given=shown(serial))
    actor.must_act_for(found.enterprise_id)
    return FoundItem(batch=found.batch, index=item.index, variant=item.variant, gtin=found.gtin, lot=found.lot)


async def unvoid(db: Connection, batch: int, voided_at: datetime, actor: Principal, now: datetime) -> Voided:
    """Take the newest act of voiding back, while it is younger than a day.

    An older one cannot go first: what it had made void is missing in the acts after it.
    """
    if (at := rules.in_utc(voided_at)) is None:
        raise NoSuchVoid(field="voided_at", batch=batch)
    voided_at = at
    async with changing_facts(db, [keys.batch(batch)], actor.name):
        await actions.lock(db, batch, actor)
        gone = sorted(await queries.delete_void.all(db, batch, voided_at), key=lambda span: span.first)
        if not gone:
            raise NoSuchVoid(field="voided_at", batch=batch)
        if now - voided_at >= UNVOID_WITHIN:
            raise VoidTooOld(field="voided_at", hours=UNVOID_WITHIN // timedelta(hours=1))
        newest = await queries.newest_void.get(db, batch)
        if newest is not None and newest > voided_at:
            raise VoidNotNewest(field="voided_at", newest=newest.isoformat())
    items = sum(span.last - span.first + 1 for span in gone)
    return Voided(batch=batch, voided_at=voided_at, items=items, spans=tuple(gone))


async def activate(
    db: Connection, batch: int, which: Which, actor: Principal, ring: KeyRing, now: datetime
) -> Activated:
    """Register items as in use, under the policy `at_the_line`; merged with what is in use already."""
    today = fields.today_in_china(now)
    async with changing_facts(db, [keys.batch(batch)], actor.name) as changed:
        locked = await actions.lock(db, batch, actor)
        await actions.require_codes_of(db, locked, today, actor)
        binding = rules.checked_binding(locked, which, today)
        wanted = named(which, locked, ring)
        told = activations.Told("whole" if which.whole else "ranges")
        done = await activations.put_into_use(db, locked, wanted, binding, told, actor, now)
        changed.update(activations.touched(locked, binding))
    return done
