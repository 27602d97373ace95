"""The facts clock: no worker shows the old state a second later, none refuses the newest for ever."""

import asyncio
import random
from collections.abc import AsyncIterator

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.store.clock import ALLOWANCE_S, FactsClock
from app.store.postgres import changing_facts


@pytest.fixture
async def pool(cloned: str) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(cloned, min_size=0, max_size=12) as pool:
        await pool.execute("create table fact (id int primary key, value int not null)")
        await pool.execute("insert into fact select n, 0 from generate_series(0, 9) n")
        yield pool


class Worker:
    """Keeps snapshots of facts exactly as far as the clock allows."""

    def __init__(self, url: str, pool: asyncpg.Pool) -> None:
        self.clock = FactsClock(url)
        self.pool = pool
        self.kept: dict[int, tuple[int, int]] = {}
        self.loads = 0

    async def look(self, id_: int) -> int:
        kept = self.kept.get(id_)
        if kept is not None and self.clock.usable(kept[0], [f"f:{id_}"]):
            return kept[1]
        row = await self.pool.fetchrow("select c.v, f.value from fact f, facts_clock c where f.id = $1", id_)
        self.loads += 1
        self.kept[id_] = row["v"], row["value"]
        return row["value"]


async def change(pool: asyncpg.Pool, id_: int, value: int, pause: float = 0) -> None:
    async with pool.acquire() as db, changing_facts(db, [f"f:{id_}"], "test"):
        await db.execute("update fact set value = $2 where id = $1", id_, value)
        await asyncio.sleep(pause)


async def test_two_workers_200_changes_none_shows_the_old_state_a_second_later(cloned: str, pool: asyncpg.Pool) -> None:
    workers = [Worker(cloned, pool), Worker(cloned, pool)]
    for worker in workers:
        await worker.clock.open()
    committed: dict[int, int] = dict.fromkeys(range(10), 0)
    draw = random.Random(7)
    stopped = False

    async def look_all_the_time(worker: Worker) -> None:
        while not stopped:
            await worker.look(draw.randrange(10))
            await asyncio.sleep(0)

    async def change_one(n: int) -> None:
        id_ = n % 10
        # Transactions overlap and end in another order than they began.
        await change(pool, id_, n, draw.random() * 0.02)
        committed[id_] = max(committed[id_], n)

    lookers = [asyncio.create_task(look_all_the_time(worker)) for worker in workers]
    for start in range(0, 200, 10):
        await asyncio.gather(*(change_one(n) for n in range(start, start + 10)))
    await asyncio.sleep(1)
    for worker in workers:
        assert [await worker.look(id_) for id_ in range(10)] == [committed[id_] for id_ in range(10)]
    # Nothing changes any more: nothing may be refused any more.
    loads = [worker.loads for worker in workers]
    for worker in workers:
        for id_ in range(10):
            await worker.look(id_)
    assert [worker.loads for worker in workers] == loads
    stopped = True
    await asyncio.gather(*lookers)
    for worker in workers:
        await worker.clock.close()


async def test_numbers_are_given_in_the_order_of_commits(cloned: str, pool: asyncpg.Pool) -> None:
    slow = asyncio.create_task(change(pool, 1, 1, pause=0.1))  # begins first, ends last
    await asyncio.sleep(0.02)
    await change(pool, 2, 2)
    quick_v = await pool.fetchval("select v from facts_clock")
    await slow
    assert await pool.fetchval("select v from facts_clock") == quick_v + 1


async def test_a_lost_connection_is_met_by_a_floor_and_caught_up(cloned: str, pool: asyncpg.Pool) -> None:
    worker = Worker(cloned, pool)
    await worker.clock.open()
    assert await worker.look(3) == 0
    assert worker.clock.fresh
    await pool.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zpm clock' "
                       "and datname = current_database()")  # fmt: skip
    await change(pool, 3, 33)  # nobody listens
    async with asyncio.timeout(10):
        while await worker.look(3) != 33:
            await asyncio.sleep(0.02)
    loads = worker.loads
    assert await worker.look(3) == 33
    assert worker.loads == loads
    await worker.clock.close()


async def test_another_change_heard_meanwhile_hides_no_missed_one(cloned: str, pool: asyncpg.Pool) -> None:
    """The number alone does not tell that an announcement was missed: the floor must rise."""
    worker = Worker(cloned, pool)
    await worker.clock.open()
    assert await worker.look(3) == 0
    heard = worker.clock._announcement
    worker.clock._announcement = lambda *_: None  # type: ignore[method-assign]  # as if the line were down
    await pool.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zpm clock' "
                       "and datname = current_database()")  # fmt: skip
    await change(pool, 3, 33)
    await change(pool, 4, 44)
    v = await pool.fetchval("select v from facts_clock")
    worker.clock.hear(v, ["f:4"])  # the later one is heard, and brings the numbers level
    worker.clock._announcement = heard  # type: ignore[method-assign]
    async with asyncio.timeout(10):
        while await worker.look(3) != 33:
            await asyncio.sleep(0.02)
    await worker.clock.close()


async def test_a_clock_that_went_back_begins_a_new_history(cloned: str, pool: asyncpg.Pool) -> None:
    await pool.execute("update facts_clock set v = 50")
    worker = Worker(cloned, pool)
    forgotten: list[int] = []
    worker.clock.on_reset.append(lambda: forgotten.append(1))
    await worker.clock.open()
    identity = worker.clock.identity
    assert forgotten == [1]  # the first reading: what was there before belongs to no history
    await pool.execute("update facts_clock set v = 20")  # a backup was restored
    await pool.execute("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'zpm clock' "
                       "and datname = current_database()")  # fmt: skip
    async with asyncio.timeout(10):
        while worker.clock.identity == identity:
            await asyncio.sleep(0.02)
    assert forgotten == [1, 1]
    assert worker.clock.announced == worker.clock.floor == 20
    assert await pool.fetchval("select identity::text from facts_clock") == worker.clock.identity
    await worker.clock.close()


async def test_a_silent_database_makes_it_stale_and_an_answer_fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FactsClock("postgresql://nobody@127.0.0.1:1/none")
    await clock.open()  # does not wait for a server that is not there
    assert not clock.fresh
    clock._alive_at = asyncio.get_running_loop().time()
    assert clock.fresh
    clock._alive_at -= ALLOWANCE_S + 0.01
    assert not clock.fresh
    await clock.close()


news = st.lists(st.tuples(st.integers(1, 50), st.sets(st.sampled_from("abcdef"), min_size=1)), max_size=40)


@given(news, st.randoms(use_true_random=False), st.integers(1, 6))
def test_out_of_order_announcements_and_little_memory_never_admit_an_old_snapshot(
    announced: list[tuple[int, set[str]]], draw: random.Random, remembered: int
) -> None:
    clock = FactsClock("", remembered=remembered)
    newest: dict[str, int] = {}
    shuffled = announced[:]
    draw.shuffle(shuffled)
    for v, keys in shuffled:
        clock.hear(v, sorted(keys))
        for key in keys:
            newest[key] = max(newest.get(key, 0), v)
    top = max((v for v, _ in announced), default=0)
    for key in "abcdef":
        for v in range(top + 2):
            if v < newest.get(key, 0):
                assert not clock.usable(v, [key])
        assert clock.usable(max(top, 1), [key])  # as young as the clock: never refused


def test_a_bulk_change_ages_everything_at_once() -> None:
    clock = FactsClock("")
    clock.hear(5, ["*"])
    assert not clock.usable(4, ["anything"])
    assert clock.usable(5, ["anything"])
