"""Reports by shoppers, as those read them who must do something about them."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

Kind = Literal["label", "quality", "suspect", "after_sales", "page", "other"]
Status = Literal["new", "in_work", "answered", "closed"]
Act = Literal["status", "note", "suspect", "clear", "contact"]
KINDS: tuple[Kind, ...] = ("label", "quality", "suspect", "after_sales", "page", "other")
STATUSES: tuple[Status, ...] = ("new", "in_work", "answered", "closed")


class Wanted(Struct, frozen=True, kw_only=True):
    """Which reports; null for all."""

    status: str | None = None
    kind: str | None = None
    gtin: str | None = None
    words: str | None = None
    before: str | None = None
    """Number of the last report of the page before."""


class Report(Struct, frozen=True, kw_only=True):
    """Newest state of a report. The contact is asked for on its own and leaves a line in the audit log."""

    number: str
    created_at: datetime
    kind: Kind
    status: Status
    status_at: datetime | None
    status_by: str | None
    text: str
    language: str
    code: str | None
    """As the shopper gave it."""
    gtin: str | None
    product: str | None
    product_en: str | None
    model: str | None
    enterprise: str | None
    batch: int | None
    index: int | None
    lot: str | None
    has_photo: bool
    has_contact: bool


class Reports(Struct, frozen=True):
    """One page, newest first; `next` is the `before` of the following page, null on the last."""

    items: list[Report]
    next: str | None


class Step(Struct, frozen=True, kw_only=True):
    """What somebody did about a report."""

    act: Act
    status: Status | None
    note: str | None
    acted_at: datetime
    acted_by: str
    acted_for: str


class Suspicion(Struct, frozen=True):
    """What the item's page says while it is held suspect."""

    views: int
    provinces: int
    since: datetime


class Checks(Struct, frozen=True):
    """How often, and in how many provinces, an item was checked."""

    views: int
    provinces: int


class Held(Struct, frozen=True):
    """The report, locked, as far as acts must know it."""

    number: str
    status: Status
    gtin: str | None
    batch: int | None
    index: int | None


class ReportSheet(Struct, frozen=True, kw_only=True):
    """A report with everything done about it, newest first."""

    report: Report
    steps: list[Step]
    checks: Checks | None
    """Of the item named; null where none is."""
    suspicion: Suspicion | None


class NewStatus(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    status: Status
    note: str | None = None


class NewNote(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    note: str


class NewSuspicion(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`held`: whether the item's page is to say “checked unusually often”; `note`: why."""

    held: bool
    note: str


class Contact(Struct, frozen=True):
    """What the shopper left to be reached by."""

    contact: str
