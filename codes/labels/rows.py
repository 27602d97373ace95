"""Serials as lines of text: txt and csv, whole blocks of rows of one width filled by numpy."""

import csv as reading
import re
from functools import partial
from io import StringIO

from codes.labels.checks import Checks
from codes.labels.errors import ExportBroken
from codes.labels.lines import INDEX, SERIAL, Lines, Row, Run, digit_runs
from codes.labels.orders import ExportOrder
from codes.serial.alphabet import LENGTH

BLOCK = 1 << 14  # rows at a time: some 3 MB of csv, whatever the batch; twice as many take a fifth longer
COLUMNS = ("index", "serial", "uri", "short_uri", "gtin", "lot", "made_on", "expires_on")
# What a spreadsheet takes for the start of a formula, full-width forms and every kind of blank before it too.
_RISKY = re.compile(r"[\s\x00-\x20\x7f\ufeff]*[=+\-@＝＋－＠]|[\t\r\n]")


def csv_cell(text: str) -> str:
    """A text cell of RFC 4180, always quoted, that no spreadsheet takes for a formula.

    Blanks and control characters before the sign count as well: some readers trim them first.
    """
    return '"' + ("'" if _RISKY.match(text) else "") + text.replace('"', '""') + '"'


def txt(order: ExportOrder) -> Lines:
    """One URI a line, the one the symbol carries: what a print house merges."""
    row = Row(order.prefix.encode(), SERIAL, b"\n")
    runs = (Run(order.first, order.count, row.width(0)),)
    return Lines("".encode(order.encoding), runs, row.fill, _inspect_txt, BLOCK)


def csv(order: ExportOrder) -> Lines:
    """All that is printed or looked up, RFC 4180."""
    head = (",".join(f'"{name}"' for name in COLUMNS) + "\r\n").encode(order.encoding)
    dates = [day.isoformat() if day else "" for day in (order.made_on, order.expires_on)]
    encoding = order.encoding.removesuffix("-sig")  # the byte order mark stands once, in the head
    ending = ("," + ",".join(map(csv_cell, (order.gtin, order.lot, *dates))) + "\r\n").encode(encoding)
    item, short = order.item_prefix.encode(), order.short_prefix.encode()
    row = Row(b'"', INDEX, b'","', SERIAL, b'","' + item, SERIAL, b'","' + short, SERIAL, b'"' + ending)
    runs = tuple(Run(start, count, row.width(digits)) for start, count, digits in digit_runs(order))
    return Lines(head, runs, row.fill, partial(_inspect_csv, encoding), BLOCK)


def _inspect_txt(checks: Checks, index: int, row: bytes) -> None:
    uri = row.decode().removesuffix("\n")
    checks.uri(index, uri, uri[-LENGTH:])


def _inspect_csv(encoding: str, checks: Checks, index: int, row: bytes) -> None:
    ((said, serial, item, short, *_),) = reading.reader(StringIO(row.decode(encoding), newline=""), strict=True)
    if said != str(index):
        raise ExportBroken(f"row {index} counts {said}")
    checks.addresses(index, item, short, serial)
