"""Forms: taken only from a page of the present session, whole, and within their limits."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import get, post

from app.edge.asks import Actor, Db
from app.edge.forms import Form, FormData, is_ours, multipart, urlencoded
from app.edge.guards import needs
from app.edge.principals import Principal
from app.store.postgres import open_pool
from tests.app.service import OneConnection, speaking

OURS = {"Origin": "https://zpm.example"}


@post("/echo", guards=[needs("account")], status_code=200)
async def echo(form: FormData) -> dict[str, Any]:
    files = {name: [[one.name, len(one.content)] for one in several] for name, several in form.files.items()}
    return {"texts": dict(form.texts), "files": files}


@post("/small", guards=[needs("account")], status_code=200, request_max_body_size=2**20)
async def small(form: FormData) -> dict[str, Any]:
    return {"texts": len(form.texts)}


@post("/open", status_code=200)
async def anybody(form: FormData) -> dict[str, Any]:
    return {"name": form.text("name")}


@get("/room", guards=[needs("account")])
async def room(actor: Actor) -> str:
    return "in"


class OneSession:
    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        return Principal("甲", scopes=frozenset({"account"}), csrf="right") if session_id == "mine" else None


@pytest.fixture
async def client(db: asyncpg.Connection) -> AsyncIterator[httpx.AsyncClient]:
    async with speaking(OneConnection(db), (echo, small, anybody, room)) as api:
        api._transport.app.state.sessions = OneSession()
        api.headers["Cookie"] = "__Host-zpm=mine"
        yield api


@given(
    st.dictionaries(
        st.text("abcdefg", min_size=1), st.text(st.characters(exclude_categories=["Cs"]), max_size=60), max_size=5
    )
)
async def test_what_was_typed_arrives_however_it_is_sent(texts: dict[str, str]) -> None:
    async def stream(body: bytes) -> AsyncIterator[bytes]:
        for at in range(0, len(body), 7):
            yield body[at : at + 7]

    meant = {name: value.replace("\r\n", "\n").replace("\r", "\n") for name, value in texts.items()}
    plain = httpx.Request("POST", "http://x", data=texts)
    assert {n: v[0] for n, v in (await urlencoded(stream(plain.content))).texts.items()} == meant
    if texts:
        parts = httpx.Request("POST", "http://x", files={name: (None, value) for name, value in texts.items()})
        boundary = parts.headers["content-type"].partition("boundary=")[2]
        assert {n: v[0] for n, v in (await multipart(stream(parts.read()), boundary)).texts.items()} == meant


async def test_a_form_needs_the_token_of_its_session(client: httpx.AsyncClient) -> None:
    sent = {"name": " 锅 ", "csrf": "right"}
    assert (await client.post("/echo", data=sent, headers=OURS)).json()["texts"]["name"] == [" 锅 "]
    assert (await client.post("/echo", data={"name": "锅"}, headers=OURS | {"X-CSRF": "right"})).status_code == 200
    for wrong in ("", "wrong", "righ", "rightt", "错"):
        answer = await client.post("/echo", data=sent | {"csrf": wrong}, headers=OURS)
        assert answer.status_code == 403
        assert "present session" in answer.text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/a"}, {"Origin": "null"},
     {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site", "Origin": "https://zpm.example"}],
)  # fmt: skip
async def test_a_form_of_somebody_elses_page_is_refused(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/echo", data={"csrf": "right"}, headers=OURS)).status_code == 200
    assert (await client.post("/echo", data={"csrf": "right"}, headers=headers)).status_code == 403
    assert (await client.post("/open", data={"name": "x"}, headers=OURS)).json() == {"name": "x"}


async def test_without_a_session_people_are_led_to_sign_in(client: httpx.AsyncClient) -> None:
    assert (await client.get("/room")).text == "in"
    client.headers["Cookie"] = "__Host-zpm=attackerchosen"
    answer = await client.get("/room?a=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Froom%3Fa%3D1")
    assert (await client.get("/room", headers={"HX-Request": "true"})).headers["hx-redirect"].startswith("/signin")
    assert (await client.post("/echo", data={"csrf": "right"}, headers=OURS)).status_code == 401


async def test_files_and_limits(client: httpx.AsyncClient) -> None:
    files = [("photo", ("a.jpg", b"12345")), ("photo", ("b.jpg", b"")), ("none", ("", b""))]
    told = (await client.post("/echo", data={"csrf": "right"}, files=files, headers=OURS)).json()
    assert told["files"]["photo"] == [["a.jpg", 5], ["b.jpg", 0]]
    assert told["files"].get("none", []) == []
    big = {"photo": ("a.jpg", bytes(2**20))}
    answer = await client.post("/small", data={"csrf": "right"}, files=big, headers=OURS)
    assert answer.status_code in (400, 413)
    assert "1 MB" in answer.text
    many = "&".join(["csrf=right"] + ["a=b"] * 5_000)
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert (await client.post("/echo", content=many, headers=OURS | kind)).status_code == 400


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=%ff%fe", b"--x\r\nbroken", b"a=%u1234\xe4"])
@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data", "text/xml"]
)
async def test_rubbish_is_no_fault_of_ours(client: httpx.AsyncClient, body: bytes, kind: str) -> None:
    answer = await client.post("/echo", content=body, headers=OURS | {"Content-Type": kind})
    assert 400 <= answer.status_code < 500


def test_whose_page_it_was() -> None:
    hosts = {"zpm.example"}
    assert is_ours("same-origin", None, None, hosts)
    assert is_ours(None, "https://ZPM.example", None, hosts)
    assert is_ours(None, None, None, hosts), "browsers too old to say anything"
    assert not is_ours("none", None, None, hosts)
    assert not is_ours(None, "https://zpm.example.evil", None, hosts)
    assert not is_ours(None, None, "http://[", hosts)


def test_a_form_reads_fields_kindly() -> None:
    form = Form({"a": [" x ", "y "], "empty": ["  "]})
    assert (form.text("a"), form.every("a"), form.optional("empty"), form.text("b", "d")) == (
        "y",
        ["x", "y"],
        None,
        "d",
    )


@post("/stored", guards=[needs("account")], status_code=200)
async def stored(db: Db, form: FormData) -> str:
    return str(await db.fetchval("select current_user::text"))


async def test_a_refused_form_keeps_no_connection(cloned: str) -> None:
    pool = await open_pool(cloned, 1)
    async with speaking(pool, (stored,)) as api:
        api._transport.app.state.sessions = OneSession()
        api.headers["Cookie"] = "__Host-zpm=mine"
        for csrf, status in (("wrong", 403), ("right", 200), ("wrong", 403), ("right", 200)):
            assert (await api.post("/stored", data={"csrf": csrf}, headers=OURS)).status_code == status
            assert pool.get_idle_size() == pool.get_size()
    await pool.close()
