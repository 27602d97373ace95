"""Content that no record names: left by a request that broke off between storage and database."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from asyncpg import Pool

from app.catalogue.evidence import queries
from app.store.askers import Asker, borrowed_as
from app.store.files import Files
from app.store.postgres import AWAY

log = logging.getLogger(__name__)

YOUNG = timedelta(days=1)
"""Content this new may still get its record."""
EVERY_S = 6 * 3600.0
CLEANER = Asker(platform=True, actor="clean-up")


async def sweep(pool: Pool, files: Files, now: datetime) -> int:
    """Take away what has lain for a day without a record; how many that were.

    A withdrawn document is still a record: its content stays."""
    gone = 0
    for digest in await files.untouched_for(YOUNG, now):
        async with borrowed_as(pool, CLEANER) as db, db.transaction():
            await queries.lock_content.get(db, digest)
            if not await queries.content_is_named.get(db, digest):
                await files.delete(digest)
                gone += 1
    return gone


async def keep_sweeping(pool: Pool, files: Files) -> None:
    """For as long as a worker runs; several workers only look twice."""
    while True:
        await asyncio.sleep(EVERY_S)
        try:
            if gone := await sweep(pool, files, datetime.now(UTC)):
                log.info("%d files without a record taken away", gone)
        except AWAY as error:
            log.warning("no clean-up of files this time: %s", type(error).__name__)
