"""The facts clock as one worker sees it: which snapshots may still be used, and is the view fresh?

`update facts_clock` is the last statement of every transaction that changes what a scan shows, so
its numbers commit in order; NOTIFY carries `(v, keys)`. A worker keeps the newest change of each
key and refuses a snapshot, also one just loaded, older than the newest change of anything it rests
on. What it cannot remember or may have missed goes into `floor`: older than that is refused
whatever it rests on; a snapshot as young as the clock is never refused.

Each worker reads the clock every second on its LISTEN connection. Without an answer for two
seconds its caches may no longer say "valid, in force" (`fresh` is False).
"""

import asyncio
import contextlib
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

import asyncpg

from app.store import keys as names
from app.store.askers import READER
from app.store.postgres import AWAY

HEARTBEAT_S = 1.0
ALLOWANCE_S = 2.0
RETRY_S = 0.25
REMEMBERED = 100_000
"""Keys whose newest change is kept; the oldest ones move into the floor."""

log = logging.getLogger(__name__)


class FactsClock:
    """Follow the clock of `url`; `on_change(keys)` is called for every announcement."""

    def __init__(
        self, url: str, on_change: Callable[[list[str]], None] | None = None, remembered: int = REMEMBERED
    ) -> None:
        self.url = url
        self.on_change = on_change
        self.remembered = remembered
        self.changed: OrderedDict[str, int] = OrderedDict()
        self.floor = 0
        self.announced = 0
        """Highest clock value heard of by NOTIFY (or taken over at a reconnection)."""
        self.identity = ""
        """Of the database's history; part of every key in Valkey."""
        self.on_reset: list[Callable[[], None]] = []
        """Called when the database turns out to be another one, or an older state of itself."""
        self._read_before = 0
        self._alive_at = float("-inf")
        self._task: asyncio.Task[None] | None = None

    @property
    def fresh(self) -> bool:
        """Was the clock read within the allowance?"""
        return time.monotonic() - self._alive_at <= ALLOWANCE_S

    @property
    def as_of(self) -> float:
        """Seconds since the clock was last read."""
        return time.monotonic() - self._alive_at

    def usable(self, v: int, keys: Iterable[str]) -> bool:
        """May a snapshot taken at `v`, resting on `keys`, still be shown?"""
        if v < self.floor:
            return False
        changed = self.changed
        return all(changed.get(key, 0) <= v for key in keys)

    def hear(self, v: int, keys: list[str]) -> None:
        """Take in one announcement; the order of arrival does not matter."""
        if "*" in keys:
            self.floor = max(self.floor, v)
        else:
            for key in keys:
                if v > self.changed.get(key, 0):
                    self.changed[key] = v
                    self.changed.move_to_end(key)
            while len(self.changed) > self.remembered:
                _, oldest = self.changed.popitem(last=False)
                self.floor = max(self.floor, oldest)
        self.announced = max(self.announced, v)
        if self.on_change:
            self.on_change(keys)

    async def open(self) -> None:
        """Start following; returns after the first reading, or at once when the database is away."""
        first = asyncio.Event()
        self._task = asyncio.create_task(self._follow(first))
        await first.wait()

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _follow(self, first: asyncio.Event) -> None:
        while True:
            connection = None
            try:
                connection = await asyncpg.connect(
                    self.url,
                    timeout=ALLOWANCE_S,
                    command_timeout=ALLOWANCE_S,
                    server_settings={"application_name": "zpm clock", "role": READER},
                )
                await self._listen(connection)
                while True:
                    await self._beat(connection)
                    first.set()
                    await asyncio.sleep(HEARTBEAT_S)
            except AWAY as error:
                if self.fresh:  # said once, not at every try
                    log.warning("facts clock lost: %s", type(error).__name__)
            except Exception:  # whatever it is, a worker without its clock says "valid" never again
                log.exception("facts clock failed; it is tried again")
            finally:
                if connection is not None:
                    connection.terminate()
            first.set()
            await asyncio.sleep(RETRY_S)

    async def _listen(self, connection: asyncpg.Connection) -> None:
        """Hear first, then read: whatever was changed up to the reading may have been missed.

        Not only where the numbers differ: another change, or the first part of a long one, may
        have been heard meanwhile and brought them level.
        """
        await connection.add_listener("facts", self._announcement)
        v, identity = await connection.fetchrow("/* store.clock */ select v, identity::text from facts_clock")
        if v < self.announced and identity == self.identity:
            # An older state of the same database (a backup, a standby that lagged): what caches
            # hold of the lost future must never meet the numbers that are now given again.
            identity = await connection.fetchval(
                "/* store.clock_renew */ update facts_clock set identity = gen_random_uuid() returning identity::text"
            )
        if identity != self.identity:
            self.identity = identity
            names.SPACE = identity[:8]
            self.changed.clear()
            self.floor, self.announced = 0, 0
            for forget in self.on_reset:
                forget()
        self.floor = max(self.floor, v)
        self.announced = max(self.announced, v)
        self._read_before = v
        if self.on_change:
            self.on_change(["*"])

    def _announcement(self, _connection: object, _pid: int, _channel: str, payload: object) -> None:
        news = json.loads(str(payload))
        self.hear(news["v"], news["keys"])

    async def _beat(self, connection: asyncpg.Connection) -> None:
        asked_at = time.monotonic()
        v = await connection.fetchval("/* store.clock */ select v from facts_clock")
        # An announcement is delivered after the answer of the statement that ran meanwhile; one
        # that has still not come a heartbeat later was lost.
        if self._read_before > self.announced:
            self.floor = max(self.floor, self._read_before)
            self.announced = self._read_before
        self._read_before = v
        self._alive_at = asked_at
