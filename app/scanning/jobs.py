"""Housekeeping of the view events: partitions for the days ahead, expired days dropped whole."""

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from asyncpg import Pool

from app.scanning import queries
from app.store.postgres import AWAY

EVERY_S = 6 * 3600
RETRY_S = 30
LOCK = 0x7A706D03  # "zpm" 03

log = logging.getLogger(__name__)


async def keep_partitions(pool: Pool, days: int) -> bool:
    """False when another worker is at it."""
    async with pool.acquire() as db, db.transaction():
        if not await db.fetchval("/* scan.partition_lock */ select pg_try_advisory_xact_lock($1)", LOCK):
            return False
        await db.execute("/* scan.partition_patience */ set local lock_timeout = '2s'")
        dropped = await queries.keep_partitions.get(db, datetime.now(UTC).date(), days)
        if dropped:
            log.info("%s days of view events expired", dropped)
    return True


async def run(pool: Pool, days: int, stop: asyncio.Event) -> None:
    """Until `stop`; a statement under way is finished, not cut."""
    while not stop.is_set():
        try:
            await keep_partitions(pool, days)
            pause = EVERY_S
        except AWAY as error:
            log.warning("partitions not kept: %s", type(error).__name__)
            pause = RETRY_S
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
