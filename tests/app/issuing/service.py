"""Issuing over HTTP as its users: the platform's key, keys and sessions of two makers, a bureau's."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
from litestar import Litestar
from litestar.datastructures import State

from app.edge.install import install, state_of
from app.edge.principals import Principal, platform
from app.issuing import api
from app.issuing.console import pages
from tests.app.issuing.cast import HOOD, KETTLE, Cast, play, settings_of

BATCH = {"gtin": HOOD[1:], "lot": "260912A", "count": 1000}
TENANT = frozenset({"account", "issuing:read", "issuing:write"})


class Client(httpx.AsyncClient):
    """Asks with one key and one session, and knows the cast it acts on."""

    cast: Cast
    principals: dict[str, Principal]

    async def issue(self, key: str = "k1", **changes: object) -> httpx.Response:
        return await self.post("/api/batches", json=BATCH | changes, headers={"Idempotency-Key": key})

    async def batch(self, key: str = "k1", **changes: object) -> int:
        """A new batch's number."""
        answer = await self.issue(key, **changes)
        assert answer.status_code == 201, answer.text
        return int(answer.json()["batch"])

    def become(self, who: str) -> None:
        """Key and session of another."""
        self.headers["Authorization"] = f"Bearer {who}"
        self.cookies.clear()
        self.cookies.set("__Host-zpm", who, domain="zpm.example", path="/")

    async def send_form(self, path: str, files: object = None, **fields: object) -> httpx.Response:
        """A form of a page, with the token of whoever is signed in."""
        who = self.headers["Authorization"].removeprefix("Bearer ")
        data = {"csrf": self.principals[who].csrf} | {
            name: value for name, value in fields.items() if value is not None
        }
        return await self.post(path, data=data, files=files)


class Known:
    """Whose key or session it is."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self.principals = principals

    async def principal_of(self, token: str, address: str | None) -> Principal | None:
        return self.principals.get(token)


async def cast_of(db: asyncpg.Connection, cast: Cast) -> dict[str, Principal]:
    other = await db.fetchval(
        "select p.enterprise_id from gtin g join product p on p.id = g.product_id where g.gtin = $1", KETTLE
    )
    return {
        "zpm_test": platform("platform key"),
        "maker": Principal("maker", cast.enterprise, TENANT, "enterprise", csrf="m" * 32, organisation_name="演示厨电"),
        "viewer": Principal("viewer", cast.enterprise, frozenset({"issuing:read"}), "enterprise", csrf="v" * 32),
        "other": Principal("other", other, TENANT, "enterprise", csrf="o" * 32),
        "bureau": Principal(
            "bureau", None or cast.product, frozenset({"coverage:read"}), "bureau", "3302", csrf="b" * 32
        ),
        "elsewhere": Principal("far", cast.standard, frozenset({"coverage:read"}), "bureau", "3301", csrf="e" * 32),
    }


@asynccontextmanager
async def served(
    url: str, db: asyncpg.Connection, folder: Path, *, cast: Cast | None = None, **changes: object
) -> AsyncIterator[Client]:
    """The rooms' handlers over a pool whose connections ask as whoever asks."""
    settings = settings_of(url, folder, **changes)
    cast = cast or await play(db, settings)
    known = Known(await cast_of(db, cast))
    async with asyncpg.create_pool(
        url, min_size=1, max_size=6, server_settings={"timezone": "UTC", "role": "zpm_reader"}
    ) as pool:
        state = {**state_of(settings), "settings": settings, "pool": pool, "api_keys": known, "sessions": known}
        app = Litestar([api.router, api.public_router, *pages.ROUTERS], **install(settings), state=State(state))
        async with Client(transport=httpx.ASGITransport(app), base_url="https://zpm.example") as client:
            client.cast, client.principals = cast, known.principals
            client.headers["Accept-Language"] = "en"
            client.become("zpm_test")
            yield client
