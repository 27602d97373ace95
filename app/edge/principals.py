"""Who asks: the seam accounts fill; until then the platform's own key, commands and demonstrations."""

from uuid import UUID

from msgspec import Struct

from codes.errors import Kind, Refusal

EVERYTHING = frozenset({"*"})


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
