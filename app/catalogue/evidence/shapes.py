"""Evidence documents, and what they are evidence of: the four 100 %."""

from datetime import date, datetime
from typing import Literal
from urllib.parse import quote
from uuid import UUID

from msgspec import Struct

from app.edge.fields import today_in_china

DocumentKind = Literal[
    "test_report", "certificate", "label_photo", "site_photo", "advertisement", "commitment_publication", "other"
]
SiteKind = Literal["plant", "workshop"]
Medium = Literal["online", "video", "print", "outdoor", "exhibition", "other"]
Carrier = Literal["product", "packaging", "both"]
Channel = Literal["website", "shop", "site_board", "packaging", "media", "other"]

SUFFIX = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}


class Document(Struct, frozen=True, kw_only=True):
    id: UUID
    enterprise_id: UUID
    kind: DocumentKind
    title: str
    sha256: str
    """Of the file as it is kept and handed out."""
    given_sha256: str
    """Of the file as it was handed in; what is kept is drawn or written anew."""
    media_type: str
    size: int
    pages: int | None
    width: int | None
    height: int | None
    uploaded_by: str
    uploaded_at: datetime
    withdrawn_by: str | None
    withdrawn_at: datetime | None

    @property
    def uploaded_on(self) -> date:
        return today_in_china(self.uploaded_at)

    @property
    def file_name(self) -> str:
        return file_name(self.title, self.media_type)

    @property
    def path(self) -> str:
        return f"/files/{self.sha256}/{quote(self.file_name)}"


def file_name(title: str, media_type: str) -> str:
    """What a computer may call the file: the title's letters and digits in any script."""
    plain = "".join(char if char.isalnum() or char in "-." else "_" for char in title[:80]).strip("._")
    return (plain or "document") + SUFFIX[media_type]


class HandedIn(Struct, frozen=True):
    """The document, and whether it was on record already: the same file for the same purpose is one document."""

    document: Document
    repeated: bool


class NewSite(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    kind: SiteKind
    address: str
    region_code: str | None = None
    """Six digits of GB/T 2260; null outside the province."""
    mark_since: date | None = None
    """Since when the mark is displayed there; null where it is not."""
    document_id: UUID | None = None
    """A document of the kind site_photo."""


class NewAdvertisement(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    title: str
    medium: Medium
    place: str | None = None
    url: str | None = None
    starts_on: date
    ends_on: date | None = None
    """Its last day; null while none is known."""
    carries_mark: bool
    document_id: UUID | None = None
    """A document of the kind advertisement."""


class NewLabelledProduct(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product_id: UUID
    carrier: Carrier
    """Where the mark stands."""
    labelled_since: date
    document_id: UUID | None = None
    """A document of the kind label_photo."""


class NewPublication(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    product_id: UUID | None = None
    """Null: the commitments of every model."""
    channel: Channel
    place: str | None = None
    url: str | None = None
    published_on: date
    document_id: UUID | None = None
    """A document of the kind commitment_publication."""


class Entry(Struct, frozen=True, kw_only=True):
    """What entries of all four registers have."""

    id: UUID
    enterprise_id: UUID
    document_id: UUID | None
    document_sha256: str | None
    document_title: str | None
    document_media_type: str | None
    ended_on: date | None
    """From this day on it does not count; for advertising the day after its last."""
    created_at: datetime

    @property
    def document_path(self) -> str | None:
        """None where there is no document, or it was withdrawn."""
        if self.document_sha256 is None or self.document_title is None or self.document_media_type is None:
            return None
        return f"/files/{self.document_sha256}/{quote(file_name(self.document_title, self.document_media_type))}"


class Site(Entry, frozen=True, kw_only=True):
    name: str
    kind: SiteKind
    address: str
    region_code: str | None
    region: str | None
    mark_since: date | None


class Advertisement(Entry, frozen=True, kw_only=True):
    title: str
    medium: Medium
    place: str | None
    url: str | None
    starts_on: date
    ends_on: date | None
    carries_mark: bool


class LabelledProduct(Entry, frozen=True, kw_only=True):
    product_id: UUID
    model: str
    product: str
    carrier: Carrier
    labelled_since: date


class Publication(Entry, frozen=True, kw_only=True):
    product_id: UUID | None
    model: str | None
    product: str | None
    channel: Channel
    place: str | None
    url: str | None
    published_on: date


class End(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From this day on the entry does not count; for advertising its last day."""

    on: date


class Counts(Struct, frozen=True, kw_only=True):
    """What the four ratios are made of: `…_stated` is what the enterprise says, `…_proven` what of it has evidence."""

    id: UUID
    name: str
    name_en: str | None
    region: str
    models: int
    publicised_stated: int
    publicised_proven: int
    labelled_stated: int
    labelled_proven: int
    sites: int
    displayed_stated: int
    displayed_proven: int
    advertisements: int
    carrying_stated: int
    carrying_proven: int


class Rate(Struct, frozen=True):
    """One of the four: `part` of `whole`; what is stated without evidence does not count."""

    name: Literal["commitment", "labelling", "display", "advertising"]
    part: int
    whole: int
    without_evidence: int
    percent: int | None
    """Rounded down, so that 100 is said of all alone; null where there is nothing to count yet."""


class Rates(Struct, frozen=True):
    """The four 100 % as the enterprise states them; what audits count on site is never added."""

    id: UUID
    """Of the enterprise."""
    name: str
    name_en: str | None
    region: str
    rates: list[Rate]


class Model(Struct, frozen=True):
    """A product model to choose."""

    id: UUID
    model: str
    name: str


class Region(Struct, frozen=True):
    code: str
    name: str
