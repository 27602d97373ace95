"""API keys: what programs of an organisation show."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class NewKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    name: str
    scopes: tuple[str, ...]
    days: int = 365
    """How long it is valid."""
    networks: tuple[str, ...] = ()
    """Addresses or ranges it may be used from; none: from anywhere."""
    organisation_id: UUID | None = None
    """Only the platform names one."""


class Key(Struct, frozen=True, kw_only=True):
    id: str
    organisation_id: UUID
    name: str
    scopes: list[str]
    networks: list[str]
    expires_at: datetime
    last_used_at: datetime | None
    created_at: datetime
    revoked_at: datetime | None


class MadeKey(Struct, frozen=True):
    """The answer to making one: the only time the key itself is told."""

    key: Key
    token: str


class Holder(Struct, frozen=True, kw_only=True):
    """Whose key it is and whether it may be used now, from where it is used."""

    id: str
    name: str
    scopes: list[str]
    organisation_id: UUID
    organisation_name: str
    kind: str
    region_code: str
    expires_at: datetime
    expired: bool
    revoked: bool
    closed: bool
    elsewhere: bool
