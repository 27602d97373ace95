"""What a person types on /check → the address of its page, or what is wrong with it. Pure.

Taken is whatever stands on a label: the serial in any case with spaces or hyphens, the digits under
the bar code, `(01)…`, or the address of a scan.
"""

import re
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote, urlsplit

from codes.gs1 import BadDigitalLink, BadGtin, ScanPath, gtin14, resolve_path
from codes.serial import read

MOST = 200
"""Longer than the longest address of a scan."""
SERIAL = 20
_GAPS = re.compile(r"[\s\-‐-―−_.·]+")
_BRACKETED = re.compile(r"\(01\)(\d{14})(?:\(21\)(?P<serial>\w+)|\(10\)(?P<lot>.+))?", re.ASCII)
_SERIAL_CHARACTERS = frozenset("0123456789ABCDEFGHJKMNPQRSTVWXYZILO")


class Problem(NamedTuple):
    """What is wrong: the name of its wording, and what the wording repeats."""

    name: str
    facts: dict[str, object]


class Meant(NamedTuple):
    """What was meant: the parts of a scan path."""

    gtin: str | None = None
    serial: str | None = None
    lot: str | None = None

    @property
    def address(self) -> str:
        if self.gtin is None:
            return f"/{self.serial}"
        if self.serial is not None:
            return f"/01/{self.gtin}/21/{self.serial}"
        return f"/01/{self.gtin}/10/{quote(self.lot, safe='')}" if self.lot else f"/01/{self.gtin}"


def understand(text: str, host: str) -> Meant | Problem:
    """Full-width forms count as what they look like; `host` is the one our addresses have."""
    text = normalize("NFKC", text[:MOST]).strip()
    if "/" in text:
        return _address(text, host)
    if bracketed := _BRACKETED.fullmatch(_GAPS.sub("", text) if "(10)" not in text else text):
        return _code(ScanPath(bracketed[1], bracketed["lot"], bracketed["serial"]))
    compact = _GAPS.sub("", text)
    if not compact:
        return Problem("empty", {})
    if compact.isascii() and compact.isdecimal() and len(compact) != SERIAL:
        return _barcode(compact)
    return _serial(compact)


def _barcode(digits: str) -> Meant | Problem:
    if len(digits) not in (8, 12, 13, 14):
        return Problem("barcode_length", {"count": len(digits)})
    try:
        return Meant(gtin14(digits))
    except BadGtin:
        return Problem("barcode_digit", {})


def _serial(compact: str) -> Meant | Problem:
    serial = read(compact)
    if serial is not None:
        return Meant(serial=serial)
    for place, char in enumerate(compact[:SERIAL], 1):
        if char.upper() not in _SERIAL_CHARACTERS or not char.isascii():
            return Problem("character", {"place": place, "char": char if char.isprintable() else "?"})
    return Problem("short" if len(compact) < SERIAL else "long", {"count": len(compact)})


def _address(text: str, host: str) -> Meant | Problem:
    """An address of ours, with or without its scheme; another's is named as such."""
    try:
        if "://" not in text:
            text = f"https://{host}{text}" if text.startswith("/") else f"https://{text}"
        parts = urlsplit(text)
        if parts.netloc.lower() != host:
            return Problem("foreign", {"host": host})
        return _code(resolve_path(parts.path, parts.query))
    except (BadDigitalLink, ValueError):
        return Problem("address", {})


def _code(asked: ScanPath) -> Meant | Problem:
    serial = None
    if asked.serial is not None:
        found = _serial(_GAPS.sub("", asked.serial))
        if isinstance(found, Problem):
            return found
        serial = found.serial
    gtin = None
    if asked.gtin is not None:
        found = _barcode(asked.gtin)
        if isinstance(found, Problem):
            return found
        gtin = found.gtin
    if gtin is None and serial is None:
        return Problem("address", {})
    return Meant(gtin, serial, asked.lot if serial is None else None)
