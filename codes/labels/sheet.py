"""Labels as PDF pages: vector symbols, embedded fonts, black only; marks and bleed for who cuts them.

Written page by page: what all labels share (the words, the three finders) is one form, a label is its place,
its serial and the dark runs of its symbol.
"""

import re
from collections.abc import Iterator
from itertools import product

import numpy as np

from codes.labels.checks import Checks
from codes.labels.documents import Document, mono_font, sans_font, shown
from codes.labels.face import Face, Word, compose
from codes.labels.layouts import SheetLayout, layout
from codes.labels.lettering import MONO, PT, SANS, check_glyphs
from codes.labels.orders import ExportOrder
from codes.labels.paths import pdf_path, pdf_paths
from codes.labels.plates import plate
from codes.labels.serials import SealBlock, blocks
from codes.labels.words import JOB, LOT

PRESSED = 520  # labels sealed and drawn at a time, rounded to whole pages
CHUNK = 1 << 18
BRANCH = 500  # pages under one node of the tree
GROUP = 4  # characters of the serial, as `codes.serial.grouped` sets them
JOB_MM, JOB_PT = 5.0, 6  # job line above the paper's edge; printers reach 4.2 mm
JOB_ROOM_MM = 8.0  # a sheet with less foot than this has no job line
MARK_OFF_MM = 1.0  # marks keep off the label, as far as a cut may wander
MARK_MM, SHEET_MARK_MM = 4.0, 2.5  # long beside a single label; in the margin of a sheet above the job line
CATALOGUE, PAGES, INFO, MONO_AT, SANS_AT, FORM, FIRST_NODE = 1, 2, 3, 4, 7, 12, 13
_RUN = re.compile(rb"(\d+) (\d+) (\d+) 1 re ")
_WORDS = re.compile(rb"\(([0-9A-Z ]+)\)Tj")
_FONTS = b"/Font<</M %d 0 R/S %d 0 R>>" % (MONO_AT, SANS_AT)


def pdf(order: ExportOrder, seal_block: SealBlock, checks: Checks) -> Iterator[tuple[int, bytes]]:
    """Sheets or a roll of labels, a page at a time."""
    check_glyphs(order.lot, "lot")
    return _Sheets(order, checks).write(seal_block)


