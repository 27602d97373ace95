"""What people type, checked before it enters: each check gives the refusals it has, none when all is well.

Texts are kept exactly as given, so what could not be shown again exactly, or would make two records
look alike (spaces at the ends, characters without a shape), is refused rather than altered.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from urllib.parse import urlsplit

from msgspec import Struct

from app.edge.refusals import (
    BadTelephone,
    BadUrl,
    DatesReversed,
    EdgeSpace,
    EmptyText,
    FutureDate,
    HiddenCharacter,
    LongText,
    TooManyOf,
    WrongParameter,
    shown,
)
from codes.errors import Refusal
from codes.verdict.facts import CHINA

NAME = 120
"""Names and numbers: the longest registered company name in China has about 60 characters."""
SENTENCE = 500
PARAGRAPH = 2_000
"""A commitment of 2,000 characters is four screens of a phone; more is not read."""
ADDRESS = 500
YEARS = 1900, 9998

_TELEPHONE = re.compile(r"[+(]?[0-9][0-9 ()-]{1,18}[0-9](?:转[0-9]{1,6})?")
# Cc controls, Cs surrogates, Co private use; of Cf the joiners are needed by scripts
# and emoji, the rest (bidi overrides, zero-width spaces, tags) only makes texts lie.
_HIDDEN = frozenset({"Cc", "Cs", "Co", "Cf", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"


def today_in_china(now: datetime) -> date:
    """Dates of law are dates of UTC+8."""
    return now.astimezone(CHINA).date()


def text(field: str, value: str | None, most: int, lines: bool = False) -> Iterator[Refusal]:
    """A text of 1 to `most` characters; None passes, since the shape says whether it may be absent."""
    if value is None:
        return
    if not value.strip():
        yield EmptyText(field=field, most=most)
        return
    if len(value) > most:
        yield LongText(field=field, count=len(value), most=most)
    if value != value.strip():
        yield EdgeSpace(field=field)
        return
    for place, char in enumerate(value, 1):
        if unicodedata.category(char) in _HIDDEN and char not in _JOINERS and not (lines and char == "\n"):
            yield HiddenCharacter(field=field, code_point=ord(char), place=place)
            return


def texts(record: Struct, most: Mapping[str, int], within: str = "") -> Iterator[Refusal]:
    """Each named text of the record; a list of texts is checked one by one."""
    for name, limit in most.items():
        value = getattr(record, name)
        if isinstance(value, (tuple, list)):
            for index, one in enumerate(value):
                yield from text(f"{within}{name}[{index}]", one, limit)
        else:
            yield from text(within + name, value, limit, lines=limit >= SENTENCE)


def url(field: str, value: str | None) -> Iterator[Refusal]:
    """An http(s) address with a host; it will stand on pages as a link."""
    if value is None:
        return
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        good = good and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or len(value) > ADDRESS or any(char.isspace() or not char.isprintable() for char in value):
        yield BadUrl(field=field, given=shown(value))


def telephone(field: str, value: str | None) -> Iterator[Refusal]:
    if value is not None and not _TELEPHONE.fullmatch(value):
        yield BadTelephone(field=field, given=shown(value))


def not_future(field: str, value: date | None, today: date) -> Iterator[Refusal]:
    if value is not None and value > today:
        yield FutureDate(field=field, given=value.isoformat(), today=today.isoformat())


def not_before(field: str, value: date | None, other: str, limit: date | None) -> Iterator[Refusal]:
    """`value` may not lie before `limit`, which is the date called `other`."""
    if value is not None and limit is not None and value < limit:
        yield DatesReversed(field=field, given=value.isoformat(), other=other, limit=limit.isoformat())


def moment(field: str, value: datetime | None) -> Iterator[Refusal]:
    """A time the database can keep in every zone: at the ends of what can be written an offset leads out of it."""
    if value is not None and not YEARS[0] <= value.year <= YEARS[1]:
        yield WrongParameter(
            field=field,
            reason=f"give a time between the years {YEARS[0]} and {YEARS[1]}",
            reason_zh=f"请填写 {YEARS[0]} 年至 {YEARS[1]} 年之间的时间",
        )


def at_most(field: str, entries: tuple[object, ...], most: int) -> Iterator[Refusal]:
    if len(entries) > most:
        yield TooManyOf(field=field, count=len(entries), most=most)
