"""The room's pages and API over one connection, with people who are signed in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State

from app.edge.assets_pages import show_asset
from app.edge.install import install, state_of
from app.edge.principals import Principal
from app.statistics.api import router
from app.statistics.pages import HANDLERS
from tests.app.service import SETTINGS, OneConnection
from tests.app.statistics.cast import COOKIE, Cast, play

Browse = Callable[[Principal], AbstractAsyncContextManager[httpx.AsyncClient]]


class Known:
    """Whoever sends the cookie or the key is this person."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    async def principal_of(self, given: str, address: str | None) -> Principal | None:
        return self.principal if given == "known" else None


@pytest.fixture
async def cast(db: asyncpg.Connection) -> Cast:
    return await play(db)


@pytest.fixture
def browse(db: asyncpg.Connection) -> Browse:
    """`async with browse(person) as client`: their browser, and with the key `known` their program."""

    @asynccontextmanager
    async def browsing(person: Principal) -> AsyncIterator[httpx.AsyncClient]:
        known = {"sessions": Known(person), "api_keys": Known(person), "pool": OneConnection(db)}
        application = Litestar(
            [show_asset, router, *HANDLERS], state=State(state_of(SETTINGS) | known), **install(SETTINGS)
        )
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(application),
            base_url="https://zpm.example",
            headers={"Authorization": "Bearer known", "Sec-Fetch-Site": "same-origin", "Accept-Language": "en"},
            cookies={COOKIE: "known"},
        ) as client:
            yield client

    return browsing
