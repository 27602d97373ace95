"""Who belongs to an organisation, and who is invited."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

Language = Literal["zh", "en"]


class Member(Struct, frozen=True, kw_only=True):
    id: UUID
    email: str
    name: str
    language: str
    roles: list[str]
    since: datetime
    second_factor: bool
    closed: bool
    """An account that was closed can no longer sign in anywhere."""
    created_at: datetime


class Roles(Struct, frozen=True, forbid_unknown_fields=True):
    """What a member may do from now on; all roles, not only the new ones."""

    roles: tuple[str, ...]


class NewInvitation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    email: str
    name: str
    roles: tuple[str, ...]
    language: Language = "zh"
    organisation_id: UUID | None = None
    """Only the platform names one; everybody else invites into their own."""


class Invitation(Struct, frozen=True, kw_only=True):
    id: UUID
    organisation_id: UUID
    email: str
    name: str
    roles: list[str]
    language: str
    invited_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    withdrawn_at: datetime | None

    @property
    def settled(self) -> bool:
        return self.accepted_at is not None or self.withdrawn_at is not None


class Invited(Struct, frozen=True):
    """An invitation with the one secret of it, which only the letter (or the command line) tells."""

    invitation: Invitation
    link: str


class Offer(Struct, frozen=True, kw_only=True):
    """An invitation as its link shows it."""

    id: UUID
    organisation_id: UUID
    organisation: str
    kind: str
    email: str
    name: str
    roles: list[str]
    language: str
    invited_by: UUID | None
    person_id: UUID | None
    """Who has this e-mail already."""


class Joining(Struct, frozen=True):
    """What is typed on the page of the link."""

    name: str
    password: str
    again: str
