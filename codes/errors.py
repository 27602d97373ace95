"""The one vocabulary of "no": what the caller caused and may be told about.

A refusal fixes a kind and a stable code, and says its sentence in both languages. It knows no
HTTP status: `app.edge` maps kinds. Anything that is not a refusal is our fault and stays opaque.
A forged, void or recalled code is not a refusal but a verdict (`codes.verdict`).
"""

from enum import StrEnum
from typing import ClassVar


class Kind(StrEnum):
    """Why the answer is no; the edge maps each member to one status."""

    MALFORMED = "malformed"
    NOT_ALLOWED = "not-allowed"
    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    TOO_MANY = "too-many"
    UNAVAILABLE = "unavailable"


class Refusal(Exception):
    """A *no* with its reason.

    Subclasses fix `kind`, `code` and the sentence in English and Chinese; the sentences are
    `str.format` templates over the facts. The fact `field` names the input that was refused.
    """

    kind: ClassVar[Kind] = Kind.MALFORMED
    code: ClassVar[str] = "refused"
    en: ClassVar[str] = "This was refused."
    zh: ClassVar[str] = "未被接受。"

    def __init__(self, **facts: object) -> None:
        super().__init__(facts)
        self.facts = facts

    @property
    def field(self) -> str | None:
        """Name of the refused input, None where no single input is at fault."""
        field = self.facts.get("field")
        return str(field) if field is not None else None

    def say(self, language: str = "en") -> str:
        """The sentence in `zh` or `en`."""
        template = self.zh if language.startswith("zh") else self.en
        return template.format(**self.facts)

    def __str__(self) -> str:
        return self.say("en")


class Several(Refusal):
    """More than one input was refused; each is said, nothing was done."""

    code = "several"
    en = "{count} inputs were refused; nothing was changed."
    zh = "有 {count} 处内容未被接受，未作任何更改。"

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(count=len(refusals))
        self.refusals = tuple(refusals)


def refuse_all(refusals: list[Refusal]) -> None:
    """Raise what was gathered: nothing, the only one as itself, or `Several`."""
    if len(refusals) == 1:
        raise refusals[0]
    if refusals:
        raise Several(refusals)
