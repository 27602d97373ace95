"""What issuing takes in and gives out: orders, batches, ranges of indexes, recalls."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from codes.verdict.facts import ActivationPolicy, CertificateState, ExpiryKind, RecallScope, StandardState

Level = Literal["product", "lot", "item"]

Gtin = Annotated[str, Meta(description="8, 12, 13 or 14 digits, as under the bar code.", examples=["6901234567892"])]
Reason = Annotated[str, Meta(description="In Chinese, as shoppers will read it.")]
English = Annotated[str | None, Meta(description="The same in English; without it English readers see the Chinese.")]


class Assignment(Struct, frozen=True, kw_only=True):
    """A product has a code of this level, and uses it or did."""

    gtin: str
    level: Level
    assigned_on: date
    state: Literal["in_use", "ended"]


class Standing(Struct, frozen=True, kw_only=True):
    """Everything that decides whether a product may be given codes today."""

    gtin: str
    product_id: UUID
    enterprise_id: UUID
    uscc: str
    published: bool
    recognition_id: UUID | None
    revoked_on: date | None
    withdrawn_on: date | None
    certificate_state: CertificateState | None
    certificate_state_on: date | None
    certificate_valid_until: date | None
    standard_number: str | None
    standard_state: StandardState | None
    standard_state_on: date | None
    item_level: Literal["in_use", "ended"] | None


class Owner(Struct, frozen=True, kw_only=True):
    """Whose product it is."""

    product_id: UUID
    enterprise_id: UUID


class CodedProduct(Struct, frozen=True, kw_only=True):
    """A product with a product code in use."""

    gtin: str
    model: str
    name: str
    enterprise_id: UUID


class NewBatch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An order of item codes for one lot of one product.

    Its digest under an idempotency key leaves out defaults, so that a field added later does not
    make an old order look different.
    """

    gtin: Gtin
    lot: Annotated[str, Meta(description="1 to 20 characters of GS1's set 82.", examples=["260912A"])]
    count: Annotated[int, Meta(description="1 to 1,073,741,824.")]
    made_on: date | None = None
    expires_on: date | None = None
    expiry_kind: ExpiryKind = "best_before"
    policy: ActivationPolicy = "when_issued"
    proof: bool = False
    """Issued under epoch 0: for print tests, never valid."""


class Batch(Struct, frozen=True, kw_only=True):
    """One row from which every code of the batch follows."""

    batch: int
    epoch: int
    enterprise_id: UUID
    gtin: str
    lot: str
    count: int
    made_on: date | None
    expires_on: date | None
    expiry_kind: ExpiryKind
    policy: ActivationPolicy
    issued_at: datetime
    statement: str
    """Compact JWS over the batch; the keys stand at /.well-known/jwks.json."""


class Batches(Struct, frozen=True):
    """Newest first; `before` of the next page is `next`, null on the last."""

    items: list[Batch]
    next: int | None


class Claimed(Struct, frozen=True):
    """What stands under an idempotency key already."""

    batch: int
    request_digest: bytes


class SigningKey(Struct, frozen=True):
    """The public half of a key that signed statements."""

    kid: str
    public_key: bytes


class Claims(Struct, frozen=True, kw_only=True):
    """What a batch's statement says; field order is the order in the signed bytes."""

    batch: int
    uscc: str
    gtin: str
    lot: str
    count: int
    epoch: int
    issued_at: datetime


class Span(Struct, frozen=True, order=True):
    """Indexes `first`…`last`, both inclusive."""

    first: int
    last: int


class VoidSpan(Struct, frozen=True, kw_only=True):
    """Items cancelled by the maker in one act."""

    first: int
    last: int
    reason: str
    reason_en: str | None
    voided_at: datetime


class ActiveSpan(Struct, frozen=True, kw_only=True):
    """Items registered as in use; `activated_at` is the earliest of what was merged."""

    first: int
    last: int
    activated_at: datetime


class Which(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items of one batch: by ranges of indexes, by serials as printed, or the whole batch."""

    ranges: tuple[Span, ...] = ()
    serials: tuple[str, ...] = ()
    whole: bool = False


class NewVoid(Which, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items to cancel, and why."""

    reason: Reason
    reason_en: English = None


class Voided(Struct, frozen=True, kw_only=True):
    """An act of voiding: what became void by it. `voided_at` names the act."""

    batch: int
    voided_at: datetime
    items: int
    spans: tuple[VoidSpan, ...]


class Activated(Struct, frozen=True, kw_only=True):
    """Ranges in use after the act, those it touched."""

    batch: int
    spans: tuple[Span, ...]


class FoundItem(Struct, frozen=True, kw_only=True):
    """Which item a serial names."""

    batch: int
    index: int
    variant: int
    gtin: str
    lot: str


class NewRecall(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A recall of a whole model, of named lots, or of a range of made-on dates."""

    gtin: Gtin
    reason: Reason
    remedy: Annotated[str, Meta(description="What the holder is to do, and what the enterprise does for it.")]
    telephone: str
    lots: tuple[str, ...] = ()
    made_from: date | None = None
    made_to: date | None = None
    reason_en: English = None
    remedy_en: English = None
    notice_url: str | None = None
    opened_on: date | None = None
    """Today when not given."""

    @property
    def scope(self) -> RecallScope:
        if self.lots:
            return "lots"
        return "model" if self.made_from is None and self.made_to is None else "made_on"


class ClosedOn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The day a recall was over; today when not given."""

    closed_on: date | None = None


class Recall(Struct, frozen=True, kw_only=True):
    """A recall on record."""

    id: UUID
    product_id: UUID
    scope: RecallScope
    lots: list[str]
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
