"""How a line of the log is read: what differs, what goes into a file."""

import json
from typing import Any

from app.accounts.audit.shapes import AuditRow, Difference

COLUMNS = (
    "id", "changed_at", "actor", "actor_id", "acting_for", "address", "organisation_id", "organisation", "relation",
    "row_key", "operation", "before", "after",
)  # fmt: skip

_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet calculate, also in full width."""


def differences(row: AuditRow) -> list[Difference]:
    """Field by field what is not as it was; of a new or a removed record every field that is not empty."""
    before, after = _fields(row.before), _fields(row.after)
    return [
        Difference(name, _told(before, name), _told(after, name))
        for name in dict.fromkeys([*before, *after])
        if before.get(name) != after.get(name)
    ]


def _fields(text: str | None) -> dict[str, Any]:
    told = json.loads(text) if text is not None else {}
    return told if isinstance(told, dict) else {"": told}


def _told(fields: dict[str, Any], name: str) -> str | None:
    """None where there was nothing."""
    value = fields.get(name)
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def cell(value: object) -> str:
    """Quoted, and never a formula: a spreadsheet shows it as text."""
    text = "" if value is None else str(value)
    if text.startswith(_FORMULA):
        text = "'" + text
    return '"' + text.replace('"', '""') + '"'


def line(row: AuditRow) -> str:
    return ",".join(cell(getattr(row, name)) for name in COLUMNS) + "\r\n"


HEAD = ",".join(cell(name) for name in COLUMNS) + "\r\n"
