"""Confirmations by the provincial bureau, the models they cover, and sanctions."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

Route = Literal["certification", "self_declaration", "conversion"]
SanctionKind = Literal["recognition_revoked", "authorisation_withdrawn", "measure"]
Source = Literal["enterprise", "certification_body", "provincial_amr"]


class NewCovered(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model, the standard it is recognised against, and its certificate where the route has one."""

    product_id: UUID
    standard_id: UUID
    certificate_id: UUID | None = None


class NewRecognition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    enterprise_id: UUID
    route: Route
    confirmation_number: str
    confirmed_on: date
    products: tuple[NewCovered, ...]
    declaration_url: str | None = None
    """Where the public self-declaration stands (route self_declaration)."""
    basis: str | None = None
    """The certificate or mark that was converted (route conversion)."""
    announcement_url: str | None = None
    demonstration: bool = False
    as_of: date | None = None


class Recognition(Struct, frozen=True, kw_only=True):
    id: UUID
    enterprise_id: UUID
    route: Route
    confirmation_number: str
    confirmed_on: date
    declaration_url: str | None
    basis: str | None
    announcement_url: str | None
    demonstration: bool
    stated_by: Source
    as_of: date
    created_at: datetime


class Covered(Struct, frozen=True, kw_only=True):
    product_id: UUID
    product: str
    model: str
    standard_id: UUID
    standard_number: str
    certificate_id: UUID | None
    certificate_number: str | None


class RecognitionSheet(Struct, frozen=True, kw_only=True):
    recognition: Recognition
    products: list[Covered]


class Evidence(Struct, frozen=True, kw_only=True):
    """What the registers hold on one model that shall be covered; null where a record does not exist."""

    product_enterprise_id: UUID | None
    standard_state: str | None
    certificate_enterprise_id: UUID | None
    certificate_standard_id: UUID | None
    certificate_state: str | None
    certificate_from: date | None
    certificate_until: date | None


class NewRevocation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Over the whole enterprise: all its recognised models (REQ-055)."""

    enterprise_id: UUID
    reason: str
    reason_en: str | None = None
    effective_on: date
    announcement_number: str | None = None
    announcement_url: str | None = None


class NewWithdrawal(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Of the right to use the mark on one model (REQ-054)."""

    product_id: UUID
    reason: str
    reason_en: str | None = None
    effective_on: date
    announcement_number: str | None = None
    announcement_url: str | None = None


class NewMeasure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A regulatory measure on one model (REQ-015, REQ-034)."""

    product_id: UUID
    measure: str
    measure_en: str | None = None
    reason: str
    reason_en: str | None = None
    effective_on: date
    announcement_number: str | None = None
    announcement_url: str | None = None


class SanctionEnd(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    ended_on: date


class Sanction(Struct, frozen=True, kw_only=True):
    id: UUID
    kind: SanctionKind
    enterprise_id: UUID
    product_id: UUID | None
    measure: str | None
    measure_en: str | None
    reason: str
    reason_en: str | None
    effective_on: date
    ended_on: date | None
    announcement_number: str | None
    announcement_url: str | None
    stated_by: Source
    created_at: datetime
