"""Labels as PNG, one file each in a ZIP: the dots a thermal printer of the same resolution would print."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from PIL import Image

from codes.labels.checks import Checks
from codes.labels.errors import ExportBroken
from codes.labels.face import Face, SerialLine, Word, compose
from codes.labels.layouts import layout
from codes.labels.lettering import MONO, PITCH, PT
from codes.labels.orders import ExportOrder
from codes.labels.plates import plate
from codes.labels.raster import blank, dots, draw_tag, draw_word
from codes.labels.serials import SealBlock, blocks, texts
from codes.labels.sizes import MM_PER_INCH
from codes.labels.zips import zip_stream
from codes.serial import grouped
from codes.serial.alphabet import SYMBOLS

PRESSED = 256  # labels sealed at a time
_SIGNATURE = b"\x89PNG\r\n\x1a\n"


def png_zip(order: ExportOrder, seal_block: SealBlock, checks: Checks) -> Iterator[tuple[int, bytes]]:
    """A ZIP with one picture per label, named by index and serial, one bit a dot."""
    dies = plate(order.prefix, order.level)
    face = compose(layout(order.layout), dies.side, order.host, proof=order.proof, demo=order.demo, dpi=order.dpi)
    canvas = _Canvas(face, order.dpi)

    def members() -> Iterator[tuple[str, bytes]]:
        for start, serials in blocks(order, seal_block, PRESSED):
            names, symbols = texts(serials), dies.press(serials)
            due = set(checks.due(start, len(names)))
            for index, (name, modules) in enumerate(zip(names, symbols, strict=True), start):
                picture = canvas.draw(name, modules)
                if index in due:
                    checks.symbol(index, canvas.read(picture), name)
                yield f"{index:010d}-{name}.png", picture

    return ((min(done, order.count), chunk) for done, chunk in enumerate(zip_stream(members()), 1))


class _Canvas:
    """A label with its words, to be copied; the signs of a serial as stamps."""

    def __init__(self, face: Face, dpi: int) -> None:
        image = blank(face, dpi)
        for word in face.words:
            draw_word(image, word, dpi)
        draw_tag(image, face, dpi)
        self._blank = np.asarray(image, np.uint8)
        self._dots, self._side = dots(face.module, dpi), face.side
        left, top = (dots(place, dpi) for place in face.symbol)
        self._symbol = np.s_[top : top + face.side * self._dots, left : left + face.side * self._dots]
        self._lines = [(line, _Stamps(line, dpi)) for line in face.serial]
        high, wide = self._blank.shape
        per_metre = round(dpi / MM_PER_INCH * 1000)
        self._head = _SIGNATURE + _chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, 1, 0, 0, 0, 0))
        self._head += _chunk(b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1))

    def draw(self, serial: str, modules: np.ndarray) -> bytes:
        label = self._blank.copy()
        label[self._symbol] = modules.repeat(self._dots, axis=0).repeat(self._dots, axis=1)
        groups = grouped(serial).split(" ")
        for line, stamps in self._lines:
            stamps.put(label, " ".join(groups[line.start : line.stop]))
        rows = np.zeros((len(label), 1 + -(-label.shape[1] // 8)), np.uint8)  # filter 0 before each row
        rows[:, 1:] = np.packbits(label ^ 1, axis=1)  # 1 is white
        return self._head + _chunk(b"IDAT", zlib.compress(rows.data, 1)) + _chunk(b"IEND", b"")

    def read(self, picture: bytes) -> np.ndarray:
        """The modules of a picture as written; every dot of a module must say the same."""
        at = len(self._head)
        (size,) = struct.unpack_from(">I", picture, at)
        high, wide = self._blank.shape
        rows = np.frombuffer(zlib.decompress(picture[at + 8 : at + 8 + size]), np.uint8).reshape(high, -1)
        dark = np.unpackbits(rows[:, 1:], axis=1, count=wide) ^ 1
        parts = dark[self._symbol].reshape(self._side, self._dots, self._side, self._dots)
        modules = parts[:, 0, :, 0]
        if (parts != modules[:, None, :, None]).any():
            raise ExportBroken("a module is not uniform")
        return modules


class _Stamps:
    """The characters of a serial line, drawn once."""

    def __init__(self, line: SerialLine, dpi: int) -> None:
        advance = PITCH * line.size * PT
        self._lefts = [dots(line.x + advance * at, dpi) for at in range(5 * (line.stop - line.start))]
        width, high = dots(advance, dpi), dots(line.size * PT, dpi)
        self._top = max(0, dots(line.y, dpi) - high)
        below = dots(line.y, dpi) - self._top
        self._signs = {sign: self._drawn(sign, line.size, dpi, (width, high + 2), below) for sign in SYMBOLS}

    def _drawn(self, sign: str, size: float, dpi: int, box: tuple[int, int], below: int) -> np.ndarray:
        image = Image.new("1", box, 0)
        draw_word(image, Word(0, below * MM_PER_INCH / dpi, size, MONO, sign), dpi)
        return np.asarray(image, np.uint8)

    def put(self, label: np.ndarray, text: str) -> None:
        for left, sign in zip(self._lefts, text, strict=False):
            if sign != " ":
                stamp = self._signs[sign]
                label[self._top : self._top + stamp.shape[0], left : left + stamp.shape[1]] |= stamp


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
