"""Voids and activations against a model of plain sets."""

import asyncio
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import asyncpg
import msgspec
import pytest
from asyncpg.exceptions import CheckViolationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from app.edge.principals import NotYours, Principal
from app.issuing import actions, activations, items, queries, ranges
from app.issuing.errors import (
    ActiveWhenIssued,
    BatchScattered,
    BatchUnknown,
    NoSuchVoid,
    NothingNamed,
    RangeRefused,
    SerialRefused,
    TooManyRanges,
    VoidNotNewest,
    VoidTooOld,
    WholeAndParts,
)
from app.issuing.shapes import Batch, NewVoid, Span, Which
from app.scanning.shapes import BatchFacts
from codes.errors import Refusal, Several
from codes.serial import Item, grouped, seal
from codes.verdict import Void, VoidAct
from tests.app.issuing.cast import NOW, Cast, play, settings_of

SIZE = 40
ENDS = st.tuples(st.integers(0, SIZE - 1), st.integers(0, SIZE - 1))
SPANS = st.lists(ENDS.map(lambda ends: Span(min(ends), max(ends))), max_size=8)


def as_set(spans: list[Span]) -> set[int]:
    return {index for span in spans for index in range(span.first, span.last + 1)}


@given(SPANS, SPANS)
def test_union_and_minus_are_those_of_sets(some: list[Span], others: list[Span]) -> None:
    merged, taken = ranges.union(some), ranges.union(others)
    rest = ranges.minus(merged, taken)
    assert as_set(merged) == as_set(some)
    assert as_set(rest) == as_set(some) - as_set(others)
    assert ranges.size(rest) == len(as_set(rest))
    for result in (merged, taken):  # sorted, apart, and not even touching
        assert all(one.last + 1 < next_.first for one, next_ in pairwise(result))
    assert all(one.last < next_.first for one, next_ in pairwise(rest))


ACTS = st.lists(
    st.one_of(
        st.tuples(st.just("void"), SPANS.filter(bool)),
        st.tuples(st.just("unvoid"), st.just([])),
        st.tuples(st.just("activate"), SPANS.filter(bool)),
    ),
    max_size=8,
)


def test_acts_in_the_database_follow_the_model(shared: str, tmp_path: Path) -> None:
    """Each void keeps its date and reason, the newest act can be taken back, activations merge."""
    with asyncio.Runner() as runner:
        db = runner.run(asyncpg.connect(shared))

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(ACTS)
        def follow(acts: list[tuple[str, list[Span]]]) -> None:
            runner.run(_follow(db, settings_of(shared, tmp_path), acts))

        try:
            follow()
        finally:
            runner.run(db.close())


async def _follow(db: asyncpg.Connection, service: object, acts: list[tuple[str, list[Span]]]) -> None:
    transaction = db.transaction()
    await transaction.start()
    try:
        cast = await play(db, service)
        batch = await _issue(db, cast, count=SIZE)
        ring, void, active = cast.settings.ring, {}, set()
        made: list[datetime] = []
        for number, (act, spans) in enumerate(acts):
            if act == "void":
                new = NewVoid(reason=f"原因 {number}", ranges=tuple(spans))
                done = await items.void(db, batch.batch, new, cast.actor, ring, NOW)
                fresh = as_set(spans) - void.keys()
                assert done.items == len(fresh)
                void |= dict.fromkeys(fresh, (new.reason, done.voided_at))
                made += [done.voided_at] * bool(fresh)
            elif act == "unvoid" and made:
                await items.unvoid(db, batch.batch, made[-1], cast.actor, NOW)
                void = {index: said for index, said in void.items() if said[1] != made[-1]}
                made.pop()
            elif act == "activate":
                which = Which(ranges=tuple(spans))
                active |= as_set(spans)
                later = NOW + timedelta(seconds=number)
                touched = await items.activate(db, batch.batch, which, cast.actor, ring, later)
                assert as_set(spans) <= as_set(touched.spans) <= active
        kept = await queries.voids_between.all(db, batch.batch, 0, SIZE)
        assert {index: (row.reason, row.voided_at) for row in kept for index in range(row.first, row.last + 1)} == void
        assert sum(row.last - row.first + 1 for row in kept) == len(void)
        in_use = await queries.active_near.all(db, batch.batch, 0, SIZE)
        assert [Span(row.first, row.last) for row in in_use] == ranges.union(Span(index, index) for index in active)
    finally:
        await transaction.rollback()


