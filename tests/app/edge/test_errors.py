"""One shape for every no; a page for people; our own faults stay opaque; a lost database is 503."""

import logging

import asyncpg
import pytest
from litestar import get
from litestar.params import FromPath

from app.edge.asks import Db
from app.edge.errors import STATUS
from codes.errors import Kind, Refusal
from tests.app.service import Api, OneConnection, problem, speaking

pytestmark = pytest.mark.anyio


class Busy(Refusal):
    kind = Kind.TOO_MANY
    code = "busy"
    en = "Come back in {retry_after} s."
    zh = "请在 {retry_after} 秒后再试。"


@get("/api/fail/{how:str}")
async def fail(db: Db, how: FromPath[str]) -> None:
    if how == "busy":
        raise Busy(retry_after=7)
    if how == "secret":
        raise ValueError("the password is hunter2")
    if how == "slow":
        await db.execute("set local statement_timeout = 20")
        await db.execute("select pg_sleep(1)")
    if how == "closed":
        raise asyncpg.InterfaceError("connection is closed")
    if how == "wrong-sql":
        await db.execute("select 1 / 0")
    if how == "os":
        raise FileNotFoundError("/etc/secret")


@get("/fail")
async def fail_page() -> None:
    raise ValueError("the password is hunter2")


EXTRA = (fail, fail_page)


def test_every_kind_has_a_status() -> None:
    assert set(STATUS) == set(Kind)


async def test_refusals_by_kind_and_language(api: Api) -> None:
    url = "/api/enterprises/00000000-0000-0000-0000-000000000000"
    english = await api.get(url)
    chinese = await api.get(url, headers={"Accept-Language": "zh"})
    assert "enterprise" in problem(english)["detail"]
    assert "企业" in problem(chinese)["detail"]
    assert (english.headers["content-language"], chinese.headers["content-language"]) == ("en", "zh")
    assert "企业" in problem(await api.get(url + "?lang=zh"))["detail"]
    assert "Accept-Language" in english.headers["vary"]


async def test_what_the_framework_refuses_has_the_same_shape(api: Api) -> None:
    assert (await api.refused(404, "GET", "/api/none"))["code"] == "no-such-address"
    assert (await api.refused(404, "GET", "/api/enterprises/x"))["code"] == "no-such-address"
    answer = await api.delete("/api/enterprises")
    assert (problem(answer)["code"], "GET" in answer.headers["allow"]) == ("method-not-allowed", True)
    several = await api.refused(400, "GET", "/api/products?limit=0&after=1")
    assert {one["field"] for one in several["errors"]} == {"limit", "after"}
    assert (await api.refused(400, "POST", "/api/enterprises", headers={"Content-Type": "application/json"}))[
        "code"
    ] == "no-body"
    for kind in ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded", ""):
        told = await api.refused(415, "POST", "/api/enterprises", content=b"{}", headers={"Content-Type": kind})
        assert told["code"] == "wrong-content-type"


async def test_our_own_faults_stay_opaque_and_are_logged(
    db: asyncpg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    async with speaking(OneConnection(db), EXTRA) as api:
        for how in ("secret", "wrong-sql", "os"):
            caplog.clear()
            with caplog.at_level(logging.WARNING):
                answer = await api.get(f"/api/fail/{how}")
            told = problem(answer)
            assert (answer.status_code, told["code"], len(caplog.records)) == (500, "internal", 1)
            assert told["log_id"] in caplog.text
            assert "Traceback" in caplog.text
            for secret in ("hunter2", "division", "/etc/secret", "ValueError"):
                assert secret not in answer.text
        page = await api.get("/fail")
        assert (page.status_code, "hunter2" in page.text, page.headers["content-type"][:9]) == (500, False, "text/html")


async def test_what_may_be_tried_again_says_when(db: asyncpg.Connection) -> None:
    async with speaking(OneConnection(db), EXTRA) as api:
        answer = await api.get("/api/fail/busy")
        assert (problem(answer)["status"], answer.headers["retry-after"]) == (429, "7")
        for how in ("closed", "slow"):
            answer = await api.get(f"/api/fail/{how}")
            assert (problem(answer)["code"], answer.status_code) == ("unavailable", 503)
            assert int(answer.headers["retry-after"]) > 0


async def test_a_lost_database_is_503_and_comes_back(cloned: str) -> None:
    pool = await asyncpg.create_pool(cloned, min_size=0, max_size=2)
    async with speaking(pool) as api:
        await api.done("GET", "/api/enterprises")
        async with pool.acquire() as killer:
            await killer.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        await pool.expire_connections()
        await api.done("GET", "/api/enterprises")
    await pool.close()
    async with speaking(pool) as api:
        assert (await api.refused(503, "GET", "/api/enterprises"))["code"] == "unavailable"


async def test_no_database_at_all_is_503(tmp_path: object) -> None:
    class Nowhere:
        async def acquire(self, timeout: float) -> asyncpg.Connection:
            return await asyncpg.connect(host=str(tmp_path), user="x", database="x", timeout=timeout)

    async with speaking(Nowhere()) as api:
        answer = await api.get("/api/enterprises", headers={"Accept-Language": "zh"})
        assert (problem(answer)["code"], answer.status_code) == ("unavailable", 503)
        assert "未作任何更改" in answer.text


async def test_people_get_a_page_and_htmx_a_fragment(api: Api) -> None:
    page = await api.get("/none", headers={"Accept-Language": "zh"})
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert '<html lang="zh-CN"' in page.text
    assert "没有找到" in page.text
    assert 'href="?lang=en"' in page.text
    fragment = await api.get("/none", headers={"HX-Request": "true"})
    assert fragment.status_code == 404
    assert "<html" not in fragment.text
    assert fragment.text.strip().startswith("<section")


async def test_nothing_of_the_request_is_rendered_unescaped(api: Api) -> None:
    page = await api.get("/<script>alert(1)</script>?lang=<script>&view=%22%3E<script>")
    assert page.status_code == 404
    assert "<script" not in page.text
