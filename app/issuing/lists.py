"""Lists scanned at the line: a million serials or scanned addresses become ranges in use, or nothing does.

The list is read as it arrives, a block of lines at a time and away from the event loop; of each line
only its index is kept, and of a bad line its number and what it said. Measured: a million lines in
some seconds, most of it spent on opening the serials.
"""

import asyncio
import csv
import io
import zlib
from collections.abc import AsyncIterator, Iterator
from typing import Literal

import numpy as np
from msgspec import Struct

from app.issuing.list_errors import ListEmpty, ListLineRefused, ListLineTooLong, ListTooLong
from app.issuing.shapes import Batch, Span
from codes.errors import Refusal
from codes.gs1.errors import shown
from codes.serial import Item, KeyRing, read
from codes.serial.bulk import open_many

LIST_BYTES = 100 * 1024 * 1024
"""A million lines of full addresses."""
LINES_MOST = 1_000_000
LONGEST_LINE = 1_000
BLOCK_BYTES = 4 * 1024 * 1024
TOLD_MOST = 100
"""Bad lines told in the answer; the report has them all, up to `REPORTED_MOST`."""
REPORTED_MOST = 100_000

Why = Literal["malformed", "forged", "foreign", "packing", "product", "void", "doubled"]
WHY: dict[Why, tuple[str, str]] = {
    "malformed": ("not a serial or an address of a label", "不是编号或标签上的网址"),
    "forged": ("no serial of ours", "不是本平台签发的编号"),
    "foreign": ("a serial of another batch", "其他批次的编号"),
    "packing": ("the label of a case or a pallet, not of an item", "箱或托盘的标签，不是单件的标签"),
    "product": ("the address of another product", "其他产品的网址"),
    "void": ("this item is void", "该件已作废"),
    "doubled": ("stands in the list already", "在列表中重复出现"),
}
ON_ITEMS = (0, 1)
"""Variants of labels that an item bears itself; the number of a case or a pallet is not that of an item."""
HEADINGS = {"serial", "uri", "url", "short_uri", "code", "编号", "序列号", "网址", "码"}


class Bad(Struct, frozen=True):
    """A line that puts nothing into use."""

    line: int
    why: Why
    given: str

    @property
    def refusal(self) -> Refusal:
        en, zh = WHY[self.why]
        facts = {"said_en": f"{en} ({self.given}).", "said_zh": f"{zh}（{self.given}）。", "why": self.why}
        return ListLineRefused(field=f"line {self.line}", line=self.line, **facts)


class Reading:
    """What the lines name of one batch, gathered block by block."""

    def __init__(self, batch: Batch, ring: KeyRing) -> None:
        self._batch, self._ring = batch, ring
        self._heads: dict[str, bool] = {"": True}
        self._column: int | None = None
        self._found: list[np.ndarray] = []
        self._at: list[np.ndarray] = []
        self.lines = 0
        self.bad: list[Bad] = []
        self.refused = 0

    def feed(self, lines: list[str]) -> None:
        """A block of whole lines; empty ones count as lines and say nothing."""
        if self._column is None and lines:
            lines = self._heading(lines)
        start, self.lines = self.lines, self.lines + len(lines)
        if self.lines > LINES_MOST + 1:  # and a heading
            raise ListTooLong(field="list", most=LINES_MOST)
        cells = [self._cell(line) for line in lines]
        places = [place for place, cell in enumerate(cells) if cell]
        serials = [self._serial(start + place + 1, cells[place]) for place in places]
        self._open(start, places, serials, cells)

    def _heading(self, lines: list[str]) -> list[str]:
        """The column of the serials; a first line of names is not one of them."""
        names = [name.strip(' "\r').lower() for name in _split(lines[0].removeprefix("\ufeff"))]
        known = [place for place, name in enumerate(names) if name in HEADINGS]
        self._column = known[0] if known else 0
        return ["", *lines[1:]] if known else [lines[0].removeprefix("\ufeff"), *lines[1:]]

    def _cell(self, line: str) -> str:
        if "," in line or ";" in line or "\t" in line:
            cells = _split(line)
            line = cells[self._column] if self._column is not None and self._column < len(cells) else line
        return line.strip(' "\r')

    def _serial(self, line: int, cell: str) -> str:
        """The canonical serial; empty for a line that is bad already."""
        path = cell.partition("?")[0].partition("#")[0] if "/" in cell else cell
        head, _, typed = path.rpartition("/")
        if (good := self._heads.get(head)) is None:
            good = self._heads[head] = _is_ours(head, self._batch.gtin)
            if len(self._heads) > 1_000:  # no line makes this grow for ever
                self._heads = {"": True}
        serial = read(typed)
        if serial is None or not good:
            self._refuse(line, "product" if serial and "/01/" in head else "malformed", cell)
            return ""
        return serial

    def _open(self, start: int, places: list[int], serials: list[str], cells: list[str]) -> None:
        whole = [(place, serial) for place, serial in zip(places, serials, strict=True) if serial]
        indexes, numbers = [], []
        epoch, batch, count = self._batch.epoch, self._batch.batch, self._batch.count
        for (place, _), item in zip(whole, open_many(self._ring, [serial for _, serial in whole]), strict=True):
            if not isinstance(item, Item):
                self._refuse(start + place + 1, "forged", cells[place])
            elif item[0] != epoch or item[1] != batch or item[2] >= count:
                self._refuse(start + place + 1, "foreign", cells[place])
            elif item[3] not in ON_ITEMS:
                self._refuse(start + place + 1, "packing", cells[place])
            else:
                indexes.append(item[2])
                numbers.append(start + place + 1)
        self._found.append(np.array(indexes, np.int64))
        self._at.append(np.array(numbers, np.int32))

    def _refuse(self, line: int, why: Why, given: str) -> None:
        self.refused += 1
        if len(self.bad) < REPORTED_MOST:
            self.bad.append(Bad(line, why, shown(given)))

    def judged(self, voids: list[Span]) -> list[Span]:
        """The ranges of the good lines; lines of void items and doubled ones join the bad."""
        found, at = _joined(self._found, np.int64), _joined(self._at, np.int32)
        if not len(found) and not self.refused:
            raise ListEmpty(field="list")
        once, first = np.unique(found, return_index=True)
        again = np.ones(len(found), bool)
        again[first] = False
        self._refuse_all("doubled", found, at, again)
        starts, ends = (np.array([getattr(span, end) for span in voids], np.int64) for end in ("first", "last"))
        void = np.zeros(len(once), bool)
        if len(voids):
            place = np.searchsorted(starts, once, "right") - 1
            void = (place >= 0) & (once <= ends[np.maximum(place, 0)])
            self._refuse_all("void", once, at[first], void)
        self.bad.sort(key=lambda one: one.line)
        return _spans(once[~void])

    def _refuse_all(self, why: Why, indexes: np.ndarray, at: np.ndarray, which: np.ndarray) -> None:
        for index, line in zip(indexes[which].tolist(), at[which].tolist(), strict=True):
            self._refuse(line, why, f"index {index}")

    def report(self) -> bytes:
        """The bad lines as CSV, deflated."""
        out = io.StringIO()
        out.write("\ufeff")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(("line", "reason", "explanation", "说明", "given"))
        writer.writerows((one.line, one.why, *WHY[one.why], _harmless(one.given)) for one in self.bad)
        if self.refused > len(self.bad):
            rest = self.refused - len(self.bad)
            writer.writerow(("", "more", f"and {rest} more lines", f"另有 {rest} 行", ""))
        return zlib.compress(out.getvalue().encode(), 6)


