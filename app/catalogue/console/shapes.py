"""What the console's lists and pages hold."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from app.catalogue.errors import Missing
from codes.verdict.facts import CHINA


def minute(instant: datetime) -> str:
    """`2026-11-22 21:04` in China."""
    return instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


class Place(Struct, frozen=True):
    """A region or an industry to choose."""

    code: str
    name: str
    within: str | None


class ListedProduct(Struct, frozen=True, kw_only=True):
    """A row of the enterprise's list."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    photo_sha256: str | None
    gtins: int
    published: bool
    draft: bool
    returned: bool
    coded: bool


class Coded(Struct, frozen=True, kw_only=True):
    """A recognised model that has no code in use."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    enterprise: str
    enterprise_en: str | None
    telephone: str | None
    region_code: str
    region: str
    confirmed_on: date
    reminded_at: datetime | None

    @property
    def reminded(self) -> str:
        return minute(self.reminded_at) if self.reminded_at else ""

    def age(self, today: date) -> int:
        """Days since it was recognised."""
        return (today - self.confirmed_on).days


class EndingCertificate(Struct, frozen=True, kw_only=True):
    number: str
    body: str
    body_en: str | None
    valid_until: date
    state: str


class Review(Struct, frozen=True, kw_only=True):
    """What a bureau said of a page, and what the enterprise answered."""

    id: UUID
    bureau: str
    outcome: str
    reasons: str | None
    reasons_en: str | None
    reviewed_at: datetime
    answer: str | None
    answered_at: datetime | None

    @property
    def open(self) -> bool:
        """Does the enterprise owe an answer?"""
        return self.outcome == "returned" and self.answered_at is None

    @property
    def reviewed(self) -> str:
        return minute(self.reviewed_at)

    @property
    def answered(self) -> str:
        return minute(self.answered_at) if self.answered_at else ""


class Standing(Struct, frozen=True, kw_only=True):
    """What the registers hold of a model: its newest recognition with standard and certificate."""

    confirmation_number: str
    recognised_on: date
    standard_number: str
    standard_title: str
    standard_title_en: str | None
    certificate_number: str | None
    certificate_body: str | None
    certificate_body_en: str | None
    certificate_valid_until: date | None


class Returned(Struct, frozen=True, kw_only=True):
    """A product whose page stands returned."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    bureau: str
    reasons: str
    reasons_en: str | None
    reviewed_at: datetime

    @property
    def reviewed(self) -> str:
        return minute(self.reviewed_at)


class PublishedPage(Struct, frozen=True, kw_only=True):
    """A published page a bureau may sample."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    enterprise: str
    enterprise_en: str | None
    region: str
    published_on: date
    outcome: str | None
    reviewed_at: datetime | None
    answered_at: datetime | None

    @property
    def state(self) -> str:
        """The word for what became of it: new, in_order, returned or answered."""
        return "answered" if self.answered_at else self.outcome or "new"

    @property
    def reviewed(self) -> str:
        return minute(self.reviewed_at) if self.reviewed_at else ""


class Confirmable(Struct, frozen=True, kw_only=True):
    """A product whose comparison table a body may confirm."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    enterprise: str
    enterprise_en: str | None
    indicators: int
    test_reports: int
    confirmed_on: date | None
    holds: bool
    """Is the last confirmation of these very indicators?"""


class ConfirmationStanding(Struct, frozen=True, kw_only=True):
    """What decides whether a body may confirm now."""

    digest: str
    certified: bool


class Confirmation(Struct, frozen=True, kw_only=True):
    body: str
    body_en: str | None
    certifier: str
    report: str
    confirmed_on: date
    holds: bool


class County(Struct, frozen=True, kw_only=True):
    """Coverage of one county (REQ-002): models recognised, and those of them with a code in use."""

    region_code: str
    region: str
    recognised: int
    coded: int

    @property
    def percent(self) -> str | None:
        return None if self.recognised == 0 else f"{self.coded / self.recognised:.1%}"


class Changed(Struct, frozen=True, kw_only=True):
    """One row of the history, as the trigger wrote it; rows of one act carry its number."""

    id: int
    act: int
    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    before: str | None
    after: str | None


class Named(Struct, frozen=True):
    """A record that rows of a history refer to, by its id."""

    id: str
    name: str


class Difference(Struct, frozen=True):
    field: str
    before: str | None
    after: str | None


class Event(Struct, frozen=True, kw_only=True):
    """One change as people read it."""

    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    about: str | None
    """Which one of several: an indicator's name, a report's number."""
    differences: list[Difference]

    @property
    def at(self) -> str:
        return minute(self.changed_at)


class Pending(Struct, frozen=True, kw_only=True):
    """An uploaded table that waits for its confirmation."""

    id: UUID
    kind: str
    name: str
    content: bytes


class Counts(Struct, frozen=True, kw_only=True):
    """What the homes of bureaus and the platform count."""

    published: int
    unreviewed: int
    answered: int
    recognised: int
    coded: int


class Lacking(Struct, frozen=True, kw_only=True):
    """A model with what its page lacks."""

    id: UUID
    model: str
    name: str
    name_en: str | None
    missing: list[Missing]


class Told(Struct, frozen=True):
    """What is wrong with a form: beside which field, and what belongs to none."""

    errors: dict[str, str] = {}
    others: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.others)


FINE = Told()