class _Sheets:
    def __init__(self, order: ExportOrder, checks: Checks) -> None:
        self._order, self._checks, self._sheet = order, checks, layout(order.layout)
        self._dies = plate(order.prefix, order.level)
        self._face = compose(self._sheet, self._dies.side, order.host, proof=order.proof, demo=order.demo)
        self._label, self._form = _label(self._face), _form(self._face)
        self._eyes = _eyes(self._dies.side)
        self._pages = -(-order.count // self._sheet.per_page)
        self._nodes = -(-self._pages // BRANCH)
        self._first_page = FIRST_NODE + self._nodes
        self._margin, self._trim = _margin(order, self._sheet), (self._sheet.page_width, self._sheet.page_height)
        self._cuts = self._boxes()
        self._places = [b"%b %b" % (_pt(x), _pt(y)) for x, y in map(self._place, range(self._sheet.per_page))]
        self._marks = _marks(self._sheet, self._margin, order.bleed) if order.marks else b""

    def _place(self, number: int) -> tuple[float, float]:
        """Left and bottom of a label on the page, mm from the paper's lower left corner."""
        left, top = self._sheet.place(number)
        return left + self._margin, self._sheet.page_height + self._margin - top - self._face.height

    def write(self, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
        out = Document(self._first_page + 2 * self._pages - 1)
        self._put_shared(out)
        per_page, page, done = self._sheet.per_page, 0, 0
        step = per_page * max(1, PRESSED // per_page)
        for start, serials in blocks(self._order, seal_block, step):
            labels = self._labels(start, serials)
            for at in range(0, len(labels), per_page):
                self._put_page(out, page, labels[at : at + per_page])
                page, done = page + 1, done + len(labels[at : at + per_page])
                if out.held >= CHUNK:
                    yield done, out.take()
        out.close(CATALOGUE, INFO)
        yield done, out.take()

    def _labels(self, start: int, serials: np.ndarray) -> list[tuple[bytes, ...]]:
        """(groups of the serial, path) of each label."""
        modules = self._dies.press(serials)
        modules &= ~self._eyes
        whole = serials.tobytes()
        groups = [whole[at : at + GROUP] for at in range(0, len(whole), GROUP)]
        size = serials.shape[1] // GROUP
        labels = [(*groups[at * size : at * size + size], path) for at, path in enumerate(pdf_paths(modules))]
        for index in self._checks.due(start, len(labels)):
            self._inspect(index, self._label % (b"", *labels[index - start]))
        return labels

    def _put_page(self, out: Document, page: int, labels: list[tuple[bytes, ...]]) -> None:
        number = self._first_page + 2 * page
        drawn = [self._label % (place, *label) for place, label in zip(self._places, labels, strict=False)]
        content = b"".join((b"0 g\n", *drawn, self._job_line(page), self._marks))
        node = FIRST_NODE + page // BRANCH
        out.put(number, b"<</Type/Page/Parent %d 0 R/Contents %d 0 R%b>>" % (node, number + 1, self._cuts))
        out.put_stream(number + 1, b"", content)

    def _put_shared(self, out: Document) -> None:
        order = self._order
        title = f"{order.gtin} {order.batch} {order.first}-{order.last}".encode()
        out.put(CATALOGUE, b"<</Type/Catalog/Pages %d 0 R>>" % PAGES)
        out.put(INFO, b"<</Title(%b)/Producer(zpm)>>" % title)
        font, descriptor, file = mono_font(MONO_AT)
        out.put(MONO_AT, font)
        out.put(MONO_AT + 1, descriptor)
        out.put_stream(MONO_AT + 2, b"/Length1 %d" % len(file), file, 9)
        font, descendant, descriptor, characters, file = sans_font(SANS_AT)
        out.put(SANS_AT, font)
        out.put(SANS_AT + 1, descendant)
        out.put(SANS_AT + 2, descriptor)
        out.put_stream(SANS_AT + 3, b"", characters, 9)
        out.put_stream(SANS_AT + 4, b"/Length1 %d" % len(file), file, 9)
        box = b"/BBox[0 0 %b %b]/Resources<<%b>>" % (_pt(self._face.width), _pt(self._face.height), _FONTS)
        out.put_stream(FORM, b"/Type/XObject/Subtype/Form" + box, self._form, 9)
        self._put_tree(out)

    def _put_tree(self, out: Document) -> None:
        """Two steps from the root to a page, which inherits paper and resources from it."""
        paper = b"/MediaBox[0 0 %b %b]" % tuple(_pt(side + 2 * self._margin) for side in self._trim)
        shared = b"/Resources<<%b/XObject<</L %d 0 R>>>>%b" % (_FONTS, FORM, paper)
        kids = b" ".join(b"%d 0 R" % (FIRST_NODE + node) for node in range(self._nodes))
        out.put(PAGES, b"<</Type/Pages/Count %d/Kids[%b]%b>>" % (self._pages, kids, shared))
        for node in range(self._nodes):
            pages = range(node * BRANCH, min((node + 1) * BRANCH, self._pages))
            kids = b" ".join(b"%d 0 R" % (self._first_page + 2 * page) for page in pages)
            entries = b"/Parent %d 0 R/Count %d/Kids[%b]" % (PAGES, len(pages), kids)
            out.put(FIRST_NODE + node, b"<</Type/Pages%b>>" % entries)

    def _boxes(self) -> bytes:
        """Where the paper is cut and how far the print may go beyond; nothing where the paper itself is the label."""
        if not self._margin:
            return b""
        bleed = self._margin - self._order.bleed
        corners = [(low, *(side + 2 * self._margin - low for side in self._trim)) for low in (self._margin, bleed)]
        boxes = [b"%b %b %b %b" % tuple(map(_pt, (low, low, right, top))) for low, right, top in corners]
        return b"/TrimBox[%b]/BleedBox[%b]" % tuple(boxes)

    def _job_line(self, page: int) -> bytes:
        """Which sheet of which job this is, in the margin that is thrown away."""
        order, sheet = self._order, self._sheet
        if sheet.page_height - sheet.top - sheet.rows * sheet.height < JOB_ROOM_MM:
            return b""
        first = order.first + page * sheet.per_page
        last = min(first + sheet.per_page - 1, order.last)
        words = JOB.format(gtin=order.gtin, batch=order.batch, first=first, last=last, page=page + 1, pages=self._pages)
        words += LOT.format(lot=order.lot) if order.lot else ""
        place = b"/S %d Tf %b %b Td" % (JOB_PT, _pt(sheet.left), _pt(JOB_MM))
        return b"BT%b%bTj ET\n" % (place, shown(words, SANS))

    def _inspect(self, index: int, label: bytes) -> None:
        modules = np.zeros((self._dies.side, self._dies.side), np.uint8)
        for x, y, length in (map(int, run) for run in _RUN.findall(self._form) + _RUN.findall(label)):
            modules[self._dies.side - 1 - y, x : x + length] += 1
        serial = b"".join(_WORDS.findall(label)).replace(b" ", b"")
        self._checks.symbol(index, modules, serial.decode())


def _eyes(side: int) -> np.ndarray:
    """The three finders, which every symbol has and light modules surround."""
    whole = np.zeros((side, side), np.uint8)
    whole[:7, :7] = whole[:7, -7:] = whole[-7:, :7] = 1
    return whole


def _form(face: Face) -> bytes:
    """What all labels share, once in the file."""
    parts = [_written(face, word) for word in face.words]
    if face.tag:
        left, top, width, height, word = face.tag
        corner = b"%b %b" % (_pt(left), _pt(face.height - top - height))
        parts.append(b"%b %b %b re f 1 g\n%b0 g\n" % (corner, _pt(width), _pt(height), _written(face, word)))
    eye = np.ones((7, 7), np.uint8)
    eye[1:6, 1:6] = 0
    eye[2:5, 2:5] = 1
    modules = _eyes(face.side)
    modules[:7, :7] = modules[:7, -7:] = modules[-7:, :7] = eye
    return b"0 g\n%b%b%bf\n" % (b"".join(parts), _to_symbol(face), pdf_path(modules).encode())


def _label(face: Face) -> bytes:
    """One label with %b for its place, the groups of its serial and its path."""
    lines = []
    for line in face.serial:
        groups = b" ".join([b"%b"] * (line.stop - line.start))
        place = b"/M %b Tf 1 0 0 1 %b %b Tm" % (_number(line.size), _pt(line.x), _pt(face.height - line.y))
        lines.append(place + b"(" + groups + b")Tj ")
    return b"q 1 0 0 1 %b cm/L Do BT" + b"".join(lines) + b"ET " + _to_symbol(face) + b"%bf Q\n"


def _to_symbol(face: Face) -> bytes:
    """From the label's points to the symbol's modules."""
    x, y = face.symbol
    scale = b"%.6f" % (face.module / PT)
    return b"%b 0 0 %b %b %b cm\n" % (scale, scale, _pt(x), _pt(face.height - y - face.side * face.module))


def _written(face: Face, word: Word) -> bytes:
    font = b"/M" if word.font == MONO else b"/S"
    place = b"%b %b Td" % (_pt(word.x), _pt(face.height - word.y))
    return b"BT%b %b Tf %b%bTj ET\n" % (font, _number(word.size), place, shown(word.text, word.font))


def _margin(order: ExportOrder, sheet: SheetLayout) -> float:
    """Paper around a single label: the bleed, and beyond it room for the marks; a sheet has its margins already."""
    if sheet.per_page > 1:
        return 0.0
    return max(order.bleed, MARK_OFF_MM) + MARK_MM if order.marks else order.bleed


def _marks(sheet: SheetLayout, margin: float, bleed: float) -> bytes:
    """Hairlines outside the labels on every line along which they are cut."""
    off, long = (max(bleed, MARK_OFF_MM), MARK_MM) if sheet.per_page == 1 else (MARK_OFF_MM, SHEET_MARK_MM)
    step = sheet.width + sheet.gap_x
    sides = product(range(sheet.columns), (0, sheet.width))
    xs = sorted({round(margin + sheet.left + step * column + side, 3) for column, side in sides})
    high = sheet.page_height + 2 * margin
    ys = [high - margin - sheet.top - row * sheet.height for row in range(sheet.rows + 1)]
    lines = []
    for x in xs:
        for end, way in ((ys[0], 1), (ys[-1], -1)):
            lines.append((x, end + way * off, x, end + way * (off + long)))
    for y in ys:
        for end, way in ((xs[0], -1), (xs[-1], 1)):
            lines.append((end + way * off, y, end + way * (off + long), y))
    drawn = [b"%b %b m %b %b l" % tuple(map(_pt, line)) for line in lines]
    return b"0 G 0.25 w\n%b S\n" % b" ".join(drawn)


def _pt(length: float) -> bytes:
    """mm in points."""
    return _number(length / PT)


def _number(value: float) -> bytes:
    return (f"{value:.3f}".rstrip("0").rstrip(".") or "0").encode()
