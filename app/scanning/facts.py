"""Where the scan gets its facts: products, batches and lots as snapshots, and the known GTINs."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable

from asyncpg import Pool

from app.scanning import queries
from app.scanning.shapes import BatchFacts, LotFacts, ProductFacts
from app.store.clock import FactsClock
from app.store.postgres import AWAY, Breaker, borrowed
from app.store.snapshots import Snapshots, Unavailable
from app.store.wire import Wire

STATEMENT_WAIT_S = 0.5
"""A scan waits this long for facts; beyond it the page says that the status cannot be had."""

KNOWN_WAIT_S = 5.0
KNOWN_RETRY_S = 0.5

log = logging.getLogger(__name__)


class Facts:
    """Snapshots of what a scan rests on; `offers` are the rooms' `queries` modules."""

    def __init__(
        self, pool: Pool, clock: FactsClock, wire: Wire, offers: Iterable[object], batch_facts: str, lot_facts: str
    ) -> None:
        self.pool = pool
        self.clock = clock
        self.breaker = Breaker()
        product_facts = queries.product_facts(offers)
        self.products = Snapshots("p", ProductFacts, self._load(product_facts, _gtin), clock, wire)
        self.batches = Snapshots("b", BatchFacts, self._load(batch_facts, _batch), clock, wire)
        self.lots = Snapshots("l", LotFacts, self._load(lot_facts, _lot_name), clock, wire)
        self.known: frozenset[str] | None = None
        """GTINs in the register; None until the database has once been read."""
        self._refreshing: asyncio.Task[None] | None = None
        self._stale = asyncio.Event()
        clock.on_change = self._changed

    def _load(self, sql: str, read: Callable[[str], tuple[object, ...]]) -> Callable[[str], Awaitable[bytes | None]]:
        async def load(name: str) -> bytes | None:
            arguments = read(name)
            try:
                async with borrowed(self.pool, STATEMENT_WAIT_S, self.breaker) as db:
                    text = await db.fetchval(sql, *arguments, timeout=STATEMENT_WAIT_S)
            except AWAY as error:
                raise Unavailable(type(error).__name__) from error
            return None if text is None else text.encode()

        return load

    def is_known(self, gtin: str) -> bool:
        """Is the GTIN in the register? No input or output; everything is while nothing was read."""
        return self.known is None or gtin in self.known

    async def open(self) -> None:
        """Returns after the first reading, also when it failed; then it is tried on."""
        first = asyncio.Event()
        self._refreshing = asyncio.create_task(self._refresh(first))
        await first.wait()

    def _changed(self, keys: list[str]) -> None:
        if any(key.startswith(("g:", "*")) for key in keys):
            self._stale.set()

    async def _refresh(self, first: asyncio.Event) -> None:
        """Changes that arrive while one reading runs are met by one more, however many they are."""
        while True:
            self._stale.clear()
            try:
                async with borrowed(self.pool, KNOWN_WAIT_S) as db:
                    self.known = frozenset(await queries.known_gtins.column(db))
            except AWAY as error:
                log.warning("known GTINs not read: %s", type(error).__name__)
                self._stale.set()
                first.set()
                await asyncio.sleep(KNOWN_RETRY_S)
            first.set()
            await self._stale.wait()

    async def close(self) -> None:
        if self._refreshing is not None:
            self._refreshing.cancel()


def _gtin(name: str) -> tuple[str]:
    return (name,)


def _batch(name: str) -> tuple[int]:
    return (int(name),)


def _lot_name(name: str) -> tuple[str, str]:
    gtin, _, lot = name.partition("/")
    return gtin, lot
