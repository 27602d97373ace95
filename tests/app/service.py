"""The registers' API on one connection: what rooms' tests speak HTTP with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from msgspec import structs

from app.catalogue.api import router as catalogue
from app.certification.api import router as certification
from app.edge.install import install, state_of
from app.recognition.api import router as recognition
from app.settings import Settings
from app.standards.api import router as standards
from tests.world import World

KEY = "zpm_test_key"
SETTINGS = Settings(
    database_url="postgresql://unused",
    redis_url="redis://unused",
    root_key=bytes(32),
    public_url="https://zpm.example",
    epochs={},
    high_water_file=Path("unused"),
    api_key_sha256=sha256(KEY.encode()).hexdigest(),
)
ROUTERS = (catalogue, standards, certification, recognition)


class OneConnection:
    """A pool of one connection that is inside a transaction of the test's."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db = db

    async def acquire(self, timeout: float | None = None) -> asyncpg.Connection:
        return self.db

    async def release(self, connection: asyncpg.Connection) -> None:
        """As the real pool does: whoever comes next is nobody."""
        assert connection is self.db
        with suppress(asyncpg.InFailedSQLTransactionError):
            await connection.execute("reset role")


class Api(httpx.AsyncClient):
    """Speaks with the platform's key; `refused` asserts the one shape of a no."""

    async def refused(self, status: int, method: str, url: str, **sent: Any) -> dict[str, Any]:
        answer = await self.request(method, url, **sent)
        assert answer.status_code == status, answer.text
        return problem(answer)

    async def done(self, method: str, url: str, **sent: Any) -> Any:
        answer = await self.request(method, url, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json()


def problem(answer: httpx.Response) -> dict[str, Any]:
    """The one shape of a refusal."""
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == answer.status_code
    assert told["type"] == f"urn:zpm:problem:{told['code']}"
    assert told["title"]
    assert told["detail"]
    assert set(told) <= {"type", "title", "status", "code", "detail", "field", "facts", "errors", "log_id"}
    return told


@asynccontextmanager
async def speaking(pool: object, extra: tuple[Any, ...] = (), **settings: Any) -> AsyncIterator[Api]:
    """An API over this pool; `extra` are further handlers."""
    told = structs.replace(SETTINGS, **settings)
    application = Litestar([*ROUTERS, *extra], state=State({"pool": pool, **state_of(told)}), **install(told))
    transport = httpx.ASGITransport(application)
    headers = {"Authorization": f"Bearer {KEY}", "Accept-Language": "en"}
    async with Api(transport=transport, base_url="https://zpm.example", headers=headers) as client:
        yield client


@pytest.fixture
async def api(db: asyncpg.Connection) -> AsyncIterator[Api]:
    async with speaking(OneConnection(db)) as client:
        yield client


@pytest.fixture
def world(db: asyncpg.Connection) -> World:
    return World(db)


async def written(db: asyncpg.Connection) -> tuple[int, int]:
    """Grows with everything that is written: rows of the history, ticks of the facts clock."""
    return await db.fetchval("select count(*) from history"), await db.fetchval("select v from facts_clock")
