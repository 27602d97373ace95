"""Files in every form people save them in."""

import io
import random
from contextlib import suppress
from datetime import date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.styles import Font

from app.catalogue.tables import errors
from app.catalogue.tables.delimited import decoded, read_delimited
from app.catalogue.tables.limits import CELL_MOST, FILE_MOST, ROWS_MOST
from app.catalogue.tables.opening import open_table, read_table
from app.catalogue.tables.reading import read
from codes.errors import Refusal, Several
from tests.app.catalogue.tables.files import PRODUCTS, csv_of, said, xlsx_of

ROW = ("CXW-1", '吸油烟机 "大" ，；', "6901230000016")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_separator_and_line_end(encoding: str, delimiter: str, end: str) -> None:
    rows = PRODUCTS, ROW, ("CXW-2", f"两行{end}内容; , \t", "")
    raw = read_delimited(csv_of(*rows, encoding=encoding, delimiter=delimiter, end=end))
    assert [number for number, _ in raw.rows] == [1, 2, 3]
    assert tuple(raw.rows[1][1]) == ROW
    assert raw.rows[2][1][1] == f"两行{end}内容; , \t"


@given(st.lists(st.lists(st.text(st.characters(codec="gb18030", exclude_characters="\0")), min_size=3, max_size=3)))
def test_whatever_is_written_is_read(rows: list[list[str]]) -> None:
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        read_rows = read_delimited(csv_of(PRODUCTS, *rows, encoding=encoding)).rows[1:]
        kept = [[cell if cell.strip() else "" for cell in row] for row in rows if any(cell.strip() for cell in row)]
        assert [row + [""] * (3 - len(row)) for _, row in read_rows] == kept


def test_the_encoding_is_told() -> None:
    assert [decoded("型号,a\r\n".encode(one))[0] for one in ("utf-8", "gb18030", "utf-16-be")] == [
        "utf-8",
        "gb18030",
        "utf-16-be",
    ]


def test_a_table_of_any_name_in_either_language_and_order() -> None:
    table = read_table(csv_of(("GTIN", " product NAME*", "型号"), ("6901230000016", "灶", "X1")), "照片.jpg")
    assert (table.kind, table.form, table.columns) == ("products", "csv", {"gtins": "A", "name": "B", "model": "C"})
    assert table.rows[0].cells == {"gtins": "6901230000016", "name": "灶", "model": "X1"}
    assert read_table(xlsx_of(("Model", "Brand"), ("X1", None)), "a.csv").rows[0].cells == {"model": "X1", "brand": ""}


def test_rows_keep_the_numbers_a_spreadsheet_shows() -> None:
    table = read_table(b"\r\n" + csv_of(PRODUCTS, ("", "", ""), ROW), "a.csv")
    assert [row.number for row in table.rows] == [4]
    table = read_table(b"sep=;\r\n" + csv_of(PRODUCTS, ROW, delimiter=";"), "a.csv")
    assert ([row.number for row in table.rows], table.rows[0].cells["model"]) == ([3], "CXW-1")


