"""Serials as lines of text: txt and csv, whole blocks of fixed-width rows filled by numpy."""

from collections.abc import Iterator

import numpy as np

from codes.labels.orders import ExportOrder
from codes.labels.serials import SealBlock, blocks
from codes.serial.alphabet import LENGTH

BLOCK = 1 << 16                 # rows at a time: some 12 MB of csv, whatever the batch
COLUMNS = ("index", "serial", "uri", "short_uri", "gtin", "lot", "made_on", "expires_on")
_LEADS = "=+-@\t\r\n＝＋－＠"      # what a spreadsheet takes for the start of a formula, full-width forms too


def csv_cell(text: str) -> str:
    """A text cell of RFC 4180, always quoted, that no spreadsheet takes for a formula.

    Blanks and control characters before the sign count as well: some readers trim them first.
    """
    trimmed = text.lstrip("".join(map(chr, range(0x21))) + "\xa0\u3000\ufeff\x7f")
    risky = text[:1] in set(_LEADS) or trimmed[:1] in set(_LEADS)
    return '"' + ("'" if risky else "") + text.replace('"', '""') + '"'


def txt(order: ExportOrder, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """One URI a line, the one the symbol carries: what a print house merges."""
    prefix = order.prefix.encode()
    line = np.frombuffer(prefix + b"0" * LENGTH + b"\n", np.uint8)
    rows = np.tile(line, (min(BLOCK, order.count), 1))
    for start, serials in blocks(order, seal_block, BLOCK):
        filled = rows[: len(serials)]
        filled[:, len(prefix) : len(prefix) + LENGTH] = serials
        yield start + len(serials) - order.first, filled.tobytes()


def csv(order: ExportOrder, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """All that is printed or looked up, RFC 4180 in UTF-8 without a byte order mark."""
    yield 0, (",".join(f'"{name}"' for name in COLUMNS) + "\r\n").encode()
    dates = [day.isoformat() if day else "" for day in (order.made_on, order.expires_on)]
    ending = ("," + ",".join(map(csv_cell, (order.gtin, order.lot, *dates))) + "\r\n").encode()
    for start, serials in blocks(order, seal_block, BLOCK):
        done, parts = start - order.first + len(serials), []
        while len(serials):                     # rows whose index has as many digits share a width
            digits = len(str(start))
            same = min(len(serials), 10**digits - start)
            parts.append(_csv_rows(order, start, serials[:same], digits, ending))
            start, serials = start + same, serials[same:]
        yield done, b"".join(parts)


def _csv_rows(order: ExportOrder, start: int, serials: np.ndarray, digits: int, ending: bytes) -> bytes:
    """Rows of one width. `"` + digits + `","` serial `","` prefix serial `","` short prefix serial `"` ending."""
    gaps = (b'","', b'","' + order.item_prefix.encode(), b'","' + order.short_prefix.encode(), b'"' + ending)
    places, line = [], b'"' + b"0" * digits
    for gap in gaps[:3]:
        line += gap
        places.append(len(line))
        line += b"0" * LENGTH
    rows = np.tile(np.frombuffer(line + gaps[3], np.uint8), (len(serials), 1))
    index = np.arange(start, start + len(serials))
    for digit in range(digits):
        index, rest = np.divmod(index, 10)
        rows[:, digits - digit] = rest + ord("0")
    for place in places:
        rows[:, place : place + LENGTH] = serials
    return rows.tobytes()
