"""Labels as SVG: one document with a grid of them, or one file each in a ZIP."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np

from codes.labels.checks import Checks
from codes.labels.errors import ExportBroken
from codes.labels.face import Face, Word, compose
from codes.labels.layouts import layout
from codes.labels.lettering import FAMILIES, MONO, PT, SANS
from codes.labels.orders import ExportOrder
from codes.labels.paths import svg_paths
from codes.labels.plates import Plate, plate
from codes.labels.serials import SealBlock, blocks, texts
from codes.labels.zips import zip_stream

PRESSED = 512  # labels sealed and drawn at a time
GROUP = 4  # characters of the serial, as `codes.serial.grouped` sets them
_RUN = re.compile(rb"m(-?\d+) (\d+)h(\d+)v1h-\d+z")
_DRAWN = re.compile(rb' d="([^"]*)"/><g [^>]*>((?:<text [^>]*>[0-9A-Z ]+</text>)+)')
_WORDS = re.compile(rb">([0-9A-Z ]+)<")


def svg(order: ExportOrder, seal_block: SealBlock, checks: Checks) -> Iterator[tuple[int, bytes]]:
    """One document: the columns of the layout, as many rows as the order needs, true size in mm."""
    sheet, drawing = layout(order.layout), _Drawing(order, checks)
    columns = min(sheet.columns, order.count)
    wide = columns * sheet.width + (columns - 1) * sheet.gap_x
    high = -(-order.count // columns) * sheet.height

    def document() -> Iterator[tuple[int, bytes]]:
        yield 0, _open(wide, high)
        for start, labels in drawing.labels(seal_block):
            parts = []
            for number, (_, label) in enumerate(labels, start - order.first):
                row, column = divmod(number, columns)
                move = f"translate({_mm(column * (sheet.width + sheet.gap_x))} {_mm(row * sheet.height)})"
                parts += [b'<g transform="', move.encode(), b'"', label.removeprefix(b"<g")]
            yield start - order.first + len(labels), b"".join(parts)
        yield order.count, b"</svg>\n"

    return document()


def svg_zip(order: ExportOrder, seal_block: SealBlock, checks: Checks) -> Iterator[tuple[int, bytes]]:
    """A ZIP with one document per label, named by index and serial."""
    drawing = _Drawing(order, checks)
    opening = _open(drawing.face.width, drawing.face.height)

    def members() -> Iterator[tuple[str, bytes]]:
        for start, labels in drawing.labels(seal_block):
            for index, (serial, label) in enumerate(labels, start):
                yield f"{index:010d}-{serial}.svg", opening + label + b"</svg>\n"

    return ((min(done, order.count), chunk) for done, chunk in enumerate(zip_stream(members()), 1))


class _Drawing:
    """The labels of an order: what they share is formatted once."""

    def __init__(self, order: ExportOrder, checks: Checks) -> None:
        self._order, self._checks = order, checks
        self._dies: Plate = plate(order.prefix, order.level)
        self.face = compose(layout(order.layout), self._dies.side, order.host, proof=order.proof, demo=order.demo)
        self._label = _label(self.face).encode()

    def labels(self, seal_block: SealBlock) -> Iterator[tuple[int, list[tuple[str, bytes]]]]:
        """(index of the first, [(serial, group)]) for each block."""
        for start, serials in blocks(self._order, seal_block, PRESSED):
            names = texts(serials)
            paths = svg_paths(self._dies.press(serials))
            labels = [
                (name, self._label % (serial, path, *(serial[at : at + GROUP] for at in range(0, len(serial), GROUP))))
                for name, serial, path in zip(names, map(str.encode, names), paths, strict=True)
            ]
            for index in self._checks.due(start, len(labels)):
                self._inspect(index, labels[index - start][1])
            yield start, labels

    def _inspect(self, index: int, label: bytes) -> None:
        found = _DRAWN.search(label)
        if found is None:
            raise ExportBroken(f"the label of item {index} lacks its symbol or its serial")
        modules = np.zeros((self._dies.side, self._dies.side), np.uint8)
        x = y = 0
        for right, down, length in (map(int, run) for run in _RUN.findall(found[1])):
            x, y = x + right, y + down
            modules[y, x : x + length] += 1
        serial = b"".join(_WORDS.findall(found[2])[: len(self.face.serial)]).replace(b" ", b"")
        self._checks.symbol(index, modules, serial.decode())


def _label(face: Face) -> str:
    """One label with %b for serial, path and the groups of the serial."""
    x, y = face.symbol
    lines = [Word(line.x, line.y, line.size, MONO, " ".join(["%b"] * (line.stop - line.start))) for line in face.serial]
    words = [word._replace(text=word.text.replace("%", "%%")) for word in face.words]
    mono = "".join(map(_text, lines + [word for word in words if word.font == MONO]))
    sans = "".join(_text(word) for word in words if word.font == SANS) + _tag(face)
    # An XML name begins with a letter; a serial begins with its epoch.
    return (
        f'<g id="s-%b"><path transform="translate({_mm(x)} {_mm(y)}) scale({face.module:.6g})" d="%b"/>'
        f'<g font-family="{FAMILIES[MONO]}">{mono}</g><g font-family="{FAMILIES[SANS]}">{sans}</g></g>\n'
    )


def _open(width: float, height: float) -> bytes:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_mm(width)}mm" height="{_mm(height)}mm"'
        f' viewBox="0 0 {_mm(width)} {_mm(height)}"><path fill="#fff" d="M0 0h{_mm(width)}v{_mm(height)}H0z"/>\n'
    ).encode()


def _text(word: Word, fill: str = "") -> str:
    """In the face of the group it stands in."""
    return (
        f'<text x="{_mm(word.x)}" y="{_mm(word.y)}" font-size="{_mm(word.size * PT)}"{fill}>{escape(word.text)}</text>'
    )


def _tag(face: Face) -> str:
    if face.tag is None:
        return ""
    left, top, width, height, word = face.tag
    box = f'<path d="M{_mm(left)} {_mm(top)}h{_mm(width)}v{_mm(height)}h-{_mm(width)}z"/>'
    return box + _text(word, ' fill="#fff"')


def _mm(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".")