@pytest.mark.parametrize(
    ("headings", "codes"),
    [
        (("型号", "产品名", "商品条码"), ["table-unknown-heading"]),
        (("型号", "产品名称", "型号", "Model"), ["table-heading-twice", "table-heading-twice"]),
        (("产品名称", "价格"), ["table-unknown-heading", "table-heading-missing"]),
        (("Model", "Indicator", "Sense"), ["table-heading-missing", "table-heading-missing"]),
        (("a", "b"), ["table-no-headings"]),
    ],
)
def test_headings_are_refused_by_name(headings: tuple[str, ...], codes: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        read_table(csv_of(headings, ("x",) * len(headings)), "a.csv")
    each = refused.value.refusals if isinstance(refused.value, Several) else (refused.value,)
    assert [one.code for one in each] == codes
    for one in each:
        if one.code == "table-unknown-heading":
            assert str(one.facts["given"]) in one.say("zh")
            assert str(one.facts["given"]) in one.say("en")


def test_a_near_heading_is_proposed() -> None:
    with pytest.raises(errors.UnknownHeading) as refused:
        read_table(csv_of(("型号", "Product nam"), ("x", "y")), "a.csv")
    assert refused.value.say("en") == (
        "`B1`: there is no column “Product nam”; rename it “Product name” or delete the column."
    )
    assert refused.value.say("zh") == "`B1`：没有“Product nam”这一列；请改为“产品名称”或删除该列。"


def test_cells_of_a_workbook_read_as_typed() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    day, percent = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'}), book.add_format({"num_format": "0.0%"})
    sheet.write_row(0, 0, ["型号", "产品名称", "产品名称（英文）", "品牌", "品牌（英文）", "商品条码", "是否食用"])
    sheet.write_row(1, 0, [26.0, 26.1, 0.1 + 0.2, 1e15, -0.5, 6901230000016, True])
    sheet.write_datetime(2, 0, datetime(2026, 3, 2), day)
    sheet.write_number(2, 1, 0.265, percent)
    sheet.write_datetime(2, 2, datetime(2026, 3, 2, 8, 30), day)
    sheet.write_rich_string(2, 3, "a", book.add_format({"bold": True}), "b", "c")
    sheet.write_string(2, 4, "_x0041_\x01")
    book.close()
    first, second = read_table(file.getvalue(), "a").rows
    assert list(first.cells.values()) == ["26", "26.1", "0.3", "1000000000000000", "-0.5", "6901230000016", "TRUE"]
    assert list(second.cells.values())[:5] == ["2026-03-02", "26.5%", "2026-03-02T08:30:00", "abc", "_x0041_\x01"]


def test_the_older_calendar_of_a_macintosh() -> None:
    book = openpyxl.Workbook()
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book.active.append(["型号", "产品名称"])
    book.active.append(["X", date(2026, 3, 2)])
    file = io.BytesIO()
    book.save(file)
    assert read_table(file.getvalue(), "a").rows[0].cells["name"] == "2026-03-02"


def test_the_first_visible_sheet_is_read_and_styles_do_not_matter() -> None:
    book = openpyxl.Workbook()
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("数据")
    sheet.append(["型号", "产品名称"])
    sheet.append(["X", "灶"])
    sheet["AZ900"].font = Font(bold=True)
    file = io.BytesIO()
    book.save(file)
    assert [row.cells["model"] for row in read_table(file.getvalue(), "a").rows] == ["X"]


def test_formulas_and_error_values_are_named_cell_by_cell() -> None:
    table = read_table(xlsx_of(("型号", "产品名称"), ("=1+1", "灶"), ("X", "=A2"), ("Y", "#REF!")), "a.xlsx")
    assert said(table) == [(2, "A", "cell-formula"), (3, "B", "cell-formula"), (4, "B", "cell-error-value")]
    assert table.bad[0].detail.zh == "`A2 型号`为公式：请复制后粘贴为数值。"
    assert table.bad[0].detail.en == "`A2 Model` has a formula: copy the cell and paste it as a value."


def test_long_cells_and_cells_without_heading() -> None:
    table = read_table(csv_of(("型号", "产品名称"), ("X", "长" * (CELL_MOST + 1), "?"), ("Y", "灶")), "a")
    assert said(table) == [(2, "B", "cell-too-long"), (2, "C", "cell-without-heading")]
    assert len(read_table(csv_of(("型号", "产品名称"), ("X", "长" * CELL_MOST)), "a").rows) == 1


def test_rows_and_columns_have_limits() -> None:
    row = ("X", "灶")
    assert len(read_table(csv_of(("型号", "产品名称"), *[row] * ROWS_MOST), "a").rows) == ROWS_MOST
    for count in (ROWS_MOST + 1, 100_000):
        with pytest.raises(errors.TooManyRows) as refused:
            read_table(csv_of(("型号", "产品名称"), *[row] * count), "a")
        assert refused.value.facts["count"] == count
    with pytest.raises(errors.TooManyColumns):
        read_table(csv_of(("型号", "产品名称"), ("x",) * 61), "a")
    with pytest.raises(errors.TableTooLarge):
        read_table(b"x" * (FILE_MOST + 1), "a")


def test_a_workbook_of_100_000_rows_is_refused() -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, PRODUCTS)
    for n in range(1, 100_001):
        sheet.write_row(n, 0, (f"M{n}", "吸油烟机", 6901230000016))
    book.close()
    with pytest.raises(errors.TooManyRows) as refused:
        read_table(file.getvalue(), "a")
    assert 99_900 <= refused.value.facts["count"] <= 100_100


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "table-empty"),
        (b" \r\n", "table-empty"),
        (b"\xef\xbb\xbf", "table-empty"),
        (csv_of(PRODUCTS), "table-empty"),
        (xlsx_of(PRODUCTS), "table-empty"),
        (xlsx_of(), "table-empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "table-old-or-locked"),
        (b"%PDF-1.7\n", "table-unknown-format"),
        (b"\x89PNG\r\n\x1a\n", "table-unknown-format"),
        (bytes(range(256)), "table-unknown-format"),
        ('型号,"产品名称\r\nX,灶\r\n'.encode(), "table-unclosed-quote"),
        ('型号,产品名称\r\nX,"灶"具\r\n'.encode(), "table-unclosed-quote"),
        ("型号,产品名称".encode() + b"\xff\xff\xff", "table-unknown-format"),
    ],
)
def test_what_is_no_table_is_said(data: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_table(data, "a.xlsx")
    assert refused.value.code == code


@given(st.binary(max_size=400) | st.binary(max_size=200).map(lambda tail: b"PK\x03\x04" + tail))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Refusal):
        assert read(data).rows


def test_a_damaged_workbook_is_read_or_refused() -> None:
    whole = xlsx_of(PRODUCTS, ROW, ("CXW-2", 26.5, None))
    dice = random.Random(1)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        cut = bytes(data[: dice.choice([len(data), dice.randrange(len(data))])])
        with suppress(Refusal):
            assert read(cut).form == "xlsx"


@pytest.mark.anyio
async def test_a_table_is_opened_without_holding_up_others() -> None:
    assert (await open_table(csv_of(PRODUCTS, ROW), "a.csv")).rows[0].cells["model"] == "CXW-1"
