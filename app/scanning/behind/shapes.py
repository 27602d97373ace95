"""What the pages behind the scan page's blocks show: snapshots, each decoded from one statement.

`v` and `keys` are those of every snapshot (`app.store.snapshots`). A listed product carries the
same status the scan page judges, so both always tell the same of it.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from app.scanning.shapes import Route
from codes.verdict.facts import CertificateState, ProductStatus, RecallScope, StandardState

SanctionKind = Literal["recognition_revoked", "authorisation_withdrawn", "measure"]


class Maker(Struct, frozen=True, kw_only=True):
    """An enterprise as it is named on other pages."""

    uscc: str
    name: str
    name_en: str | None


class Goods(Struct, frozen=True, kw_only=True):
    """A product as it is named on other pages; without a GTIN it is not shown to the public (any more)."""

    gtin: str | None
    brand: str | None
    brand_en: str | None
    name: str
    name_en: str | None
    model: str


class NamedStandard(Struct, frozen=True, kw_only=True):
    """A standard as it is named on other pages."""

    id: str
    number: str
    title: str
    title_en: str | None


class Listed(Struct, frozen=True, kw_only=True):
    """A product in a list, with what its state is judged by."""

    goods: Goods
    maker: Maker
    superseded: bool
    status: ProductStatus


class EnterpriseRecord(Struct, frozen=True, kw_only=True):
    uscc: str
    name: str
    name_en: str | None
    place: str
    industry: str
    industry_en: str
    telephone: str | None
    website: str | None
    demonstration: bool
    as_of: date


class Confirmation(Struct, frozen=True, kw_only=True):
    """A recognition on its enterprise's page; `products` counts the models it covers."""

    route: Route
    number: str
    confirmed_on: date
    declaration_url: str | None
    announcement_url: str | None
    products: int


class SanctionRecord(Struct, frozen=True, kw_only=True):
    id: str
    kind: SanctionKind
    measure: str | None
    measure_en: str | None
    reason: str
    reason_en: str | None
    effective_on: date
    ended_on: date | None
    announcement_number: str | None
    announcement_url: str | None
    goods: Goods | None


class EnterpriseSheet(Struct, frozen=True, kw_only=True):
    v: int
    keys: tuple[str, ...]
    enterprise: EnterpriseRecord
    confirmations: tuple[Confirmation, ...]
    sanctions: tuple[SanctionRecord, ...]
    """Not ended; whether they are in effect already, the day decides."""
    products: tuple[Listed, ...]
    total: int


class StandardRecord(Struct, frozen=True, kw_only=True):
    id: str
    number: str
    registration_number: str | None
    level: Literal["local", "enterprise", "group"]
    title: str
    title_en: str | None
    issued_on: date | None
    effective_on: date | None
    publisher: str | None
    register_url: str | None
    state: StandardState
    state_on: date | None
    demonstration: bool
    as_of: date


class StandardSheet(Struct, frozen=True, kw_only=True):
    v: int
    keys: tuple[str, ...]
    standard: StandardRecord
    successor: NamedStandard | None
    products: tuple[Listed, ...]
    total: int


class CertificateRecord(Struct, frozen=True, kw_only=True):
    id: str
    number: str
    body: str
    body_en: str | None
    valid_from: date
    valid_until: date
    state: CertificateState
    state_on: date | None
    register_url: str | None
    demonstration: bool
    as_of: date


class CertificateSheet(Struct, frozen=True, kw_only=True):
    v: int
    keys: tuple[str, ...]
    certificate: CertificateRecord
    maker: Maker
    standard: NamedStandard
    products: tuple[Listed, ...]
    total: int


class RecallRecord(Struct, frozen=True, kw_only=True):
    id: str
    scope: RecallScope
    lots: tuple[str, ...]
    made_from: date | None
    made_to: date | None
    reason: str
    reason_en: str | None
    remedy: str
    remedy_en: str | None
    telephone: str
    notice_url: str | None
    opened_on: date
    closed_on: date | None
    demonstration: bool


class RecallSheet(Struct, frozen=True, kw_only=True):
    v: int
    keys: tuple[str, ...]
    recall: RecallRecord
    goods: Goods
    maker: Maker


class AnnouncementSheet(Struct, frozen=True, kw_only=True):
    v: int
    keys: tuple[str, ...]
    sanction: SanctionRecord
    maker: Maker
    demonstration: bool


class StoredPhoto(Struct, frozen=True, kw_only=True):
    """A picture as kept, addressed by its content."""

    media_type: str
    content: bytes


class FiledReport(Struct, frozen=True, kw_only=True):
    """What the receipt of a report repeats."""

    number: str
    kind: str
    code: str | None
