"""Organisations: who works here, of what kind, where."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

Kind = Literal["enterprise", "bureau", "certification_body", "drafting_unit", "laboratory", "association"]


class NewOrganisation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An enterprise is named by its USCC alone, a certification body by its name in the register."""

    kind: Kind
    name: str | None = None
    name_en: str | None = None
    region_code: str | None = None
    uscc: str | None = None
    demonstration: bool = False


class Organisation(Struct, frozen=True, kw_only=True):
    id: UUID
    kind: str
    level: str | None
    """Of a bureau: province, city or county."""
    name: str
    name_en: str | None
    region_code: str
    region: str
    uscc: str | None
    demonstration: bool
    closed_at: datetime | None
    created_at: datetime


class Region(Struct, frozen=True):
    code: str
    name: str


class Entry(Struct, frozen=True):
    """A record of a register that can become an organisation."""

    id: UUID
    name: str
    name_en: str | None
    region_code: str | None
    uscc: str | None
    demonstration: bool
