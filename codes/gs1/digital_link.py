"""GS1 Digital Link URIs (URI Syntax 1.4): `https://host[/stem]/01/{gtin}[/22/…][/10/…][/21/…][?ai=value]`.

biip's own URI parser is not used: what it lets pass is the structure (it takes the leftmost key,
lets urlsplit drop characters and forgives repeated keys). biip's list of AIs judges the values.
The verdicts are those of GS1's syntax engine; the path is split before it is percent-decoded.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote

from codes.gs1 import ai_pairs, ai_values, element_string
from codes.gs1.ai_pairs import NEVER_IN_QUERY, QUALIFIERS, in_order
from codes.gs1.element_string import MAX_LENGTH, Elements
from codes.gs1.errors import BadDigitalLink, Why, element, shown

_NOT_URI = re.compile(r"[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")
_SCHEMES = frozenset(("http", "https", "HTTP", "HTTPS"))  # mixed case is refused by the engine
_HOST = re.compile(r"[A-Za-z0-9\-.:\[\]]+")  # characters only: what resolves is not a matter of syntax


@dataclass(frozen=True, slots=True)
class DigitalLink:
    """A valid link: primary key (AI and value), qualifiers in path order, attributes as they came."""

    key: str
    value: str
    qualifiers: Elements = ()
    attributes: Elements = ()

    @property
    def gtin(self) -> str | None:
        """Fourteen digits, None where the key is another."""
        return self.value if self.key == "01" else None

    @property
    def cpv(self) -> str | None:
        return self._of("22")

    @property
    def lot(self) -> str | None:
        return self._of("10")

    @property
    def serial(self) -> str | None:
        return self._of("21")

    @property
    def element_string(self) -> str:
        """For people, with brackets."""
        return element_string.bracketed(((self.key, self.value), *self.qualifiers, *self.attributes))

    def canonical(self, root: str = "https://id.gs1.org") -> str:
        """The one spelling of this link; attributes of predefined length come first."""
        pairs = ((self.key, self.value), *self.qualifiers)
        path = "".join(f"/{ai}/{quote(value, safe='')}" for ai, value in pairs)
        attributes = sorted(self.attributes, key=_comes_late)
        query = "&".join(f"{ai}={quote(value, safe='')}" for ai, value in attributes)
        return f"{root.rstrip('/')}{path}{'?' if query else ''}{query}"

    def _of(self, ai: str) -> str | None:
        return dict(self.qualifiers + self.attributes).get(ai)


def parse(uri: str) -> DigitalLink:
    """Read a Digital Link URI.

    Raises BadDigitalLink, and nothing else, whatever the text.
    """
    path, query = _split(uri)
    (key, value), *qualifiers = _path_elements(path)
    attributes = tuple(_query_elements(query, [key, *dict(qualifiers)]))
    if wrong := ai_pairs.fault([key, *dict(qualifiers), *dict(attributes)]):
        ai, why, other = wrong
        raise BadDigitalLink(part=element(ai), why=why, other=other)
    return DigitalLink(key, value, tuple(qualifiers), attributes)


def _split(uri: str) -> tuple[str, str]:
    """Path and query; the fragment is nobody's business."""
    if len(uri) > MAX_LENGTH:
        raise BadDigitalLink(part=shown(uri), why=Why.TOO_LONG, other=MAX_LENGTH)
    if bad := _NOT_URI.search(uri):
        raise BadDigitalLink(part=shown(uri[bad.start() :]), why=Why.URI_CHARACTERS)
    scheme, mark, rest = uri.partition("://")
    if scheme not in _SCHEMES or not mark:
        raise BadDigitalLink(part=shown(uri), why=Why.SCHEME)
    host, slash, rest = rest.partition("/")
    if not slash or not _HOST.fullmatch(host):
        raise BadDigitalLink(part=shown(uri), why=Why.HOST)
    path, _, query = rest.partition("#")[0].partition("?")
    return path, query


def _path_elements(path: str) -> list[tuple[str, str]]:
    """The rightmost primary key and its qualifiers: a stem may look like anything, even like a key."""
    segments = path.split("/")
    at = len(segments) - 2
    while at >= 0 and segments[at] not in QUALIFIERS and ai_values.look_up(segments[at]):
        at -= 2
    if at < 0 or segments[at] not in QUALIFIERS:
        raise BadDigitalLink(part=shown(f"/{path}"), why=Why.NO_KEY)
    key, *qualifiers = segments[at::2]
    if not any(in_order(qualifiers, chain) for chain in QUALIFIERS[key]):
        raise BadDigitalLink(part=shown("/".join(["", key, "…", *qualifiers])), why=Why.QUALIFIERS)
    pairs = zip(segments[at::2], segments[at + 1 :: 2], strict=True)
    return [_checked(ai, unquote(raw, "latin-1")) for ai, raw in pairs]


def _query_elements(query: str, in_path: list[str]) -> Iterator[tuple[str, str]]:
    seen = set(in_path)
    for pair in query.split("&"):
        ai, equals, raw = pair.partition("=")
        if not equals or not ai.isdigit():
            continue  # trackers, signatures and the resolver's own keywords are free
        if ai in seen:
            raise BadDigitalLink(part=element(ai), why=Why.REPEATED)
        seen.add(ai)
        attribute = _checked(ai, unquote(raw.replace("+", " "), "latin-1"))
        if ai in NEVER_IN_QUERY:
            raise BadDigitalLink(part=element(ai), why=Why.NOT_ATTRIBUTE)
        if any(ai in chain and in_order(in_path[1:], chain) for chain in QUALIFIERS[in_path[0]]):
            raise BadDigitalLink(part=element(ai), why=Why.IN_PATH)
        yield attribute


def _checked(digits: str, value: str) -> tuple[str, str]:
    ai = ai_values.look_up(digits)
    if ai is None:
        raise BadDigitalLink(part=element(digits), why=Why.UNKNOWN_AI)
    if why := ai_values.fault(ai, value):
        raise BadDigitalLink(part=element(digits, value), why=why)
    return digits, value


def _comes_late(pair: tuple[str, str]) -> bool:
    ai = ai_values.look_up(pair[0])
    return ai is None or ai.fixed_length is None
