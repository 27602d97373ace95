"""Labels in ZPL II for thermal printers: one ^XA … ^XZ a label, our own symbol dot by dot.

Why a graphic and not the printer's ^BQ, why one mask for a run, and what was not tried on hardware:
docs/decisions/0005-zpl.md. Darkness, speed and media stay as the printer is set. A row of modules is sent
once and repeated by a colon for each further row of dots, so every label of an order has the same length.
"""

import re
from collections.abc import Iterator

import numpy as np

from codes.labels.checks import Checks
from codes.labels.errors import ExportBroken
from codes.labels.face import Face, Word, compose
from codes.labels.layouts import layout
from codes.labels.lettering import MONO, PITCH, PT
from codes.labels.lines import Lines, Run
from codes.labels.orders import ExportOrder
from codes.labels.plates import Plate, octets, plate
from codes.labels.raster import blank, cropped, dots, draw_tag, draw_word
from codes.labels.sizes import MM_PER_INCH
from codes.serial.alphabet import LENGTH

BLOCK = 1024  # labels at a time: some 2 MB at 203 dpi; more than the cache holds is slower
GROUP = 4  # characters of the serial, as `codes.serial.grouped` sets them
EIGHT = 8  # modules that become whole hexadecimal digits together, whatever their width in dots
NARROW = 0.9  # width of the printer's font 0 to its height, so that its widest letters fit
_SYMBOL = re.compile(rb"\^GFA,(\d+),\d+,(\d+),([0-9A-F:]+)\^FS")
_TEXT = re.compile(rb"\^FD([0-9A-Z ]+)\^FS")


def zpl(order: ExportOrder) -> Lines:
    """A label of the layout's size, at the order's resolution."""
    dies = plate(order.prefix, order.level)
    face = compose(layout(order.layout), dies.side, order.host, proof=order.proof, demo=order.demo, dpi=order.dpi)
    stencil = Stencil(face, dies, order.dpi)
    runs = (Run(order.first, order.count, stencil.width),)
    return Lines(b"", runs, stencil.fill, stencil.inspect, BLOCK)


