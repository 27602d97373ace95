"""Who asks: the seam accounts fill; until then the platform's own key, commands and demonstrations."""

import hmac
from hashlib import sha256
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from codes.errors import Kind, Refusal

EVERYTHING = frozenset({"*"})


class NoCredentials(Refusal):
    """Nobody was named, or with a key that opens nothing."""

    kind = Kind.NOT_ALLOWED
    code = "no-credentials"
    en = "Send a valid key in the header “Authorization: Bearer …”."
    zh = "请在请求头“Authorization: Bearer …”中提供有效的密钥。"


class NotPermitted(Refusal):
    """Known, but without the right this asks for."""

    kind = Kind.NOT_ALLOWED
    code = "not-permitted"
    en = "Your key does not carry the right “{scope}”; ask the platform's operator for one that does."
    zh = "您的密钥没有“{scope}”权限，请向平台运营方申请。"


class NotYours(Refusal):
    """The record belongs to another enterprise."""

    kind = Kind.NOT_ALLOWED
    code = "not-yours"
    en = "This record belongs to another enterprise; sign in for that enterprise to change it."
    zh = "该记录属于其他企业，请以该企业的身份登录后再操作。"


class Principal(Struct, frozen=True):
    """Somebody known. `organisation` is the enterprise acted for, None for the platform and the bureau."""

    name: str
    organisation: UUID | None = None
    scopes: frozenset[str] = frozenset()

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
    """Whose key is this? Accounts will answer from their register."""

    async def principal_of(self, token: str) -> Principal | None: ...


class PlatformKey:
    """The one key of the platform; without a digest in the settings it opens nothing."""

    def __init__(self, key_sha256: str | None) -> None:
        self._digest = bytes.fromhex(key_sha256) if key_sha256 else None

    async def principal_of(self, token: str) -> Principal | None:
        given = sha256(token.encode("utf-8", "surrogateescape")).digest()
        if self._digest is None or not hmac.compare_digest(given, self._digest):
            return None
        return platform("platform key")
