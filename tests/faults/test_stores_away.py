"""PostgreSQL is the truth and every cache may vanish: no viewed item turns "first", no page fails."""

import asyncio
import random
import re
import signal
from collections.abc import Callable
from typing import Any

from codes.serial import Item, open_serial, seal
from tests.app.scanning.conftest import Worker
from tests.faults.conftest import Servers, eventually

FIRST = "此前没有消费者查询记录"


def serial_path(servers: Servers, worker: Worker, index: int) -> str:
    """The short path of another item of the demonstration's first batch."""
    first = servers.demonstration.path("valid_first").rpartition("/")[2]
    ring = worker.scanning.ring
    item = open_serial(ring, first)
    assert isinstance(item, Item)
    return "/" + seal(ring, Item(item.epoch, item.batch, index))


async def count_of(worker: Worker, path: str) -> int:
    headline = await worker.headline(path)
    if FIRST in headline:
        return 0
    found = re.search(r"查询过 ([0-9]+) 次", headline)
    assert found, headline
    return int(found[1])


async def test_a_flushed_or_restarted_valkey_never_makes_a_view_unseen(
    servers: Servers, open_worker: Callable[[], Any]
) -> None:
    worker, other = await open_worker(), await open_worker()
    draw = random.Random(20261122)
    model = dict.fromkeys((serial_path(servers, worker, 100 + n) for n in range(6)), 0)

    async def flush() -> None:
        await worker.scanning.wire.call("FLUSHALL")

    async def restart() -> None:
        runs = worker.scanning.wire.run_id, other.scanning.wire.run_id
        servers.kill_valkey()
        servers.start_valkey()
        await eventually(lambda: worker.scanning.wire.run_id != runs[0] and other.scanning.wire.run_id != runs[1])

    async def lose_markers() -> None:
        for key in await worker.scanning.wire.call("KEYS", "*:m:*"):
            await worker.scanning.wire.call("DEL", key)

    for step in range(60):
        path = draw.choice(list(model))
        act = draw.choices(["view", "flush", "restart", "markers"], [12, 3, 1, 2])[0]
        if act == "view":
            await draw.choice([worker, other]).view(path)
            model[path] += 1
        else:
            await {"flush": flush, "restart": restart, "markers": lose_markers}[act]()
        seen = draw.choice(list(model))
        for who in (worker, other):
            assert await count_of(who, seen) == model[seen], (step, act)
    # And in the end Valkey is trusted again: an unviewed item costs no question to PostgreSQL.
    fresh = serial_path(servers, worker, 5000)
    await eventually(lambda: _answered_by_valkey(worker, fresh))


async def _answered_by_valkey(worker: Worker, path: str) -> bool:
    asked: list[object] = []
    items = worker.scanning.items
    original = items._from_truth

    async def watched(batch: int, index: int) -> Any:
        asked.append((batch, index))
        return await original(batch, index)

    items._from_truth = watched  # type: ignore[method-assign]
    try:
        assert await count_of(worker, path) == 0
    finally:
        items._from_truth = original  # type: ignore[method-assign]
    return not asked


async def test_without_valkey_everything_is_answered_and_counted(
    servers: Servers, open_worker: Callable[[], Any]
) -> None:
    worker = await open_worker()
    path = serial_path(servers, worker, 200)
    await worker.view(path)
    servers.kill_valkey()
    try:
        assert await count_of(worker, path) == 1
        await worker.view(path)
        assert await count_of(worker, path) == 2
        for state in ("void", "recalled (lot)", "product: hood", "unknown"):
            assert (await worker.get(servers.demonstration.path(state))).status_code == 200
    finally:
        servers.start_valkey()
    await eventually(lambda: worker.scanning.wire.up)
    assert await count_of(worker, path) == 2


