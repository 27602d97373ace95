"""Acts at the line: bound lots and dates, undo, and what the next scan reads."""

from datetime import date, timedelta

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.issuing import activations, items, queries, ranges
from app.issuing.errors import (
    ActivationNotNewest,
    ActivationTooOld,
    BindingMissing,
    BindingRefused,
    BoundOtherwise,
    ExpiresBeforeMade,
    NoSuchActivation,
)
from app.issuing.shapes import ActiveSpan, NewActivation, Span, Which
from app.scanning.shapes import BatchFacts, LotFacts
from codes.errors import Refusal
from codes.verdict.facts import BatchStatus, Binding
from tests.app.issuing.cast import HOOD, NOW, Cast
from tests.app.issuing.service import Client
from tests.app.issuing.test_items import _issue as issue

SEPTEMBER = NewActivation(lot="A1", made_on=date(2026, 9, 12), expires_on=date(2027, 9, 12))


def of(given: NewActivation, *spans: tuple[int, int]) -> NewActivation:
    return msgspec.structs.replace(given, ranges=tuple(Span(*span) for span in spans))


async def facts(db: asyncpg.Connection, batch: int) -> BatchStatus:
    return msgspec.json.decode(await db.fetchval(queries.BATCH_FACTS, batch), type=BatchFacts).status


async def test_a_roll_is_bound_by_range_and_the_scan_shows_it(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await issue(db, cast, lot="ROLL-7", bound_later=True), cast.settings.ring
    october = NewActivation(lot="A2")
    with pytest.raises(BindingMissing):
        async with db.transaction():
            await items.activate(db, batch.batch, Which(whole=True), cast.actor, ring, NOW)
    await items.activate(db, batch.batch, of(SEPTEMBER, (0, 99)), cast.actor, ring, NOW)
    await items.activate(db, batch.batch, of(october, (200, 299)), cast.actor, ring, NOW)
    await items.activate(
        db, batch.batch, of(SEPTEMBER, (50, 120)), cast.actor, ring, NOW
    )  # the same again is no matter
    with pytest.raises(BoundOtherwise) as otherwise:
        async with db.transaction():
            await items.activate(db, batch.batch, of(october, (90, 99), (130, 140)), cast.actor, ring, NOW)
    assert otherwise.value.facts["lot"] == "A1"
    wrong = msgspec.structs.replace(SEPTEMBER, expires_on=date(2026, 9, 1))
    with pytest.raises(ExpiresBeforeMade):
        async with db.transaction():
            await items.activate(db, batch.batch, of(wrong, (900, 900)), cast.actor, ring, NOW)
    status = await facts(db, batch.batch)
    assert [status.at(index).lot for index in (0, 120, 121, 199, 200, 299, 300)] == [
        "A1", "A1", "ROLL-7", "ROLL-7", "A2", "A2", "ROLL-7"
    ]  # fmt: skip
    assert (status.at(7).made_on, status.at(7).expires_on) == (SEPTEMBER.made_on, SEPTEMBER.expires_on)
    assert status.at(500) is status
    assert status.active == ((0, 120), (200, 299))
    lot = msgspec.json.decode(await db.fetchval(queries.LOT_FACTS, HOOD, "A1"), type=LotFacts).status
    assert lot.made_on == SEPTEMBER.made_on
    assert await db.fetchval(queries.LOT_FACTS, HOOD, "ROLL-7") is None  # a roll is no lot


async def test_what_the_order_fixed_is_not_bound_again(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await issue(db, cast), cast.settings.ring
    with pytest.raises(BindingRefused):
        async with db.transaction():
            await items.activate(db, batch.batch, of(SEPTEMBER, (0, 1)), cast.actor, ring, NOW)
    done = await items.activate(db, batch.batch, Which(ranges=(Span(0, 1),)), cast.actor, ring, NOW)
    assert (done.items, (await facts(db, batch.batch)).bindings) == (2, ())


@pytest.mark.parametrize(
    "wrong", [{"made_on": date(2026, 9, 12)}, {"expires_on": date(2026, 9, 12)}, {"policy": "when_issued"}]
)
async def test_an_order_bound_later_has_no_dates_and_waits_for_the_line(
    db: asyncpg.Connection, cast: Cast, wrong: dict[str, object]
) -> None:
    good = {"bound_later": True, "lot": "ROLL"}
    with pytest.raises(Refusal) as refusal:
        await issue_with(db, cast, **good, **wrong)
    assert refusal.value.field == "bound_later"
    assert (await issue_with(db, cast, **good)).bound_later


async def issue_with(db: asyncpg.Connection, cast: Cast, **changes: object) -> object:
    from app.issuing import actions

    order = cast.order(**({"policy": "at_the_line"} | changes))
    return await actions.issue(db, order, "w", cast.actor, cast.settings, NOW)


async def test_the_newest_activation_is_taken_back_within_a_day(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await issue(db, cast, bound_later=True), cast.settings.ring
    first = await items.activate(db, batch.batch, of(SEPTEMBER, (0, 9), (20, 29)), cast.actor, ring, NOW)
    second = await items.activate(db, batch.batch, of(NewActivation(lot="A2"), (10, 19)), cast.actor, ring, NOW)
    almost = NOW + timedelta(hours=23)
    with pytest.raises(ActivationNotNewest):
        async with db.transaction():
            await activations.undo(db, batch.batch, first.act, cast.actor, almost)
    undone = await activations.undo(db, batch.batch, second.act, cast.actor, almost)
    assert undone.spans == (Span(0, 9), Span(20, 29))
    status = await facts(db, batch.batch)
    assert status.active == ((0, 9), (20, 29))
    assert [one.lot for one in status.bindings] == ["A1", "A1"]
    with pytest.raises(NoSuchActivation):
        async with db.transaction():
            await activations.undo(db, batch.batch, second.act, cast.actor, almost)
    with pytest.raises(ActivationTooOld):
        async with db.transaction():
            await activations.undo(db, batch.batch, first.act, cast.actor, NOW + timedelta(hours=24))
    await activations.undo(db, batch.batch, first.act, cast.actor, almost)
    assert (await facts(db, batch.batch)).active == ()
    assert {act.state for act in await activations.list_acts(db, batch.batch, cast.actor)} == {"undone"}


@given(
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6)), max_size=12),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 6)), max_size=12),
)
def test_what_overlaps_and_what_is_left_of_it_follow_the_model(
    some: list[tuple[int, int]], others: list[tuple[int, int]]
) -> None:
    rows, gone = (ranges.union(Span(first, first + more) for first, more in pairs) for pairs in (some, others))
    taken = {index for span in gone for index in range(span.first, span.last + 1)}
    met = [not taken.isdisjoint(range(row.first, row.last + 1)) for row in rows]
    assert ranges.overlap(rows, gone) == met
    cut = [ActiveSpan(first=row.first, last=row.last, activated_at=NOW + timedelta(row.first)) for row in rows]
    cut = [row for row, meets in zip(cut, met, strict=True) if meets]
    left = {(index, row.activated_at) for row in cut for index in range(row.first, row.last + 1) if index not in taken}
    dated = activations._dated(ranges.minus(rows, gone), cut)
    assert {(index, at) for span, at in dated for index in range(span.first, span.last + 1)} == left


