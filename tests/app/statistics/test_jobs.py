"""Counting days: compared with counting by hand, again and again, late and by several at once."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.statistics import actions, jobs, queries
from app.statistics.shapes import Asked
from app.store.askers import Asker, become
from app.store.postgres import open_pool
from tests.app.statistics.cast import HOOD, JIANGSU, TODAY, ZHEJIANG, at, play, see, see_product, this_hour

DAY = timedelta(days=1)
NOON = at(TODAY, 12)
FIRST = TODAY - 4 * DAY

VIEW = st.tuples(st.integers(0, 3), st.integers(0, 5 * 24 - 1), st.sampled_from([ZHEJIANG, "330282", JIANGSU, None]))

Sums = Counter[tuple[date, str, int, str]]


async def _sums(db: asyncpg.Connection) -> Sums:
    rows = await db.fetch("select day, gtin, batch, province, views from scan_day")
    return Counter({(r["day"], r["gtin"], r["batch"], r["province"]): r["views"] for r in rows})


async def _told(db: asyncpg.Connection, asker: Asker) -> tuple[int, dict[date, int]]:
    await become(db, asker)
    found = await actions.count(db, Asked(first=FIRST, last=TODAY), TODAY)
    await db.execute("reset role")
    return found.total, {one.day: one.views for one in found.days if one.views}


@given(st.lists(VIEW, max_size=40), st.lists(VIEW, max_size=10))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_sums_are_what_counting_by_hand_gives(shared: str, views: list, late: list) -> None:
    async def compare() -> None:
        db = await asyncpg.connect(shared, server_settings={"timezone": "UTC"})
        transaction = db.transaction()
        await transaction.start()
        try:
            cast = await play(db)
            subjects = [(cast.batch, HOOD), (cast.second, HOOD), (cast.proof, None), (0, HOOD)]
            by_hand: Sums = Counter()
            for some in (views, late):
                for subject, hour, province in some:
                    batch, gtin = subjects[subject]
                    day = FIRST + DAY * (hour // 24)
                    if batch:
                        await see(db, batch, at(FIRST, hour), province)
                    else:
                        await see_product(db, HOOD, at(FIRST, hour))
                    if gtin:
                        place = (province or "000000")[:2] + "0000" if batch else "000000"
                        by_hand[day, gtin, batch, place] += 1
                # Whole at any moment: what is not counted yet is counted live.
                days = Counter()
                for (day, *_), n in by_hand.items():
                    days[day] += n
                for asker in (Asker(platform=True), Asker(organisation=cast.maker), Asker(region="3302")):
                    assert await _told(db, asker) == (sum(by_hand.values()), days)
                for n in range(4):
                    await db.fetchval(queries.roll_up.sql, FIRST + DAY * n, n < 3)
                for asker in (Asker(platform=True), Asker(organisation=cast.maker), Asker(region="3302")):
                    assert await _told(db, asker) == (sum(by_hand.values()), days)
                rolled = Counter({key: n for key, n in by_hand.items() if key[0] < TODAY})
                assert await _sums(db) == rolled
                await db.execute("update scan_rollup set settled = null")
                for n in range(4):
                    assert await db.fetchval(queries.roll_up.sql, FIRST + DAY * n, False) == 0
        finally:
            await transaction.rollback()
            await db.close()

    asyncio.run(compare())


async def test_the_job_counts_finished_days_once_and_late_views_too(cloned: str) -> None:
    db = await asyncpg.connect(cloned, server_settings={"timezone": "UTC"})
    cast = await play(db)
    pool = await open_pool(cloned, 4)
    try:
        assert await jobs.roll_up(pool, NOON) == 1  # nothing there: only how far it is counted
        assert await db.fetchval("select settled from scan_rollup") == TODAY - DAY
        await see(db, cast.batch, at(TODAY - DAY, 23), ZHEJIANG, 3)
        await see(db, cast.batch, at(TODAY, 1), ZHEJIANG, 5)
        early = at(TODAY, 2)
        await db.execute("update scan_rollup set settled = $1", TODAY - 2 * DAY)
        assert await jobs.roll_up(pool, early) == 1
        key = (TODAY - DAY, HOOD, cast.batch, ZHEJIANG)
        assert await _sums(db) == {key: 3}
        await see(db, cast.batch, at(TODAY - DAY, 23), ZHEJIANG, 2)  # a page of 23:00, looked at after midnight
        assert await jobs.roll_up(pool, early) == 1
        assert await _sums(db) == {key: 5}
        # What expires does not take the sums along.
        await db.execute("delete from view_event")
        assert await jobs.roll_up(pool, at(TODAY, 7)) == 1
        assert await jobs.roll_up(pool, at(TODAY, 8)) == 0
        assert await _sums(db) == {key: 5}
    finally:
        await pool.close()
        await db.close()


async def test_one_worker_counts_at_a_time_and_several_change_nothing(cloned: str) -> None:
    db = await asyncpg.connect(cloned, server_settings={"timezone": "UTC"})
    cast = await play(db)
    await see(db, cast.batch, at(FIRST), ZHEJIANG, 7)
    pool = await open_pool(cloned, 6)
    try:
        async with db.transaction():
            assert await queries.roll_up_lock.get(db, jobs.LOCK)
            assert await jobs.roll_up(pool, NOON) is None
            assert await _sums(db) == {}
        counted = await asyncio.gather(*(jobs.roll_up(pool, NOON) for _ in range(5)))
        assert any(counted)
        await jobs.roll_up(pool, NOON)
        assert await db.fetchval("select settled from scan_rollup") == TODAY - DAY
        assert await _sums(db) == {(FIRST, HOOD, cast.batch, ZHEJIANG): 7}
    finally:
        await pool.close()
        await db.close()


async def test_the_job_ends_when_told_to(cloned: str) -> None:
    pool = await open_pool(cloned, 2)
    stop = asyncio.Event()
    db = await asyncpg.connect(cloned)
    cast = await play(db)
    await see(db, cast.batch, this_hour() - 4 * DAY)
    running = asyncio.create_task(jobs.run(pool, stop))
    try:
        while await db.fetchval("select settled from scan_rollup") is None:
            await asyncio.sleep(0.01)
        assert not running.done(), "it goes on until it is told"
        stop.set()
        async with asyncio.timeout(30):
            await running
        assert running.done()
        assert await db.fetchval("select count(*) from scan_day") > 0
    finally:
        await db.close()
        await pool.close()


@pytest.mark.parametrize("role", ["zpm_app", "zpm_login"])
async def test_only_the_service_itself_counts(db: asyncpg.Connection, role: str) -> None:
    async with db.transaction():
        await db.execute("set local role zpm_reader")
        await db.fetchval(queries.roll_up.sql, TODAY, False)
    await db.execute(f"set local role {role}")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.fetchval(queries.roll_up.sql, datetime.now(UTC).date(), False)
