"""Standards on the register."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

Level = Literal["local", "enterprise", "group"]
State = Literal["in_force", "recognition_cancelled", "abolished"]


class NewStandard(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    """The number under which it was issued, e.g. `T/ZZB 0400—2018`."""
    registration_number: str | None = None
    """`ZZB□XXXX-YYYY`, given when it is recognised (REQ-031)."""
    level: Level
    title: str
    title_en: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    publisher: str | None = None
    register_url: str | None = None
    demonstration: bool = False
    as_of: date | None = None


class NewState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: State
    on: date


class NewSuccessor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    successor_id: UUID | None


class Standard(Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    registration_number: str | None
    level: Level
    title: str
    title_en: str | None
    issued_on: date | None
    effective_on: date | None
    publisher: str | None
    register_url: str | None
    state: State
    state_on: date | None
    successor_id: UUID | None
    demonstration: bool
    stated_by: Literal["enterprise", "certification_body", "provincial_amr"]
    as_of: date
    created_at: datetime
