"""What one worker holds for scanning, opened and closed together."""

import asyncio
import contextlib
from collections.abc import Iterable
from pathlib import Path

from asyncpg import Pool

from app.scanning import jobs
from app.scanning.counting import Counter
from app.scanning.facts import Facts
from app.scanning.front import App, Front
from app.scanning.items import Items
from app.scanning.page import Pages
from app.scanning.scan import Scanner
from app.scanning.view_id import ViewIds
from app.settings import Settings
from app.store.clock import FactsClock
from app.store.postgres import AWAY, open_pool
from app.store.wire import Wire

CLOSE_WAIT_S = 2
WEB = Path(__file__).parents[2] / "web"


class Scanning:
    """`offers` are the rooms' `queries` modules, `issuing` the one with the statements of batches and lots."""

    pool: Pool

    def __init__(self, settings: Settings, offers: Iterable[object], issuing: object) -> None:
        self.settings = settings
        self.offers = tuple(offers)
        self.issuing = issuing
        self.clock = FactsClock(settings.database_url)
        self.wire = Wire(settings.redis_url)
        self.pages = Pages(WEB / "templates", WEB / "locale", settings.public_url, settings.demonstration)
        self.views = ViewIds(settings.root_key)
        self.ring = settings.ring
        self._jobs: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def open(self) -> None:
        """Also while the stores are away: they are found when they come back."""
        self.pool = await open_pool(self.settings.database_url)
        self.facts = Facts(
            self.pool, self.clock, self.wire, self.offers, self.issuing.BATCH_FACTS, self.issuing.LOT_FACTS
        )  # type: ignore[attr-defined]  # fmt: skip
        self.items = Items(self.wire, self.pool, self.clock, self.facts.breaker)
        self.counter = Counter(self.settings.database_url, self.items)
        self.scanner = Scanner(self.facts, self.items, self.pages, self.views, self.ring)
        await asyncio.gather(self.wire.open(), self.clock.open())
        await self.facts.open()
        with contextlib.suppress(*AWAY):  # partitions of today first, so that no row lands in the default one
            await jobs.keep_partitions(self.pool, self.settings.view_days)
        await self.counter.open()
        self._jobs = asyncio.create_task(jobs.run(self.pool, self.settings.view_days, self._stop))

    async def close(self) -> None:
        self._stop.set()
        if self._jobs is not None:
            await asyncio.wait([self._jobs], timeout=CLOSE_WAIT_S)
        await self.counter.close()
        await self.items.close()
        await self.facts.close()
        await self.clock.close()
        await self.wire.close()
        try:  # what just ended may still be giving its connection back
            async with asyncio.timeout(CLOSE_WAIT_S):
                await self.pool.close()
        except AWAY:
            self.pool.terminate()

    def front(self, behind: App) -> Front:
        return Front(self, behind)
