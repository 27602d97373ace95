"""Rubbish over HTTP: every body is answered with a 4xx in the one shape, and nothing is written."""

import json
import random

import asyncpg
import pytest

from tests.app.service import ROUTERS, Api, problem, written

pytestmark = pytest.mark.anyio
NOBODY = "00000000-0000-0000-0000-000000000000"
JSON = {"Content-Type": "application/json"}


def _writing() -> list[tuple[str, str]]:
    """Every writing handler with a body, by method and path; ids that belong to nothing."""
    found = []
    for router in ROUTERS:
        for route in router.routes:
            for handler in route.route_handlers:
                if "data" in handler.fn.__annotations__:
                    path = route.path
                    for part in path.split("/"):
                        if part.startswith("{"):
                            path = path.replace(part, NOBODY)
                    found += [(method, path) for method in handler.http_methods]
    return sorted(found)


WRITING = _writing()
DEEP = 1000
RUBBISH = (
    b"", b" ", b"{", b"}", b"[", b"]", b"{]", b"nul", b"null",
    b"true", b"0", b'"x"', b"[]", b"[[]]", b"[{}]", b"[null]",
    b"{}x", b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b"\xc3\x28", b'{"\xff":1}', b"\x00", b'{"name":"\x00"}',
    b'{"name":"\\u0000"}', b'{"name":"\\ud800"}', b'{"name":"\\udfff\\ud800"}', b"{'name':1}", b'{"name":1,}',
    b'{"name":1e999}', b'{"name":NaN}', b'{"name":-Infinity}', b'{"":""}',
    b'{"__proto__":{}}', b"<xml/>", b"a=b&c=d", b"--x\r\n\r\n--x--", b"1" * 10_000,
    b"[" * DEEP + b"]" * DEEP, b'{"a":' * DEEP + b"1" + b"}" * DEEP, b'{"name":' + b"[" * DEEP + b"]" * DEEP + b"}",
    b'{"indicators":' + b'[{"name":' * DEEP + b"1" + b"}]" * DEEP + b"}",
    b"[" * 200_000, b'{"products":[' + b"[" * 90_000, b'{"name":"' + b"x" * 200_000 + b'"}',
    b"x" * 20_000_000, b'{"uscc":"' + b"x" * 20_000_000 + b'"}',
)  # fmt: skip


def test_every_room_writes() -> None:
    assert len(WRITING) >= 17
    assert {path.split("/")[2] for _, path in WRITING} >= {
        "enterprises",
        "products",
        "standards",
        "certificates",
        "recognitions",
        "sanctions",
    }


@pytest.mark.parametrize(("method", "path"), WRITING, ids=lambda part: part)
async def test_rubbish_is_refused(api: Api, db: asyncpg.Connection, method: str, path: str) -> None:
    before = await written(db)
    for body in RUBBISH:
        answer = await api.request(method, path, content=body, headers=JSON)
        problem(answer)
        assert 400 <= answer.status_code < 500, (body[:60], answer.text)
    for kind in (
        "",
        "text/plain",
        "application/msgpack",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "\x01",
    ):
        answer = await api.request(method, path, content=b"{}", headers={"Content-Type": kind})
        assert problem(answer)["status"] == 415
    assert await written(db) == before


VALUES: tuple[object, ...] = (
    None, True, 0, -1, 2**63, 2**200, 1.5, 1e300, "", " ", "x", "\x00", "演\u202e", "x" * 3000,
    "2026-02-30", "9999-12-31", "0001-01-01", "2026-11-22T00:00:00Z",
    NOBODY, "null", [], [None], [[]], ["x"] * 100, {}, {"x": 1},
    "javascript:alert(1)", "' or 1=1 --", "{{7*7}}", "%s%n", "../../etc/passwd", "🏴‍☠️", "ﷺ" * 50,
)  # fmt: skip


@pytest.mark.parametrize(("method", "path"), WRITING, ids=lambda part: part)
async def test_wrong_values_in_the_right_fields_are_refused(
    api: Api, db: asyncpg.Connection, method: str, path: str
) -> None:
    shape = next(
        handler.parsed_data_field.annotation
        for router in ROUTERS
        for route in router.routes
        for handler in route.route_handlers
        if "data" in handler.fn.__annotations__ and (method, path) in _of(route, handler)
    )
    dice = random.Random(f"{method} {path}")
    before = await written(db)
    for _ in range(120):
        body = {name: dice.choice(VALUES) for name in shape.__struct_fields__ if dice.random() < 0.8}
        answer = await api.request(method, path, content=json.dumps(body).encode(), headers=JSON)
        if answer.status_code == 201:  # a certification body needs no more than a name
            assert path.endswith("bodies")
            before = await written(db)
            continue
        problem(answer)
        assert 400 <= answer.status_code < 500, (body, answer.text)
        assert await written(db) == before


def _of(route: object, handler: object) -> list[tuple[str, str]]:
    path = "/".join(NOBODY if part.startswith("{") else part for part in route.path.split("/"))
    return [(method, path) for method in handler.http_methods]


async def test_addresses_are_answered(api: Api, db: asyncpg.Connection) -> None:
    before = await written(db)
    for path in (
        "//", "/%00", "/%ff", "/api/%2e%2e/%2e%2e/etc/passwd", "/api/enterprises/%00", "/api/enterprises//",
        "/api/products/" + "x" * 5000, "/api/enterprises?q=" + "x" * 5000,
        "/api/enterprises?q=%ff%fe", "/api/enterprises?limit=1&limit=2&limit=x",
        "/api/enterprises?after=" + "0" * 400, "/api/enterprises?%00=1",
        "/api/products?enterprise_id=' or 1=1", "/api",
    ):  # fmt: skip
        answer = await api.get(path)
        assert answer.status_code in (200, 400, 404), (path, answer.text)
        if path.startswith("/api") and answer.status_code != 200:
            problem(answer)
    assert await written(db) == before
