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
from app.store.postgres import AWAY

GROUP_MOST = 1_000
COMMIT_WAIT_S = 5
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

    async def open(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """What waits is written before we end, if the database answers."""
        if self._task:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(COMMIT_WAIT_S):
                    while self._waiting:
                        await asyncio.sleep(0.01)
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._connection is not None:
            self._connection.terminate()

    def count(self, subject: tuple[int, int] | str, view: View, province: str | None) -> "asyncio.Future[None]":
        """A future that is done when the view is durable; fails with `NotCounted`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Seen(subject, view, province, done))
        self._wake.set()
        return done

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            group, self._waiting = self._waiting[:GROUP_MOST], self._waiting[GROUP_MOST:]
            if not self._waiting:
                self._wake.clear()
            try:
                async with asyncio.timeout(COMMIT_WAIT_S):
                    await self._commit(group)
            except AWAY as error:
                log.warning("%s views not counted: %s", len(group), type(error).__name__)
                await self._drop_connection()
                self._settle(group, NotCounted(type(error).__name__))
            except BaseException:
                self._settle(group, NotCounted("stopped"))
                raise
            else:
                self._settle(group, None)

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
        await self.items.announce(subjects)  # type: ignore[arg-type]
        rows = await connection.fetch(
            queries.count_views,
            [_hour(seen.view.hour) for seen in items],
            [subject[0] for subject in subjects],
            [subject[1] for subject in subjects],
            [seen.view.id for seen in items],
            [seen.province for seen in items],
            datetime.now(UTC),
        )
        await self.items.merge(rows)

    async def _connected(self) -> asyncpg.Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                self.url, timeout=2, command_timeout=COMMIT_WAIT_S,
                server_settings={"application_name": "zpm views", "timezone": "UTC"},
            )  # fmt: skip
        return self._connection

    async def _drop_connection(self) -> None:
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _hour(hours: int) -> datetime:
    return datetime.fromtimestamp(hours * 3600, UTC)
