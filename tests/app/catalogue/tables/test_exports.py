"""What goes out comes in again as it was, and no spreadsheet takes it for a formula."""

import csv
import io
import zipfile
from typing import Any

import asyncpg
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert

from app.catalogue.shapes import NewIndicators, NewTestReport
from app.catalogue.statements import add_test_report, set_indicators
from app.catalogue.tables.actions import commit, dry_run, export_indicators, export_products
from app.catalogue.tables.cells import guarded, guarded_in_workbook, unguarded
from app.catalogue.tables.columns import COLUMNS, HEADINGS, folded
from app.catalogue.tables.errors import TableEmpty
from app.catalogue.tables.opening import read_table
from app.catalogue.tables.reading import read
from app.catalogue.tables.shapes import Table
from app.catalogue.tables.writing import table_file, template
from app.edge import fields
from tests.app.catalogue.tables.files import changes, clock, said, table_of
from tests.app.catalogue.tables.naughty import APOSTROPHES, INJECTIONS, NAUGHTY
from tests.world import ACTOR, TODAY, World

FORMATS = ("csv", "xlsx")
LANGUAGES = ("zh", "en")
DANGEROUS = tuple("=+-@\t\r\n＝＋－＠")


@given(st.text(max_size=8) | st.text(alphabet="'=+-@＝＠ ab\t\n", max_size=8))
def test_the_guard_is_taken_off_exactly(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert unguarded(guarded_in_workbook(text)) == text
    assert not guarded(text).startswith(DANGEROUS)


@pytest.mark.parametrize("text", [*INJECTIONS, *APOSTROPHES])
def test_a_formula_leaves_as_text(text: str) -> None:
    line = [text] * len(COLUMNS["products"])
    told = table_file("products", "csv", "zh", [line]).decode("utf-8-sig")
    row = list(csv.reader(io.StringIO(told, newline="")))[1]
    assert row == [guarded(text)] * len(line)
    assert not row[0].startswith(DANGEROUS)
    book = openpyxl.load_workbook(io.BytesIO(table_file("products", "xlsx", "zh", [line])))
    assert {cell.data_type for cell in book.worksheets[0][2]} == {"s"}


@pytest.mark.parametrize("kind", COLUMNS)
@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_has_every_column_and_explains_it(kind: Any, fmt: Any, language: str) -> None:
    file = template(kind, fmt, language)
    with pytest.raises(TableEmpty):
        read_table(file, "t")
    assert read(file).rows[0][1] == [column.say(language) for column in COLUMNS[kind]]
    assert template(kind, fmt, language) == file
    if fmt == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(file))
        explained = list(book.worksheets[1].values)[1:]
        assert [row[0] for row in explained] == [column.say(language) for column in COLUMNS[kind]]
        assert all(row[2] for row in explained)


def test_no_heading_means_two_columns() -> None:
    for kind, columns in COLUMNS.items():
        words = {(folded(word), one.key) for one in columns for word in (one.zh, one.en, *one.also)}
        assert len(words) == len(HEADINGS[kind])


def storable(text: str, most: int = fields.NAME) -> bool:
    return bool(text) and not list(fields.text("x", text, most))


names = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Co", "Cs", "Zl", "Zp")), max_size=20
).filter(storable)
names |= st.sampled_from([one for one in (*NAUGHTY, *INJECTIONS, *APOSTROPHES) if storable(one)])
maybe = st.none() | names
lists = st.lists(names, max_size=3)


@settings(max_examples=40)  # each writes and reads a workbook
@given(
    st.lists(
        st.fixed_dictionaries(
            {
                "name": names,
                "name_en": maybe,
                "brand": maybe,
                "brand_en": maybe,
                "features": lists,
                "features_en": lists,
            }
        ),
        min_size=1,
        max_size=4,
    )
)
def test_every_text_a_catalogue_can_hold_survives(rows: list[dict[str, Any]]) -> None:
    lines = [
        [f"M{n}", *("\n".join(one) if isinstance(one, list) else one or "" for one in row.values())]
        for n, row in enumerate(rows)
    ]
    columns = [one for one in COLUMNS["products"] if one.form in ("text", "lines")]
    whole = [[line.pop(0) if column in columns else "" for column in COLUMNS["products"]] for line in map(list, lines)]
    for fmt in FORMATS:
        raw = read(table_file("products", fmt, "zh", whole))
        got = [[unguarded(cell) for cell in row] for _, row in raw.rows[1:]]
        assert [row + [""] * (len(COLUMNS["products"]) - len(row)) for row in got] == whole