NO_REPORT = zlib.compress(b"")


def told(report: bytes) -> bytes:
    """The CSV of a report."""
    return zlib.decompress(report)


async def read_list(chunks: AsyncIterator[bytes], batch: Batch, ring: KeyRing) -> Reading:
    """The whole list, however it is cut into chunks."""
    reading = Reading(batch, ring)
    rest = b""
    async for chunk in chunks:
        rest += chunk
        if len(rest) >= BLOCK_BYTES:
            whole, _, rest = rest.rpartition(b"\n")
            await _feed(reading, whole)
            if len(rest) > LONGEST_LINE:
                raise ListLineTooLong(field="list", line=reading.lines + 1)
    if rest:
        await _feed(reading, rest.removesuffix(b"\n"))
    return reading


async def _feed(reading: Reading, block: bytes) -> None:
    def feed() -> None:
        lines = _decoded(block).split("\n")
        if long := next((place for place, line in enumerate(lines, 1) if len(line) > LONGEST_LINE), None):
            raise ListLineTooLong(field="list", line=reading.lines + long)
        reading.feed(lines)

    if block:
        await asyncio.to_thread(feed)


def _decoded(block: bytes) -> str:
    """What is no UTF-8 is what spreadsheets in China write; neither hides the end of a line in a sign."""
    try:
        return block.decode()
    except UnicodeDecodeError:
        return block.decode("gb18030", "replace")


def _split(line: str) -> list[str]:
    separator = next((one for one in "\t;," if one in line), ",")
    return line.split(separator)


def _is_ours(head: str, gtin: str) -> bool:
    """What stands before the serial: `…/01/{gtin}/21`, or only scheme and host."""
    scheme, mark, rest = head.partition("://")
    if not mark or scheme.lower() not in ("http", "https"):
        return False
    _, _, path = rest.partition("/")
    return not path or path == f"01/{gtin}/21"


def _spans(indexes: np.ndarray) -> list[Span]:
    """Sorted indexes as ranges."""
    if not len(indexes):
        return []
    breaks = np.flatnonzero(np.diff(indexes) > 1)
    firsts = indexes[np.concatenate(([0], breaks + 1))]
    lasts = indexes[np.concatenate((breaks, [len(indexes) - 1]))]
    return [Span(*ends) for ends in zip(firsts.tolist(), lasts.tolist(), strict=True)]


def _joined(parts: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _harmless(text: str) -> str:
    """No spreadsheet takes it for a formula."""
    return "'" + text if text[:1] in set("=+-@\t＝＋－＠") else text


def told_first(bad: list[Bad]) -> Iterator[Refusal]:
    return (one.refusal for one in bad[:TOLD_MOST])
