import asyncio

import asyncpg
import pytest

from app.catalogue.tables.actions import commit, dry_run
from app.catalogue.tables.errors import TableNotReady, TableOvertaken
from app.catalogue.tables.opening import read_table
from app.edge.principals import NotYours, Principal
from app.store.history import history_of
from tests.app.catalogue.tables.files import PRODUCTS, changes, clock, csv_of, said, table_of, xlsx_of
from tests.world import ACTOR, TODAY, World, gtin

pytestmark = pytest.mark.anyio
WIDE = ("Model", "Product name", "Product name (English)", "Brand", "Brand (English)", "GTIN", "Mark", "Edible",
        "Features", "Features (English)")  # fmt: skip


@pytest.fixture
def world(db: asyncpg.Connection) -> World:
    return World(db)


async def test_a_table_creates_and_changes_models_with_one_tick(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise(demonstration=True)
    old = await world.product(enterprise.id, model="CXW-OLD", brand="演示牌")
    table = read_table(
        xlsx_of(
            WIDE,
            ("CXW-OLD", "吸油烟机二代", "Hood", "", "", gtin(900), "浙江制造", "", "", ""),
            ("CXW-NEW", "集成灶", "", "演示牌", "Demo", f"{gtin(901)[1:]}；{gtin(902)}", "品字标浙江服务", "是",
             "特征一\n特征二", "One\nTwo"),
        ),
        "产品.xlsx",
    )  # fmt: skip
    before = await clock(db), await changes(db)
    plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
    assert (await clock(db), await changes(db)) == before
    assert plan.ready
    assert [(step.row, step.model, step.act) for step in plan.steps] == [
        (2, "CXW-OLD", "update"),
        (3, "CXW-NEW", "create"),
    ]
    told = {one.heading.zh: (one.before.zh, one.after.zh) for one in plan.steps[0].differences}
    assert told == {
        "产品名称": ("吸油烟机", "吸油烟机二代"),
        "产品名称（英文）": ("", "Hood"),
        "品牌": ("演示牌", ""),
        "商品条码": (old.gtins[0][1:], "\n".join(sorted([old.gtins[0][1:], gtin(900)[1:]]))),
    }
    done = await commit(db, enterprise.id, table, ACTOR, TODAY)
    assert (done.created, done.updated, done.same, done.gtins) == (1, 1, 0, 3)
    assert await clock(db) == before[0] + 1
    made = await db.fetchrow("select * from product where model = 'CXW-NEW'")
    assert (made["name"], made["brand_en"], made["mark_variant"], made["edible"]) == ("集成灶", "Demo", "service", True)
    assert (made["features"], made["features_en"]) == (["特征一", "特征二"], ["One", "Two"])
    assert made["demonstration"]  # as its enterprise is
    assert made["as_of"] == TODAY
    newest = (await history_of(db, ["product"], old.id))[0]
    assert (newest.operation, newest.actor) == ("update", ACTOR.name)


async def test_the_same_table_again_changes_nothing(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    table = table_of(PRODUCTS, ("A1", "集成灶", gtin(1)), ("A2", "集成灶", ""))
    await commit(db, enterprise.id, table, ACTOR, TODAY)
    before = await clock(db), await changes(db)
    done = await commit(db, enterprise.id, table, ACTOR, TODAY)
    assert (done.created, done.updated, done.same) == (0, 0, 2)
    assert (await clock(db), await changes(db)) == before


async def test_what_the_file_has_no_column_for_stays(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    product = await world.product(enterprise.id, brand="演示牌", features=["凹刻"], edible=True, mark_variant="agri")
    await commit(db, enterprise.id, table_of(("Brand", "Model"), ("新牌", product.model)), ACTOR, TODAY)
    row = await db.fetchrow("select name, brand, features, edible, mark_variant from product where id = $1", product.id)
    assert tuple(row) == ("吸油烟机", "新牌", ["凹刻"], True, "agri")
    empties = table_of(("Model", "Edible", "Mark"), (product.model, "", ""))
    assert (await commit(db, enterprise.id, empties, ACTOR, TODAY)).same == 1


async def test_every_bad_cell_is_named(db: asyncpg.Connection, world: World) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    own, foreign = await world.product(enterprise.id), await world.product(other.id)
    table = table_of(
        WIDE,
        ("B1", "", "", "", "", "", "", "", "", ""),
        ("B2", "灶", " Stove", "", "", "6901234567893", "金牌", "也许", "", ""),
        ("B1", "灶", "", "", "", foreign.gtins[0], "", "", "a", "b\nc"),
        ("B3", "x" * 121, "", "a\u200bb", "", f"{own.gtins[0]};{gtin(700)}", "", "", "", ""),
        ("", "灶", "", "", "", f"{gtin(700)};6.90123E+12;x", "", "", "", ""),
        ("B4", "灶", "", "", "", "6.90123E+12", "", "", "\n".join("123456789"), ""),
        ("B\x005", "灶", "", "", "", f"{gtin(701)};{gtin(701)}", "", "", "", ""),
        (own.model, "", "", "", "", "", "", "", "", ""),
    )
    before = await clock(db), await changes(db)
    plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
    assert said(plan) == [
        (2, "B", "empty-text"),
        (3, "C", "edge-space"), (3, "F", "gtin-check-digit"), (3, "G", "cell-not-a-choice"),
        (3, "H", "cell-not-a-choice"),
        (4, "A", "cell-model-twice"), (4, "F", "gtin-elsewhere"), (4, "J", "features-differ"),
        (5, "B", "long-text"), (5, "D", "hidden-character"), (5, "F", "cell-gtin-of-another-model"),
        (6, "A", "empty-text"), (6, "F", "gtin-not-digits"), (6, "F", "gtin-not-digits"), (6, "F", "cell-gtin-twice"),
        (7, "F", "cell-rounded-number"), (7, "I", "too-many-entries"),
        (8, "A", "hidden-character"), (8, "F", "gtin-twice"),
        (9, "B", "empty-text"),
    ]  # fmt: skip
    assert plan.bad[0].detail.en == "`B2 Product name` is empty: give a text of 1 to 120 characters."
    assert plan.bad[0].detail.zh == "`B2 产品名称`不能为空：请填写 1 至 120 个字符。"
    everything = " ".join(bad.detail.en + bad.detail.zh for bad in plan.bad)
    assert foreign.model not in everything
    assert str(foreign.id) not in everything
    with pytest.raises(TableNotReady) as refused:
        await commit(db, enterprise.id, table, ACTOR, TODAY)
    assert (refused.value.facts["count"], refused.value.facts["row"]) == (20, 2)
    assert (await clock(db), await changes(db)) == before


async def test_nobody_imports_for_another_enterprise(db: asyncpg.Connection, world: World) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    maker = Principal("maker", enterprise.id, frozenset({"catalogue:write"}))
    table = table_of(PRODUCTS, ("A1", "集成灶", gtin(1)))
    for act in (dry_run, commit):
        with pytest.raises(NotYours):
            await act(db, other.id, table, maker, TODAY)
    assert (await commit(db, enterprise.id, table, maker, TODAY)).created == 1


async def test_what_an_enterprise_imports_is_a_draft(db: asyncpg.Connection, world: World) -> None:
    enterprise = await world.enterprise()
    shown = await world.product(enterprise.id)
    maker = Principal("maker", enterprise.id, frozenset({"catalogue:write"}))
    table = table_of(PRODUCTS, ("A1", "集成灶", ""), (shown.model, "集成灶", ""))
    await commit(db, enterprise.id, table, maker, TODAY)
    assert await db.fetch("select published from product order by model") == [(False,), (True,)]
    await commit(db, enterprise.id, table_of(PRODUCTS, ("A2", "集成灶", "")), ACTOR, TODAY)
    assert await db.fetchval("select published from product where model = 'A2'")


async def test_somebody_else_registers_the_model_meanwhile(cloned: str) -> None:
    ours, theirs = [await asyncpg.connect(cloned, server_settings={"timezone": "UTC"}) for _ in range(2)]
    try:
        world = World(theirs)
        enterprise = await world.enterprise()
        table = table_of(PRODUCTS, ("A0", "集成灶", gtin(800)), ("A1", "集成灶", ""))
        before = await changes(ours)
        async with theirs.transaction():
            await world.product(enterprise.id, model="A1", gtins=[])
            waiting = asyncio.create_task(commit(ours, enterprise.id, table, ACTOR, TODAY))
            while not await theirs.fetchval("select exists (select from pg_locks where not granted)"):
                await asyncio.sleep(0.01)
        with pytest.raises(TableOvertaken):
            await waiting
        assert await changes(ours) == before + 1
        assert (await commit(ours, enterprise.id, table, ACTOR, TODAY)).created == 1
    finally:
        await ours.close()
        await theirs.close()


async def test_under_row_level_security_a_foreign_gtin_is_held(db: asyncpg.Connection, world: World) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    foreign = await world.product(other.id)
    maker = Principal("maker", enterprise.id, frozenset({"catalogue:write"}))
    await db.execute("set local role zpm_app")
    await db.execute("select set_config('zpm.organisation', $1, true)", str(enterprise.id))
    bad = table_of(PRODUCTS, ("A1", "灶", foreign.gtins[0]))
    assert said(await dry_run(db, enterprise.id, bad, maker, TODAY)) == [(2, "C", "gtin-elsewhere")]
    with pytest.raises(TableOvertaken):
        await commit(db, enterprise.id, bad, maker, TODAY)
    assert await db.fetchval("select count(*) from product") == 0
    done = await commit(db, enterprise.id, table_of(PRODUCTS, ("A1", "灶", gtin(501))), maker, TODAY)
    assert (done.created, done.gtins) == (1, 1)
    assert await db.fetchval("select count(*) from product") == 1


async def test_five_thousand_rows_in_one_statement_each(cloned: str) -> None:
    db = await asyncpg.connect(cloned, server_settings={"timezone": "UTC", "statement_timeout": "10000"})
    try:
        enterprise = await World(db).enterprise()
        rows = [(f"M{n}", "吸油烟机", gtin(n)) for n in range(5_000)]
        table = read_table(csv_of(PRODUCTS, *rows), "t.csv")
        before = await clock(db)
        assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).created == 5_000
        assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).same == 5_000
        assert await clock(db) == before + 1
        assert await db.fetchval("select count(*) from gtin") == 5_000
    finally:
        await db.close()
