"""What the comparison table may say of an indicator: a relation in words, and the bar that repeats it.

"Better" is said only where it is beyond doubt: numbers under a known direction, and a range that
lies inside the reference's range and is narrower. Grades and texts only meet or stay untold.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from app.scanning.shapes import Indicator, Limit

_NUMBER = re.compile(r"[+\-−]?\d+(?:\.\d+)?")
_RANGE = re.compile(rf"({_NUMBER.pattern})\s*[–—~～至-]\s*({_NUMBER.pattern})")
_ROOM = 1.12
"""The scale ends a little above the greatest value, so that no tick stands at the very edge."""


class Relation(StrEnum):
    """How the product's value stands to a reference's limit."""

    BETTER = "better"
    EQUAL = "equal"
    UNTOLD = "untold"


class Bar(NamedTuple):
    """Lengths in per cent of a scale that begins at zero; None where a limit is no number."""

    product: str
    zhejiang_made: str | None
    national: str | None


class Compared(NamedTuple):
    """One row of the table."""

    indicator: Indicator
    relation: Relation
    bar: Bar | None


def number(text: str | None) -> float | None:
    """The text as a plain number, None where it is anything else."""
    text = (text or "").strip().replace(",", "")
    return float(text.replace("−", "-")) if _NUMBER.fullmatch(text) else None


def compare(indicator: Indicator, limit: Limit | None) -> Relation:
    """Better only where sense and values leave no doubt; equal where the limit is just met."""
    if limit is None or limit.value is None:
        return Relation.UNTOLD
    if indicator.product_value.strip() == limit.value.strip():
        return Relation.EQUAL
    if indicator.sense == "range":
        return _compare_ranges(indicator.product_value, limit.value)
    mine, bound = number(indicator.product_value), number(limit.value)
    if mine is None or bound is None or indicator.sense not in ("ge", "le"):
        return Relation.UNTOLD
    if mine == bound:
        return Relation.EQUAL
    return Relation.BETTER if (mine > bound) == (indicator.sense == "ge") else Relation.UNTOLD


def _compare_ranges(mine: str, bound: str) -> Relation:
    inner, outer = _RANGE.fullmatch(mine.strip()), _RANGE.fullmatch(bound.strip())
    if inner is None or outer is None:
        return Relation.UNTOLD
    low, high, least, most = (number(end) or 0.0 for end in (*inner.groups(), *outer.groups()))
    if (low, high) == (least, most):
        return Relation.EQUAL
    return Relation.BETTER if least <= low <= high <= most else Relation.UNTOLD


def bar_of(indicator: Indicator) -> Bar | None:
    """Only for numbers with a direction, and only where there is a limit to stand beside."""
    limits = [number(limit.value if limit else None) for limit in (indicator.zhejiang_made, indicator.national)]
    mine = number(indicator.product_value)
    known = [value for value in (mine, *limits) if value is not None]
    if indicator.sense not in ("ge", "le") or mine is None or len(known) < 2 or min(known) < 0 or max(known) == 0:
        return None
    scale = 100.0 if indicator.unit == "%" and max(known) <= 100 else max(known) * _ROOM
    product, zhejiang_made, national = (None if v is None else f"{v / scale * 100:.4g}%" for v in (mine, *limits))
    assert product is not None
    return Bar(product, zhejiang_made, national)


def compared(indicators: Iterable[Indicator], in_force: bool) -> list[Compared]:
    """The rows; without recognition in force neither a relation nor a bar is left."""
    if not in_force:
        return [Compared(one, Relation.UNTOLD, None) for one in indicators]
    return [Compared(one, compare(one, one.national), bar_of(one)) for one in indicators]
