import asyncpg
import pytest

from app.catalogue.shapes import NewIndicator, NewIndicators, NewTestReport
from app.catalogue.statements import add_test_report, set_indicators
from app.catalogue.tables.actions import commit, dry_run
from app.catalogue.tables.errors import TableNotReady
from tests.app.catalogue.tables.files import INDICATORS, changes, clock, said, table_of
from tests.world import ACTOR, TODAY, World, gtin

pytestmark = pytest.mark.anyio
WIDE = ("型号", "序号", "指标名称", "单位", "比较方式", "本产品值", "国家标准限值", "国家标准编号", "检验报告编号",
        "检验机构", "报告签发日期")  # fmt: skip


@pytest.fixture
def world(db: asyncpg.Connection) -> World:
    return World(db)


async def stored(db: asyncpg.Connection, model: str) -> list[tuple[object, ...]]:
    rows = await db.fetch(
        "select k.position, k.name, k.sense, k.product_value, t.number, k.stated_by from key_indicator k "
        "join product p on p.id = k.product_id left join test_report t on t.id = k.test_report_id "
        "where p.model = $1 order by k.position",
        model,
    )
    return [tuple(row) for row in rows]


async def test_the_whole_list_of_each_model_is_replaced(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    one, two = await world.product(enterprise.id, model="A"), await world.product(enterprise.id, model="B")
    untouched = await world.product(enterprise.id, model="C")
    old = [NewIndicator(name=name, unit="%", sense="ge", product_value="1") for name in ("全压效率", "旧指标")]
    body = NewIndicators(indicators=tuple(old), stated_by="certification_body")
    for product in (one, untouched):
        await set_indicators(db, product.id, body, ACTOR, TODAY)
    table = table_of(
        WIDE,
        ("A", "2", "全压效率", "%", "≥", "26", "15", "GB/T 17713", "演示检-1", "演示检测中心", "2026/3/2"),
        ("A", "1", "噪声", "dB(A)", "不高于", "62", "", "GB/T 17713", "演示检-1", "", ""),
        ("B", "", "水温", "℃", "range", "35 ~ 39", "", "", "", "", ""),
        ("B", "", "防水", "IP", "等级", "IPX4", "", "", "", "", ""),
    )
    before = await clock(db), await changes(db)
    plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
    assert plan.ready, plan.bad
    assert (await clock(db), await changes(db)) == before
    assert [(step.row, step.model, step.act) for step in plan.steps] == [(2, "A", "update"), (4, "B", "create")]
    told = [(one.heading.en, one.before.en, one.after.en) for one in plan.steps[0].differences]
    assert told == [
        ("全压效率: Product value", "1", "26"),
        ("全压效率: National standard limit", "", "15"),
        ("全压效率: National standard number", "", "GB/T 17713"),
        ("全压效率: Test report number", "", "演示检-1"),
        ("旧指标", "1 %", ""),
        ("噪声", "", "62 dB(A)"),
    ]
    done = await commit(db, enterprise.id, table, ACTOR, TODAY)
    assert (done.created, done.updated, done.reports) == (1, 1, 1)
    assert await clock(db) == before[0] + 1
    assert await stored(db, "A") == [
        (0, "噪声", "le", "62", "演示检-1", "enterprise"),
        (1, "全压效率", "ge", "26", "演示检-1", "enterprise"),
    ]
    assert [row[1:4] for row in await stored(db, "B")] == [("水温", "range", "35–39"), ("防水", "grade", "IPX4")]
    assert len(await stored(db, "C")) == 2
    again = await clock(db), await changes(db)
    assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).same == 2
    assert (await clock(db), await changes(db)) == again
    assert two.id


