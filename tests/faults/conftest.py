"""Servers of a test's own, to be stopped, killed and started, with the demonstration in them."""

import asyncio
import contextlib
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from app.asgi import OFFERS
from app.demo.codes import DemoCodes, load_demonstration
from app.issuing import queries as issuing_queries
from app.scanning.service import Scanning
from app.store.embedded.guardian import Guardian
from app.store.migrate import migrate
from tests.app.scanning.conftest import Demonstration, Worker, settings_of


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


class Servers(Guardian):
    """A pair without anybody who starts them again."""

    codes: DemoCodes

    def stop_postgres(self) -> None:
        assert self.postgres
        self.postgres.send_signal(signal.SIGINT)
        self.postgres.wait(20)

    def start_postgres(self) -> None:
        self._start_postgres()

    def kill_valkey(self) -> None:
        assert self.valkey
        self.valkey.kill()
        self.valkey.wait(20)
        (self.places.sockets / "valkey.sock").unlink(missing_ok=True)

    def start_valkey(self) -> None:
        self._start_valkey()

    @property
    def demonstration(self) -> Demonstration:
        return Demonstration("", self.codes)


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    folder = Path(tempfile.mkdtemp(prefix="zpm-f"))
    servers = Servers(folder)
    servers.places.make()
    try:
        servers.start()
        asyncio.run(migrate(servers.database_url))
        settings = settings_of(servers.database_url, servers.redis_url, folder)
        servers.codes = asyncio.run(load_demonstration(settings, datetime.now(UTC)))
        yield servers
    finally:
        for process in (servers.postgres, servers.valkey):
            with contextlib.suppress(ProcessLookupError, AttributeError):
                process.send_signal(signal.SIGCONT)  # type: ignore[union-attr]
        servers.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def open_worker(servers: Servers, tmp_path: Path) -> AsyncIterator[Callable[[], Any]]:
    opened: list[Worker] = []

    async def make() -> Worker:
        settings = settings_of(servers.database_url, servers.redis_url, tmp_path)
        scanning = Scanning(settings, OFFERS, issuing_queries)
        await scanning.open()
        opened.append(Worker(scanning))
        return opened[-1]

    yield make
    for worker in opened:
        await worker.client.aclose()
        await worker.scanning.close()


async def eventually(true: Callable[[], Any], seconds: float = 20) -> None:
    """Wait for an awaitable or plain condition; the bound only ends a hopeless wait."""
    async with asyncio.timeout(seconds):
        while True:
            result = true()
            if asyncio.iscoroutine(result):
                result = await result
            if result:
                return
            await asyncio.sleep(0.05)
