"""Who asks: people with a session, programs with a key, the platform's own commands."""

import hmac
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from msgspec import Struct, structs

from app.store.askers import Asker
from codes.errors import Kind, Refusal

EVERYTHING = frozenset({"*"})


class NoCredentials(Refusal):
    """Nobody was named, or with a key that opens nothing."""

    kind = Kind.NOT_ALLOWED
    code = "no-credentials"
    en = "Send a valid key in the header “Authorization: Bearer …”."
    zh = "请在请求头“Authorization: Bearer …”中提供有效的密钥。"


class SignInFirst(Refusal):
    """A page that is for people with a session."""

    kind = Kind.NOT_ALLOWED
    code = "sign-in-first"
    en = "Sign in to open this page."
    zh = "请先登录，再打开此页面。"


class NotPermitted(Refusal):
    """Known, but without the right this asks for."""

    kind = Kind.NOT_ALLOWED
    code = "not-permitted"
    en = "You do not have the right “{scope}”; whoever manages your organisation's people and keys can give it."
    zh = "您没有“{scope}”权限，请联系本单位的账号管理人员开通。"


class NotYours(Refusal):
    """The record belongs to another enterprise."""

    kind = Kind.NOT_ALLOWED
    code = "not-yours"
    en = "This record belongs to another enterprise; sign in for that enterprise to change it."
    zh = "该记录属于其他企业，请以该企业的身份登录后再操作。"


class Principal(Struct, frozen=True):
    """Somebody known. `organisation` is the tenant acted for, None for the platform itself."""

    name: str
    organisation: UUID | None = None
    scopes: frozenset[str] = frozenset()
    kind: str | None = None
    """Of the organisation: enterprise, bureau, certification_body, …"""
    region: str | None = None
    """Leading digits of the regions a bureau supervises."""
    person: UUID | None = None
    address: str | None = None
    organisation_name: str = ""
    key: str | None = None
    """Of a program: the part of its key that is shown openly."""
    session: bytes | None = None
    """Digest of the session's id; None for a key."""
    csrf: str = ""
    """What forms of this session carry."""

    @property
    def platform(self) -> bool:
        return self.organisation is None

    @property
    def asker(self) -> Asker:
        """As whom the database is asked."""
        return Asker(
            organisation=self.organisation,
            region=self.region,
            platform=self.platform,
            person=self.person,
            actor=self.name,
            address=self.address,
        )

    def may(self, scope: str) -> bool:
        return scope in self.scopes or "*" in self.scopes

    def must_act_for(self, enterprise_id: UUID) -> None:
        """Refuse an act on what another enterprise has stated."""
        if self.organisation is not None and self.organisation != enterprise_id:
            raise NotYours


def platform(name: str) -> Principal:
    """A principal of the platform's own: commands, the demonstration, the platform key."""
    return Principal(name, None, EVERYTHING)


class Keys(Protocol):
    """Whose key is this? Refuses (`Refusal`) a key that is known but may not be used now."""

    async def principal_of(self, token: str, address: str | None) -> Principal | None: ...


class Sessions(Protocol):
    """Whose session is this? None for one that has ended or never was."""

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None: ...


class NoSessions:
    """Where nobody can sign in."""

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        return None


class PlatformKey:
    """The one key of the platform; without a digest in the settings it opens nothing."""

    def __init__(self, key_sha256: str | None) -> None:
        self._digest = bytes.fromhex(key_sha256) if key_sha256 else None

    async def principal_of(self, token: str, address: str | None) -> Principal | None:
        given = sha256(token.encode("utf-8", "surrogateescape")).digest()
        if self._digest is None or not hmac.compare_digest(given, self._digest):
            return None
        return structs.replace(platform("platform key"), address=address)
