"""A worker on a database with the demonstration in it, and the codes to scan."""

import asyncio
import gzip
import re
import secrets
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import Struct

from app.asgi import OFFERS
from app.demo.codes import DemoCodes, load_demonstration
from app.issuing import queries as issuing_queries
from app.scanning import queries
from app.scanning.service import Scanning
from app.settings import Settings, from_environment
from app.store.embedded.use import Stores
from tests.app.databases import run, with_database

ROOT_KEY = "00112233445566778899aabbccddeeff" * 2


def settings_of(database_url: str, redis_url: str, folder: Path, **more: str) -> Settings:
    return from_environment({
        "DATABASE_URL": database_url, "REDIS_URL": redis_url, "ZPM_ROOT_KEY_HEX": ROOT_KEY,
        "ZPM_HIGH_WATER_FILE": str(folder / "high-water"), "ZPM_PUBLIC_URL": "http://scan.test",
        "ZPM_FILES": str(folder / "files"), **more,
    })  # fmt: skip


class Demonstration(Struct):
    """The template database with the demonstration in it, and its codes."""

    template: str
    codes: DemoCodes

    def uri(self, state: str) -> str:
        return next(example.uri for example in self.codes.examples if example.state == state)

    def path(self, state: str) -> str:
        return self.uri(state).removeprefix("http://scan.test")


@pytest.fixture(scope="session")
def demonstration(stores: Stores, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    name = f"zpm_demo_{secrets.token_hex(4)}"
    run(stores.database_url, f'create database "{name}" template "{template}"')
    url = with_database(stores.database_url, name)
    settings = settings_of(url, stores.redis_url, tmp_path_factory.mktemp("demo"))
    codes = asyncio.run(load_demonstration(settings, datetime.now(UTC)))
    yield Demonstration(name, codes)
    run(stores.database_url, f'drop database "{name}" with (force)')


@pytest.fixture
def demonstrated(stores: Stores, demonstration: Demonstration) -> Iterator[str]:
    """URL of a database of this test's own with the demonstration in it."""
    name = f"zpm_test_{secrets.token_hex(6)}"
    run(stores.database_url, f'create database "{name}" template "{demonstration.template}" strategy file_copy')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


class Worker:
    """One worker's scanning, asked over ASGI."""

    def __init__(self, scanning: Scanning) -> None:
        self.scanning = scanning
        self.behind: list[str] = []
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=scanning.front(self._framework)), base_url="http://scan.test"
        )

    async def _framework(self, scope: dict[str, Any], receive: object, send: Callable[[dict[str, Any]], Any]) -> None:
        self.behind.append(scope["path"])
        await send({"type": "http.response.start", "status": 299, "headers": []})
        await send({"type": "http.response.body", "body": b"framework"})

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"accept-language": "zh-CN", **headers})

    async def headline(self, path: str, **headers: str) -> str:
        """The bold sentence of the page, without its markup."""
        answer = await self.get(path, **headers)
        found = re.search(r"<h1>(.*?)</h1>", answer.text, re.S)
        assert found, answer.text[:500]
        return re.sub(r"<[^>]+>", "", found[1])

    async def beacon(self, path: str) -> str:
        found = re.search(r'src="(/seen/[^"]+)"', (await self.get(path)).text)
        assert found
        return found[1]

    async def view(self, path: str) -> None:
        """What a browser does: the page, then its beacon."""
        assert (await self.get(await self.beacon(path))).status_code == 200


@pytest.fixture
async def open_worker(redis_url: str, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """`await open_worker(database_url)`; closed at the end of the test."""
    opened: list[Worker] = []

    async def make(database_url: str, redis: str = redis_url, **more: str) -> Worker:
        scanning = Scanning(settings_of(database_url, redis, tmp_path, **more), OFFERS, issuing_queries)
        await scanning.open()
        opened.append(Worker(scanning))
        return opened[-1]

    yield make
    for worker in opened:
        await worker.client.aclose()
        await worker.scanning.close()


@pytest.fixture
async def worker(demonstrated: str, open_worker: Callable[..., Any]) -> Worker:
    return await open_worker(demonstrated)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def heard(scanning: Scanning, db: asyncpg.Connection) -> None:
    """What was committed has been heard of by this worker, and it knows the GTINs there are."""
    v = await db.fetchval("select v from facts_clock")
    known = frozenset(await queries.known_gtins.column(db))
    async with asyncio.timeout(20):
        while scanning.clock.announced < v or scanning.facts.known != known:
            await asyncio.sleep(0.005)


def unzipped(answer: httpx.Response) -> bytes:
    return gzip.decompress(answer.content)