async def test_an_undo_leaves_what_was_in_use_before(db: asyncpg.Connection, cast: Cast) -> None:
    batch, ring = await issue(db, cast), cast.settings.ring
    await items.activate(db, batch.batch, Which(ranges=(Span(5, 14),)), cast.actor, ring, NOW)
    whole = await items.activate(db, batch.batch, Which(whole=True), cast.actor, ring, NOW)
    assert whole.items == batch.count - 10
    await activations.undo(db, batch.batch, whole.act, cast.actor, NOW)
    assert (await facts(db, batch.batch)).active == ((5, 14),)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=6), st.integers(0, 60))
def test_a_binding_holds_for_its_items_only(starts: list[tuple[int, int]], index: int) -> None:
    at, bindings = 0, []
    for gap, length in starts:
        bindings.append(Binding(at + gap, at + gap + length, f"L{len(bindings)}", None, None))
        at = bindings[-1].last + 1
    status = BatchStatus(lot="ROLL", bindings=tuple(bindings))
    expected = next((one.lot for one in bindings if one.first <= index <= one.last), "ROLL")
    assert status.at(index).lot == expected


async def test_over_http_with_history_and_only_for_the_owner(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(policy="at_the_line", bound_later=True, lot="ROLL-1")
    path = f"/api/batches/{batch}"
    given = {"lot": "A1", "made_on": "2026-09-12", "ranges": [{"first": 0, "last": 9}]}
    done = await client.post(path + "/activations", json=given)
    assert (done.status_code, done.json()["items"]) == (201, 10)
    assert [one["lot"] for one in (await client.get(path + "/bindings")).json()] == ["A1"]
    client.become("other")
    act = done.json()["act"]
    for answer in (
        await client.post(path + "/activations", json=given),
        await client.get(path + "/activations"),
        await client.get(path + "/bindings"),
        await client.delete(f"{path}/activations/{act}"),
    ):
        assert answer.status_code == 404  # whether it exists is nobody else's business
    client.become("viewer")
    assert (await client.delete(f"{path}/activations/{act}")).status_code == 403
    assert [one["state"] for one in (await client.get(path + "/activations")).json()] == ["done"]
    client.become("maker")
    assert (await client.delete(f"{path}/activations/{act}")).json()["items"] == 10
    kept = await own.fetch("select relation, operation, actor from history where relation in "
                           "('batch_binding', 'activation_act', 'batch_activation') order by id")  # fmt: skip
    assert [(row["relation"], row["operation"]) for row in kept] == [
        ("batch_activation", "insert"), ("batch_binding", "insert"), ("activation_act", "insert"),
        ("batch_activation", "delete"), ("batch_binding", "delete"), ("activation_act", "update"),
    ]  # fmt: skip
    assert {row["actor"] for row in kept} == {"maker"}