@pytest.mark.anyio
@pytest.mark.parametrize("fmt", FORMATS)
@pytest.mark.parametrize("language", LANGUAGES)
async def test_an_export_imports_as_no_change(db: asyncpg.Connection, fmt: Any, language: Any) -> None:
    world = World(db)
    enterprise = await world.enterprise()
    nasty = [one for one in (*NAUGHTY, *INJECTIONS, *APOSTROPHES) if storable(one)]
    for n, text in enumerate(nasty):
        facts = {"name": text, "brand": text, "features": [text, *nasty[:7]], "features_en": [text] * 8}
        await world.product(enterprise.id, model=f"{text[:100]} {n}", edible=n % 2 == 0, mark_variant="agri", **facts)
    product = await world.product(enterprise.id, model="=1+1")
    report = NewTestReport(number="-报告", laboratory="@检测", laboratory_en="+Lab", issued_on=TODAY)
    await add_test_report(db, product.id, report, ACTOR, TODAY)
    rows = [
        {"name": text, "unit": text, "sense": "text", "product_value": text, "national_reference": text}
        for text in nasty[-28:]
    ]
    rows.append({"name": "温差", "unit": "℃", "sense": "le", "product_value": "-5", "test_report_number": "-报告"})
    rows.append({"name": "水温", "unit": "℃", "sense": "range", "product_value": "-5–-2", "zhejiang_made_limit": "1–2"})
    await set_indicators(db, product.id, convert({"indicators": rows}, NewIndicators), ACTOR, TODAY)
    before = await clock(db), await changes(db)
    for export in (export_products, export_indicators):
        file = await export(db, enterprise.id, fmt, language)
        assert await export(db, enterprise.id, fmt, language) == file
        table = read_table(file, "out")
        plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
        assert said(plan) == []
        assert {step.act for step in plan.steps} == {"same"}
        assert (await commit(db, enterprise.id, table, ACTOR, TODAY)).updated == 0
    assert (await clock(db), await changes(db)) == before


@pytest.mark.anyio
async def test_an_export_opens_another_enterprise_as_it_was(db: asyncpg.Connection) -> None:
    world = World(db)
    one, two = await world.enterprise(), await world.enterprise()
    product = await world.product(one.id, model="A", features=["甲"], features_en=["a"], gtins=[])
    row = {"name": "水温", "unit": "℃", "sense": "range", "product_value": "35–39"}
    await set_indicators(db, product.id, convert({"indicators": [row]}, NewIndicators), ACTOR, TODAY)
    for export in (export_products, export_indicators):
        table = read_table(await export(db, one.id, "xlsx"), "out")
        assert (await commit(db, two.id, table, ACTOR, TODAY)).created == 1
        assert await export(db, two.id, "csv") == await export(db, one.id, "csv")


@pytest.mark.anyio
@pytest.mark.parametrize("text", [*NAUGHTY, *INJECTIONS, *APOSTROPHES])
async def test_a_naughty_cell_is_stored_exactly_or_named(db: asyncpg.Connection, text: str) -> None:
    enterprise = await World(db).enterprise()
    table: Table = table_of(("型号", "产品名称", "品牌"), ("A", "灶", text))
    plan = await dry_run(db, enterprise.id, table, ACTOR, TODAY)
    if plan.ready:
        await commit(db, enterprise.id, table, ACTOR, TODAY)
        stored = await db.fetchval("select brand from product where enterprise_id = $1", enterprise.id)
        assert (stored or "") == (unguarded(text) if text.strip() else "")
    else:
        assert {(bad.row, bad.column) for bad in plan.bad} == {(2, "C")}


def test_markup_in_a_cell_stays_text() -> None:
    """The writing library would write `<r>…</r>` as it stands."""
    evil = "<r></t></is></c><c r='B2'><v>1</v></c><c><is><t></r>"
    line = ["<r><t>x</t></r>", evil, *[""] * (len(COLUMNS["products"]) - 2)]
    file = table_file("products", "xlsx", "zh", [line])
    assert read(file).rows[1][1] == line[:2]
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert evil.encode() not in archive.read("xl/worksheets/sheet1.xml")
