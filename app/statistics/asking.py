"""What people choose on these pages: read from the address, with all that is wrong said at once. Pure."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TypeVar
from urllib.parse import urlencode

from msgspec import Struct

from app.edge import fields
from app.edge.refusals import shown
from app.statistics import rules
from app.statistics.errors import NoSuchChoice, NotADate
from app.statistics.shapes import Asked
from codes.errors import Refusal, Several, refuse_all
from codes.gs1 import gtin14

T = TypeVar("T")
Typed = Mapping[str, str]
BATCH_MOST = 2**32 - 1


class Address(Struct, frozen=True):
    """The address of a page with what was chosen; called with changes it gives the one they lead to."""

    path: str
    chosen: dict[str, str]

    def __call__(self, path: str | None = None, **changes: object) -> str:
        told = {name: str(value) for name, value in (self.chosen | changes).items() if value not in (None, "")}
        return (path or self.path) + ("?" + urlencode(told) if told else "")


class Wrong(Struct, frozen=True):
    """What is wrong, by field, and what belongs to no field that can be typed."""

    fields: dict[str, str] = {}
    others: tuple[str, ...] = ()


def wrong(refusal: Refusal, labels: Mapping[str, str], language: str) -> Wrong:
    """The sentences of a refusal for a form with these fields, which they call by their labels."""
    every = refusal.refusals if isinstance(refusal, Several) else (refusal,)
    by_field: dict[str, str] = {}
    others: list[str] = []
    for one in every:
        if one.field in labels:
            by_field.setdefault(one.field, one.say(language).replace(f"`{one.field}`", labels[one.field]))
        else:
            others.append(one.say(language))
    return Wrong(by_field, tuple(others))


def read_asked(typed: Typed, today: date) -> Asked:
    """A range of days, given as `days` up to today or as `from` and `to`; a GTIN; a batch."""
    refusals: list[Refusal] = []

    def read(name: str, how: Callable[[str, str], T]) -> T | None:
        try:
            return how(name, typed[name].strip()) if typed.get(name, "").strip() else None
        except Refusal as refusal:
            refusals.append(refusal)
            return None

    usual = rules.last_days(read("days", _days) or rules.USUAL_DAYS, today)
    last = read("to", _date) or today
    first = read("from", _date) or (min(usual[0], last) if not typed.get("to", "").strip() else rules.last_days(
        rules.USUAL_DAYS, last)[0])  # fmt: skip
    gtin, batch = read("gtin", _gtin), read("batch", _batch)
    refuse_all(refusals)
    return Asked(first=first, last=last, gtin=gtin, batch=batch)


def choice(typed: Typed, name: str, known: Iterable[str]) -> str | None:
    """One of the known values; None where all are meant."""
    given = typed.get(name, "").strip()
    if given and given not in known:
        raise NoSuchChoice(field=name, given=shown(given), known=", ".join(known))
    return given or None


def gtin_of(typed: Typed) -> str | None:
    given = typed.get("gtin", "").strip()
    return _gtin("gtin", given) if given else None


def words_of(typed: Typed) -> str | None:
    given = typed.get("q", "").strip()
    refuse_all(list(fields.text("q", given, fields.NAME)) if given else [])
    return given or None


def _gtin(name: str, given: str) -> str:
    return gtin14(given, name)


def _date(name: str, given: str) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise NotADate(field=name, given=shown(given)) from None


def _days(name: str, given: str) -> int:
    if given not in map(str, rules.RANGES):
        raise NoSuchChoice(field=name, given=shown(given), known=", ".join(map(str, rules.RANGES)))
    return int(given)


def _batch(name: str, given: str) -> int:
    if not (given.isascii() and given.isdecimal() and len(given) <= 10 and 1 <= int(given) <= BATCH_MOST):
        raise NoSuchChoice(field=name, given=shown(given), known=f"1–{BATCH_MOST}")
    return int(given)
