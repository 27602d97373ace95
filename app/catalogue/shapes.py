"""Enterprises, product models and what is stated about them."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType

MarkVariant = Literal["zhejiang_made", "agri", "service", "construction"]
Sense = Literal["ge", "le", "range", "text", "grade"]
Source = Literal["enterprise", "certification_body", "provincial_amr"]


class NewEnterprise(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    uscc: str
    """Unified social credit code, 18 characters (GB 32100)."""
    name: str
    name_en: str | None = None
    region_code: str
    industry_code: str
    telephone: str | None = None
    website: str | None = None
    demonstration: bool = False
    as_of: date | None = None
    """The day the statement is true of; today where not given."""


class EnterpriseChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes; null empties a field that may be empty."""

    name: str | UnsetType = UNSET
    name_en: str | UnsetType | None = UNSET
    region_code: str | UnsetType = UNSET
    industry_code: str | UnsetType = UNSET
    telephone: str | UnsetType | None = UNSET
    website: str | UnsetType | None = UNSET
    as_of: date | UnsetType = UNSET


class Enterprise(Struct, frozen=True, kw_only=True):
    id: UUID
    uscc: str
    name: str
    name_en: str | None
    region_code: str
    region: str
    industry_code: str
    industry: str
    telephone: str | None
    website: str | None
    demonstration: bool
    stated_by: Source
    as_of: date
    created_at: datetime


class NewProduct(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    enterprise_id: UUID
    model: str
    name: str
    name_en: str | None = None
    brand: str | None = None
    brand_en: str | None = None
    mark_variant: MarkVariant = "zhejiang_made"
    edible: bool = False
    features: tuple[str, ...] = ()
    """What to compare on the pack, in words."""
    features_en: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    published: bool = True
    demonstration: bool = False
    as_of: date | None = None


class ProductChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Only what is given changes; the model is the product's name in the register and stays."""

    name: str | UnsetType = UNSET
    name_en: str | UnsetType | None = UNSET
    brand: str | UnsetType | None = UNSET
    brand_en: str | UnsetType | None = UNSET
    mark_variant: MarkVariant | UnsetType = UNSET
    edible: bool | UnsetType = UNSET
    features: tuple[str, ...] | UnsetType = UNSET
    features_en: tuple[str, ...] | UnsetType = UNSET
    as_of: date | UnsetType = UNSET


class Product(Struct, frozen=True, kw_only=True):
    id: UUID
    enterprise_id: UUID
    brand: str | None
    brand_en: str | None
    name: str
    name_en: str | None
    model: str
    mark_variant: MarkVariant
    edible: bool
    features: list[str]
    features_en: list[str]
    gtins: list[str]
    photo_sha256: str | None
    successor_id: UUID | None
    published: bool
    demonstration: bool
    stated_by: Source
    as_of: date
    created_at: datetime


class NewGtin(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    gtin: str


class NewSuccessor(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    successor_id: UUID | None
    """The newer model of the same enterprise; null for none."""


class NewTestReport(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    number: str
    laboratory: str
    laboratory_en: str | None = None
    issued_on: date


class TestReport(Struct, frozen=True, kw_only=True):
    id: UUID
    number: str
    laboratory: str
    laboratory_en: str | None
    issued_on: date
    created_at: datetime


class NewIndicator(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values are text as published; a reference without a limit says that it has no requirement."""

    name: str
    name_en: str | None = None
    unit: str
    sense: Sense
    product_value: str
    zhejiang_made_limit: str | None = None
    national_limit: str | None = None
    national_reference: str | None = None
    industry_limit: str | None = None
    industry_reference: str | None = None
    international_limit: str | None = None
    international_reference: str | None = None
    test_report_number: str | None = None
    """One of the product's test reports."""


class NewIndicators(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole comparison table, in its order; it replaces the one before."""

    indicators: tuple[NewIndicator, ...]
    stated_by: Literal["enterprise", "certification_body"] = "enterprise"
    as_of: date | None = None


class Indicator(Struct, frozen=True, kw_only=True):
    position: int
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
    stated_by: Source
    as_of: date


class NewCommitment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    text: str
    text_en: str | None = None
    remedy: str
    """What the enterprise does if it fails."""
    remedy_en: str | None = None
    telephone: str
    valid_from: date
    as_of: date | None = None


class Commitment(Struct, frozen=True, kw_only=True):
    text: str
    text_en: str | None
    remedy: str
    remedy_en: str | None
    telephone: str
    valid_from: date
    stated_by: Source
    as_of: date


class Picture(Struct, frozen=True, kw_only=True):
    """A picture as re-encoded by us; its name is the digest of its content."""

    sha256: str
    media_type: str
    width: int
    height: int
    content: bytes


class Photo(Struct, frozen=True, kw_only=True):
    sha256: str
    media_type: str
    width: int
    height: int


class ProductSheet(Struct, frozen=True, kw_only=True):
    """A product model with everything the catalogue holds of it."""

    product: Product
    enterprise: Enterprise
    indicators: list[Indicator]
    test_reports: list[TestReport]
    commitment: Commitment | None


class Completeness(Struct, frozen=True, kw_only=True):
    """What a model's page has so far; what it lacks is `rules.missing`."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    telephone: str | None
    gtins: int
    photo: bool
    recognised: bool
    standard_state: str | None
    certificate_state: str | None
    certificate_valid_until: date | None
    """None where the recognition needs no certificate."""
    indicators: int
    limits: int
    """Indicators with a Zhejiang Made limit."""
    test_reports: int
    commitment: bool
