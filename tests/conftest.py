"""Real stores for every test: one embedded pair a session, a template database made by the real
migrations, clones of it for tests that commit or need several connections."""

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from hypothesis import settings

from app.store import keys
from app.store.embedded.use import Stores, stores_of
from app.store.migrate import migrate
from tests.app.databases import run, with_database

settings.register_profile("zpm", deadline=None)  # no test asserts how long something takes
settings.load_profile("zpm")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def stores() -> Iterator[Stores]:
    """PostgreSQL and Valkey: TEST_DATABASE_URL and TEST_REDIS_URL, else embedded ones of our own."""
    if "TEST_DATABASE_URL" in os.environ:
        yield Stores(os.environ["TEST_DATABASE_URL"], os.environ["TEST_REDIS_URL"])
        return
    folder = Path(tempfile.mkdtemp(prefix="zpm-t"))
    try:
        with stores_of(folder) as running:
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(stores: Stores) -> Iterator[str]:
    """Name of a database that the migrations made; nobody writes to it."""
    name = f"zpm_template_{secrets.token_hex(4)}"
    run(stores.database_url, f'create database "{name}"')
    asyncio.run(migrate(with_database(stores.database_url, name)))
    yield name
    run(stores.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
def cloned(stores: Stores, template: str) -> Iterator[str]:
    """URL of a fresh database for one test that commits."""
    name = f"zpm_test_{secrets.token_hex(6)}"
    run(stores.database_url, f'create database "{name}" template "{template}" strategy file_copy')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def shared(stores: Stores, template: str) -> Iterator[str]:
    """URL of the database for tests that roll back."""
    name = f"zpm_shared_{secrets.token_hex(4)}"
    run(stores.database_url, f'create database "{name}" template "{template}"')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
async def db(shared: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection whose transaction is rolled back."""
    connection = await asyncpg.connect(shared, server_settings={"timezone": "UTC"})
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


@pytest.fixture
def redis_url(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> str:
    """Valkey under a prefix of this test's own."""
    monkeypatch.setattr(keys, "PREFIX", f"t{secrets.token_hex(6)}")
    return stores.redis_url
