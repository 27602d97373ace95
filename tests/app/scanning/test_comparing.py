"""When the page may say "better", and what the bar repeats."""

import pytest

from app.scanning.comparing import Bar, Relation, bar_of, compare, compared, number
from app.scanning.shapes import Limit
from tests.app.scanning.cast import INDICATORS, indicator


def one(sense, value, national, made="1", unit="dB"):
    return indicator("指标", None, unit, sense, value, made, national, "GB")


@pytest.mark.parametrize(
    ("sense", "value", "national", "relation"),
    [
        ("ge", "26", "15", Relation.BETTER),
        ("ge", "26", "26.0", Relation.EQUAL),
        ("ge", "15", "26", Relation.UNTOLD),
        ("le", "0.4", "2.0", Relation.BETTER),
        ("le", "−5", "-1", Relation.BETTER),
        ("le", "73", "66", Relation.UNTOLD),
        ("le", "1,200", "1,500", Relation.BETTER),
        ("le", "<0.05", "0.1", Relation.UNTOLD),
        ("ge", "IPX5", "IPX4", Relation.UNTOLD),
        ("ge", "IPX4", "IPX4", Relation.EQUAL),
        ("grade", "4", "3", Relation.UNTOLD),
        ("text", "06Cr17Ni12Mo2", "06Cr19Ni10", Relation.UNTOLD),
        ("range", "35–39", "35–42", Relation.BETTER),
        ("range", "-5–5", "-10~10", Relation.BETTER),
        ("range", "35-42", "35–42", Relation.EQUAL),
        ("range", "34–39", "35–42", Relation.UNTOLD),
        ("range", "38", "35–42", Relation.UNTOLD),
        ("range", "35–39", "无", Relation.UNTOLD),
        ("ge", "26", None, Relation.UNTOLD),
    ],
)
def test_better_is_said_only_beyond_doubt(sense, value, national, relation):
    told = one(sense, value, national)
    assert compare(told, told.national) is relation
    assert compare(told, None) is Relation.UNTOLD
    assert compare(told, Limit(value=None, reference=None)) is Relation.UNTOLD


def test_number():
    told = {"26": 26, " 0.4 ": 0.4, "1,200": 1200, "−3": -3, "26 %": None, "": None, None: None}
    assert {text: number(text) for text in told} == told


def test_bars_begin_at_zero_and_hold_every_limit():
    assert bar_of(one("ge", "26", "15", "24", unit="%")) == Bar("26%", "24%", "15%")
    assert bar_of(one("le", "50", "100", "80")) == Bar("44.64%", "71.43%", "89.29%")
    assert bar_of(one("ge", "85", None, "80", unit="%")) == Bar("85%", "80%", None)
    assert bar_of(one("ge", "120", None, "100", unit="%")) == Bar("89.29%", "74.4%", None)


@pytest.mark.parametrize(
    "told",
    [
        one("range", "35–39", "35–42", "35–40"),
        one("grade", "4", "3"),
        one("ge", "IPX4", "1"),
        one("ge", "26", None, None),
        one("le", "-5", "-1"),
        one("le", "0", "0", "0"),
    ],
)
def test_no_bar_without_numbers_and_a_direction(told):
    assert bar_of(told) is None


def test_nothing_is_better_where_nothing_is_in_force():
    assert all(row.relation is Relation.BETTER and row.bar for row in compared(INDICATORS, in_force=True))
    assert not any(row.relation is Relation.BETTER or row.bar for row in compared(INDICATORS, in_force=False))
