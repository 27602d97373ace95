"""XML of strangers as a stream: no document types, no entities, no tree, and an end to patience.

Names are compared without their namespace, so that the strict and the transitional form both read.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from app.catalogue.tables.archives import CHUNK
from app.catalogue.tables.errors import BrokenTable, TableTooHeavy, UnsafeXml
from app.catalogue.tables.limits import CELL_MOST, ELEMENTS_MOST, LISTED_MOST, TOKEN_MOST

Attributes = dict[str, str]


def parsed(
    chunks: Iterable[bytes],
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None],
    text: Callable[[str], None] | None,
) -> Iterator[None]:
    """Parse chunk by chunk, giving the caller a turn after each."""
    expat: Any = DefusedXMLParser(forbid_dtd=True).parser
    # The library's defences stay; its tree, which nobody needs, is not built.
    expat.ordered_attributes = False
    expat.DefaultHandlerExpand = None
    expat.StartElementHandler, expat.EndElementHandler, expat.CharacterDataHandler = start, end, text
    try:
        for fed, chunk in enumerate(chunks, 1):
            expat.Parse(chunk, False)
            if fed * CHUNK - expat.CurrentByteIndex > TOKEN_MOST + CHUNK:
                raise TableTooHeavy
            yield
        expat.Parse(b"", True)
    except DefusedXmlException as error:
        raise UnsafeXml from error
    except (ExpatError, UnicodeError) as error:
        if "out of memory" in str(error):
            raise TableTooHeavy from error
        raise BrokenTable from error


def elements(chunks: Iterable[bytes], wanted: set[str]) -> Iterator[tuple[str, Attributes]]:
    """The wanted elements' names and attributes, as they open."""
    found: list[tuple[str, Attributes]] = []

    def start(tag: str, attributes: Attributes) -> None:
        name = tag.rpartition("}")[2]
        if name in wanted:
            found.append((name, {key.rpartition("}")[2]: value for key, value in attributes.items()}))
            if len(found) > LISTED_MOST:
                raise TableTooHeavy

    for _ in parsed(chunks, start, lambda _tag: None, None):
        pass
    return iter(found)


class Told:
    """What the parser tells, by local names; text is taken only where it stands for itself."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._elements = 0
        self._taking = False
        self._spoken = 0
        self.taken: list[str] = []
        self._length = 0

    def start(self, tag: str, attributes: Attributes) -> None:
        self._elements += 1
        if self._elements > ELEMENTS_MOST:
            raise TableTooHeavy
        name = self._names.get(tag) or self._names.setdefault(tag, tag.rpartition("}")[2])
        if name in ("t", "v"):
            self._taking = not self._spoken
        elif name == "rPh":  # how a reader pronounces the text
            self._spoken += 1
        else:
            self.opened(name, attributes)

    def text(self, data: str) -> None:
        if self._taking and self._length <= CELL_MOST:
            self.taken.append(data)
            self._length += len(data)

    def forget(self) -> None:
        self.taken, self._length = [], 0

    def end(self, tag: str) -> None:
        name = self._names[tag]
        if name in ("t", "v"):
            self._taking = False
        elif name == "rPh":
            self._spoken -= 1
        else:
            self.closed(name)

    def opened(self, name: str, attributes: Attributes) -> None:
        raise NotImplementedError

    def closed(self, name: str) -> None:
        raise NotImplementedError


def whole(text: str | None) -> int:
    if text is None or not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise BrokenTable
    return int(text)
