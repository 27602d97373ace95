"""Texts of rows that have one width each: their length is known and any byte of them is found unread.

A serial always has twenty characters, so a row's width changes only where its index gets one digit more. An
export of a billion rows is then a head and at most ten runs of equal rows: its length is a sum, and a download
that broke off goes on at its byte without anything before it being made again.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from codes.labels.checks import Checks
from codes.labels.orders import ExportOrder
from codes.labels.serials import SealBlock, blocks
from codes.serial.alphabet import LENGTH

INDEX, SERIAL = object(), object()
Piece = bytes | object


class Run(NamedTuple):
    """Consecutive items whose rows have one width."""

    start: int
    count: int
    width: int


class Lines(NamedTuple):
    """A text without its serials: what stands before the first row, the runs, and how rows are filled and read."""

    head: bytes
    runs: tuple[Run, ...]
    fill: Callable[[int, np.ndarray], bytes]  # (index of the first, serials of one run) → rows
    inspect: Callable[[Checks, int, bytes], None]  # (checks, index, row) → raises ExportBroken
    block: int  # rows made at a time

    @property
    def length(self) -> int:
        return len(self.head) + sum(run.count * run.width for run in self.runs)


def digit_runs(order: ExportOrder) -> Iterator[tuple[int, int, int]]:
    """(index, count, digits) of the parts of the order whose indexes have as many digits."""
    start, stop = order.first, order.first + order.count
    while start < stop:
        digits = len(str(start))
        count = min(stop, 10**digits) - start
        yield start, count, digits
        start += count


def write(
    order: ExportOrder, lines: Lines, seal_block: SealBlock, checks: Checks, offset: int = 0
) -> Iterator[tuple[int, bytes]]:
    """(labels so far, bytes) from byte `offset` of the text."""
    if offset < len(lines.head):
        yield 0, lines.head[offset:]
    begin, skip = _place(order, lines, max(0, offset - len(lines.head)))
    for start, serials in blocks(order, seal_block, lines.block, begin):
        chunk = bytearray() if len(lines.runs) > 1 else b""
        for run in lines.runs:
            low, high = max(start, run.start), min(start + len(serials), run.start + run.count)
            if low < high:
                rows = lines.fill(low, serials[low - start : high - start])
                for index in checks.due(low, high - low):
                    at = (index - low) * run.width
                    lines.inspect(checks, index, rows[at : at + run.width])
                chunk += rows
        yield start - order.first + len(serials), bytes(chunk[skip:]) if skip else bytes(chunk)
        skip = 0


def _place(order: ExportOrder, lines: Lines, offset: int) -> tuple[int, int]:
    """The item whose row holds byte `offset` after the head, and how far into the row that is."""
    for run in lines.runs:
        if offset < run.count * run.width:
            row, skip = divmod(offset, run.width)
            return run.start + row, skip
        offset -= run.count * run.width
    return order.first + order.count, 0


class Row:
    """A row as constant bytes with places for index and serial, filled for thousands of items at once."""

    def __init__(self, *pieces: Piece) -> None:
        self._pieces = pieces
        self._made: tuple[int, np.ndarray] = (0, np.empty((0, 0), np.uint8))

    def width(self, digits: int) -> int:
        return sum(len(one) if isinstance(one, bytes) else digits if one is INDEX else LENGTH for one in self._pieces)

    def fill(self, start: int, serials: np.ndarray) -> bytes:
        """Rows of items from `start`, whose indexes must have as many digits."""
        digits = len(str(start))
        rows, at = self._blank(digits, len(serials)), 0
        for piece in self._pieces:
            if isinstance(piece, bytes):
                at += len(piece)
            elif piece is SERIAL:
                rows[:, at : at + LENGTH] = serials
                at += LENGTH
            else:
                _count_up(rows[:, at : at + digits], start)
                at += digits
        return rows.tobytes()

    def _blank(self, digits: int, count: int) -> np.ndarray:
        """Rows with the constants in place; they are kept, since the next block wants the same."""
        kept, rows = self._made
        if kept != digits or len(rows) < count:
            line = b"".join(one if isinstance(one, bytes) else bytes(digits if one is INDEX else LENGTH)
                            for one in self._pieces)  # fmt: skip
            rows = np.tile(np.frombuffer(line, np.uint8), (count, 1))
            self._made = digits, rows
        return rows[:count]


_FOUR = np.frombuffer(b"".join(b"%04d" % number for number in range(10_000)), np.uint8).reshape(-1, 4)


def _count_up(columns: np.ndarray, start: int) -> None:
    """Decimal numbers from `start` upwards, four digits at a time; all have as many digits as there are columns."""
    index = np.arange(start, start + len(columns))
    for right in range(columns.shape[1], 0, -4):
        index, four = np.divmod(index, 10_000)
        left = max(0, right - 4)
        columns[:, left:right] = _FOUR[four, 4 - (right - left) :]
