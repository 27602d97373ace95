"""Issuing's cast on a connection that is rolled back, and in a database of the test's own."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from tests.app.issuing.cast import Cast, play, settings_of
from tests.app.issuing.service import Client, served


@pytest.fixture
async def cast(db: asyncpg.Connection, shared: str, tmp_path: Path) -> Cast:
    """On the connection that is rolled back."""
    return await play(db, settings_of(shared, tmp_path))


@pytest.fixture
async def own(cloned: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a database of this test's own, which commits."""
    connection = await asyncpg.connect(cloned, server_settings={"timezone": "UTC"})
    yield connection
    await connection.close()


@pytest.fixture
async def own_cast(own: asyncpg.Connection, cloned: str, tmp_path: Path) -> Cast:
    return await play(own, settings_of(cloned, tmp_path))


@pytest.fixture
async def client(cloned: str, own: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Client]:
    """HTTP over a pool, with the platform's key until it becomes somebody else."""
    async with served(cloned, own, tmp_path) as client:
        yield client
