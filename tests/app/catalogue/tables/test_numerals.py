from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.tables.numerals import look_of, typed


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("26", "26"), ("26.0", "26"), ("26.100000000000001", "26.1"), ("0.30000000000000004", "0.3"), ("-0", "0"),
        ("1E-3", "0.001"), ("6.901230000016E12", "6901230000016"), ("1e21", "1000000000000000000000"), (".5", "0.5"),
        ("", None), ("abc", None), ("1e999", None), ("nan", None), ("inf", None), ("1_000", None), ("１", None),
    ],
)  # fmt: skip
def test_numbers_read_as_typed(raw: str, text: str | None) -> None:
    assert typed(raw, "plain", False) == text


@given(st.decimals(-(10**9), 10**9, places=4))
def test_what_was_typed_comes_back(number: Decimal) -> None:
    shown = format(number, "f").rstrip("0").rstrip(".")
    assert typed(f"{float(number):.17g}", "plain", False) == ("0" if shown in ("-0", "") else shown)


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_days_are_iso(day: date) -> None:
    assert typed(str((day - date(1899, 12, 30)).days), "date", False) == day.isoformat()
    if day >= date(1904, 1, 2):
        assert typed(str((day - date(1904, 1, 1)).days), "date", True) == day.isoformat()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("1", "1900-01-01"), ("59", "1900-02-28"), ("60", None), ("61", "1900-03-01"), ("0.5", "12:00:00"),
        ("46083.25", "2026-03-02T06:00:00"), ("-1", None), ("2958466", None), ("1e300", None),
    ],
)  # fmt: skip
def test_the_odd_days_of_the_older_count(raw: str, text: str | None) -> None:
    assert typed(raw, "date", False) == text
    assert (date(1899, 12, 30) + timedelta(days=46_083)).isoformat() == "2026-03-02"


@pytest.mark.parametrize(
    ("code", "look"),
    [
        ("General", "plain"), ("0.00", "plain"), ("@", "plain"), ("#,##0.00_);[Red](#,##0.00)", "plain"),
        ('0.0"days"', "plain"), ("[$¥-804]#,##0", "plain"), ("0.00E+00", "plain"), ("0.0%", "percent"),
        ("yyyy-mm-dd", "date"), ('yyyy"年"m"月"d"日"', "date"), ("[$-804]aaaa;@", "plain"), ("[h]:mm", "date"),
        ("h:mm AM/PM", "date"),
    ],
)  # fmt: skip
def test_formats_show_what_a_number_is(code: str, look: str) -> None:
    assert look_of(164, {164: code}) == look
    assert (look_of(14, {}), look_of(31, {}), look_of(9, {}), look_of(0, {}), look_of(164, {})) == (
        "date", "date", "percent", "plain", "plain",
    )  # fmt: skip
