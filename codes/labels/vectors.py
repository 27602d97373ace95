"""Labels as SVG: one document with a grid of them, or one file each in a ZIP."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from codes.labels.face import Face, Word, compose
from codes.labels.layouts import layout
from codes.labels.lettering import FAMILIES, MONO, PT
from codes.labels.orders import ExportOrder
from codes.labels.paths import svg_paths
from codes.labels.plates import Plate, plate
from codes.labels.serials import SealBlock, blocks, texts
from codes.labels.zips import zip_stream
from codes.serial import grouped

PRESSED = 512                   # labels sealed and drawn at a time


def svg(order: ExportOrder, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """One document: the columns of the layout, as many rows as the order needs, true size in mm."""
    sheet = layout(order.layout)
    dies, face = _prepare(order)
    columns = min(sheet.columns, order.count)
    wide = columns * sheet.width + (columns - 1) * sheet.gap_x
    high = -(-order.count // columns) * sheet.height

    def document() -> Iterator[tuple[int, bytes]]:
        yield 0, _open(wide, high).encode()
        for start, labels in _labels(order, dies, face, seal_block):
            parts = []
            for number, (_, label) in enumerate(labels, start - order.first):
                row, column = divmod(number, columns)
                move = f"translate({_mm(column * (sheet.width + sheet.gap_x))} {_mm(row * sheet.height)})"
                parts.append(label.replace("<g ", f'<g transform="{move}" ', 1))
            yield start - order.first + len(labels), "".join(parts).encode()
        yield order.count, b"</svg>\n"

    return document()


def svg_zip(order: ExportOrder, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """A ZIP with one document per label, named by index and serial."""
    dies, face = _prepare(order)
    opening = _open(face.width, face.height)

    def members() -> Iterator[tuple[str, bytes]]:
        for start, labels in _labels(order, dies, face, seal_block):
            for index, (serial, label) in enumerate(labels, start):
                yield f"{index:010d}-{serial}.svg", (opening + label + "</svg>\n").encode()

    return ((min(done, order.count), chunk) for done, chunk in enumerate(zip_stream(members()), 1))


def _prepare(order: ExportOrder) -> tuple[Plate, Face]:
    dies = plate(order.prefix, order.level)
    return dies, compose(layout(order.layout), dies.side, order.host, proof=order.proof, demo=order.demo)


def _labels(
    order: ExportOrder, dies: Plate, face: Face, seal_block: SealBlock
) -> Iterator[tuple[int, list[tuple[str, str]]]]:
    """(index of the first, [(serial, group)]) for each block."""
    x, y = face.symbol
    symbol = f'<path transform="translate({_mm(x)} {_mm(y)}) scale({face.module:.6g})" d="'
    constant = "".join(_text(word) for word in face.words) + _tag(face)
    for start, serials in blocks(order, seal_block, PRESSED):
        labels = []
        for serial, path in zip(texts(serials), svg_paths(dies.press(serials)), strict=True):
            groups = grouped(serial).split(" ")
            lines = "".join(
                _text(Word(line.x, line.y, line.size, MONO, " ".join(groups[line.start : line.stop])))
                for line in face.serial
            )
            # An XML name begins with a letter; a serial begins with its epoch.
            labels.append((serial, f'<g id="s-{serial}">{symbol}{path}"/>{lines}{constant}</g>\n'))
        yield start, labels


def _open(width: float, height: float) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_mm(width)}mm" height="{_mm(height)}mm"'
        f' viewBox="0 0 {_mm(width)} {_mm(height)}"><path fill="#fff" d="M0 0h{_mm(width)}v{_mm(height)}H0z"/>\n'
    )


def _text(word: Word, fill: str = "") -> str:
    font = f'font-family="{FAMILIES[word.font]}" font-size="{_mm(word.size * PT)}"'
    return f'<text x="{_mm(word.x)}" y="{_mm(word.y)}" {font}{fill}>{escape(word.text)}</text>'


def _tag(face: Face) -> str:
    if face.tag is None:
        return ""
    left, top, width, height, word = face.tag
    box = f'<path d="M{_mm(left)} {_mm(top)}h{_mm(width)}v{_mm(height)}h-{_mm(width)}z"/>'
    return box + _text(word, ' fill="#fff"')


def _mm(length: float) -> str:
    return f"{length:.3f}".rstrip("0").rstrip(".")
