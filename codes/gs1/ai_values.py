"""Application identifiers (AIs) and what their values may be.

biip has the list of AIs with length and characters; what it does not check is here: check digits,
dates, ISO codes and the few forms of its patterns' groups. Not checked, since nothing of ours
carries them: the letters of country codes (4307, 4317), IBAN (8007), coupons (8110, 8112).
"""

import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import NamedTuple

from biip import ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

from codes.gs1.errors import BadValue, Why, element
from codes.gs1.gtin import check_digit_fits
from codes.gs1.iso_codes import COUNTRIES, CURRENCIES

CSET82 = re.compile(r"""[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+""")
"""The characters of GS1's alphanumeric values."""

_AI = re.compile(r"[0-9]{2,4}")
# biip lets a pair of percent escapes count as one character. That is not GS1's rule, and two ways
# to read each escape let a stranger's value backtrack: 24 escapes 36 ms, two more 2.5 times that.
_AMBIGUOUS = r"(?:[!%-?A-Z_a-z\x22]|%[0-9A-Fa-f][0-9A-Fa-f]%[0-9A-Fa-f][0-9A-Fa-f])"


class Ai(NamedTuple):
    """One AI: its digits, the pattern of AI and value together, the value's length if predefined.

    A value of predefined length needs no separator after it, and stands first in a canonical query.
    """

    digits: str
    pattern: re.Pattern[str]
    fixed_length: int | None


@cache  # at most the 11 100 texts of two to four digits
def _look_up(digits: str) -> Ai | None:
    try:
        known = GS1ApplicationIdentifier.extract(digits)
    except ParseError:
        return None
    if known.ai != digits:  # biip also takes a longer text that begins with an AI
        return None
    pattern = re.compile(known.pattern.replace(_AMBIGUOUS, r"[!%-?A-Z_a-z\x22]"), re.ASCII)
    fixed = None if known.separator_required else int(known.format.rpartition("N")[2])
    return Ai(digits, pattern, fixed)


def look_up(digits: str) -> Ai | None:
    """The AI of exactly these digits, None where GS1 has assigned none."""
    return _look_up(digits) if _AI.fullmatch(digits) else None


def _day(year: int, month_day: str, *, open_day: bool = False) -> bool:
    """`open_day`: day 00 stands for the month's last."""
    day = 1 if open_day and month_day[2:] == "00" else int(month_day[2:])
    try:
        date(year, int(month_day[:2]), day)
    except ValueError:
        return False
    return True


def _yymmdd(value: str) -> bool:
    # Every year divisible by 4 within reach of two digits is a leap year, so the century is moot.
    return _day(2000 + int(value[:2]), value[2:6])


def _yymmd0(value: str) -> bool:
    return _day(2000 + int(value[:2]), value[2:6], open_day=True)


def _yyyymmdd(value: str) -> bool:
    return _day(int(value[:4]), value[4:8])


def _two_days(value: str) -> bool:
    return _yymmdd(value) and (len(value) == 6 or _yymmdd(value[6:]))


def _hhmi(value: str) -> bool:
    return value[6:8] < "24" and value[8:10] < "60"


def _hhmi_or_none(value: str) -> bool:
    return len(value) == 6 or _hhmi(value)


def _in_countries(value: str) -> bool:
    return value[:3] in COUNTRIES


def _all_in_countries(value: str) -> bool:
    return all(value[at : at + 3] in COUNTRIES for at in range(0, len(value), 3))


def _in_countries_or_999(value: str) -> bool:
    return value.startswith("999") or _in_countries(value)


def _in_currencies(value: str) -> bool:
    return value[:3] in CURRENCIES


def _piece_of_total(value: str) -> bool:
    return "00" < value[14:16] <= value[16:18]


def _place(value: str) -> bool:
    return int(value[:10]) <= 180_0000000 and int(value[10:]) <= 360_0000000


def _birth_order(value: str) -> bool:
    return "0" < value[0] <= value[2]


