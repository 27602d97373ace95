"""Certification bodies and their certificates."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

State = Literal["valid", "suspended", "withdrawn", "cancelled"]


class NewBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    name_en: str | None = None
    demonstration: bool = False


class Body(Struct, frozen=True, kw_only=True):
    id: UUID
    name: str
    name_en: str | None
    demonstration: bool
    created_at: datetime


class NewCertificate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    body_id: UUID
    enterprise_id: UUID
    standard_id: UUID
    valid_from: date
    valid_until: date
    register_url: str | None = None
    demonstration: bool = False
    as_of: date | None = None


class NewState(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    state: State
    on: date


class Certificate(Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    body_id: UUID
    body: str
    body_en: str | None
    enterprise_id: UUID
    standard_id: UUID
    valid_from: date
    valid_until: date
    state: State
    state_on: date | None
    register_url: str | None
    demonstration: bool
    stated_by: Literal["enterprise", "certification_body", "provincial_amr"]
    as_of: date
    created_at: datetime


class Named(Struct, frozen=True, kw_only=True):
    """Which of the records a certificate names exist."""

    body: bool
    enterprise: bool
    standard: bool
