"""Scans as they are told: by day, place, product and batch."""

from datetime import date
from uuid import UUID

from msgspec import Struct


class Asked(Struct, frozen=True, kw_only=True):
    """Which scans; the days are days of UTC+8, both inclusive."""

    first: date
    last: date
    gtin: str | None = None
    batch: int | None = None
    enterprise_id: UUID | None = None


class Mark(Struct, frozen=True):
    """The last day counted for good, and the day of the oldest event there is."""

    settled: date | None
    earliest: date | None


class Figure(Struct, frozen=True):
    """One sum; `level` says of what, the others are null where it is over all of them."""

    level: int
    day: date | None
    province: str | None
    gtin: str | None
    batch: int | None
    views: int
    of_pages: int
    """Of these, views of the product's and its lots' pages."""
    many: int
    """Products or batches there are, also those beyond the limit."""
    place: int


class ProductName(Struct, frozen=True):
    gtin: str
    product_id: UUID
    name: str
    name_en: str | None
    model: str
    enterprise_id: UUID
    enterprise: str


class Lot(Struct, frozen=True):
    batch: int
    lot: str
    count: int


class Named(Struct, frozen=True):
    """The product and the lot that were chosen, where whoever asks may know them."""

    product: ProductName | None = None
    lot: Lot | None = None


class DayCount(Struct, frozen=True):
    day: date
    views: int


class PlaceCount(Struct, frozen=True):
    """`place`: six digits of GB/T 2260; `unknown`; or `other`, places with fewer than 10 views put together."""

    place: str
    views: int


class PlaceDayCount(Struct, frozen=True):
    """As `PlaceCount`, of one day."""

    day: date
    place: str
    views: int


class ProductCount(Struct, frozen=True, kw_only=True):
    gtin: str
    name: str
    name_en: str | None
    model: str
    enterprise: str
    views: int
    of_pages: int


class BatchCount(Struct, frozen=True, kw_only=True):
    batch: int
    gtin: str
    lot: str
    count: int
    """Items of the batch."""
    views: int


class Statistics(Struct, frozen=True, kw_only=True):
    """Scans by shoppers. Places with fewer than 10 views are never named."""

    first: date
    last: date
    gtin: str | None
    batch: int | None
    total: int
    of_items: int
    """Views of single items' pages; the place is asked for these alone."""
    of_pages: int
    days: tuple[DayCount, ...]
    places: tuple[PlaceCount, ...]
    places_by_day: tuple[PlaceDayCount, ...]
    products: tuple[ProductCount, ...]
    """Most viewed first, up to the limit."""
    products_counted: int
    batches: tuple[BatchCount, ...]
    batches_counted: int