_CSET82_ORDER = """!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"""
_CSET32_ORDER = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83)


def _check_pair_fits(value: str) -> bool:
    """The two check characters of alphanumeric keys (GS1 General Specifications 7.9.5)."""
    total = sum(_CSET82_ORDER.index(char) * prime for char, prime in zip(reversed(value[:-2]), _PRIMES, strict=False))
    high, low = divmod(total % 1021, 32)
    return value[-2:] == _CSET32_ORDER[high] + _CSET32_ORDER[low]


def _leading(count: int) -> Callable[[str], bool]:
    return lambda value: check_digit_fits(value[:count])


def _like(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


_ESCAPED = "4300 4301 4302 4303 4304 4305 4306 4310 4311 4312 4313 4314 4315 4316 4320 7253 7254 7256 7257 7259"

_LAW = (
    # the AIs, what holds of their values, and why it is refused if not; checked in this order
    ("00 8017 8018", _leading(18), Why.CHECK_DIGIT),
    ("01 02 03 8003 8006 8026", _leading(14), Why.CHECK_DIGIT),
    ("253 255 410 411 412 413 414 415 416 417", _leading(13), Why.CHECK_DIGIT),
    ("402", _leading(17), Why.CHECK_DIGIT),
    ("401 7023 8004 8010 8013 8014", _like("[0-9]{4}.*"), Why.COMPANY_PREFIX),
    ("8013 8014", _check_pair_fits, Why.CHECK_DIGIT),
    ("11 12 13 15 16 17 4324 4325", _yymmd0, Why.DATE),
    ("4326 7003 7006 7011 8008", _yymmdd, Why.DATE),
    ("7007", _two_days, Why.DATE),
    ("7250 7251", _yyyymmdd, Why.DATE),
    ("4324 4325 7003", _hhmi, Why.TIME),
    ("7011", _hhmi_or_none, Why.TIME),
    ("421 422 424 426", _in_countries, Why.NOT_LISTED),
    ("423 425", _all_in_countries, Why.NOT_LISTED),
    (" ".join(f"703{n}" for n in range(10)), _in_countries_or_999, Why.NOT_LISTED),
    (" ".join(f"391{n} 393{n}" for n in range(10)), _in_currencies, Why.NOT_LISTED),
    ("8006 8026", _piece_of_total, Why.RANGE),
    ("4309", _place, Why.RANGE),
    ("7040", _like(".{3}[-0-9A-Z_a-z]"), Why.RANGE),
    ("7241", _like("0[1-9]|10|[89][0-9]"), Why.RANGE),
    ("7252", _like("[0129]"), Why.RANGE),
    ("7258", _birth_order, Why.RANGE),
    ("8001", _like("(?!0000).{4}(?!00000).{5}(?!000).{3}[019]."), Why.RANGE),
    ("8011", _like("0|[1-9].*"), Why.RANGE),
    (_ESCAPED, _like("(?:[^%]|%[0-9A-Fa-f]{2})*"), Why.FORM),
)

_laws: dict[str, list[tuple[Callable[[str], bool], Why]]] = defaultdict(list)
for _ais, _holds, _why in _LAW:
    for _digits in _ais.split():
        _laws[_digits].append((_holds, _why))


def fault(ai: Ai, value: str) -> Why | None:
    """Why the AI cannot have this value; None where it can."""
    if not value:
        return Why.EMPTY
    if not CSET82.fullmatch(value):
        return Why.VALUE_CHARACTERS
    if not ai.pattern.fullmatch(ai.digits + value):
        return Why.FORM
    return next((why for holds, why in _laws.get(ai.digits, ()) if not holds(value)), None)


def checked_value(digits: str, value: str, field: str) -> str:
    """The value as it came, checked against a known AI; BadValue names `field` and the reason."""
    ai = look_up(digits)
    assert ai is not None, digits
    if why := fault(ai, value):
        raise BadValue(field=field, part=element(digits, value), why=why)
    return value
