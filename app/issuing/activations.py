"""Putting items into use at the line, and taking the newest such act back while it is fresh.

Ranges in use are merged where they touch, so an act keeps its own: what was not in use before it.
Items of a pre-printed roll get their lot and dates here, once; what is bound otherwise is refused.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Connection, Pool
from msgspec import Struct

from app.edge import fields
from app.edge.principals import Principal
from app.issuing import actions, lists, queries, ranges, rules
from app.issuing.errors import (
    ActivationNotNewest,
    ActivationTooOld,
    ActiveWhenIssued,
    BatchScattered,
    BoundOtherwise,
    NoSuchActivation,
)
from app.issuing.list_errors import ListRefused, ListUnknown
from app.issuing.shapes import (
    Activated,
    ActivatedList,
    ActivationAct,
    ActiveSpan,
    Batch,
    BoundSpan,
    NewActivation,
    Span,
)
from app.store import keys
from app.store.askers import borrowed_as
from app.store.postgres import changing_facts
from codes.errors import refuse_all
from codes.serial import KeyRing

SCATTER_MOST = 20_000
"""Separate void ranges of one batch, as many in use and as many bound: the page's facts carry them all.

At most 24 bytes each void and 22 each in use, beside the reason once an act: 0.9 MB, read in 70 ms
and decoded in 15 ms on two busy cores. 50,000 took 300 ms, of the second a scan has to wait. Were
every range an act of its own with a reason of 500 characters, 20,000 would be 31 MB and 700 ms.
"""
UNDO_WITHIN = timedelta(hours=24)


class Told(Struct, frozen=True):
    """How an act came about: what is kept beside its ranges."""

    source: Literal["whole", "ranges", "list"]
    lines: int | None = None
    bad: int | None = None
    report: bytes | None = None


def touched(batch: Batch, binding: NewActivation | None) -> list[str]:
    lots = [keys.lot(batch.gtin, binding.lot)] if binding is not None and binding.lot else []
    return [keys.batch(batch.batch), *lots]


def _require_line(batch: Batch) -> None:
    if batch.policy != "at_the_line":
        raise ActiveWhenIssued(field="batch", batch=batch.batch)


async def put_into_use(
    db: Connection, batch: Batch, wanted: list[Span], binding: NewActivation | None, told: Told, actor: Principal,
    now: datetime,
) -> Activated:  # fmt: skip
    """Within the caller's transaction, which holds the batch."""
    _require_line(batch)
    newest = await queries.newest_act.get(db, batch.batch)
    at = now if newest is None else max(now, newest + timedelta(microseconds=1))
    near = await queries.active_near.all(db, batch.batch, wanted[0].first, wanted[-1].last)
    before = [Span(span.first, span.last) for span in near]
    fresh, merged = ranges.minus(wanted, before), ranges.union([*wanted, *before])
    if await queries.count_active.get(db, batch.batch) - len(near) + len(merged) > SCATTER_MOST:
        raise BatchScattered(field="ranges", most=SCATTER_MOST)
    await _replace_active(db, batch.batch, near, merged, at)
    if binding is not None:
        await _bind(db, batch.batch, wanted, binding, at)
    items = ranges.size(fresh)
    act = await queries.insert_act.get(
        db, batch.batch, told.source, "done", at, actor.name, items, [span.first for span in fresh],
        [span.last for span in fresh], told.lines, told.bad, told.report,
    )  # fmt: skip
    return Activated(batch=batch.batch, spans=tuple(merged), act=act, items=items)


async def _bind(db: Connection, batch: int, wanted: list[Span], binding: NewActivation, at: datetime) -> None:
    bound = await queries.bound_between.all(db, batch, wanted[0].first, wanted[-1].last)
    meant = (binding.lot, binding.made_on, binding.expires_on)
    others = [span for span in bound if (span.lot, span.made_on, span.expires_on) != meant]
    refuse_all(
        [
            BoundOtherwise(field="lot", first=one.first, last=one.last, lot=one.lot)
            for one in _overlapping(others, wanted)
        ]
    )
    rest = ranges.minus(wanted, [Span(span.first, span.last) for span in bound])
    if await queries.count_bound.get(db, batch) + len(rest) > SCATTER_MOST:
        raise BatchScattered(field="ranges", most=SCATTER_MOST)
    await queries.insert_bound.run(db, batch, [s.first for s in rest], [s.last for s in rest], *meant, at)


def _overlapping(bound: list[BoundSpan], wanted: list[Span]) -> list[BoundSpan]:
    met = ranges.overlap([Span(one.first, one.last) for one in bound], wanted)
    return [one for one, meets in zip(bound, met, strict=True) if meets][:20]


async def _replace_active(
    db: Connection, batch: int, near: list[ActiveSpan], merged: list[Span], now: datetime
) -> None:
    """Rows that stay as they are are not touched, so that the history holds changes only."""
    earliest = dict.fromkeys(merged, now)
    place = 0
    for row in near:  # both sorted, and every row lies within one merged range
        while merged[place].last < row.last:
            place += 1
        earliest[merged[place]] = min(earliest[merged[place]], row.activated_at)
    kept = {Span(row.first, row.last) for row in near} & set(merged)
    fresh = [span for span in merged if span not in kept]
    await queries.delete_active.run(db, batch, [row.first for row in near if Span(row.first, row.last) not in kept])
    await queries.insert_active.run(
        db, batch, [s.first for s in fresh], [s.last for s in fresh], [earliest[s] for s in fresh]
    )


