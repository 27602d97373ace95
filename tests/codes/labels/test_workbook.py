import io
from datetime import date

import openpyxl
import pytest

from codes.labels import stream
from codes.labels import workbook as workbook_module
from tests.codes.labels.reading import GTIN, collect, fake_seal, fake_serials


def opened(order):
    return openpyxl.load_workbook(io.BytesIO(collect(stream(order, "xlsx", fake_seal))))


def test_a_workbook_says_what_csv_says(order):
    wanted = order(count=30, first=95, lot="260912A", made_on=date(2026, 9, 12))
    book = opened(wanted)
    assert book.sheetnames == ["1"]
    head, *rows = book.active.iter_rows(values_only=True)
    assert ",".join(head) == "index,serial,uri,short_uri,gtin,lot,made_on,expires_on"
    assert rows == [
        (index, serial, wanted.item_prefix + serial, wanted.short_prefix + serial, GTIN, "260912A", "2026-09-12", "")
        for index, serial in enumerate(fake_serials(wanted), 95)
    ]
    assert book.active.freeze_panes == "A2"


def test_sheets_end_where_excel_does(order, monkeypatch):
    assert workbook_module.SHEET_ROWS == 1_048_575
    monkeypatch.setattr(workbook_module, "SHEET_ROWS", 40)
    wanted = order(count=100, first=7)
    book = opened(wanted)
    assert book.sheetnames == ["1", "2", "3"]
    serials = [row[1] for sheet in book for row in list(sheet.iter_rows(values_only=True))[1:]]
    assert serials == fake_serials(wanted)
    assert [sheet.max_row for sheet in book] == [41, 41, 21]
    assert [done for done, _ in stream(wanted, "xlsx", fake_seal)][-1] == 100


@pytest.mark.parametrize("lot", ["=1+1", "@SUM(1)", "<x>&\"'", " a ", "靐", "+1"])
def test_no_cell_is_a_formula(order, lot):
    row = list(opened(order(count=1, lot=lot)).active.iter_rows())[1]
    assert row[5].value == lot
    assert "f" not in {cell.data_type for cell in row}


def test_what_xml_cannot_hold_is_written_as_excel_writes_it(order):
    row = list(opened(order(count=1, lot="a\x01b_x0041_\ud800")).active.iter_rows(values_only=True))[1]
    assert row[5] == "a_x0001_b_x005F_x0041__xD800_"
