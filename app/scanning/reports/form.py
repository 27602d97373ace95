"""The form by which a shopper reports a problem: its fields, what is wrong with them, whose it is. Pure.

Texts are kept as typed; only line ends become what they were before the browser sent them.
"""

import secrets
import unicodedata
from collections.abc import Mapping

from msgspec import Struct

KINDS = ("label", "quality", "suspect", "after_sales", "page", "other")
TEXT_MOST = 2_000
CODE_MOST = 200
CONTACT_MOST = 120
TRAP = "topic"
"""A field people do not see; programs that fill every field give themselves away by it."""

_TOKEN_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_TOKEN_LENGTH = 22

Problems = dict[str, tuple[str, dict[str, object]]]
"""Field → the name of its wording, and what the wording repeats."""


class Form(Struct, frozen=True, kw_only=True):
    """What was typed; it stands in the form again when something is wrong."""

    kind: str = ""
    text: str = ""
    code: str = ""
    contact: str = ""
    trap: str = ""
    token: str = ""
    photo: bytes | None = None
    """As it came, not looked at yet."""

    def problems(self) -> Problems:
        found: Problems = {}
        if self.kind not in KINDS:
            found["kind"] = "kind", {}
        if not self.text.strip():
            found["text"] = "text_empty", {}
        elif len(self.text) > TEXT_MOST:
            found["text"] = "text_long", {"count": f"{len(self.text):,}"}
        elif place := _hidden(self.text):
            found["text"] = "text_hidden", {"place": place}
        for field, most in (("code", CODE_MOST), ("contact", CONTACT_MOST)):
            value = getattr(self, field)
            if len(value) > most:
                found[field] = f"{field}_long", {}
            elif _hidden(value):
                found[field] = f"{field}_hidden", {}
        if self.trap:
            found["trap"] = "trap", {}
        return found


def read(fields: Mapping[str, object], photo: bytes | None = None) -> Form:
    """A form from what was sent; a token of another shape is replaced by a new one."""
    texts = {name: _typed(fields.get(name)) for name in ("kind", "text", "code", "contact", "token")}
    return Form(**texts | {"token": _token(texts["token"])}, trap=_typed(fields.get(TRAP)), photo=photo)


def new_token() -> str:
    return secrets.token_urlsafe(16)


def _typed(value: object) -> str:
    return value.replace("\r\n", "\n").replace("\r", "\n") if isinstance(value, str) else ""


def _token(text: str) -> str:
    return text if len(text) == _TOKEN_LENGTH and _TOKEN_CHARACTERS.issuperset(text) else new_token()


def _hidden(text: str) -> int | None:
    """The place of the first character that neither shows nor shapes the text (from 1)."""
    for place, char in enumerate(text, 1):
        if unicodedata.category(char) in ("Cc", "Cs") and char not in "\n\t":
            return place
    return None
