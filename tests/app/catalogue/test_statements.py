import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.comparisons import check_indicators, ruled
from app.catalogue.shapes import NewIndicator, NewIndicators
from tests.app.service import Api, written
from tests.world import TODAY, World

pytestmark = pytest.mark.anyio
ROW = {
    "name": "全压效率",
    "unit": "%",
    "sense": "ge",
    "product_value": "26",
    "zhejiang_made_limit": "24",
    "national_limit": "15",
    "national_reference": "GB/T 17713",
}
COMMITMENT = {
    "text": "保修 5 年。\n电机 10 年。",
    "remedy": "换新或退款。",
    "telephone": "400-000-0000",
    "valid_from": "2026-01-01",
}
REPORT = {"number": "演示检-1", "laboratory": "演示检测中心", "issued_on": "2026-03-02"}


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"product_value": "IPX4"}, "indicator-not-a-number", "product_value"),
        ({"national_limit": "约 15"}, "indicator-not-a-number", "national_limit"),
        ({"zhejiang_made_limit": "1e9"}, "indicator-not-a-number", "zhejiang_made_limit"),
        ({"sense": "range"}, "indicator-not-a-range", "product_value"),
        (
            {"sense": "range", "product_value": "39–35", "zhejiang_made_limit": None, "national_limit": None},
            "indicator-not-a-range",
            "product_value",
        ),
        ({"national_reference": None}, "limit-without-reference", "national_reference"),
        ({"industry_limit": "3"}, "limit-without-reference", "industry_reference"),
        ({"test_report_number": "none"}, "unknown-reference", "test_report_number"),
        ({"unit": ""}, "empty-text", "unit"),
        ({"name": "a\u200bb"}, "hidden-character", "name"),
    ],
)
async def test_a_wrong_indicator_is_named(
    api: Api, world: World, db: asyncpg.Connection, wrong: dict, code: str, field: str
) -> None:
    url = f"/api/products/{(await world.product((await world.enterprise()).id)).id}/indicators"
    good = ROW | {"name": "气味降低度"}
    before = await written(db)
    told = await api.refused(400, "PUT", url, json={"indicators": [good, ROW | wrong]})
    told = told["errors"][0] if "errors" in told else told
    assert (told["code"], told["field"]) == (code, f"indicators[1].{field}")
    assert await written(db) == before
    assert len(await api.done("PUT", url, json={"indicators": [good, ROW]})) == 2


async def test_the_table_is_replaced_as_a_set(api: Api, world: World) -> None:
    product = await world.product((await world.enterprise()).id)
    url = f"/api/products/{product.id}"
    rows = [ROW | {"name": f"指标{n}"} for n in range(30)]
    assert (await api.refused(400, "PUT", f"{url}/indicators", json={"indicators": [*rows, ROW]}))[
        "field"
    ] == "indicators"
    twice = await api.refused(400, "PUT", f"{url}/indicators", json={"indicators": [ROW, ROW]})
    assert (twice["code"], "全压效率" in twice["detail"]) == ("indicator-twice", True)
    await api.done("POST", f"{url}/test-reports", json=REPORT)
    await api.done("PUT", f"{url}/indicators", json={"indicators": rows})
    heat = {"name": "水温", "unit": "℃", "sense": "range", "product_value": "35 ~ 39", "zhejiang_made_limit": "-5--2"}
    grade = {"name": "防水", "unit": "IP", "sense": "grade", "product_value": "IPX4", "test_report_number": "演示检-1"}
    table = {"indicators": [heat, grade], "stated_by": "certification_body", "as_of": "2026-03-02"}
    kept = await api.done("PUT", f"{url}/indicators", json=table)
    assert [(one["name"], one["product_value"], one["stated_by"]) for one in kept] == [
        ("水温", "35–39", "certification_body"),
        ("防水", "IPX4", "certification_body"),
    ]
    assert kept[0]["zhejiang_made_limit"] == "-5–-2"
    assert kept[1]["test_report_number"] == "演示检-1"
    assert (await api.done("GET", url))["indicators"] == kept


async def test_reports_and_commitment(api: Api, world: World, db: asyncpg.Connection) -> None:
    product = await world.product((await world.enterprise()).id)
    url = f"/api/products/{product.id}"
    await api.done("POST", f"{url}/test-reports", json=REPORT)
    before = await written(db)
    assert (await api.refused(409, "POST", f"{url}/test-reports", json=REPORT))["code"] == "already-registered"
    late = await api.refused(400, "POST", f"{url}/test-reports", json=REPORT | {"issued_on": "2999-01-01"})
    assert late["code"] == "future-date"
    for wrong, code in (
        ({"telephone": "-"}, "bad-telephone"),
        ({"text": "a\rb"}, "hidden-character"),
        ({"remedy": ""}, "empty-text"),
    ):
        assert (await api.refused(400, "PUT", f"{url}/commitment", json=COMMITMENT | wrong))["code"] == code
    assert await written(db) == before
    await api.done("PUT", f"{url}/commitment", json=COMMITMENT)
    kept = await api.done("PUT", f"{url}/commitment", json=COMMITMENT | {"text": "保修 6 年。"})
    assert kept["text"] == "保修 6 年。"
    sheet = await api.done("GET", url)
    assert (sheet["commitment"], len(sheet["test_reports"])) == (kept, 1)


numbers = st.integers(-(10**6), 10**6).map(str) | st.decimals(-1000, 1000, places=3).map(str)


@given(numbers, numbers)
def test_every_range_in_order_is_accepted_however_its_dash_is_written(low: str, high: str) -> None:
    low, high = sorted((low, high), key=float)
    for dash in "-–—~～":
        one = NewIndicator(name="水温", unit="℃", sense="range", product_value=f"{low} {dash} {high}")
        table = ruled(NewIndicators(indicators=(one,)))
        assert check_indicators(table, set(), TODAY) == []
        assert table.indicators[0].product_value == f"{low}–{high}"
