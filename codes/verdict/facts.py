"""What a verdict rests on: facts of the product, of the batch, and the state of one item.

Dates of law and of products are days in UTC+8; instants are aware datetimes in UTC. The Structs
are decoded straight from the facts snapshot, so every field name here is its wire name.
"""

from bisect import bisect_right
from datetime import date, datetime, timedelta, timezone
from operator import attrgetter
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

CHINA = timezone(timedelta(hours=8))
"""Dates of law and of products are dates of UTC+8, a fixed offset without summer time."""

RecallScope = Literal["model", "lots", "made_on"]
CertificateState = Literal["valid", "suspended", "withdrawn", "cancelled"]
StandardState = Literal["in_force", "recognition_cancelled", "abolished"]
ExpiryKind = Literal["best_before", "use_by"]
ActivationPolicy = Literal["when_issued", "at_the_line"]


class Sanction(Struct, frozen=True, kw_only=True):
    """A revocation (REQ-055), withdrawal (REQ-054) or measure in force (REQ-015, REQ-034)."""

    id: str
    effective_on: date
    reason: str
    reason_en: str | None = None
    measure: str | None = None
    measure_en: str | None = None
    announcement_number: str | None = None
    announcement_url: str | None = None


class Recall(Struct, frozen=True, kw_only=True):
    """An open recall of a model, of named lots, or of a range of made-on dates (both inclusive)."""

    id: str
    scope: RecallScope
    opened_on: date
    reason: str
    remedy: str
    telephone: str
    reason_en: str | None = None
    remedy_en: str | None = None
    lots: tuple[str, ...] = ()
    made_from: date | None = None
    made_to: date | None = None
    notice_url: str | None = None


class ProductStatus(Struct, frozen=True, kw_only=True):
    """The part of a product's facts that decides its verdict."""

    recognised: bool
    """A recognition on record covers the product; what ends it stands in the sanctions below."""
    revocation: Sanction | None = None
    withdrawal: Sanction | None = None
    measures: tuple[Sanction, ...] = ()
    recalls: tuple[Recall, ...] = ()
    certificate_state: CertificateState | None = None
    """None where the route needs no certificate."""
    certificate_state_on: date | None = None
    certificate_valid_until: date | None = None
    standard_number: str | None = None
    standard_state: StandardState | None = None
    standard_state_on: date | None = None
    edible: bool = False


class Void(Struct, frozen=True, array_like=True):
    """Indexes `first`…`last` (inclusive) cancelled by the maker, in the act at place `act` of the batch's acts."""

    first: int
    last: int
    act: int


class VoidAct(Struct, frozen=True, array_like=True):
    """When and why the maker cancelled; one act may have thousands of ranges."""

    voided_on: date
    reason: str
    reason_en: str | None = None


class Binding(Struct, frozen=True, array_like=True):
    """Items of a pre-printed roll, and the lot and dates they turned out to have."""

    first: int
    last: int
    lot: str
    made_on: date | None
    expires_on: date | None


class BatchStatus(Struct, frozen=True, kw_only=True):
    """The part of a batch's (or a lot's) facts that decides the verdict on its items.

    `voids` and `active` are sorted by `first` and do not overlap; `active` is read only under
    the policy `at_the_line`.
    """

    lot: str
    made_on: date | None = None
    expires_on: date | None = None
    expiry_kind: ExpiryKind = "best_before"
    policy: ActivationPolicy = "when_issued"
    acts: tuple[VoidAct, ...] = ()
    voids: tuple[Void, ...] = ()
    active: tuple[tuple[int, int], ...] = ()
    proof: bool = False
    """Issued under epoch 0: a marked print proof, never valid."""
    bindings: tuple[Binding, ...] = ()
    """Sorted by `first`, never overlapping; empty for a batch whose order fixed lot and dates."""

    def at(self, index: int) -> "BatchStatus":
        """What holds for one item: lot and dates it was bound to, where it was."""
        place = bisect_right(self.bindings, index, key=attrgetter("first")) - 1
        if place < 0 or index > self.bindings[place].last:
            return self
        bound = self.bindings[place]
        return replace(self, lot=bound.lot, made_on=bound.made_on, expires_on=bound.expires_on)


class ItemState(Struct, frozen=True, kw_only=True):
    """What is known of one item from counted views; `views` counts consumers only."""

    views: int = 0
    first_at: datetime | None = None
    first_province: str | None = None
    """GB/T 2260 code of a province, e.g. `330000`; None where no place could be had."""
    suspect_views: int | None = None
    suspect_provinces: int | None = None
    """Both set while a person holds the item suspect (consumer-page §3, row 9)."""


NEVER_VIEWED = ItemState()
