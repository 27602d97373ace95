"""Organisations with people in them, and the service they use: sessions are given, everything else is real."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from litestar import Litestar
from litestar.datastructures import State
from msgspec import Struct, structs

from app.accounts.api import ROUTERS
from app.accounts.keys.holders import ApiKeys
from app.accounts.pages import HANDLERS
from app.accounts.roles import region_prefix, scopes_of
from app.edge.install import install, state_of
from app.edge.principals import PlatformKey, Principal
from tests.app.service import KEY, SETTINGS, Api, problem
from tests.world import World, uscc

CIXI, NINGBO, ZHEJIANG = "330282", "330200", "330000"


class Office(Struct, frozen=True):
    """An organisation as a test names it."""

    id: UUID
    kind: str
    name: str
    region_code: str


class Offices:
    """Makes organisations and people on one connection, as its owner."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db = db
        self.world = World(db)
        self._next = count(1).__next__
        self.sessions: dict[str, Principal] = {}

    async def office(self, kind: str = "laboratory", region: str = CIXI, **changes: Any) -> Office:
        n = self._next()
        level = None if kind != "bureau" else "county" if region == CIXI else "city" if region == NINGBO else "province"
        code = None if kind in ("bureau", "platform") else uscc(800_000 + n)
        made = {"id": None, "name": f"演示单位{n}", "level": level, "uscc": code} | changes
        id_ = await self.db.fetchval(
            "insert into organisation (id, kind, level, name, region_code, uscc)"
            " values (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4, $5, $6) returning id",
            made["id"], kind, made["level"], made["name"], region, made["uscc"],
        )  # fmt: skip
        return Office(id_, kind, made["name"], region)

    async def enterprise(self) -> Office:
        """With its record in the register, under the same id."""
        record = await self.world.enterprise()
        return await self.office("enterprise", id=record.id, name=record.name, uscc=record.uscc)

    async def person(self, name: str, email: str | None = None, password_hash: str = "unusable") -> UUID:
        return await self.db.fetchval(
            "insert into person (email, name, password_hash) values ($1, $2, $3) returning id",
            email or f"p{self._next()}@demo.invalid", name, password_hash,
        )  # fmt: skip

    async def member(
        self, office: Office, *roles: str, name: str = "演示人员", person: UUID | None = None
    ) -> Principal:
        """Somebody signed in; `cookie` opens their session."""
        person = person or await self.person(name)
        await self.db.executemany(
            "insert into membership (organisation_id, person_id, role) values ($1, $2, $3)",
            [(office.id, person, role) for role in roles],
        )
        principal = Principal(
            name=name,
            organisation=None if office.kind == "platform" else office.id,
            scopes=scopes_of(office.kind, roles),
            kind=office.kind,
            region=region_prefix(office.region_code) if office.kind == "bureau" else None,
            person=person,
            organisation_name=office.name,
            session=secrets.token_bytes(32),
            csrf=secrets.token_hex(16),
        )
        self.sessions[principal.csrf] = principal
        return principal

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        found = self.sessions.get(session_id)
        return found and structs.replace(found, address=address)


class Browser(httpx.AsyncClient):
    """Somebody with a session; `send` posts a form of theirs."""

    principal: Principal | None = None

    async def form(self, url: str, **fields: Any) -> httpx.Response:
        token = {"csrf": self.principal.csrf} if self.principal else {}
        return await self.post(url, data=token | fields)

    async def done(self, url: str, **fields: Any) -> httpx.Response:
        """The form is taken; the page it leads to."""
        answer = await self.form(url, **fields)
        assert answer.status_code == 303, answer.text
        page = await self.get(answer.headers["location"])
        assert page.status_code == 200
        return page


class House:
    """The service with this room's handlers; who comes in is said by `as_`, `with_key`, `outside`."""

    def __init__(self, application: Litestar) -> None:
        self.application = application

    def _transport(self, address: str) -> httpx.ASGITransport:
        return httpx.ASGITransport(self.application, client=(address, 40_000))

    def as_(self, principal: Principal, language: str = "en") -> Browser:
        headers = {"Accept-Language": language, "Cookie": f"__Host-zpm={principal.csrf}"}
        browser = Browser(transport=self._transport("192.0.2.9"), base_url="https://zpm.example", headers=headers)
        browser.principal = principal
        return browser

    def outside(self, language: str = "en", address: str = "192.0.2.77") -> Browser:
        headers = {"Accept-Language": language}
        return Browser(transport=self._transport(address), base_url="https://zpm.example", headers=headers)

    def with_key(self, token: str = KEY, address: str = "192.0.2.8", language: str = "en") -> Api:
        headers = {"Authorization": f"Bearer {token}", "Accept-Language": language}
        return Api(transport=self._transport(address), base_url="https://zpm.example", headers=headers)


@asynccontextmanager
async def opened(pool: object, offices: Offices, **settings: Any) -> AsyncIterator[House]:
    told = structs.replace(SETTINGS, **settings)
    keys = ApiKeys(pool, PlatformKey(told.api_key_sha256))  # type: ignore[arg-type]
    state = state_of(told) | {"pool": pool, "sessions": offices, "api_keys": keys}
    application = Litestar([*ROUTERS, *HANDLERS], state=State(state), **install(told))
    yield House(application)


__all__ = ["CIXI", "KEY", "NINGBO", "ZHEJIANG", "Browser", "House", "Office", "Offices", "opened", "problem"]
