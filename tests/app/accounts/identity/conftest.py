from collections.abc import AsyncIterator

import asyncpg
import pytest
from argon2 import PasswordHasher
from litestar import Litestar

from app.accounts.identity import passwords
from app.store.postgres import open_pool
from tests.app.accounts.identity.staff import Browser, Staff, application, browser


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """argon2id with the least that it takes: these tests are about what is done with it."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
async def pool(cloned: str) -> AsyncIterator[asyncpg.Pool]:
    pool = await open_pool(cloned)
    yield pool
    await pool.close()


@pytest.fixture
async def staff(cloned: str) -> AsyncIterator[Staff]:
    connection = await asyncpg.connect(cloned, server_settings={"timezone": "UTC"})
    yield Staff(connection)
    await connection.close()


@pytest.fixture
def app(pool: asyncpg.Pool) -> Litestar:
    return application(pool)


@pytest.fixture
async def phone(app: Litestar) -> AsyncIterator[Browser]:
    async with browser(app) as one:
        yield one
