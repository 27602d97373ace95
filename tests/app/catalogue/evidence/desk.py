"""The service with a file storage and people who are signed in: what the tests of evidence speak with."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
from msgspec import structs

from app.catalogue.evidence.api import router
from app.catalogue.evidence.pages import HANDLERS
from app.edge.principals import Principal
from app.store.files import Files
from tests.app.service import Api, speaking

CSRF = "token-of-the-session"
EDITOR = frozenset({"account", "registers:read", "catalogue:write"})
READER = frozenset({"account", "registers:read"})


class Everybody:
    """Sessions and keys by name."""

    def __init__(self) -> None:
        self.known: dict[str, Principal] = {}

    async def principal_of(self, name: str, address: str | None) -> Principal | None:
        return self.known.get(name)


def editor(enterprise_id: UUID, name: str = "editor") -> Principal:
    return Principal(name, enterprise_id, EDITOR, kind="enterprise", organisation_name="演示企业", csrf=CSRF)


def viewer(enterprise_id: UUID) -> Principal:
    return structs.replace(editor(enterprise_id, "viewer"), scopes=READER)


def bureau(region: str) -> Principal:
    return Principal("bureau", UUID(int=7), READER, kind="bureau", region=region, organisation_name="演示局", csrf=CSRF)


class Site(Api):
    """Speaks as whoever was chosen last, over JSON and as a browser."""

    everybody: Everybody

    def be(self, principal: Principal) -> None:
        self.everybody.known[principal.name] = principal
        self.headers["Authorization"] = f"Bearer {principal.name}"
        self.cookies.clear()
        self.cookies.set("__Host-zpm", principal.name)

    async def fill_in(self, path: str, file: tuple[str, bytes] | None = None, **typed: object) -> httpx.Response:
        """A form as a browser sends it: always with the field of the file, chosen or not."""
        parts: list[tuple[str, Any]] = [(name, (None, str(value))) for name, value in typed.items()]
        parts += [("csrf", (None, CSRF)), ("file", file or ("", b""))]
        return await self.post(path, files=parts, headers={"Sec-Fetch-Site": "same-origin"})

    async def followed(self, answer: httpx.Response) -> str:
        assert answer.status_code == 303, answer.text
        shown = await self.get(answer.headers["location"])
        assert shown.status_code == 200, shown.text
        return shown.text


@asynccontextmanager
async def at(pool: object, folder: Path) -> AsyncIterator[Site]:
    everybody = Everybody()
    async with speaking(pool, (router, *HANDLERS)) as api:
        application = api._transport.app
        application.state.update({"files": Files.at(folder), "sessions": everybody, "api_keys": everybody})
        transport = httpx.ASGITransport(application)
        async with Site(transport=transport, base_url="https://zpm.example", headers={"Accept-Language": "en"}) as site:
            site.everybody = everybody
            yield site
