"""Snapshots: loaded once however many ask, never shown when they are old, bounded by bytes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from msgspec import Struct, json

from app.store import keys
from app.store.clock import FactsClock
from app.store.snapshots import DECODED, OVERHEAD, Snapshots, Unavailable
from app.store.wire import Wire


class Fact(Struct):
    v: int
    keys: tuple[str, ...]
    text: str


class Truth:
    """The database's part: counts how often it is asked."""

    def __init__(self) -> None:
        self.v = 1
        self.rows = {str(n): f"fact {n}" for n in range(100)}
        self.asked = 0
        self.away = False

    async def load(self, name: str) -> bytes | None:
        self.asked += 1
        await asyncio.sleep(0.01)
        if self.away:
            raise Unavailable("away")
        return json.encode(Fact(self.v, (f"f:{name}",), self.rows[name])) if name in self.rows else None

    def change(self, clock: FactsClock, name: str, text: str) -> None:
        self.v += 1
        self.rows[name] = text
        clock.hear(self.v, [f"f:{name}"])


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    wire = Wire(redis_url, budget_s=30)
    await wire.open()
    yield wire
    await wire.close()


def clock_at(v: int = 1) -> FactsClock:
    """A clock that has heard of `v`."""
    clock = FactsClock("")
    clock.hear(v, [])
    return clock


def made(truth: Truth, wire: Wire, clock: FactsClock | None = None, most: int = 2**20) -> Snapshots[Fact]:
    return Snapshots("t", Fact, truth.load, clock or clock_at(), wire, most)


async def test_five_hundred_who_ask_at_once_cost_one_statement(wire: Wire) -> None:
    truth = Truth()
    snapshots = made(truth, wire)
    facts = await asyncio.gather(*(snapshots.get("7") for _ in range(500)))
    assert {fact.text for fact in facts if fact} == {"fact 7"}
    assert truth.asked == 1
    assert (await snapshots.get("7")) is snapshots.kept("7")
    assert await snapshots.get("none") is None


async def test_a_caller_that_goes_away_takes_nothing_from_the_others(wire: Wire) -> None:
    truth = Truth()
    snapshots = made(truth, wire)
    first = asyncio.create_task(snapshots.get("1"))
    second = asyncio.create_task(snapshots.get("1"))
    await asyncio.sleep(0)
    first.cancel()
    fact = await second
    assert fact is not None
    assert truth.asked == 1


async def test_a_change_is_met_at_the_next_question_on_every_level(wire: Wire) -> None:
    truth, clock = Truth(), clock_at()
    one, other = made(truth, wire, clock), made(truth, wire, clock_at())
    await one.get("3")
    assert (await other.get("3")).text == "fact 3"  # type: ignore[union-attr]
    assert truth.asked == 1  # the second worker had it from Valkey
    truth.change(clock, "3", "changed")
    other.clock.hear(truth.v, ["f:3"])
    assert (await one.get("3")).text == "changed"  # type: ignore[union-attr]
    assert (await other.get("3")).text == "changed"  # type: ignore[union-attr]
    assert truth.asked == 2
    assert one.stale("3") is not None


async def test_a_change_during_the_loading_is_not_missed(wire: Wire) -> None:
    truth, clock = Truth(), clock_at()
    snapshots = made(truth, wire, clock)
    asking = asyncio.create_task(snapshots.get("5"))
    await asyncio.sleep(0.005)
    truth.change(clock, "5", "newer")
    fact = await asking
    assert fact is not None
    assert fact.text == "newer"


async def test_damaged_and_foreign_text_in_the_cache_is_not_believed(wire: Wire) -> None:
    truth = Truth()
    for damage in (b"", b"{", b'{"v": "x"}', b"\xff\xfe", b'{"v":1,"keys":["f:9"]}',
                   b'00000000{"v":1,"keys":["f:9"],"text":"forged"}'):
        await wire.call("SET", keys.snapshot("t", "9"), damage)
        assert (await made(truth, wire).get("9")).text == "fact 9"  # type: ignore[union-attr]


async def test_one_from_a_lost_future_is_not_believed(wire: Wire) -> None:
    truth = Truth()
    truth.v = 9
    await made(truth, wire, clock_at(9)).get("2")
    truth.v, truth.rows["2"] = 5, "restored"  # an older state of the database, its numbers lower
    assert (await made(truth, wire, clock_at(5)).get("2")).text == "restored"  # type: ignore[union-attr]


async def test_another_database_forgets_everything(wire: Wire) -> None:
    truth, clock = Truth(), clock_at()
    snapshots = made(truth, wire, clock)
    await snapshots.get("2")
    for forget in clock.on_reset:
        forget()
    assert snapshots.stale("2") is None
    assert snapshots.bytes == 0


async def test_the_process_keeps_so_many_bytes_and_drops_the_least_used(wire: Wire) -> None:
    truth = Truth()
    size = len(json.encode(Fact(1, ("f:10",), "fact 10"))) * DECODED + OVERHEAD
    snapshots = made(truth, wire, most=10 * size)
    for n in range(20):
        await snapshots.get(str(n))
        await snapshots.get("0")
    assert snapshots.bytes <= 10 * size
    assert snapshots.evictions >= 9
    assert snapshots.kept("0") is not None
    assert snapshots.stale("1") is None


async def test_without_truth_only_what_is_known_is_known(wire: Wire) -> None:
    truth, clock = Truth(), clock_at()
    snapshots = made(truth, wire, clock)
    await snapshots.get("4")
    truth.away = True
    assert (await snapshots.get("4")).text == "fact 4"  # type: ignore[union-attr]
    clock.hear(9, ["f:4"])
    with pytest.raises(Unavailable):
        await snapshots.get("4")
    with pytest.raises(Unavailable):
        await snapshots.get("6")
    assert snapshots.stale("4").text == "fact 4"  # type: ignore[union-attr]
    assert snapshots.stale("6") is None
