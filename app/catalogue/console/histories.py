"""The history of a record as people read it: which field was what before, and what after."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from msgspec import json, structs

from app.catalogue.console.shapes import Changed, Difference, Event

UNTOLD = frozenset({
    "id", "product_id", "enterprise_id", "review_id", "bureau_id", "body_id", "created_at", "as_of", "position",
    "stated_by", "recognition_id", "demonstration", "reviewed_at", "reviewer", "answered_at", "answered_by",
    "reminded_at", "reminded_by", "certifier",
})  # fmt: skip
"""What keys a row, or follows from the change itself."""

REPLACED = "key_indicator"

_NAMED = ("name", "number", "gtin", "model", "text")
"""What a row of several is called by."""

PRODUCT = (
    "product", "gtin", "test_report", "key_indicator", "quality_commitment", "recognised_product", "page_review",
    "page_answer", "indicator_confirmation", "code_reminder",
)  # fmt: skip


def events(rows: Iterable[Changed], names: Mapping[str, str]) -> list[Event]:
    """The acts in the order of the rows; a table that was replaced shows only what differs.

    `names` says what a record is called that a field refers to.
    """
    told: list[Event] = []
    for _, act in groupby(rows, key=lambda row: row.act):
        changed = sorted(act, key=lambda row: row.id, reverse=True)
        told += [_event(row) for row in changed if row.relation != REPLACED]
        told += _replaced([row for row in changed if row.relation == REPLACED])
    return [_naming(one, names) for one in told if one.differences]


def _naming(event: Event, names: Mapping[str, str]) -> Event:
    named = [
        Difference(one.field, names.get(one.before or "", one.before), names.get(one.after or "", one.after))
        for one in event.differences
    ]
    return structs.replace(event, differences=named)


def _event(row: Changed) -> Event:
    return _told(row, row.operation, _read(row.before), _read(row.after))


def _replaced(rows: list[Changed]) -> list[Event]:
    """The comparison table is written anew as a whole: its rows are paired by the indicator's name."""
    rows = rows[::-1]
    before = {one["name"]: one for row in rows if (one := _read(row.before))}
    after = {one["name"]: one for row in rows if (one := _read(row.after))}
    return [
        _told(rows[-1], _operation(name, before, after), before.get(name, {}), after.get(name, {}))
        for name in dict.fromkeys((*before, *after))
    ]


def _operation(name: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    if name not in before:
        return "insert"
    return "update" if name in after else "delete"


def _told(row: Changed, operation: str, before: dict[str, Any], after: dict[str, Any]) -> Event:
    return Event(
        relation=row.relation,
        operation=operation,
        changed_at=row.changed_at,
        actor=row.actor,
        about=next((str(named) for name in _NAMED if (named := (after or before).get(name))), None),
        differences=_differences(before, after),
    )


def _differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    names = [name for name in dict.fromkeys((*before, *after)) if name not in UNTOLD]
    pairs = ((name, _plain(before.get(name)), _plain(after.get(name))) for name in names)
    return [Difference(name, was, now) for name, was, now in pairs if was != now]


def _plain(value: Any) -> str | None:
    if value is None or value == []:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " · ".join(map(str, value)) if isinstance(value, list) else str(value)


def _read(row: str | None) -> dict[str, Any]:
    return json.decode(row) if row else {}