async def _issue(db: asyncpg.Connection, cast: Cast, **changes: object) -> Batch:
    order = cast.order(policy="at_the_line", **changes)
    return await actions.issue(db, order, "k", cast.actor, cast.settings, NOW)


async def test_one_item_a_range_the_batch(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await _issue(db, cast)
    ring = cast.settings.ring
    serial = seal(ring, Item(batch.epoch, batch.batch, 77))
    for new, count in (
        (NewVoid(reason="标签破损", serials=(grouped(serial).lower(),)), 1),
        (NewVoid(reason="一箱丢失", reason_en="a case was lost", ranges=(Span(70, 79), Span(500, 500))), 10),
        (NewVoid(reason="整批报废", whole=True), 989),
        (NewVoid(reason="再次", whole=True), 0),
    ):
        done = await items.void(db, batch.batch, new, cast.actor, ring, NOW)
        assert done.items == count
    kept = await queries.voids_between.all(db, batch.batch, 70, 79)
    assert [(row.first, row.last, row.reason) for row in kept] == [
        (70, 76, "一箱丢失"), (77, 77, "标签破损"), (78, 79, "一箱丢失")
    ]  # fmt: skip


async def test_the_page_s_facts_tell_an_act_once(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    bare = msgspec.json.decode(await db.fetchval(queries.BATCH_FACTS, batch.batch), type=BatchFacts)
    assert (bare.status.acts, bare.status.voids, bare.status.active) == ((), (), ())
    assert (bare.batch, bare.keys, bare.status.lot) == (batch.batch, (f"b:{batch.batch}",), batch.lot)
    for reason, spans, at in (
        (("丢失", "lost"), (Span(70, 79), Span(500, 500)), NOW),
        (("破损", None), (Span(0, 100),), NOW + timedelta(hours=12)),
    ):
        new = NewVoid(reason=reason[0], reason_en=reason[1], ranges=spans)
        await items.void(db, batch.batch, new, cast.actor, ring, at)
    await items.activate(db, batch.batch, Which(ranges=(Span(3, 4), Span(0, 1))), cast.actor, ring, NOW)
    status = msgspec.json.decode(await db.fetchval(queries.BATCH_FACTS, batch.batch), type=BatchFacts).status
    # 04:30 UTC is the same day in UTC+8, twelve hours later the next
    assert status.acts == (VoidAct(date(2026, 11, 22), "丢失", "lost"), VoidAct(date(2026, 11, 23), "破损"))
    assert status.voids == (Void(0, 69, 1), Void(70, 79, 0), Void(80, 100, 1), Void(500, 500, 0))
    assert status.active == ((0, 1), (3, 4))


async def test_facts_of_the_most_scattered_batch_stay_small(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await _issue(db, cast, count=2**30)
    for table, more in (("batch_void", "repeat('破', 500), null,"), ("batch_activation", "")):
        await db.execute(
            f"insert into {table} select $1, 900000000 + 2 * i, 900000000 + 2 * i, {more} now() "
            "from generate_series(1, $2::int) i", batch.batch, items.SCATTER_MOST,
        )  # fmt: skip
    facts = await db.fetchval(queries.BATCH_FACTS, batch.batch)
    assert len(facts.encode()) < 1_000_000
    status = msgspec.json.decode(facts, type=BatchFacts).status
    assert (len(status.acts), len(status.voids), len(status.active)) == (1, items.SCATTER_MOST, items.SCATTER_MOST)


async def test_the_newest_void_is_taken_back_within_a_day(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    first = await items.void(db, batch.batch, NewVoid(reason="一", ranges=(Span(0, 9),)), cast.actor, ring, NOW)
    second = await items.void(db, batch.batch, NewVoid(reason="二", whole=True), cast.actor, ring, NOW)
    almost = NOW + timedelta(hours=24) - timedelta(microseconds=1)
    with pytest.raises(VoidNotNewest):
        async with db.transaction():
            await items.unvoid(db, batch.batch, first.voided_at, cast.actor, almost)
    assert (await items.unvoid(db, batch.batch, second.voided_at, cast.actor, almost)).items == 990
    with pytest.raises(NoSuchVoid):
        async with db.transaction():
            await items.unvoid(db, batch.batch, second.voided_at, cast.actor, almost)
    with pytest.raises(VoidTooOld):
        async with db.transaction():
            await items.unvoid(db, batch.batch, first.voided_at, cast.actor, NOW + timedelta(hours=24))
    assert [row.reason for row in await queries.voids_between.all(db, batch.batch, 0, 999)] == ["一"]


async def test_history_keeps_what_was_taken_back(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await _issue(db, cast)
    done = await items.void(db, batch.batch, NewVoid(reason="误", whole=True), cast.actor, cast.settings.ring, NOW)
    await items.unvoid(db, batch.batch, done.voided_at, cast.actor, NOW)
    rows = await db.fetch("select operation, actor from history where relation = 'batch_void' order by id desc limit 2")
    assert [(row["operation"], row["actor"]) for row in rows] == [("delete", "tester"), ("insert", "tester")]


WRONG = [
    ({}, NothingNamed, "ranges"),
    ({"whole": True, "ranges": (Span(0, 1),)}, WholeAndParts, "whole"),
    ({"ranges": (Span(0, 1), Span(5, 4))}, RangeRefused, "ranges[1]"),
    ({"ranges": (Span(-1, 4),)}, RangeRefused, "ranges[0]"),
    ({"ranges": (Span(0, 1000),)}, RangeRefused, "ranges[0]"),
    ({"ranges": (Span(2**70, 2**80),)}, RangeRefused, "ranges[0]"),
    ({"serials": ("浙品码",)}, SerialRefused, "serials[0]"),
    ({"serials": ("0" * 20,)}, SerialRefused, "serials[0]"),
]


@pytest.mark.parametrize(("which", "error", "field"), WRONG)
async def test_what_is_not_of_the_batch_is_refused(
    db: asyncpg.Connection, cast: Cast, which: dict[str, object], error: type[Refusal], field: str
) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    whole = NewVoid(reason="对", ranges=(Span(0, 999),))
    assert (await items.void(db, batch.batch, whole, cast.actor, ring, NOW)).items == 1000
    for act in (
        items.void(db, batch.batch, NewVoid(reason="错", **which), cast.actor, ring, NOW),
        items.activate(db, batch.batch, Which(**which), cast.actor, ring, NOW),
    ):
        with pytest.raises(error) as refusal:
            async with db.transaction():
                await act
        assert refusal.value.field == field


async def test_serials_of_other_batches_are_refused_together(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    mine = seal(ring, Item(batch.epoch, batch.batch, 999))
    beyond = seal(ring, Item(batch.epoch, batch.batch, 1000))
    other_epoch = seal(ring, Item(2, batch.batch, 1))
    new = NewVoid(reason="错", serials=(beyond, mine, other_epoch))
    with pytest.raises(Several) as several:
        async with db.transaction():
            await items.void(db, batch.batch, new, cast.actor, ring, NOW)
    assert [one.field for one in several.value.refusals] == ["serials[0]", "serials[2]"]
    assert (await items.void(db, batch.batch, NewVoid(reason="对", serials=(mine,)), cast.actor, ring, NOW)).items == 1


async def test_words_limits_and_owners(db: asyncpg.Connection, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    monkeypatch.setattr(items, "RANGES_MOST", 3)
    monkeypatch.setattr(items, "SCATTER_MOST", 4)
    monkeypatch.setattr(activations, "SCATTER_MOST", 4)
    apart = tuple(Span(n, n) for n in (0, 2, 4, 6))
    for new, error in (
        (NewVoid(reason=" ", whole=True), Refusal),
        (NewVoid(reason="好", reason_en="a\x00b", whole=True), Refusal),
        (NewVoid(reason="好", ranges=apart), TooManyRanges),
    ):
        with pytest.raises(error):
            async with db.transaction():
                await items.void(db, batch.batch, new, cast.actor, ring, NOW)
    stranger = Principal("stranger", cast.product, frozenset())
    for act in (items.void(db, batch.batch, NewVoid(reason="好", whole=True), stranger, ring, NOW),
                items.activate(db, batch.batch, Which(whole=True), stranger, ring, NOW)):  # fmt: skip
        with pytest.raises(NotYours):
            async with db.transaction():
                await act
    for first in (0, 100):
        part = tuple(structs.replace(s, first=s.first + first, last=s.last + first) for s in apart[:3])
        for act in (items.void(db, batch.batch, NewVoid(reason="好", ranges=part), cast.actor, ring, NOW),
                    items.activate(db, batch.batch, Which(ranges=part), cast.actor, ring, NOW)):  # fmt: skip
            if first:
                with pytest.raises(BatchScattered):
                    async with db.transaction():
                        await act
            else:
                await act
    with pytest.raises(BatchUnknown):
        async with db.transaction():
            await items.void(db, 2**33, NewVoid(reason="好", whole=True), cast.actor, ring, NOW)


async def test_codes_that_are_in_use_when_issued_are_not_activated(db: asyncpg.Connection, cast: Cast) -> None:
    at_line = await _issue(db, cast)
    at_once = await actions.issue(db, cast.order(), "other", cast.actor, cast.settings, NOW)
    ring = cast.settings.ring
    assert await items.activate(db, at_line.batch, Which(whole=True), cast.actor, ring, NOW)
    with pytest.raises(ActiveWhenIssued):
        await items.activate(db, at_once.batch, Which(whole=True), cast.actor, ring, NOW)


async def test_merging_keeps_the_earliest_activation(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await _issue(db, cast), cast.settings.ring
    for number, span in enumerate((Span(0, 9), Span(30, 39), Span(20, 29), Span(10, 10), Span(0, 5))):
        await items.activate(
            db, batch.batch, Which(ranges=(span,)), cast.actor, ring, NOW + timedelta(hours=number)
        )
    rows = await queries.active_near.all(db, batch.batch, 0, 999)
    assert [(row.first, row.last, row.activated_at - NOW) for row in rows] == [
        (0, 10, timedelta(0)), (20, 39, timedelta(hours=1))
    ]  # fmt: skip


async def test_ranges_of_two_clients_never_overlap(own: asyncpg.Connection, own_cast: Cast, cloned: str) -> None:
    batch, ring = await _issue(own, own_cast), own_cast.settings.ring
    clients = [await asyncpg.connect(cloned) for _ in range(6)]
    try:
        news = [NewVoid(reason=f"{n}", ranges=(Span(100 * n, 100 * n + 250),)) for n in range(6)]
        await asyncio.gather(
            *(
                items.void(db, batch.batch, new, own_cast.actor, ring, NOW)
                for db, new in zip(clients, news, strict=True)
            )
        )
    finally:
        for db in clients:
            await db.close()
    rows = await queries.voids_between.all(own, batch.batch, 0, 999)
    assert sum(row.last - row.first + 1 for row in rows) == 751
    assert len({row.voided_at for row in rows}) == len({row.reason for row in rows})
    with pytest.raises(CheckViolationError):
        await own.execute("insert into batch_void values ($1, 9, 8, 'x', null, now())", batch.batch)
