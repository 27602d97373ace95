"""How a workbook's stored numbers read: as typed, without the noise of binary fractions; dates as ISO."""

import math
import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal

Look = Literal["plain", "date", "percent"]

_DATES = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Built-in formats that show a date or a time (ECMA-376, 18.8.30; 27–36 and 50–58 are those of East Asia)."""
_PERCENTS = frozenset({9, 10})
# What is quoted, escaped, or in brackets is no placeholder; [h] and its like are elapsed time.
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,400}\.?[0-9]{0,400}|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,3})?")
_DAYS_MOST = 2_958_465
"""9999-12-31, the last day a spreadsheet knows."""


def look_of(format_id: int, custom: dict[int, str]) -> Look:
    """What a number format makes of a number."""
    code = _LITERAL.sub("", custom.get(format_id, "")).partition(";")[0]
    if format_id in _DATES or re.search("[ymdhs]", code.lower().replace("general", "")):
        return "date"
    return "percent" if format_id in _PERCENTS or "%" in code else "plain"


def typed(raw: str, look: Look, since_1904: bool) -> str | None:
    """The text somebody typed to get this number; None where there is no such number or day."""
    if not _NUMBER.fullmatch(raw) or math.isinf(number := float(raw)):
        return None
    if look == "date":
        return _day(number, since_1904)
    # A spreadsheet keeps 15 digits of what is typed; what binary has after them is noise.
    digits = Decimal(f"{number:.15g}")
    return _digits(digits * 100) + "%" if look == "percent" else _digits(digits)


def _digits(number: Decimal) -> str:
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def _day(number: float, since_1904: bool) -> str | None:
    """Day 60 of the older count is a 29 February 1900 that never was; days before it are off by one."""
    if not 0 <= number < _DAYS_MOST + 1 or (60 <= number < 61 and not since_1904):
        return None
    seconds = round(number * 86_400)
    if number < 1:
        return (datetime(1900, 1, 1) + timedelta(seconds=seconds)).strftime("%H:%M:%S")
    start = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 31) if number < 60 else datetime(1899, 12, 30)
    try:
        moment = start + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return moment.date().isoformat() if seconds % 86_400 == 0 else moment.isoformat()
