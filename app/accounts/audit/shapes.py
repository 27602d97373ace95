"""The audit log as it is read."""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct


class Wanted(Struct, frozen=True, kw_only=True):
    """What is looked for; None: whatever."""

    person: str | None = None
    """Part of the name of whoever acted, or a person's number."""
    organisation: UUID | None = None
    """Whose record it is, or for whom somebody acted."""
    relation: str | None = None
    key: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    words: str | None = None
    """Anywhere in what stood before or stands after."""


class AuditRow(Struct, frozen=True, kw_only=True):
    id: int
    changed_at: datetime
    relation: str
    row_key: str
    operation: str
    actor: str | None
    actor_id: UUID | None
    acting_for: UUID | None
    address: str | None
    organisation_id: UUID | None
    organisation: str | None
    before: str | None
    after: str | None


class Difference(Struct, frozen=True):
    """One field of a record that is not as it was; texts as JSON writes them."""

    name: str
    before: str | None
    after: str | None


class Act(Struct, frozen=True, kw_only=True):
    """One line of the log: who, when, from where, what, whose, before and after."""

    id: int
    changed_at: datetime
    relation: str
    row_key: str
    operation: str
    actor: str | None
    actor_id: UUID | None
    acting_for: UUID | None
    address: str | None
    organisation_id: UUID | None
    organisation: str | None
    before: Raw
    after: Raw


class Acts(Struct, frozen=True):
    """One page of the log, newest first; `next` is the `before` of the following page."""

    items: list[Act]
    next: int | None


class Break(Struct, frozen=True):
    """Where the chain does not hold: a link's number, or a row without a link."""

    seq: int | None
    history_id: int | None


class Length(Struct, frozen=True):
    rows: int
    links: int
    head: str
    """Hash of the last link, in hexadecimal: keep it elsewhere to prove later that nothing was cut off."""


class Proof(Struct, frozen=True):
    """What checking the whole chain gave."""

    whole: bool
    rows: int
    links: int
    head: str
    breaks: list[Break]
