"""What the page behind a code shows: snapshots of facts, decoded from the one facts statement.

`v` is the facts clock's value read in the same statement, `keys` names every record the snapshot
rests on (`app.store.clock`): a change of any of them makes the snapshot unusable.
"""

from datetime import date
from typing import Literal

from msgspec import Struct

from codes.verdict.facts import BatchStatus, ProductStatus

Route = Literal["certification", "self_declaration", "conversion"]
Sense = Literal["ge", "le", "range", "text", "grade"]


class Enterprise(Struct, frozen=True, kw_only=True):
    id: str
    uscc: str
    name: str
    name_en: str | None
    place: str
    """City and county in Chinese, e.g. `宁波市慈溪市`."""
    telephone: str | None
    website: str | None
    as_of: date


class Recognition(Struct, frozen=True, kw_only=True):
    id: str
    route: Route
    confirmation_number: str
    confirmed_on: date
    declaration_url: str | None
    """Where the public self-declaration stands (route self_declaration)."""
    basis: str | None
    """The certificate or mark that was converted (route conversion)."""
    announcement_url: str | None
    as_of: date


class Standard(Struct, frozen=True, kw_only=True):
    id: str
    number: str
    registration_number: str | None
    level: Literal["local", "enterprise", "group"]
    title: str
    title_en: str | None
    register_url: str | None
    successor_number: str | None
    as_of: date


class Certificate(Struct, frozen=True, kw_only=True):
    id: str
    number: str
    body: str
    body_en: str | None
    valid_from: date
    valid_until: date
    register_url: str | None
    as_of: date


class Limit(Struct, frozen=True, kw_only=True):
    """A reference's requirement; `value` None means the reference has no requirement (无要求)."""

    value: str | None
    reference: str | None


class Indicator(Struct, frozen=True, kw_only=True):
    """One key indicator. Values are text as published: `26`, `35–40`, `IPX4`, `06Cr17Ni12Mo2`."""

    name: str
    name_en: str | None
    unit: str
    sense: Sense
    product_value: str
    zhejiang_made: Limit | None
    national: Limit | None
    industry: Limit | None
    international: Limit | None


class TestReport(Struct, frozen=True, kw_only=True):
    number: str
    laboratory: str
    laboratory_en: str | None
    issued_on: date


class Confirmation(Struct, frozen=True, kw_only=True):
    """A certification body held these very indicators against the test report."""

    body: str
    body_en: str | None
    confirmed_on: date


class Commitment(Struct, frozen=True, kw_only=True):
    text: str
    text_en: str | None
    remedy: str
    """What the enterprise does if the promise fails."""
    remedy_en: str | None
    telephone: str
    valid_from: date
    as_of: date


class Photo(Struct, frozen=True, kw_only=True):
    sha256: str
    width: int
    height: int


class Successor(Struct, frozen=True, kw_only=True):
    """The newer model that replaces this one (REQ-053)."""

    gtin: str
    name: str
    name_en: str | None
    model: str


class Product(Struct, frozen=True, kw_only=True):
    id: str
    brand: str | None
    brand_en: str | None
    name: str
    name_en: str | None
    model: str
    mark_variant: str
    """zhejiang_made | agri | service | construction."""
    features: tuple[str, ...]
    """Two or more features of the pack to compare (consumer-page §2.4)."""
    features_en: tuple[str, ...]
    demonstration: bool
    as_of: date


class ProductFacts(Struct, frozen=True, kw_only=True):
    """Everything a page about one GTIN shows."""

    v: int
    keys: tuple[str, ...]
    gtin: str
    product: Product
    photo: Photo | None
    enterprise: Enterprise
    recognition: Recognition | None
    standard: Standard | None
    certificate: Certificate | None
    indicators: tuple[Indicator, ...]
    report: TestReport | None
    confirmation: Confirmation | None = None
    commitment: Commitment | None
    successor: Successor | None
    status: ProductStatus


class BatchFacts(Struct, frozen=True, kw_only=True):
    """One item batch: codes are a pure function of (epoch, batch, index, variant)."""

    v: int
    keys: tuple[str, ...]
    batch: int
    epoch: int
    gtin: str
    count: int
    status: BatchStatus
    suspects: dict[str, tuple[int, int]] = {}
    """Index → (checks, provinces) of the items a person holds suspect."""


class LotFacts(Struct, frozen=True, kw_only=True):
    """What the batches of one lot say of it; a lot need not have any."""

    v: int
    keys: tuple[str, ...]
    status: BatchStatus