async def test_what_a_body_confirmed_stays_its_word_while_it_is_the_same(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    product = await world.product(enterprise.id, model="A")
    one = NewIndicator(name="全压效率", unit="%", sense="ge", product_value="26")
    await set_indicators(db, product.id, NewIndicators(indicators=(one,), stated_by="certification_body"), ACTOR, TODAY)
    await commit(db, enterprise.id, table_of(INDICATORS, ("A", "全压效率", "%", "ge", "26")), ACTOR, TODAY)
    assert (await stored(db, "A"))[0][-1] == "certification_body"
    await commit(db, enterprise.id, table_of(INDICATORS, ("A", "全压效率", "%", "ge", "27")), ACTOR, TODAY)
    assert (await stored(db, "A"))[0][-1] == "enterprise"


async def test_every_bad_cell_is_named(db: asyncpg.Connection, world: World) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    product = await world.product(enterprise.id, model="A")
    await world.product(other.id, model="FOREIGN")
    report = NewTestReport(number="演示检-1", laboratory="演示检测中心", issued_on=TODAY)
    await add_test_report(db, product.id, report, ACTOR, TODAY)
    table = table_of(
        WIDE,
        ("A", "1", "甲", "%", "≥", "IPX4", "", "", "演示检-1", "别的中心", ""),
        ("A", "1", "乙", "%", "越高越好", "1", "", "", "", "", ""),
        ("A", "0", "甲", "", "ge", "", "15", "", "", "", "2026-02-30"),
        ("A", "", "丙", "%", "范围", "39–35", "", "", "新-1", "", ""),
        ("A", "", "丁", "%", "ge", "1", "", "", "新-2", "中心", "2999-01-01"),
        ("A", "", "戊", "%", "ge", "1", "", "", "", "中心", ""),
        ("FOREIGN", "", "甲", "%", "ge", "1", "", "", "新-9", "", ""),
        ("", "", "甲", "%", "ge", "1", "", "", "", "", ""),
    )
    before = await clock(db), await changes(db)
    plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
    assert said(plan) == [
        (2, "F", "indicator-not-a-number"), (2, "J", "cell-report-differs"),
        (3, "B", "cell-position-twice"), (3, "E", "cell-not-a-choice"),
        (4, "B", "cell-not-a-position"), (4, "C", "indicator-twice"), (4, "D", "empty-text"), (4, "F", "empty-text"),
        (4, "F", "indicator-not-a-number"), (4, "H", "limit-without-reference"), (4, "K", "cell-not-a-date"),
        (5, "F", "indicator-not-a-range"), (5, "J", "cell-report-incomplete"), (5, "K", "cell-report-incomplete"),
        (6, "K", "future-date"),
        (7, "I", "cell-report-without-number"),
        (8, "A", "cell-unknown-model"),
        (9, "A", "empty-text"),
    ]  # fmt: skip
    assert "演示检测中心" in plan.bad[1].detail.zh
    with pytest.raises(TableNotReady):
        await commit(db, enterprise.id, table, ACTOR, TODAY)
    assert (await clock(db), await changes(db)) == before


async def test_a_model_has_at_most_thirty_indicators(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    await world.product(enterprise.id, model="A")
    rows = [("A", f"指标{n}", "%", "ge", "1") for n in range(31)]
    plan = await dry_run(db, enterprise.id, table_of(INDICATORS, *rows), ACTOR, TODAY)
    assert said(plan) == [(32, "A", "too-many-entries")]
    assert (await dry_run(db, enterprise.id, table_of(INDICATORS, *rows[:30]), ACTOR, TODAY)).ready


async def test_five_thousand_rows(cloned: str) -> None:
    db = await asyncpg.connect(cloned, server_settings={"timezone": "UTC", "statement_timeout": "10000"})
    try:
        enterprise = await World(db).enterprise()
        products = [(f"M{n}", "吸油烟机", gtin(n)) for n in range(500)]
        await commit(db, enterprise.id, table_of(("型号", "产品名称", "商品条码"), *products), ACTOR, TODAY)
        rows = [(f"M{n // 10}", f"指标{n % 10}", "%", "ge", str(n)) for n in range(5_000)]
        table = table_of(INDICATORS, *rows)
        assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).created == 500
        before = await clock(db), await changes(db)
        assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).same == 500
        assert (await clock(db), await changes(db)) == before
    finally:
        await db.close()