class Stencil:
    """A label's bytes with places for the symbol and the five groups of the serial."""

    def __init__(self, face: Face, dies: Plate, dpi: int) -> None:
        self._dies, self._dots = dies, dots(face.module, dpi)
        self._hex = 2 * EIGHT * self._dots // 8 * -(-dies.side // EIGHT)  # digits of a row
        self._row = self._hex + self._dots - 1  # and a colon for each repetition
        head = f"^XA^PW{dots(face.width, dpi)}^LL{dots(face.height, dpi)}^LH0,0\n".encode()
        opening = self._opening(face, dpi)
        self._symbol = len(head) + len(opening)
        label = head + opening + (b"0" * self._hex + b":" * (self._dots - 1)) * dies.side + b"^FS\n"
        self._texts = len(face.serial)
        self._groups: list[int] = []
        for line in face.serial:
            label += _field(line.x, line.y, line.size, dpi)
            self._groups += [len(label) + (GROUP + 1) * at for at in range(line.stop - line.start)]
            label += b" ".join([b"0" * GROUP] * (line.stop - line.start)) + b"^FS\n"
        label += b"".join(_words(face, dpi)) + b"^PQ1^XZ\n"
        self.width = len(label)
        self._label = np.frombuffer(label, np.uint8)
        self._blank = np.empty((0, self.width), np.uint8)
        self._table = _hexadecimal(self._dots)

    def _opening(self, face: Face, dpi: int) -> bytes:
        wide, high = self._hex // 2, self._dies.side * self._dots
        x, y = (dots(place, dpi) for place in face.symbol)
        return f"^FO{x},{y}^GFA,{wide * high},{wide * high},{wide},".encode()

    def fill(self, _: int, serials: np.ndarray) -> bytes:
        if len(self._blank) < len(serials):
            self._blank = np.tile(self._label, (len(serials), 1))
        labels = self._blank[: len(serials)]
        for group, place in enumerate(self._groups):
            labels[:, place : place + GROUP] = serials[:, GROUP * group : GROUP * (group + 1)]
        self._fill_symbols(labels, self._dies.emboss(serials))
        return labels.tobytes()

    def _fill_symbols(self, labels: np.ndarray, rows: np.ndarray) -> None:
        """Eight modules at a time look up their digits; a row of them is then moved to its place as one value."""
        bits = octets(rows)[:, :, : self._hex // self._table.itemsize]
        # A place beyond the table cannot be; "clip" spares the check, and with it four fifths of the time.
        digits = self._table.take(bits.astype(np.intp), mode="clip").view(f"V{self._hex}")[:, :, 0]
        places = np.ndarray(digits.shape, digits.dtype, labels, self._symbol, (self.width, self._row))
        places[...] = digits

    def inspect(self, checks: Checks, index: int, label: bytes) -> None:
        found = _SYMBOL.search(label, self._symbol - 40)
        serial = b"".join(_TEXT.findall(label)[: self._texts]).replace(b" ", b"").decode()
        if found is None or len(serial) != LENGTH:
            raise ExportBroken(f"the label of item {index} lacks its symbol or its serial")
        checks.symbol(index, _modules(found, self._dies.side, self._dots), serial)


def _modules(found: re.Match[bytes], side: int, wide: int) -> np.ndarray:
    """The modules of the graphic as sent; every dot of a module must say the same."""
    total, across = int(found[1]), int(found[2])
    again = b":" * (wide - 1)
    rows = found[3].split(again)
    if len(rows) != side + 1 or rows.pop() or total != across * side * wide or {*map(len, rows)} != {2 * across}:
        raise ExportBroken("the graphic has another size than it says")
    image = np.unpackbits(np.frombuffer(bytes.fromhex(b"".join(rows).decode()), np.uint8).reshape(side, -1), axis=1)
    blocks = image[:, : side * wide].reshape(side, side, wide)
    modules = blocks[:, :, 0]
    if (blocks != modules[:, :, None]).any() or image[:, side * wide :].any():
        raise ExportBroken("a module is not uniform")
    return modules


def _hexadecimal(wide: int) -> np.ndarray:
    """The digits of eight modules of `wide` dots, the first module in the lowest bit of the place."""
    eight = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little")
    packed = np.packbits(eight.repeat(wide, axis=1), axis=1)
    return np.frombuffer(packed.tobytes().hex().upper().encode(), f"V{2 * wide}")


def _field(x: float, y: float, size: float, dpi: int) -> bytes:
    """A text field on its baseline in the printer's scalable font."""
    high = size * PT * dpi / MM_PER_INCH
    return f"^FT{dots(x, dpi)},{dots(y, dpi)}^A0N,{round(high)},{round(NARROW * high)}^FD".encode()


def _words(face: Face, dpi: int) -> Iterator[bytes]:
    """The address as text; Han signs, for which few printers have a font, and the tag as graphics."""
    for word in face.words:
        if word.font == MONO:
            indent = len(word.text) - len(word.text.lstrip())
            left = word.x + indent * PITCH * word.size * PT
            yield _field(left, word.y, word.size, dpi) + word.text.strip().encode() + b"^FS\n"
        else:
            yield _drawn(face, word, dpi)
    if face.tag:
        image = blank(face, dpi)
        draw_tag(image, face, dpi)
        yield _graphic(*cropped(image))


def _drawn(face: Face, word: Word, dpi: int) -> bytes:
    image = blank(face, dpi)
    draw_word(image, word, dpi)
    return _graphic(*cropped(image))


def _graphic(left: int, top: int, image: np.ndarray) -> bytes:
    """^GFA with Zebra's own packing: counted digits, a comma for light and `!` for dark to the end, `:` for again."""
    packed = np.packbits(image, axis=1)
    rows = [bytes(row).hex().upper() for row in packed]
    data = "".join(":" if at and row == rows[at - 1] else _counted(row) for at, row in enumerate(rows))
    return f"^FO{left},{top}^GFA,{packed.size},{packed.size},{packed.shape[1]},{data}^FS\n".encode()


def _counted(row: str) -> str:
    """A row of digits; runs of three and more as a count and the digit."""
    for fill, sign in (("0", ","), ("F", "!")):
        kept = row.rstrip(fill)
        if len(row) - len(kept) >= 2:
            return _runs(kept) + sign
    return _runs(row)


def _runs(digits: str) -> str:
    return re.sub(r"(.)\1{2,}", lambda run: _count(len(run[0])) + run[1], digits)


def _count(number: int) -> str:
    """g–z are 20 to 400, G–Y 1 to 19."""
    twenties, ones = divmod(number, 20)
    return (chr(ord("f") + twenties) if twenties else "") + (chr(ord("F") + ones) if ones else "")
