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
    bound_later: bool = False
    """For pre-printed rolls: `lot` is the roll's own name, the real lot and dates come with the activation."""
    label_case: Literal["upper", "lower"] | None = None
    """Case of scheme and host in the symbol; the platform's usual one when not given."""
    layout: str | None = None
    """Size of the label, such as `roll-60x40`."""


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
    bound_later: bool = False
    label_case: Literal["upper", "lower"] | None = None
    layout: str | None = None


class Batches(Struct, frozen=True):
    """Newest first; `before` of the next page is `next`, null on the last."""

    items: list[Batch]
    next: int | None


class OrderList(Struct, frozen=True, kw_only=True):
    """Lots that were ordered together."""

    id: UUID
    enterprise_id: UUID
    lots: int
    ordered_at: datetime


class ClaimedList(OrderList, frozen=True, kw_only=True):
    """What stands under a list's idempotency key already."""

    request_digest: bytes


class OrderedLots(Struct, frozen=True, kw_only=True):
    """An order of many lots with its batches, in the order of its lines."""

    order: OrderList
    batches: list[Batch]


class Claimed(Struct, frozen=True):
    """What stands under an idempotency key already."""

    batch: int
    request_digest: bytes


class SigningKey(Struct, frozen=True):
    """The public half of a key that signed statements."""

    kid: str
    public_key: bytes


class Claim(Struct, frozen=True):
    """Under which idempotency key a batch stands, for which order, and in which list."""

    key: str
    digest: bytes
    order_list: UUID | None = None


class Claims(Struct, frozen=True, kw_only=True):
    """What a batch's statement says; field order is the order in the signed bytes."""

    batch: int
    uscc: str
    gtin: str
    lot: str
    count: int
    epoch: int
    issued_at: datetime


class Span(Struct, frozen=True, order=True, forbid_unknown_fields=True):
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


class NewActivation(Which, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Items to put into use; for a batch that is bound later, the lot and dates they turned out to have."""

    lot: str | None = None
    made_on: date | None = None
    expires_on: date | None = None

    @property
    def binds(self) -> bool:
        return (self.lot, self.made_on, self.expires_on) != (None, None, None)


class BoundSpan(Struct, frozen=True, kw_only=True):
    """Items whose lot and dates were bound at the line."""

    first: int
    last: int
    lot: str
    made_on: date | None
    expires_on: date | None
    bound_at: datetime


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
    """Ranges in use after the act, those it touched; `items` were not in use before."""

    batch: int
    spans: tuple[Span, ...]
    act: UUID
    items: int


class ActivationAct(Struct, frozen=True, kw_only=True):
    """An act of putting items into use; a refused list is kept for its report."""

    id: UUID
    source: Literal["whole", "ranges", "list"]
    state: Literal["done", "refused", "undone"]
    acted_at: datetime
    acted_by: str
    items: int
    lines: int | None
    bad: int | None
    undone_at: datetime | None


class ActSpans(Struct, frozen=True, kw_only=True):
    """An act with the ranges it had put into use."""

    id: UUID
    state: Literal["done", "refused", "undone"]
    acted_at: datetime
    firsts: list[int]
    lasts: list[int]


class ActivatedList(Struct, frozen=True, kw_only=True):
    """What became of a list scanned at the line."""

    batch: int
    act: UUID
    lines: int
    items: int
    """Not in use before."""
    bad: int
    """Lines left out because that was asked for (`bad=skip`); the report tells each."""
    report: str | None
    """Where the bad lines can be had as CSV."""


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


class Wanted(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What of a batch is to be exported, and how; of a split by roll, which part."""

    format: str
    first: int = 0
    count: int | None = None
    """From `first` to the batch's end when not given."""
    form: Literal["item", "short"] = "item"
    variant: int = 0
    layout: str | None = None
    """The batch's own label size, or a sheet of 24, when not given."""
    encoding: str = "utf-8"
    dpi: int = 203
    marks: bool = False
    bleed: float = 0
    roll_size: int | None = None
    roll: int | None = None


class ExportFile(Struct, frozen=True, kw_only=True):
    """A file of codes as a value; `done` of `total` labels have been read for its manifest."""

    id: UUID
    batch: int
    digest: bytes
    format: str
    wanted: str
    total: int
    length: int | None
    first: int
    last: int
    variant: int
    name: str
    named_at: datetime
    done: int
    begun_at: datetime | None
    ticked_at: datetime | None
    failed: str | None
    size: int | None
    sha256: bytes | None
    manifest: str | None
    made_at: datetime | None


class FileTold(Struct, frozen=True, kw_only=True):
    """A file of codes as programs are told of it."""

    id: UUID
    batch: int
    format: str
    name: str
    first: int
    last: int
    labels: int
    etag: str
    length: int | None
    """Bytes; null for a format whose length is known only when it has been made."""
    sha256: str | None
    """Known once the file has been read from one end to the other."""
    done: int
    """Labels read so far for the manifest."""
    made_at: datetime | None
    download: str
    manifest: str


class TakenWhole(Struct, frozen=True):
    """The last time any of some serials left whole."""

    id: UUID
    finished_at: datetime
    begun_by: str


class Download(Struct, frozen=True, kw_only=True):
    """One download, whole or not."""

    id: int
    file_id: UUID
    name: str
    format: str
    taken_by: str
    link_id: UUID | None
    printer: str | None
    address: str | None
    begun_at: datetime
    from_byte: int
    bytes: int
    total: int | None
    ticked_at: datetime
    ended_at: datetime | None
    finished: bool
    reason: str | None


class Reprint(Struct, frozen=True, kw_only=True):
    """Serials that left a second time, and why."""

    id: UUID
    enterprise: str
    uscc: str
    product: str
    model: str
    gtin: str
    batch: int
    lot: str
    format: str
    first: int
    last: int
    variant: int
    reason: str
    begun_at: datetime
    begun_by: str
    finished_at: datetime | None


class Reprints(Struct, frozen=True):
    """Newest first; `before` of the next page is `next`, null on the last."""

    items: list[Reprint]
    next: datetime | None


class PrinterLink(Struct, frozen=True, kw_only=True):
    """A printer's way to one file; the address itself is told once, when it is made."""

    id: UUID
    file_id: UUID
    batch: int
    printer: str
    reason: str | None
    made_at: datetime
    made_by: str
    expires_at: datetime
    revoked_at: datetime | None


class NewLink(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who prints, for how long, and why again where the serials were printed before."""

    printer: Annotated[str, Meta(description="The print house, as the log will name it.")]
    days: Annotated[int, Meta(description="1 to 30.")] = 7
    reason: str | None = None


class MadeLink(Struct, frozen=True, kw_only=True):
    """A new link with its address, which nobody can be told again."""

    link: PrinterLink
    address: str


class LinkFound(Struct, frozen=True):
    """What a token opens."""

    id: UUID
    file_id: UUID
    batch: int
    organisation: UUID
    expires_at: datetime
    revoked_at: datetime | None
