"""Every role at every address with another tenant's objects: nothing foreign is told, nothing foreign changes.

The cells come from the route table, so a new handler is in the matrix the day it is written.
"""

import datetime
from collections.abc import AsyncIterator, Iterator
from itertools import product as combinations
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from msgspec import inspect, structs

from app.accounts.roles import ROLES, region_prefix, scopes_of
from app.asgi import OFFERS, framework
from app.edge.guards import PUBLIC
from app.edge.principals import Principal
from app.issuing import queries as issuing_queries
from app.scanning.service import Scanning
from app.store.embedded.use import Stores
from codes.serial import Item, KeyRing, seal
from tests.app.scanning.conftest import settings_of
from tests.app.store.test_isolation import CANARY, Two, _peopled

CELLS_LEAST = 1_000
OWN_LEAST = 20
KINDS = ("enterprise", "bureau", "certification_body", "drafting_unit")
UNCHANGED = """
    select relname from pg_class c where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition and relname not in ('history', 'audit_link', 'audit_head', 'facts_clock', 'mail', 'session')
     order by 1
"""


class Stranger(msgspec.Struct, frozen=True):
    """Somebody of another organisation than the one everything belongs to."""

    kind: str
    role: str

    def principal(self, two: Two) -> Principal:
        organisation = two.mine if self.kind == "enterprise" else UUID(int=7)
        return Principal(
            f"{self.kind} {self.role}", organisation, scopes_of(self.kind, [self.role]), kind=self.kind,
            region=region_prefix("330282") if self.kind == "bureau" else None, person=UUID(int=8),
            organisation_name="mine", csrf="token", session=bytes(32),
        )  # fmt: skip


STRANGERS = [Stranger(kind, role) for kind in KINDS for role in ROLES[kind]]


class Known:
    """Gives the principal of the present cell, whatever cookie or key comes."""

    def __init__(self) -> None:
        self.principal: Principal | None = None

    async def principal_of(self, token: str, address: str | None) -> Principal | None:
        return self.principal

    holder_of = principal_of


@pytest.fixture
async def two(cloned: str) -> AsyncIterator[Two]:
    db = await asyncpg.connect(cloned)
    try:
        yield await _peopled(cloned, db)
    finally:
        await db.close()


@pytest.fixture
async def service(two: Two, stores: Stores, redis_url: str, tmp_path: Path) -> AsyncIterator[Litestar]:
    settings = settings_of(two.url, redis_url, tmp_path)
    app = framework(settings, Scanning(settings, OFFERS, issuing_queries))
    async with app.lifespan():
        yield app


def _handlers(app: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler, dict[str, Any]]]:
    """Method, path, handler and the types of its path parameters; the public ones show public facts by intent."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for handler in route.route_handlers:
            name = _name(handler)
            if name in PUBLIC or name.startswith("litestar"):
                continue
            for method in handler.http_methods:
                if method not in ("OPTIONS", "HEAD"):
                    yield method, route.path_format, handler, {p.name: p.type for p in route.path_parameters.values()}


def _name(handler: HTTPRouteHandler) -> str:
    function = getattr(handler.fn, "func", handler.fn)  # the framework wraps what is not a coroutine
    return f"{function.__module__}.{function.__name__}"


async def _foreign(db: asyncpg.Connection, two: Two, ring: KeyRing) -> dict[type, list[str]]:
    """Every name of a record of theirs, by the type of parameter it fits."""
    ids: list[str] = []
    for table in await db.fetch(
        "select table_name, column_name from information_schema.columns where table_schema = 'public'"
        " and data_type = 'uuid' and column_name in ('id', 'enterprise_id', 'person_id')"
    ):
        found = await db.fetch(
            f'select distinct {table["column_name"]}::text from "{table["table_name"]}" x where x::text like $1 limit 2',
            f"%{CANARY}%",
        )
        ids += [row[0] for row in found if row[0]]
    gtin, uscc = (
        await db.fetchval("select gtin from gtin where product_id = $1", two.their_product),
        await db.fetchval("select uscc from enterprise where id = $1", two.theirs),
    )
    serial = seal(ring, Item(1, two.their_batch, 2, 0))
    texts = [gtin.strip(), uscc, "R-1", "canary01", serial]
    moment = "2026-11-22T00:00:00Z"
    return {
        UUID: sorted({*ids, str(two.theirs), str(two.their_product)}),
        int: [str(two.their_batch), "1"],
        str: texts,
        datetime.datetime: [moment],
        datetime.date: ["2026-11-22"],
    }


def _body(kind: Any, two: Two, gtin: str) -> Any:
    """A body the handler's shape would take, pointing at what is theirs wherever it names something."""
    named = {
        "enterprise_id": str(two.theirs),
        "organisation_id": str(two.theirs),
        "gtin": gtin,
        "batch": two.their_batch,
    }

    def value(name: str, info: inspect.Type) -> Any:
        if name in named:
            return named[name]
        match info:
            case inspect.UUIDType():
                return str(two.their_product)
            case inspect.StrType():
                return "x"
            case inspect.IntType():
                return 1
            case inspect.BoolType():
                return True
            case inspect.DateType():
                return "2026-11-01"
            case inspect.DateTimeType():
                return "2026-11-01T00:00:00Z"
            case inspect.LiteralType():
                return info.values[0]
            case inspect.Metadata():
                return value(name, info.type)
            case inspect.UnionType():
                return value(name, info.types[0])
            case inspect.ListType() | inspect.VarTupleType() | inspect.SetType():
                return [value(name, info.item_type)]
            case inspect.StructType():
                return {
                    f.encode_name: value(f.encode_name, f.type)
                    for f in info.fields
                    if f.required or f.encode_name in named
                }
        return None

    return value("", inspect.type_info(kind))


