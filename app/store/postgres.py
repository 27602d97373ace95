"""PostgreSQL manners: the pool and the transaction that ends with a tick of the facts clock."""

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import asyncpg
from asyncpg import Connection, Pool

from app.store.askers import READER

STATEMENT_TIMEOUT_MS = 10_000
"""No request waits longer on one statement; exports and migrations use connections of their own."""

BREAK_S = 1.0
RESET_S = 2.0
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
"""What asyncpg raises while the server is away, going or coming (the last one: cut in mid-statement)."""


async def open_pool(url: str, size: int = 8) -> Pool:
    """A pool of up to `size` connections to the primary; opened as they are needed, so that a
    worker also starts while the database is away."""
    return await asyncpg.create_pool(
        url,
        min_size=0,
        max_size=size,
        timeout=5,
        command_timeout=STATEMENT_TIMEOUT_MS / 1000,
        reset=_forget,
        server_settings={
            "application_name": "zpm",
            "timezone": "UTC",
            "statement_timeout": str(STATEMENT_TIMEOUT_MS),
            "role": READER,  # also what a connection falls back to when it is given back
        },
    )


async def _forget(connection: Connection) -> None:
    """Whoever comes next is the public: RESET ALL leaves the role as it is."""
    await connection.execute(f"reset role;\n{connection.get_reset_query()}", timeout=RESET_S)


class Breaker:
    """After a failure the server is not asked for a second: nobody waits for the same time-out."""

    def __init__(self) -> None:
        self._closed_at = 0.0

    def check(self) -> None:
        """Raises ConnectionError while the second runs."""
        if time.monotonic() < self._closed_at:
            raise ConnectionError("the database has just failed to answer")

    def trip(self) -> None:
        self._closed_at = time.monotonic() + BREAK_S


@asynccontextmanager
async def borrowed(pool: Pool, seconds: float, breaker: Breaker | None = None) -> AsyncIterator[Connection]:
    """A connection for statements that are given `timeout=seconds` themselves; raises `AWAY`.

    asyncio's own timeouts would cancel the pool in the middle of giving a dead connection back.
    """
    if breaker is not None:
        breaker.check()
    try:
        connection = await pool.acquire(timeout=seconds)
        try:
            yield connection
        finally:
            await pool.release(connection, timeout=seconds)
    except (OSError, TimeoutError):
        if breaker is not None:
            breaker.trip()
        raise


@asynccontextmanager
async def changing_facts(db: Connection, keys: Iterable[str], actor: str) -> AsyncIterator[set[str]]:
    """A transaction whose last statement ticks the facts clock for `keys`.

    The yielded set takes keys that are known only inside. `actor` goes into the history rows.
    """
    changed = set(keys)
    async with db.transaction():
        await db.execute("/* store.actor */ select set_config('zpm.actor', $1, true)", actor)
        yield changed
        await db.execute("/* store.facts_tick */ select facts_tick($1)", sorted(changed))
