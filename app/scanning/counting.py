"""Counting views: group commit. The next group starts when the last has committed, no window.

A view is acknowledged after PostgreSQL has committed it. Under load a group is whatever came in
while the last one was written; alone, a view is a group of one.
"""

import asyncio
import contextlib
import logging
import os
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg

from app.scanning import queries
from app.scanning.items import Items
from app.scanning.view_id import View
from app.store.askers import READER
from app.store.postgres import AWAY

GROUP_MOST = 1_000
COMMIT_WAIT_S = 2
WAITING_MOST = 20_000
"""More than a second's views of a worker: beyond it they are refused, not kept."""
SLOTS = 64
"""Rows a day over which a product's views are spread."""

log = logging.getLogger(__name__)


class NotCounted(Exception):
    """The view could not be made durable."""


class _Seen(NamedTuple):
    subject: tuple[int, int] | str
    """(batch, index), or the GTIN of a product or lot page."""
    view: View
    province: str | None
    done: "asyncio.Future[None]"


class Counter:
    """`await count(...)` returns once the view is durable."""

    def __init__(self, url: str, items: Items) -> None:
        self.url = url
        self.items = items
        self.slot = os.getpid() % SLOTS
        self._waiting: list[_Seen] = []
        self._wake = asyncio.Event()
        self._connection: asyncpg.Connection | None = None
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """What was taken or waits is written before we end, if the database answers."""
        self._closed = True
        self._wake.set()
        if self._task:
            await asyncio.wait([self._task], timeout=COMMIT_WAIT_S)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._fail_waiting(NotCounted("stopped"))
        if self._connection is not None:
            self._connection.terminate()

    def count(self, subject: tuple[int, int] | str, view: View, province: str | None) -> "asyncio.Future[None]":
        """A future that is done when the view is durable; fails with `NotCounted`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._closed or len(self._waiting) >= WAITING_MOST:
            done.set_exception(NotCounted("closed" if self._closed else "too many wait"))
            return done
        self._waiting.append(_Seen(subject, view, province, done))
        self._wake.set()
        return done

    async def _run(self) -> None:
        """One group after the other until closed; an error fails its group, never the counting."""
        while self._waiting or not self._closed:
            await self._wake.wait()
            group, self._waiting = self._waiting[:GROUP_MOST], self._waiting[GROUP_MOST:]
            if not self._waiting and not self._closed:
                self._wake.clear()
            if not group:
                continue
            try:
                async with asyncio.timeout(COMMIT_WAIT_S):
                    await self._commit(group)
            except asyncio.CancelledError:
                self._settle(group, NotCounted("stopped"))
                raise
            except Exception as error:
                if not isinstance(error, AWAY):
                    log.exception("a group of views failed")
                log.warning("%s views not counted: %s", len(group), type(error).__name__)
                self._drop_connection()
                self._settle(group, NotCounted(type(error).__name__))
                self._fail_waiting(NotCounted(type(error).__name__))
            else:
                self._settle(group, None)

    def _fail_waiting(self, error: NotCounted) -> None:
        """Who waits behind a failure would only wait for the same."""
        waiting, self._waiting = self._waiting, []
        self._settle(waiting, error)

    @staticmethod
    def _settle(group: list[_Seen], error: Exception | None) -> None:
        for seen in group:
            if seen.done.done():
                continue
            if error is None:
                seen.done.set_result(None)
            else:
                seen.done.set_exception(error)

    async def _commit(self, group: list[_Seen]) -> None:
        items = [seen for seen in group if not isinstance(seen.subject, str)]
        products = [seen for seen in group if isinstance(seen.subject, str)]
        connection = await self._connected()
        if items:
            await self._commit_items(connection, items)
        if products:
            await queries.count_product_views.run(
                connection,
                [_hour(seen.view.hour) for seen in products],
                [seen.subject for seen in products],
                [seen.view.id for seen in products],
                self.slot,
                datetime.now(UTC),
            )

    async def _commit_items(self, connection: asyncpg.Connection, items: list[_Seen]) -> None:
        subjects = [seen.subject for seen in items]
        untold = await self.items.announce(subjects)  # type: ignore[arg-type]
        async with connection.transaction() if untold else contextlib.nullcontext():
            rows = await self._count_items(connection, items)
            if untold:  # every worker's copies of these segments are too old from this commit on
                await connection.execute("/* scan.untold */ select facts_tick($1)", sorted(untold))
        await self.items.merge(rows)

    async def _count_items(self, connection: asyncpg.Connection, items: list[_Seen]) -> list[asyncpg.Record]:
        subjects = [seen.subject for seen in items]
        return await connection.fetch(
            queries.count_views,
            [_hour(seen.view.hour) for seen in items],
            [subject[0] for subject in subjects],
            [subject[1] for subject in subjects],
            [seen.view.id for seen in items],
            [seen.province for seen in items],
            datetime.now(UTC),
        )

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self.url, timeout=2, command_timeout=COMMIT_WAIT_S,
                server_settings={"application_name": "zpm views", "timezone": "UTC", "role": READER},
            )  # fmt: skip
        return self._connection

    def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _hour(hours: int) -> datetime:
    return datetime.fromtimestamp(hours * 3600, UTC)