async def _state(db: asyncpg.Connection, two: Two) -> dict[str, str]:
    """What stands in the tables of theirs, digested."""
    marks = (CANARY, str(two.theirs), str(two.their_product))
    digests = {}
    for row in await db.fetch(UNCHANGED):
        digests[row[0]] = await db.fetchval(
            f"select md5(coalesce(string_agg(x::text, ';' order by x::text), '')) from \"{row[0]}\" x"
            " where x::text like any($1)",
            [f"%{mark}%" for mark in marks],
        )
    return digests


async def test_nobody_reaches_what_is_another_tenants(service: Litestar, two: Two) -> None:
    known = Known()
    service.state.update({"sessions": known, "api_keys": known})
    service.state.limits.take = _unlimited
    db = await asyncpg.connect(two.url)
    foreign = await _foreign(db, two, service.state.settings.ring)
    before = await _state(db, two)
    cells, leaks = 0, []
    transport = httpx.ASGITransport(service, raise_app_exceptions=False)
    headers = {"Authorization": "Bearer x", "Cookie": "zpm=x", "Origin": "http://scan.test", "Accept-Language": "zh"}
    async with httpx.AsyncClient(transport=transport, base_url="http://scan.test", headers=headers) as client:
        for stranger in STRANGERS:
            known.principal = stranger.principal(two)
            for method, path, handler, parameters in _handlers(service):
                for values in combinations(*(foreign.get(kind, ["x"]) for kind in parameters.values())):
                    address = path.format(**dict(zip(parameters, values, strict=True)))
                    answer = await client.request(
                        method, address, **_sent(method, address, handler, two, foreign[str][0])
                    )
                    cells += 1
                    if answer.status_code >= 500 or CANARY in answer.text or (
                        method != "GET" and parameters and answer.status_code < 300
                    ):  # fmt: skip
                        leaks.append(f"{method} {path} → {answer.status_code} ({stranger.kind} {stranger.role})")
            after = await _state(db, two)
            if after != before:
                leaks.append(f"{stranger.kind} {stranger.role} changed {[n for n in after if after[n] != before[n]]}")
                before = after
        # The same addresses answer to whom they belong: what was refused above is there.
        known.principal = Stranger("enterprise", "owner").principal(structs.replace(two, mine=two.theirs))
        own = [
            await client.get(path.format(**dict(zip(parameters, values, strict=True))))
            for method, path, _, parameters in _handlers(service)
            if method == "GET" and parameters
            for values in combinations(*(foreign.get(kind, ["x"]) for kind in parameters.values()))
        ]
    await db.close()
    assert sum(answer.status_code == 200 and CANARY in answer.text for answer in own) >= OWN_LEAST
    assert not leaks, "\n".join(sorted(set(leaks)))
    assert cells >= CELLS_LEAST, cells


async def _unlimited(_name: str) -> None:
    return


def _sent(method: str, address: str, handler: HTTPRouteHandler, two: Two, gtin: str) -> dict[str, Any]:
    if method == "GET":
        return {}
    if not address.startswith("/api"):
        fields = {"csrf": "token", "enterprise_id": str(two.theirs), "product_id": str(two.their_product), "gtin": gtin,
                  "batch": str(two.their_batch), "reason": "x", "name": "x", "lot": "x", "count": "1"}  # fmt: skip
        return {"data": fields}
    field = handler.parsed_data_field
    if field is None or field.annotation is bytes:
        return {"content": b"x"}
    return {"json": _body(field.annotation, two, gtin), "headers": {"Idempotency-Key": "k"}}
