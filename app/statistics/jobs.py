"""Counting finished days: from the events, which expire, into sums by day, which stay.

One worker at a time. A day is counted again until no late view of it can come; until then it is
counted from the events when somebody asks, so figures are whole at any moment.
"""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from asyncpg import Pool

from app.edge.fields import today_in_china
from app.statistics import queries, rules
from app.store.postgres import AWAY

EVERY_S = 600
RETRY_S = 30
LOCK = 0x7A706D06  # "zpm" 06
DAY_MOST_S = 600
"""One day's events in one statement: far beyond what requests may take."""

log = logging.getLogger(__name__)


async def roll_up(pool: Pool, now: datetime) -> int | None:
    """How many days were counted; None when another worker is at it."""
    async with pool.acquire() as db:
        mark = await queries.mark.first(db)
        assert mark is not None  # the migration made its one row
        due = rules.days_due(mark, today_in_china(now))
        for day in due:
            async with db.transaction():
                if not await queries.roll_up_lock.get(db, LOCK):
                    return None
                await db.execute(f"/* statistics.patience */ set local statement_timeout = '{DAY_MOST_S}s'")
                settled = rules.is_settled(day, now)
                changed = await db.fetchval(queries.roll_up.sql, day, settled, timeout=DAY_MOST_S)
            if changed:
                log.debug("scans of %s: %s sums written", day, changed)
    return len(due)


async def run(pool: Pool, stop: asyncio.Event) -> None:
    """Until `stop`; a day under way is finished, not cut."""
    while not stop.is_set():
        try:
            await roll_up(pool, datetime.now(UTC))
            pause = EVERY_S
        except AWAY as error:
            log.warning("scans not counted: %s", type(error).__name__)
            pause = RETRY_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
