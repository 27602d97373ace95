"""The console's pages over one connection, as people with sessions open them."""

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from msgspec import structs

from app.catalogue.console.pages import HANDLERS
from app.edge.install import install, state_of
from app.edge.principals import Principal
from app.scanning.page import Pages
from app.scanning.preview import Preview
from app.scanning.service import WEB
from tests.app.catalogue.console.cast import OFFERS
from tests.app.service import SETTINGS, OneConnection, world

__all__ = ["world"]

ENTERPRISE = frozenset({"account", "registers:read", "catalogue:write", "reports:read", "issuing:read"})
VIEWER = frozenset({"account", "registers:read"})
BUREAU = frozenset({"account", "registers:read", "pages:review", "coverage:read"})
BODY = frozenset({"account", "registers:read", "indicators:confirm"})


class Known:
    """Sessions by their cookie."""

    def __init__(self) -> None:
        self.people: dict[str, Principal] = {}

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        return self.people.get(session_id)


class Browser(httpx.AsyncClient):
    """One person's browser; forms carry the token of the session."""

    csrf = ""

    async def see(self, path: str, **asked: Any) -> str:
        answer = await self.get(path, **asked)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def submit(self, path: str, data: Mapping[str, Any] | None = None, files: Any = None) -> httpx.Response:
        return await self.post(path, data={"csrf": self.csrf} | dict(data or {}), files=files)

    async def done(self, path: str, data: Mapping[str, Any] | None = None, files: Any = None) -> str:
        """Where the answer leads to."""
        answer = await self.submit(path, data, files)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def refused(self, path: str, data: Mapping[str, Any] | None = None, files: Any = None) -> str:
        """The form again."""
        answer = await self.submit(path, data, files)
        assert answer.status_code == 422, answer.text
        return answer.text


Signs = Callable[..., Browser]


@pytest.fixture
async def signed_in(db: asyncpg.Connection) -> AsyncIterator[Signs]:
    """`signed_in(kind, organisation, …)` gives the browser of somebody of that organisation."""
    settings = structs.replace(SETTINGS, public_url="https://zpm.example")
    known = Known()
    pages = Pages(WEB / "templates", WEB / "locale", settings.public_url)
    state = {"pool": OneConnection(db), **state_of(settings), "sessions": known, "preview": Preview(pages, OFFERS)}
    application = Litestar(HANDLERS, state=State(state), **install(settings))
    browsers: list[Browser] = []

    def sign(
        kind: str = "enterprise", organisation: UUID | None = None, scopes: frozenset[str] = ENTERPRISE, **more: Any
    ) -> Browser:
        cookie, csrf = uuid4().hex, uuid4().hex
        told = {"name": "王演示", "organisation_name": "演示单位"} | more
        known.people[cookie] = Principal(organisation=organisation, scopes=scopes, kind=kind, csrf=csrf, **told)
        browser = Browser(
            transport=httpx.ASGITransport(application),
            base_url="https://zpm.example",
            headers={"Accept-Language": "en"},
            cookies={"__Host-zpm": cookie},
        )
        browser.csrf = csrf
        browsers.append(browser)
        return browser

    yield sign
    for one in browsers:
        await one.aclose()