async def activate_list(
    pool: Pool, batch: int, chunks: AsyncIterator[bytes], given: NewActivation, skip: bool, actor: Principal,
    ring: KeyRing, now: datetime,
) -> ActivatedList:  # fmt: skip
    """Every line's item in use, or with one bad line none, unless bad lines are to be skipped.

    No connection is held while the list arrives.
    """
    today = fields.today_in_china(now)
    async with borrowed_as(pool, actor.asker) as db:
        found = await actions.show_batch(db, batch, actor)
        await actions.require_codes_of(db, found, today, actor)
        rules.checked_binding(found, given, today)
        _require_line(found)
    reading = await lists.read_list(chunks, found, ring)
    async with borrowed_as(pool, actor.asker) as db, changing_facts(db, [keys.batch(batch)], actor.name) as changed:
        locked = await actions.lock(db, batch, actor)
        await actions.require_codes_of(db, locked, today, actor)
        voids = await queries.voids_between.all(db, batch, 0, locked.count)
        wanted = await asyncio.to_thread(reading.judged, [Span(span.first, span.last) for span in voids])
        report = await asyncio.to_thread(reading.report) if reading.refused else None
        told = Told("list", reading.lines, reading.refused, report)
        if wanted and (skip or not reading.refused):
            binding = rules.checked_binding(locked, given, today)
            done = await put_into_use(db, locked, wanted, binding, told, actor, now)
            changed.update(touched(locked, binding))
            return _told(done, reading, told)
        act = await queries.insert_act.get(
            db, batch, "list", "refused", now, actor.name, 0, [], [], told.lines, told.bad, report
        )
    raise ListRefused(list(lists.told_first(reading.bad)), bad=reading.refused, lines=reading.lines, list=act)


def _told(done: Activated, reading: lists.Reading, told: Told) -> ActivatedList:
    address = f"/api/batches/{done.batch}/activations/{done.act}/report" if told.report else None
    return ActivatedList(
        batch=done.batch, act=done.act, lines=reading.lines, items=done.items, bad=reading.refused, report=address
    )


async def show_report(db: Connection, batch: int, act: UUID, actor: Principal) -> bytes:
    """The bad lines of a list as CSV; nothing where there was none."""
    await actions.show_batch(db, batch, actor)
    if await queries.act_by_id.first(db, batch, act) is None:
        raise ListUnknown(field="list", batch=batch, list=act)
    report = await queries.report_of.get(db, batch, act)
    return lists.told(report if report is not None else lists.NO_REPORT)


async def undo(db: Connection, batch: int, act: UUID, actor: Principal, now: datetime) -> Activated:
    """Take the newest act back, while it is younger than a day: what it put into use is not any more."""
    async with changing_facts(db, [keys.batch(batch)], actor.name) as changed:
        locked = await actions.lock(db, batch, actor)
        found = await queries.act_by_id.first(db, batch, act)
        if found is None or found.state != "done":
            raise NoSuchActivation(field="act", batch=batch, act=act)
        if now - found.acted_at >= UNDO_WITHIN:
            raise ActivationTooOld(field="act", hours=UNDO_WITHIN // timedelta(hours=1))
        if await queries.newest_act.get(db, batch) != found.acted_at:
            raise ActivationNotNewest(field="act")
        gone = [Span(*ends) for ends in zip(found.firsts, found.lasts, strict=True)]
        spans = await _take_out(db, batch, gone) if gone else []
        lots = await queries.delete_bound.column(db, batch, found.acted_at)
        changed.update(keys.lot(locked.gtin, lot) for lot in lots)
        await queries.mark_undone.run(db, act, now)
    return Activated(batch=batch, spans=tuple(spans), act=act, items=ranges.size(gone))


async def _take_out(db: Connection, batch: int, gone: list[Span]) -> list[Span]:
    near = await queries.active_near.all(db, batch, gone[0].first, gone[-1].last)
    whole = [Span(row.first, row.last) for row in near]
    left = ranges.minus(whole, gone)
    cut = [row for row, met in zip(near, ranges.overlap(whole, gone), strict=True) if met]
    rest = list(_dated(left, cut))
    if await queries.count_active.get(db, batch) - len(cut) + len(rest) > SCATTER_MOST:
        raise BatchScattered(field="act", most=SCATTER_MOST)
    await queries.delete_active.run(db, batch, [row.first for row in cut])
    await queries.insert_active.run(
        db, batch, [s.first for s, _ in rest], [s.last for s, _ in rest], [since for _, since in rest]
    )
    return left


def _dated(left: list[Span], cut: list[ActiveSpan]) -> Iterator[tuple[Span, datetime]]:
    """What is left of the rows that were cut, since when; what lies within no such row stays as it is."""
    place = 0
    for span in left:
        while place < len(cut) and cut[place].last < span.first:
            place += 1
        if place < len(cut) and cut[place].first <= span.first:
            yield span, cut[place].activated_at


async def list_acts(db: Connection, batch: int, actor: Principal) -> list[ActivationAct]:
    """Newest first."""
    await actions.show_batch(db, batch, actor)
    return await queries.acts_of.all(db, batch)


async def list_bound(db: Connection, batch: int, actor: Principal) -> list[BoundSpan]:
    """Lots and dates bound at the line, by index."""
    found = await actions.show_batch(db, batch, actor)
    return await queries.bound_between.all(db, batch, 0, found.count - 1)
