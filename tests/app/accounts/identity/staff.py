"""People with passwords, and browsers they sign in with, over the real pool and its roles."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from secrets import token_bytes
from typing import Any
from uuid import UUID

import asyncpg
import httpx
from litestar import Litestar, get
from litestar.datastructures import State
from msgspec import structs

from app.accounts.identity import account_pages, passwords, signin_pages, totp, totp_pages
from app.accounts.identity.rules import code_at, step_at
from app.accounts.identity.sessions import Sessions, csrf_of
from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.edge.install import install, state_of
from tests.app.service import SETTINGS
from tests.world import uscc

ROOT_KEY = bytes(range(32))
PASSWORD = "korrekt pferd batterie"
HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0"


@get("/home", guards=[needs("account")])
async def show_home(actor: Actor) -> dict[str, Any]:
    return {"name": actor.name, "for": str(actor.organisation), "scopes": sorted(actor.scopes), "region": actor.region,
            "kind": actor.kind, "who": actor.organisation_name}  # fmt: skip


@get("/products", guards=[needs("catalogue:write")])
async def show_products(db: Db, actor: Actor) -> list[str]:
    return [row["id"].hex for row in await db.fetch("select id from organisation order by id")]


def application(pool: asyncpg.Pool, **settings: Any) -> Litestar:
    told = structs.replace(SETTINGS, root_key=ROOT_KEY, **settings)
    handlers = [*signin_pages.HANDLERS, *account_pages.HANDLERS, *totp_pages.HANDLERS, show_home, show_products]
    state = state_of(told) | {"pool": pool, "sessions": Sessions(pool)}
    return Litestar(handlers, state=State(state), **install(told))


@dataclass
class Someone:
    id: UUID
    email: str
    secret: bytes | None = None

    def code(self, steps: int = 0) -> str:
        """The code of now, or of a neighbouring half minute."""
        assert self.secret
        return code_at(self.secret, step_at(datetime.now(UTC)) + steps)


class Staff:
    """Makes organisations and people as the owner of the database."""

    def __init__(self, db: asyncpg.Connection) -> None:
        self.db = db
        self._next = count(1).__next__

    async def organisation(self, kind: str = "enterprise", region: str | None = None, **changes: Any) -> UUID:
        n = self._next()
        if region is None:  # a region has one bureau
            counties = "select code from region where code not like '%00' order by code offset $1 limit 1"
            region = await self.db.fetchval(counties, n) if kind == "bureau" else "330282"
        level = ("province" if region.endswith("0000") else "county") if kind == "bureau" else None
        return await self.db.fetchval(
            "insert into organisation (kind, level, name, name_en, region_code, uscc) values ($1, $2, $3, $4, $5, $6) "
            "returning id",
            kind, level, changes.get("name", f"演示单位{n}"), f"Demonstration unit {n}", region,
            None if kind in ("bureau", "platform") else uscc(n),
        )  # fmt: skip

    async def person(self, *held: tuple[UUID, str], enrolled: bool = False, **changes: Any) -> Someone:
        n = self._next()
        told = {"email": f"person{n}@demo.invalid", "name": f"演示员{n}", "language": "zh", "demonstration": False}
        told |= changes
        kept = await passwords.hashed(PASSWORD)
        person_id = await self.db.fetchval(
            "insert into person (email, name, language, demonstration, password_hash) values ($1, $2, $3, $4, $5) "
            "returning id",
            told["email"], told["name"], told["language"], told["demonstration"], kept,
        )  # fmt: skip
        one = Someone(person_id, told["email"])
        for organisation, role in held:
            await self.join(one, organisation, role)
        if enrolled:
            one.secret = token_bytes(20)
            await self.db.execute(
                "update person set totp_secret = $2, totp_since = now() where id = $1",
                person_id, totp.sealed(ROOT_KEY, person_id, one.secret),
            )  # fmt: skip
        return one

    async def join(self, one: Someone, organisation: UUID, role: str) -> None:
        await self.db.execute(
            "insert into membership (person_id, organisation_id, role) values ($1, $2, $3)", one.id, organisation, role
        )

    async def member(self, kind: str = "enterprise", role: str = "owner", **changes: Any) -> Someone:
        return await self.person((await self.organisation(kind), role), **changes)

    async def acts(self, operation: str) -> list[asyncpg.Record]:
        """What the audit log says of this operation."""
        return await self.db.fetch("select * from history where operation = $1 order by id", operation)

    async def letters(self, email: str) -> list[asyncpg.Record]:
        return await self.db.fetch("select * from mail where recipient = $1 order by id", email)

    async def age(self, what: str, by: timedelta) -> None:
        """Let time pass for every row of a table."""
        columns = {
            "session": ("seen_at", "ends_at", "created_at"),
            "login_failure": ("last_at",),
            "password_reset": ("expires_at",),
        }[what]
        moved = ", ".join(f"{column} = {column} - $1::interval" for column in columns)
        await self.db.execute(f"update {what} set {moved}", by)


class Browser(httpx.AsyncClient):
    """One browser: keeps its cookie, sends the token of its session with every form."""

    @property
    def session_id(self) -> str | None:
        return self.cookies.get("__Host-zpm") or self.cookies.get("zpm")

    async def send_form(self, path: str, **fields: str) -> httpx.Response:
        token = {"csrf": csrf_of(self.session_id)} if self.session_id else {}
        return await self.post(path, data=token | fields)

    async def sign_in(self, one: Someone, password: str = PASSWORD, **fields: str) -> httpx.Response:
        return await self.send_form("/signin", email=one.email, password=password, **fields)

    async def pass_code(self, one: Someone) -> httpx.Response:
        return await self.send_form("/signin/totp", code=one.code())


def browser(app: Litestar, address: str = HERE, language: str = "en", base: str = "https://zpm.example") -> Browser:
    return Browser(
        transport=httpx.ASGITransport(app, client=(address, 40_000)),
        base_url=base,
        headers={"Accept-Language": language, "Sec-Fetch-Site": "same-origin", "User-Agent": PHONE},
    )


def error_of(answer: httpx.Response, field: str) -> str:
    """The sentence beside this field."""
    found = re.search(rf'<p class="error" id="e-{field}">(.*?)</p>', answer.text)
    assert found, answer.text
    return found.group(1)
