"""Scan statistics over HTTP: whose they are, what of places is told, downloads."""

import csv
from datetime import date, timedelta
from io import StringIO

import asyncpg
import httpx
import pytest

from app.edge.asks import _today
from app.statistics import queries
from tests.app.service import problem
from tests.app.statistics.cast import (
    ANHUI,
    HOOD,
    JIANGSU,
    KETTLE,
    SHANGHAI,
    ZHEJIANG,
    Cast,
    at,
    see,
    see_product,
)
from tests.app.statistics.conftest import Browse

DAY = timedelta(days=1)
API = "/api/statistics"


@pytest.fixture
def today() -> date:
    """The service's own: it reads the clock when it is asked."""
    return _today()


@pytest.fixture
async def views(db: asyncpg.Connection, cast: Cast, today: date) -> None:
    await see(db, cast.batch, at(today - DAY), ZHEJIANG, 40)
    await see(db, cast.batch, at(today - DAY), JIANGSU, 12)
    await see(db, cast.batch, at(today - DAY), SHANGHAI, 4)
    await see(db, cast.others, at(today - DAY), JIANGSU, 1000)
    await db.fetchval(queries.roll_up.sql, today - DAY, True)
    await see(db, cast.second, at(today, 0), ZHEJIANG, 11)
    await see(db, cast.second, at(today, 0), ANHUI, 3)
    await see(db, cast.proof, at(today, 0), ZHEJIANG, 99)
    await see_product(db, HOOD, at(today, 0), 5)


def rows(answer: httpx.Response) -> list[list[str]]:
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


async def test_an_enterprise_is_told_its_own(cast: Cast, views: None, browse: Browse, today: date) -> None:
    async with browse(cast.person()) as client:
        told = (await client.get(API)).json()
        assert (told["total"], told["of_items"], told["of_pages"]) == (75, 70, 5)
        assert [one["views"] for one in told["days"]] == [0] * 28 + [56, 19]
        # Shanghai 4 and Anhui 3 hide in each other.
        assert told["places"] == [
            {"place": ZHEJIANG, "views": 51}, {"place": JIANGSU, "views": 12}, {"place": "other", "views": 7},
        ]  # fmt: skip
        yesterday, now = (today - DAY).isoformat(), today.isoformat()
        # Of one small place a day the next goes with it, on every line.
        by_day = {(one["day"], one["place"]): one["views"] for one in told["places_by_day"]}
        assert by_day == {(yesterday, "other"): 56, (now, "other"): 14}
        assert [(one["gtin"], one["views"], one["of_pages"]) for one in told["products"]] == [(HOOD, 75, 5)]
        assert [(one["lot"], one["views"]) for one in told["batches"]] == [("260912A", 56), ("260913B", 14)]
        one = (await client.get(API, params={"batch": cast.second})).json()
        assert (one["total"], one["places"]) == (14, [{"place": "other", "views": 14}])
        assert (await client.get(API, params={"gtin": KETTLE})).json()["total"] == 0
        assert (await client.get(API, params={"batch": cast.others})).json()["total"] == 0
        assert (await client.get(API, params={"enterprise_id": str(cast.other)})).json()["total"] == 0


async def test_bureaus_are_told_their_region_s(cast: Cast, views: None, browse: Browse) -> None:
    for person, total in ((cast.bureau("330282"), 75), (cast.bureau("3307"), 1000), (cast.bureau("3301"), 0)):
        async with browse(person) as client:
            assert (await client.get(API)).json()["total"] == total
    for person in (cast.bureau("33"), cast.administrator()):
        async with browse(person) as client:
            told = (await client.get(API, params={"limit": 1})).json()
            assert told["total"] == 1075
            assert [one["gtin"] for one in told["products"]] == [KETTLE]
            assert told["products_counted"] == 2
            assert (await client.get(API, params={"enterprise_id": str(cast.maker)})).json()["total"] == 75


async def test_without_the_right_nothing_is_told(cast: Cast, browse: Browse) -> None:
    async with browse(cast.person(scopes=frozenset({"account", "reports:read"}))) as client:
        for path in (API, "/statistics", "/statistics/download"):
            assert (await client.get(path)).status_code == 403
    async with browse(cast.person()) as client:
        client.cookies.clear()
        assert (await client.get("/statistics")).status_code == 303


