"""The limit of a key holds across workers; without Valkey each worker counts for itself."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.edge.limits import Limits, TooOften
from app.store.wire import Wire


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    wire = Wire(redis_url, budget_s=5)
    await wire.open()
    yield wire
    await wire.close()


async def _spend(limits: Limits, name: str, times: int) -> int:
    """How many were let through."""
    let, waits = 0, list[int]()
    for _ in range(times):
        try:
            await limits.take(name)
            let += 1
        except TooOften as refused:
            waits.append(int(str(refused.facts["retry_after"])))
    assert all(wait >= 1 for wait in waits)
    return let


async def test_a_burst_is_let_through_and_no_more(wire: Wire) -> None:
    limits = Limits(wire, per_second=0.001, burst=7)
    assert await _spend(limits, "a", 20) == 7
    assert await _spend(limits, "b", 3) == 3, "another key has its own"


async def test_many_workers_share_one_limit(wire: Wire, redis_url: str) -> None:
    others = [Wire(redis_url, budget_s=5) for _ in range(3)]
    for other in others:
        await other.open()
    workers = [Limits(one, per_second=0.001, burst=25) for one in (wire, *others)]
    assert sum(await asyncio.gather(*(_spend(one, "shared", 20) for one in workers))) == 25
    for other in others:
        await other.close()


async def test_time_pays_for_more(wire: Wire) -> None:
    limits = Limits(wire, per_second=50, burst=1)
    await limits.take("c")
    with pytest.raises(TooOften):
        await limits.take("c")
    await asyncio.sleep(0.1)
    await limits.take("c")


async def test_without_valkey_a_worker_counts_for_itself() -> None:
    alone = Limits(Wire("unix:///nowhere/valkey.sock"), per_second=0.001, burst=4)
    assert await _spend(alone, "a", 10) == 4
    assert await _spend(alone, "b", 1) == 1
