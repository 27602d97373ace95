"""The paths our own labels have, read in about a microsecond; all others by the general parser.

The path is ASGI's `raw_path` as latin-1 text, without the query: a decoded path has lost the
difference between `/` and `%2F`.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

from codes.gs1 import ai_values, digital_link
from codes.gs1.gtin import check_digit_fits

SERIAL_LENGTH = 20
LOT_LENGTH = 20
_GTIN = len("/01/") + 14
_BARE = len("/") + SERIAL_LENGTH
_LONGEST = _GTIN + len("/10/") + 3 * LOT_LENGTH  # a lot of 20 characters, every one escaped
_ITEM = _GTIN + len("/21/") + SERIAL_LENGTH
_LOT = re.compile(r"(?:[A-Za-z0-9\-._!&'()*+,:;=]|%[0-9A-Fa-f]{2})+")  # of CSET 82 what a path holds as it is
_AI_IN_QUERY = re.compile(r"(?:^|&)([0-9]+=[^&]*)")


class ScanPath(NamedTuple):
    """What a scanned path names; the serial has the case it came in, the lot is decoded.

    All three None: a valid link to something that is not a trade item, so to nothing of ours.
    """

    gtin: str | None
    lot: str | None
    serial: str | None


@lru_cache(maxsize=8192)  # products scanned at one time: a hit takes a sixth of the arithmetic
def _is_gtin(text: str) -> bool:
    return len(text) == 14 and text.isdecimal() and check_digit_fits(text)


def parse_scan_path(raw_path: str) -> ScanPath | None:
    """Read `/01/{gtin}`, `/01/{gtin}/21/{serial}`, `/01/{gtin}/10/{lot}` or `/{serial}`.

    None: not one of these shapes, or a wrong check digit; `resolve_path` then knows why. The query is
    not looked at: `resolve_path` does, where it names an AI.
    """
    if not raw_path.isascii():
        return None
    length = len(raw_path)
    if length == _BARE and raw_path[0] == "/" and raw_path[1:].isalnum():
        return ScanPath(None, None, raw_path[1:])
    gtin = raw_path[4:_GTIN]
    if raw_path[:4] != "/01/" or not _is_gtin(gtin):
        return None
    if length == _GTIN:
        return ScanPath(gtin, None, None)
    rest = raw_path[_GTIN + 4 :]
    match raw_path[_GTIN : _GTIN + 4]:
        case "/21/" if length == _ITEM and rest.isalnum():
            return ScanPath(gtin, None, rest)
        case "/10/" if length <= _LONGEST and _LOT.fullmatch(rest):
            lot = unquote(rest, "latin-1") if "%" in rest else rest
            if len(lot) <= LOT_LENGTH and (lot is rest or ai_values.CSET82.fullmatch(lot)):
                return ScanPath(gtin, lot, None)
    return None


def resolve_path(raw_path: str, query: str = "") -> ScanPath:
    """Read any path with its query; one trailing slash is tolerated, as resolvers should.

    Of the query only AIs are read: what trackers append may break the rules of URIs, the scan holds.
    Raises BadDigitalLink.
    """
    path = raw_path.removesuffix("/")
    ais = "&".join(_AI_IN_QUERY.findall(query))
    if not ais and (found := parse_scan_path(path)):
        return found
    link = digital_link.parse(f"https://host/{path.removeprefix('/')}?{ais}")
    if link.gtin is None:
        return ScanPath(None, None, None)
    return ScanPath(link.gtin, link.lot, link.serial)