async def test_without_postgresql_the_page_says_so_and_grave_states_stay(
    servers: Servers, open_worker: Callable[[], Any]
) -> None:
    worker = await open_worker()
    demonstration = servers.demonstration
    known = {state: demonstration.path(state) for state in ("product: hood", "void", "product: recalled")}
    item = serial_path(servers, worker, 300)
    before = {state: await worker.headline(path) for state, path in known.items()}
    assert await count_of(worker, item) == 0
    beacon = await worker.beacon(item)
    servers.stop_postgres()
    try:
        await eventually(lambda: not worker.scanning.clock.fresh)
        assert "最新状态暂时查不到" in await worker.headline(known["product: hood"])
        assert "码由平台签发" in await worker.headline(item)
        for state in ("void", "product: recalled"):
            page = await worker.get(known[state])
            assert await worker.headline(known[state]) == before[state]
            assert "截至" in page.text, state
        # This worker never met the batch.
        assert "最新状态暂时查不到" in await worker.headline(demonstration.path("valid_first (food)"))
        assert "没有查到" in await worker.headline(demonstration.path("unknown"))
        assert (await worker.get(beacon)).status_code == 503  # not durable, so not acknowledged
    finally:
        servers.start_postgres()
    await eventually(lambda: worker.scanning.clock.fresh)
    assert "品牌认定有效" in await worker.headline(known["product: hood"])
    assert await count_of(worker, item) == 0
    await eventually(lambda: _counts(worker, beacon))
    assert await count_of(worker, item) == 1


async def _counts(worker: Worker, beacon: str) -> bool:
    return (await worker.get(beacon)).status_code == 200


async def test_a_hanging_valkey_delays_nobody_for_long(servers: Servers, open_worker: Callable[[], Any]) -> None:
    worker = await open_worker()
    path = serial_path(servers, worker, 400)
    await worker.view(path)
    assert servers.valkey
    servers.valkey.send_signal(signal.SIGSTOP)
    try:
        for _ in range(5):
            assert await count_of(worker, path) == 1
        await worker.view(path)
        assert await count_of(worker, path) == 2
    finally:
        servers.valkey.send_signal(signal.SIGCONT)
    await eventually(lambda: worker.scanning.wire.up)
    assert await count_of(worker, path) == 2


async def test_a_view_valkey_was_never_told_of_is_known_to_every_other_worker(
    servers: Servers, open_worker: Callable[[], Any]
) -> None:
    """The worker that counted it ends before it can repair anything; the server never restarted."""
    teller, other = await open_worker(), await open_worker()
    path = serial_path(servers, other, 600)
    for _ in range(3):  # the segment is filled and its marker met: missing means never viewed
        assert await count_of(other, path) == 0
    await eventually(lambda: _answered_by_valkey(other, path))
    assert servers.valkey
    servers.valkey.send_signal(signal.SIGSTOP)
    try:
        await teller.view(path)
        await teller.scanning.close()
    finally:
        servers.valkey.send_signal(signal.SIGCONT)
    late = await open_worker()
    for worker in (other, late):
        await eventually(lambda worker=worker: worker.scanning.wire.up)
        for _ in range(4):
            assert await count_of(worker, path) == 1


async def test_without_valkey_many_views_leave_no_tasks_behind(
    servers: Servers, open_worker: Callable[[], Any]
) -> None:
    worker = await open_worker()
    path = serial_path(servers, worker, 700)
    servers.kill_valkey()
    try:
        before = len(asyncio.all_tasks())
        for _ in range(30):
            await worker.view(path)
        assert len(asyncio.all_tasks()) <= before + 3
    finally:
        servers.start_valkey()
    await eventually(lambda: not worker.scanning.items._broken)
    assert await count_of(worker, path) == 30


async def test_damaged_values_are_not_believed(servers: Servers, open_worker: Callable[[], Any]) -> None:
    worker = await open_worker()
    path = serial_path(servers, worker, 800)
    await worker.view(path)
    await eventually(lambda: _marked(worker, path))
    for key in await worker.scanning.wire.call("KEYS", "*:i:*"):
        for field in await worker.scanning.wire.call("HKEYS", key):
            await worker.scanning.wire.call("HSET", key, field, b"garb\xffage")
    assert await count_of(worker, path) == 1


async def _marked(worker: Worker, path: str) -> bool:
    await count_of(worker, path)
    return bool(await worker.scanning.wire.call("KEYS", "*:m:*"))
