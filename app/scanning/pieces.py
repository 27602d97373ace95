"""What a page is made of: the view and manner it is rendered for, its segments, and what a request adds."""

from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from msgspec import Struct

from app.scanning.shapes import ProductFacts
from app.scanning.words import Words
from codes.verdict import Level, State, Tone, Verdict

Claim = Literal["piece", "issued", "model", "nothing"]

_NOT_ISSUED = (State.MALFORMED, State.UNKNOWN)


class View(Struct, frozen=True):
    """How the reader sees pages; `chosen` when `?lang` said so, which links then keep."""

    language: str = "zh"
    large: bool = False
    chosen: bool = False

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What every link carries on."""
        language = (("lang", self.language),) if self.chosen else ()
        return (*language, ("view", "large")) if self.large else language

    @property
    def query(self) -> str:
        """The pairs as they stand behind an address."""
        return "?" + urlencode(self.pairs) if self.pairs else ""


class Manner(Struct, frozen=True):
    """What the segments depend on beyond the facts: what may be claimed, and whether doubt stands open.

    The claim names the wording of the page's limits: `piece` (issued by us and in force), `issued`
    (by us), `model` (in force, the code is shared) or `nothing`.
    """

    claim: Claim
    doubtful: bool = False

    @property
    def in_force(self) -> bool:
        return self.claim in ("piece", "model")

    @property
    def piece(self) -> bool:
        return self.claim in ("piece", "issued")


def manner_of(verdict: Verdict) -> Manner:
    """The manner a verdict asks for: the key under which its segments are kept."""
    claim: Claim
    if verdict.level is Level.ITEM and verdict.state not in _NOT_ISSUED:
        claim = "piece" if verdict.in_force else "issued"
    else:
        claim = "model" if verdict.in_force else "nothing"
    return Manner(claim, verdict.doubtful)


class Inner(Struct, frozen=True, kw_only=True):
    """What `middle` needs of one product's page in one view and manner."""

    facts: ProductFacts | None
    view: View
    words: Words
    icons: dict[Tone, str]
    public_url: str
    pieces: tuple[str, ...]
    """What stands between the slots of title, switches, status and block 1's own rows, and after these."""
    title: str
    """`{product} · 浙品码`, escaped; the state is added."""
    description: str
    image: str
    """The card's picture, as a line of the head."""
    query: str
    """`?lang=en&view=large` or less, escaped, ready to stand behind an address."""
    fields: str
    """The same as hidden fields of a form."""


class Segments(Struct, frozen=True, kw_only=True):
    """One page without the words of a request."""

    prefix: bytes
    """From the doctype to before `<title>`."""
    suffix: bytes
    """From block 2 to the end."""
    style_sha256: str
    """For the header: `style-src 'sha256-…'`."""
    inner: Inner


class Ask(Struct, frozen=True, kw_only=True):
    """What only this request knows. `path` and `query` are percent-encoded, all else is plain text."""

    path: str
    now: datetime
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    typed: str | None = None
    """What was scanned or typed where it is not of our form."""
    beacon: str | None = None
    as_of: datetime | None = None
    """When the facts were last known to be right, while they are not fresh."""
    explanation: str | None = None
    """A sentence more, such as what is wrong with the address."""
    query: str = ""
    """What the page's own address carries beside language and size, e.g. `code=…`."""

    @property
    def code(self) -> str | None:
        """What the reader would type or report: the serial, else the GTIN, else what was typed."""
        return self.serial or self.gtin or self.typed
