"""A PDF file as a stream: objects in any order, their places at the end; ISO 32000-1, 7.5.

reportlab keeps a document until it is complete and takes 300 µs a label. Here a page is gone when it is drawn, and
eight bytes of it stay: where it begins.
"""

import zlib
from array import array
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics

from codes.labels.lettering import FONTS, MONO, SANS

_FILES = {SANS: "label.ttf", MONO: "mono.ttf"}
_FIXED, _SYMBOLIC, _NONSYMBOLIC = 1, 4, 32  # flags of a font descriptor
_ASCII = range(32, 127)


class Document:
    """Bytes to be sent and the place of every object."""

    def __init__(self, objects: int) -> None:
        self._places = array("Q", bytes(8 * (objects + 1)))
        self._parts: list[bytes] = []
        self._at = self.held = 0
        self._add(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")  # four bytes that tell mailers it is no text

    def _add(self, data: bytes) -> None:
        self._parts.append(data)
        self._at += len(data)
        self.held += len(data)

    def put(self, number: int, body: bytes) -> None:
        """Object `number`."""
        self._places[number] = self._at
        self._add(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def put_stream(self, number: int, entries: bytes, data: bytes, level: int = 1) -> None:
        packed = zlib.compress(data, level)
        head = b"<<%b/Filter/FlateDecode/Length %d>>" % (entries, len(packed))
        self.put(number, head + b"\nstream\n" + packed + b"\nendstream")

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken = b"".join(self._parts)
        self._parts, self.held = [], 0
        return taken

    def close(self, root: int, info: int) -> None:
        start, count = self._at, len(self._places)
        self._add(b"xref\n0 %d\n0000000000 65535 f \n" % count)
        for first in range(1, count, 4096):
            self._add(b"".join([b"%010d 00000 n \n" % place for place in self._places[first : first + 4096]]))
        entries = b"<</Size %d/Root %d 0 R/Info %d 0 R>>" % (count, root, info)
        self._add(b"trailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (entries, start))


def shown(text: str, font: str) -> bytes:
    """The operand of Tj: MONO in its own ASCII, SANS as glyph numbers."""
    if font == MONO:
        return b"(" + text.encode().replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"
    glyphs = pdfmetrics.getFont(SANS).face.charToGlyph
    return b"<" + b"".join(b"%04X" % glyphs[ord(sign)] for sign in text) + b">"


@lru_cache(maxsize=2)
def mono_font(first: int) -> tuple[bytes, bytes, bytes]:
    """Font, descriptor and file data of MONO, to be put from object `first` on."""
    face = pdfmetrics.getFont(MONO).face
    widths = b" ".join(b"%d" % round(face.charWidths[code]) for code in _ASCII)
    entries = b"/FirstChar 32/LastChar 126/Widths[%b]/FontDescriptor %d 0 R" % (widths, first + 1)
    font = b"<</Type/Font/Subtype/TrueType/BaseFont/%b/Encoding/WinAnsiEncoding%b>>" % (MONO.encode(), entries)
    return font, _descriptor(MONO, _NONSYMBOLIC | _FIXED, first + 2), (FONTS / _FILES[MONO]).read_bytes()


@lru_cache(maxsize=2)
def sans_font(first: int) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Font, descendant, descriptor, character map and file data of SANS, to be put from object `first` on."""
    face = pdfmetrics.getFont(SANS).face
    # A glyph may draw several characters, the blank two; it means the first.
    drawn = sorted({glyph: code for code, glyph in sorted(face.charToGlyph.items(), reverse=True)}.items())
    widths = b" ".join(b"%d[%d]" % (glyph, round(face.charWidths[code])) for glyph, code in drawn)
    name = SANS.encode()
    font = b"<</Type/Font/Subtype/Type0/BaseFont/%b/Encoding/Identity-H/DescendantFonts[%d 0 R]/ToUnicode %d 0 R>>" % (
        name, first + 1, first + 3,
    )  # fmt: skip
    system = b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/CIDToGIDMap/Identity"
    entries = b"%b/FontDescriptor %d 0 R/W[%b]" % (system, first + 2, widths)
    descendant = b"<</Type/Font/Subtype/CIDFontType2/BaseFont/%b%b>>" % (name, entries)
    descriptor = _descriptor(SANS, _SYMBOLIC, first + 4)
    return font, descendant, descriptor, _characters(drawn), (FONTS / _FILES[SANS]).read_bytes()


def _descriptor(name: str, flags: int, file: int) -> bytes:
    face = pdfmetrics.getFont(name).face
    box = b" ".join(b"%d" % round(side) for side in face.bbox)
    heights = (round(face.ascent), round(face.descent), round(face.capHeight), round(face.stemV))
    return b"<</Type/FontDescriptor/FontName/%b/Flags %d/FontBBox[%b]/ItalicAngle 0%b/FontFile2 %d 0 R>>" % (
        name.encode(), flags, box, b"/Ascent %d/Descent %d/CapHeight %d/StemV %d" % heights, file,
    )  # fmt: skip


def _characters(drawn: list[tuple[int, int]]) -> bytes:
    """What each glyph means, so that text can be searched and copied; a hundred to a block, as the format wants."""
    blocks = []
    for at in range(0, len(drawn), 100):
        lines = [b"<%04X><%b>" % (glyph, chr(code).encode("utf-16-be").hex().upper().encode())
                 for glyph, code in drawn[at : at + 100]]  # fmt: skip
        blocks.append(b"%d beginbfchar\n%b\nendbfchar\n" % (len(lines), b"\n".join(lines)))
    return (
        b"/CIDInit/ProcSet findresource begin 12 dict begin begincmap\n"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def/CMapName/Adobe-Identity-UCS def\n"
        b"/CMapType 2 def 1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n%b"
        b"endcmap CMapName currentdict/CMap defineresource pop end end" % b"".join(blocks)
    )
