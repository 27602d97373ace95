"""The comparison table: which values a sense allows, and how they are written."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from msgspec import structs

from app.catalogue.errors import IndicatorTwice, LimitWithoutReference, NotANumber, NotARange
from app.catalogue.shapes import NewIndicator, NewIndicators
from app.edge import fields
from app.edge.refusals import Record, UnknownReference, shown
from codes.errors import Refusal

INDICATORS_MOST = 30
VALUES = ("product_value", "zhejiang_made_limit", "national_limit", "industry_limit", "international_limit")
REFERENCED = ("national", "industry", "international")

_NUMBER = r"-?[0-9]{1,12}(?:\.[0-9]{1,6})?"
_ONE = re.compile(_NUMBER)
# The dash of a range is written in many ways; it is kept as the en dash, so that minus stays minus.
_RANGE = re.compile(rf"({_NUMBER})\s*[-–—~～－]\s*({_NUMBER})")


def ruled(table: NewIndicators) -> NewIndicators:
    """The table with its ranges written one way (`35–39`)."""
    return structs.replace(table, indicators=tuple(_ruled(one) for one in table.indicators))


def _ruled(one: NewIndicator) -> NewIndicator:
    if one.sense != "range":
        return one
    found = {name: _RANGE.fullmatch(getattr(one, name) or "") for name in VALUES}
    return structs.replace(one, **{name: f"{match[1]}–{match[2]}" for name, match in found.items() if match})


def check_indicators(table: NewIndicators, reports: set[str], today: date) -> list[Refusal]:
    """What is wrong with the table; `reports` are the numbers of the product's test reports."""
    refusals = [
        *fields.at_most("indicators", table.indicators, INDICATORS_MOST),
        *fields.not_future("as_of", table.as_of, today),
    ]
    seen: set[str] = set()
    for index, one in enumerate(table.indicators[:INDICATORS_MOST]):
        within = f"indicators[{index}]."
        refusals += _check_one(one, within)
        if one.name in seen:
            refusals.append(IndicatorTwice(indicator=shown(one.name), field=within + "name"))
        seen.add(one.name)
        number = one.test_report_number
        if number is not None and number not in reports:
            field = within + "test_report_number"
            refusals.append(UnknownReference(field=field, record=Record.TEST_REPORT, given=shown(number)))
    return refusals


def _check_one(one: NewIndicator, within: str) -> Iterator[Refusal]:
    names = ("name", "name_en", "unit", *VALUES, *(f"{kind}_reference" for kind in REFERENCED))
    yield from fields.texts(one, dict.fromkeys(names, fields.NAME), within)
    for kind in REFERENCED:
        if getattr(one, f"{kind}_limit") is not None and getattr(one, f"{kind}_reference") is None:
            yield LimitWithoutReference(indicator=shown(one.name), field=f"{within}{kind}_reference")
    for name in VALUES:
        value = getattr(one, name)
        if value is None:
            continue
        facts = {
            "indicator": shown(one.name),
            "field": within + name,
            "given": shown(value),
            "sense": _SIGN.get(one.sense),
        }
        if one.sense in ("ge", "le") and not _ONE.fullmatch(value):
            yield NotANumber(**facts)
        if one.sense == "range" and not _is_range(value):
            yield NotARange(**facts)


_SIGN = {"ge": "≥", "le": "≤"}


def _is_range(value: str) -> bool:
    match = _RANGE.fullmatch(value)
    return match is not None and Decimal(match[1]) <= Decimal(match[2])
