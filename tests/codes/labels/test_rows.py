import csv
import io
import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes.labels import csv_cell, stream
from codes.labels import rows as rows_module
from tests.codes.labels.reading import GTIN, collect, fake_seal, fake_serials

FORMULA = re.compile(r"[\s\x00-\x20\x7f\ufeff]*[=+\-@＝＋－＠]")
PAYLOADS = [
    "=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", "\t", "\r", "\n",
    " =1", "\ufeff=1", "\u3000=1", "\xa0=1", "\x00=1", "\r\n=cmd|' /C calc'!A0", '=HYPERLINK("http://x","y")',
    '"=1', '","=1', '"\r\n"=1', "=1\r\n=2",
]


def parsed(data):
    return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({}, f"HTTPS://ZPM.EXAMPLE/01/{GTIN}/21/"),
        ({"profile": "lower"}, f"https://zpm.example/01/{GTIN}/21/"),
        ({"form": "short"}, "HTTPS://ZPM.EXAMPLE/"),
        ({"stem": "http://127.0.0.1:8000"}, f"HTTP://127.0.0.1:8000/01/{GTIN}/21/"),
    ],
)
def test_txt_is_one_uri_a_line(order, monkeypatch, fields, start):
    monkeypatch.setattr(rows_module, "BLOCK", 100)
    wanted = order(count=250, first=7, **fields)
    lines = collect(stream(wanted, "txt", fake_seal)).decode()
    assert lines == "".join(f"{start}{serial}\n" for serial in fake_serials(wanted))


def test_csv_says_everything_of_each_item(order, monkeypatch):
    monkeypatch.setattr(rows_module, "BLOCK", 40)
    wanted = order(count=120, first=5, lot="260912A", made_on=date(2026, 9, 12), expires_on=date(2029, 9, 11))
    data = collect(stream(wanted, "csv", fake_seal))
    head, *lines = parsed(data)
    assert ",".join(head) == "index,serial,uri,short_uri,gtin,lot,made_on,expires_on"
    assert lines == [
        [
            str(index), serial, f"HTTPS://ZPM.EXAMPLE/01/{GTIN}/21/{serial}", f"HTTPS://ZPM.EXAMPLE/{serial}",
            GTIN, "260912A", "2026-09-12", "2029-09-11",
        ]
        for index, serial in enumerate(fake_serials(wanted), 5)
    ]
    assert data.count(b"\r\n") == 121
    assert data.count(b"\n") == 121
    assert data.startswith(b'"index"')                      # no byte order mark


@pytest.mark.parametrize("first", [0, 9, 98, 999_999, 1_073_741_820])
def test_csv_counts_over_powers_of_ten(order, first):
    lines = parsed(collect(stream(order(count=4, first=first), "csv", fake_seal)))
    assert [line[0] for line in lines[1:]] == [str(first + step) for step in range(4)]
    assert [line[1] for line in lines[1:]] == fake_serials(order(count=4, first=first))


def test_csv_without_dates_and_lot_has_empty_cells(order):
    assert parsed(collect(stream(order(count=1), "csv", fake_seal)))[1][5:] == ["", "", ""]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_lot_cannot_become_a_formula(order, payload):
    lines = parsed(collect(stream(order(count=2, lot=payload), "csv", fake_seal)))
    for line in lines[1:]:
        assert len(line) == 8
        assert not any(FORMULA.match(cell) for cell in line)
        assert line[5].removeprefix("'") == payload


@given(st.text())
def test_any_cell_is_neutral_and_comes_back(text):
    ((cell,),) = parsed(csv_cell(text).encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode())
    assert not FORMULA.match(cell)
    assert cell in (text, "'" + text) or "\ufffd" in cell


def test_harmless_text_is_left_alone():
    assert csv_cell('L"1') == '"L""1"'
    assert csv_cell("浙A-1") == '"浙A-1"'
    assert csv_cell("") == '""'