@pytest.mark.parametrize(
    ("query", "field", "code"),
    [
        ("from=2026-11-02&to=2026-11-01", "to", "range-reversed"),
        ("from=2024-01-01&to=2026-01-01", "from", "range-too-long"),
        ("to=2999-01-01", "to", "future-date"),
    ],
)
async def test_a_range_that_is_none_is_refused(cast: Cast, browse: Browse, query: str, field: str, code: str) -> None:
    async with browse(cast.person()) as client:
        told = problem(await client.get(f"{API}?{query}"))
        errors = [told] if "field" in told else told["errors"]
        assert code in [one["code"] for one in errors]
        answer = await client.get(f"/statistics?{query}")
        assert answer.status_code == 422
        assert f'id="e-{field}"' in answer.text
        assert f'value="{query.partition("=")[2][:10]}"' in answer.text


@pytest.mark.parametrize("query", ["from=x", "days=8", "gtin=1", "batch=x", "batch=0", "gtin=%00", "from=%F0%9F%98%80"])
async def test_what_nobody_can_choose_is_refused(cast: Cast, browse: Browse, query: str) -> None:
    async with browse(cast.person()) as client:
        assert (await client.get(f"/statistics?{query}")).status_code == 422
        assert (await client.get(f"/statistics/download?{query}")).status_code == 400
        assert (await client.get("/statistics/download?what=x")).status_code == 400
        if not query.startswith("days"):
            assert (await client.get(f"{API}?{query}")).status_code == 400


async def test_the_first_days_of_the_calendar_have_no_scans(cast: Cast, browse: Browse) -> None:
    async with browse(cast.person()) as client:
        for path in (API, "/statistics", "/statistics/download"):
            assert (await client.get(f"{path}?to=0001-01-05")).status_code == 200


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_page_stands_in_both_languages(
    cast: Cast, views: None, browse: Browse, language: str, today: date
) -> None:
    async with browse(cast.person()) as client:
        answer = await client.get("/statistics", params={"lang": language, "days": 7})
        assert answer.status_code == 200
        text = answer.text
        for said in {"zh": ("浙江", "江苏", "其他", "吸油烟机"), "en": ("Zhejiang", "Jiangsu", "Other", "Range hood")}[
            language
        ]:
            assert said in text
        for hidden in ("上海", "安徽", "Shanghai", "Anhui", "电水壶"):
            assert hidden not in text
        assert "style=" not in text
        assert f"/statistics?lang={language}&amp;days=7&amp;gtin={HOOD}" in text
        only = await client.get("/statistics", params={"gtin": HOOD, "batch": cast.second, "lang": language})
        assert "260913B" in only.text
        empty = await client.get("/statistics", params={"to": str(today - 20 * DAY), "lang": language})
        assert empty.status_code == 200
        assert 'class="empty"' in empty.text


async def test_tables_are_downloaded(
    cast: Cast, views: None, browse: Browse, db: asyncpg.Connection, today: date
) -> None:
    await db.execute("update product set name = '=cmd()' where enterprise_id = $1", cast.maker)
    async with browse(cast.person()) as client:
        days = rows(await client.get("/statistics/download?days=7"))
        assert days[0] == ["Day", "Scans"]
        assert days[-2:] == [[(today - DAY).isoformat(), "56"], [today.isoformat(), "19"]]
        assert rows(await client.get("/statistics/download?what=places&lang=zh")) == [
            ["省份", "扫码次数"], ["浙江", "51"], ["江苏", "12"], ["其他", "7"],
        ]  # fmt: skip
        assert [one[1:] for one in rows(await client.get("/statistics/download?what=places_by_day"))[1:]] == [
            ["Other", "56"], ["Other", "14"],
        ]  # fmt: skip
        (_, product) = rows(await client.get("/statistics/download?what=products"))
        assert product == [HOOD, "'=cmd()", "X1", "演示厨电有限公司", "75", "70", "5"]
        assert len(rows(await client.get("/statistics/download?what=batches"))) == 3


async def test_a_longer_list_is_cut_and_says_so(cast: Cast, views: None, browse: Browse) -> None:
    async with browse(cast.administrator()) as client:
        told = (await client.get(API, params={"limit": 1})).json()
        assert (told["batches_counted"], [one["lot"] for one in told["batches"]]) == (3, ["K-1"])
        assert "in all; here are" not in (await client.get("/statistics")).text
