"""What sign-in reads, and what its pages show."""

from datetime import datetime
from uuid import UUID

from asyncpg import Pool
from msgspec import Struct


class Desk(Struct, frozen=True):
    """What every use-case of sign-in needs of the service."""

    pool: Pool
    root_key: bytes
    public_url: str
    operator: str = "浙品码"
    demonstration: bool = False
    """Invented people sign in only where everything is a demonstration: their password is known."""


class Visitor(Struct, frozen=True):
    """Where a request comes from, as sessions and the audit log keep it."""

    address: str | None = None
    agent: str | None = None


class Standing(Struct, frozen=True, kw_only=True):
    """A living session and whose it is; `organisation_id` is None until one is chosen."""

    person_id: UUID
    name: str
    enrolled: bool
    passed_totp: bool
    kinds: list[str]
    """Of all open organisations the person belongs to."""
    organisation_id: UUID | None
    kind: str | None
    organisation_name: str | None
    region_code: str | None
    roles: list[str]
    """Held in the organisation acted for."""


class Known(Struct, frozen=True):
    """Somebody with a password."""

    id: UUID
    email: str
    name: str
    language: str
    password_hash: str


class SecondFactor(Struct, frozen=True):
    totp_secret: bytes
    totp_last_step: int


class Invented(Struct, frozen=True):
    """A person whose code may be told, if they are of the demonstration."""

    id: UUID
    demonstration: bool
    totp_secret: bytes | None
    totp_last_step: int


class Failures(Struct, frozen=True):
    """Tries under one key that have not been right, and how long ago the last was."""

    count: int
    seconds: float


class Membership(Struct, frozen=True):
    """An organisation somebody may act for."""

    id: UUID
    name: str
    name_en: str | None
    kind: str
    roles: list[str]


class OpenSession(Struct, frozen=True):
    """One's session, as the list of them shows it; `handle` names it without being it."""

    handle: str
    created_at: datetime
    seen_at: datetime
    address: str | None
    agent: str | None
    present: bool


class Account(Struct, frozen=True):
    """One's own account."""

    email: str
    name: str
    language: str
    password_changed_at: datetime
    totp_since: datetime | None
    codes_left: int
    kinds: list[str]
    organisation_id: UUID | None
    """Acted for in the session that asks."""


class Opened(Struct, frozen=True):
    """What follows an act that gave the session a new id."""

    session_id: str
    step: str | None
    """The page of what is left to do; None when signed in."""


class Said(Struct, frozen=True):
    """What is wrong with a form: by field, and what belongs to none."""

    fields: dict[str, str] = {}
    others: list[str] = []


NOTHING = Said()


class SignInPage(Struct, frozen=True):
    email: str = ""
    next: str = ""
    done: str = ""
    said: Said = NOTHING


class CodePage(Struct, frozen=True):
    """Six digits, or a recovery code."""

    next: str = ""
    said: Said = NOTHING


class OrganisationsPage(Struct, frozen=True):
    memberships: list[Membership]
    next: str = ""
    said: Said = NOTHING


class ForgottenPage(Struct, frozen=True):
    email: str = ""
    sent: bool = False
    said: Said = NOTHING


class ResetPage(Struct, frozen=True):
    token: str
    email: str
    said: Said = NOTHING


class SessionLine(Struct, frozen=True):
    """A session in words."""

    handle: str
    began: str
    seen: str
    address: str
    browser: str
    system: str
    present: bool


class AccountPage(Struct, frozen=True):
    account: Account
    password_changed: str
    totp_since: str | None
    obliged: bool
    hint: bool
    """Should the owner of an enterprise hear that sign-in codes exist?"""
    memberships: list[Membership]
    sessions: list[SessionLine]
    done: str = ""


class ProfilePage(Struct, frozen=True):
    name: str
    language: str
    said: Said = NOTHING


class PasswordPage(Struct, frozen=True):
    email: str
    said: Said = NOTHING


class EnrolPage(Struct, frozen=True):
    """The secret as a picture and in groups to be typed."""

    picture: str
    groups: list[str]
    account: str
    renewing: bool
    with_password: bool
    next: str = ""
    said: Said = NOTHING


class RecoveryPage(Struct, frozen=True):
    """Asking for new recovery codes."""

    left: int
    said: Said = NOTHING


class RemovalPage(Struct, frozen=True):
    """Giving sign-in codes up."""

    said: Said = NOTHING


class CodesPage(Struct, frozen=True):
    """Recovery codes, shown this once; `way_on` is where the person was going."""

    codes: list[str]
    email: str
    made: str
    way_on: str
