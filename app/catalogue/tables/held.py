"""What the catalogue holds, as tables compare themselves with it."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from app.catalogue.shapes import MarkVariant, Sense


class HeldProduct(Struct, frozen=True, kw_only=True):
    id: UUID
    model: str
    name: str
    name_en: str | None
    brand: str | None
    brand_en: str | None
    mark_variant: MarkVariant
    edible: bool
    features: list[str]
    features_en: list[str]
    gtins: list[str]
    published: bool
    demonstration: bool


class HeldIndicator(Struct, frozen=True, kw_only=True):
    """One row of a model's comparison table with the test report it rests on."""

    product_id: UUID
    model: str
    name: str
    name_en: str | None
    unit: str
    sense: Sense
    product_value: str
    zhejiang_made_limit: str | None
    national_limit: str | None
    national_reference: str | None
    industry_limit: str | None
    industry_reference: str | None
    international_limit: str | None
    international_reference: str | None
    test_report_number: str | None
    laboratory: str | None
    laboratory_en: str | None
    issued_on: date | None


class HeldReport(Struct, frozen=True, kw_only=True):
    id: UUID
    product_id: UUID
    number: str
    laboratory: str
    laboratory_en: str | None
    issued_on: date


class HeldGtin(Struct, frozen=True, kw_only=True):
    gtin: str
    model: str
    enterprise_id: UUID


class Made(Struct, frozen=True, kw_only=True):
    id: UUID
    model: str


class MadeReport(Struct, frozen=True, kw_only=True):
    id: UUID
    product_id: UUID
    number: str
