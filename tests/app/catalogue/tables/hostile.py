"""Files made to hurt whoever reads them; each is small, and `HOSTILE` says what it must be refused as."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

from tests.app.catalogue.tables.files import PRODUCTS, csv_of, xlsx_of

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_HEADING = '<row r="1"><c r="A1" t="inlineStr"><is><t>型号</t></is></c></row>'
ROW = ("X", "灶", "")


def workbook(more: dict[str, bytes | str] | None = None, without: str = "", **how: int) -> bytes:
    """A good workbook with some parts replaced, added or left out."""
    parts: dict[str, bytes | str] = {}
    with zipfile.ZipFile(io.BytesIO(xlsx_of(PRODUCTS, ROW))) as good:
        parts = {name: good.read(name) for name in good.namelist()} | (more or {})
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", how.get("method", zipfile.ZIP_DEFLATED)) as made:
        for name, content in parts.items():
            if name != without:
                made.writestr(name, content)
    return file.getvalue()


def sheet(rows: str, before: str = "", around: str = "") -> bytes:
    """A workbook with this sheet."""
    xml = f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}">{around}<sheetData>{rows}</sheetData></worksheet>'
    return workbook({"xl/worksheets/sheet1.xml": noisy(xml)})


def noisy(xml: str) -> str:
    """With as much noise behind it that it does not pack to less than is refused at once."""
    dice = random.Random(3)
    noise = (f"<!--{dice.randbytes(50_000).hex()}-->" for _ in range(len(xml) // 3_000_000 + 1))
    return xml + "".join(noise) if len(xml) > 2**20 else xml


def changed(find: bytes, put: bytes, in_: bytes | None = None) -> bytes:
    """Some bytes of the archive itself replaced by as many others, everywhere."""
    data = in_ or workbook()
    assert find in data
    assert len(find) == len(put)
    return data.replace(find, put)


def in_directory(offset: int, form: str, value: int, data: bytes | None = None) -> bytes:
    """A number of the first entry changed: 8 flags, 10 method, 20 packed, 24 unpacked, 38 attributes, 42 place."""
    made = bytearray(data or workbook())
    struct.pack_into(form, made, made.index(b"PK\x01\x02") + offset, value)
    return bytes(made)


def at_end(offset: int, form: str, value: int) -> bytes:
    """One number of the directory's end changed: 8 and 10 entries, 12 size, 16 place."""
    made = bytearray(workbook())
    struct.pack_into(form, made, made.rindex(b"PK\x05\x06") + offset, value)
    return bytes(made)


def overlapping(copies: int = 250) -> bytes:
    """After David Fifield: many names for one kernel of zeros."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packed.compress(bytes(2**20)) + packed.flush()
    crc = zlib.crc32(bytes(2**20))
    fields = (20, 0, 8, 0, 0, crc, len(kernel), 2**20, 6, 0)
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", *fields) + b"000000" + kernel
    entries = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, *fields[:5], *fields[5:8], 6, 0, 0, 0, 0, 0, 0) + b"%06d" % n
        for n in range(copies)
    )
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, copies, copies, len(entries), len(local), 0)
    return local + entries + end


def many_parts(count: int) -> bytes:
    return workbook({f"x/{n}": b"" for n in range(count)})


def many_parts_but_says_few() -> bytes:
    made = bytearray(many_parts(30_000))
    end = made.rindex(b"PK\x05\x06")
    struct.pack_into("<2H", made, end + 8, 5, 5)
    return bytes(made)


def lies_small() -> bytes:
    """A sheet of 90 MB whose directory says 100 bytes."""
    made = bytearray(workbook({"xl/worksheets/sheet1.xml": " " * 90_000_000}))
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        part = archive.getinfo("xl/worksheets/sheet1.xml")
    size = struct.pack("<L", part.file_size)
    return bytes(made).replace(size, struct.pack("<L", 100))


def nested() -> bytes:
    """42.zip in small: archives within archives."""
    data = b"0" * 1_000_000
    for _ in range(4):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for n in range(16):
                archive.writestr(f"lib {n}.zip", data)
        data = file.getvalue()
    return data


def cells(count: int, each: str, row: int = 2) -> str:
    return f'<row r="{row}">' + each * count + "</row>"


def shared(texts: str, rows: str = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>') -> bytes:
    """A workbook whose sheet shows texts of this shared list."""
    parts = {
        "xl/worksheets/sheet1.xml": noisy(f"<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        "xl/sharedStrings.xml": noisy(texts),
        "xl/_rels/workbook.xml.rels": _LINKED.format(
            f'<Relationship Id="rId1" Type="{_TYPE}worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_TYPE}sharedStrings" Target="sharedStrings.xml"/>'
        ),
    }
    return workbook(parts)


XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)) + "]>"
)
QUADRATIC = f'<!DOCTYPE x [<!ENTITY a "{"x" * 100_000}">]>'
OUTSIDE = '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'
PARAMETER = '<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>'
_CELL = '<row r="2"><c r="A2" t="inlineStr"><is><t>{}</t></is></c></row>'
_LINKED = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "overlapping parts": (overlapping, "table-unsafe-archive"),
    "100,000 parts": (lambda: many_parts(60_000), "table-unsafe-archive"),
    "1,100 parts": (lambda: many_parts(1_100), "table-unsafe-archive"),
    "many parts, says few": (many_parts_but_says_few, "table-unsafe-archive"),
    "a part of 150 MB of nothing": (
        lambda: workbook({"xl/worksheets/sheet1.xml": " " * 150_000_000}),
        "table-unsafe-archive",
    ),
    "250 MB in small parts": (
        lambda: workbook({f"x/{n}": bytes(2**20) for n in range(250)}),
        "table-unsafe-archive",
    ),
    "says 100 bytes, has 90 MB": (lies_small, "table-damaged"),
    "says 4 GB": (lambda: in_directory(24, "<L", 0xFFFFFFF0), "table-unsafe-archive"),
    "packed size beyond the file": (lambda: in_directory(20, "<L", 0x7FFFFFFF), "table-unsafe-archive"),
    "place beyond the file": (lambda: in_directory(42, "<L", 0x7FFFFFFF), "table-damaged"),
    "place within another part": (lambda: in_directory(42, "<L", 3), "table-damaged"),
    "says zip64": (lambda: at_end(16, "<L", 0xFFFFFFFF), "table-unsafe-archive"),
    "directory of 4 GB": (lambda: at_end(12, "<L", 0xFFFFFFF0), "table-unsafe-archive"),
    "directory elsewhere": (lambda: at_end(16, "<L", 0x7FFFFFFF), "table-unsafe-archive"),
    "encrypted": (lambda: in_directory(8, "<H", 1), "table-unsafe-archive"),
    "unknown method": (lambda: in_directory(10, "<H", 99), "table-unsafe-archive"),
    "lzma": (lambda: workbook(method=zipfile.ZIP_LZMA), "table-unsafe-archive"),
    "a symbolic link": (lambda: in_directory(38, "<L", 0o120777 << 16), "table-unsafe-archive"),
    "a name upwards": (lambda: workbook({"../../../etc/cron.d/x": "x"}), "table-unsafe-archive"),
    "an absolute name": (lambda: workbook({"/etc/cron.d/x": "x"}), "table-unsafe-archive"),
    "a name of a drive": (lambda: workbook({"C:x": "x"}), "table-unsafe-archive"),
    "a name with backslashes": (lambda: workbook({"..\\..\\x": "x"}), "table-unsafe-archive"),
    "two parts of one name": (
        lambda: workbook({"XL/Workbook.xml": "x"}),
        "table-unsafe-archive",
    ),
    "42.zip": (nested, "table-no-workbook"),
    "an archive without a workbook": (lambda: workbook(without="_rels/.rels"), "table-no-workbook"),
    "a workbook without sheets": (lambda: workbook(without="xl/worksheets/sheet1.xml"), "table-damaged"),
    "an empty archive": (lambda: b"PK\x05\x06" + bytes(18), "table-no-workbook"),
    "an external entity": (lambda: sheet(_CELL.format("&e;"), XXE), "table-unsafe-xml"),
    "a billion laughs": (lambda: sheet(_CELL.format("&a11;"), LAUGHS), "table-unsafe-xml"),
    "quadratic blow-up": (lambda: sheet(_CELL.format("&a;" * 10_000), QUADRATIC), "table-unsafe-xml"),
    "a document type elsewhere": (lambda: sheet(_CELL.format("x"), OUTSIDE), "table-unsafe-xml"),
    "a parameter entity": (lambda: sheet(_CELL.format("x"), PARAMETER), "table-unsafe-xml"),
    "laughs in the shared texts": (
        lambda: shared(f"{LAUGHS}<sst><si><t>&a11;</t></si></sst>"),
        "table-unsafe-xml",
    ),
    "laughs in the styles": (
        lambda: workbook({"xl/styles.xml": f"{LAUGHS}<styleSheet>&a11;</styleSheet>"}),
        "table-unsafe-xml",
    ),
    "an entity nobody declared": (lambda: sheet(_CELL.format("&x;")), "table-damaged"),
    "an external link": (
        lambda: workbook({"xl/externalLinks/externalLink1.xml": "<x/>"}),
        "table-external-links",
    ),
    "a sheet elsewhere": (
        lambda: workbook(
            {
                "_rels/.rels": _LINKED.format(
                    f'<Relationship Id="r" Type="{_TYPE}officeDocument" TargetMode="External" Target="http://127.0.0.1:9/"/>'
                )
            }
        ),
        "table-external-links",
    ),
    "a workbook upwards": (
        lambda: workbook(
            {
                "_rels/.rels": _LINKED.format(
                    f'<Relationship Id="r" Type="{_TYPE}officeDocument" Target="../../../../etc/passwd"/>'
                )
            }
        ),
        "table-damaged",
    ),
    "a million elements deep": (lambda: sheet("", around="<a>" * 1_000_000), "table-too-heavy"),
    "a text of 120 MB": (lambda: sheet(_HEADING + _CELL.format("x" * 120_000_000)), ""),
    "an attribute of 120 MB": (
        lambda: sheet(_HEADING + f'<row r="2" x="{"x" * 120_000_000}"/>'),
        "table-too-heavy",
    ),
    "a million styles": (
        lambda: workbook({"xl/styles.xml": noisy(f"<s><cellXfs>{'<xf/>' * 1_000_000}</cellXfs></s>")}),
        "table-too-heavy",
    ),
    "490,000 shared texts, one shown": (
        lambda: shared(f"<sst>{'<si><t>x</t></si>' * 490_000}</sst>"),
        "table-no-headings",
    ),
    "a million shared texts": (lambda: shared(f"<sst>{'<si><t>x</t></si>' * 1_000_000}</sst>"), "table-too-heavy"),
    "one text in 300,000 cells": (
        lambda: shared(
            f"<sst><si><t>{'x' * 4_000}</t></si></sst>",
            "".join(cells(60, '<c t="s"><v>0</v></c>', row) for row in range(1, 5_001)),
        ),
        "table-too-much-text",
    ),
    "300,000 formulas": (
        lambda: sheet(_HEADING + "".join(cells(60, "<c><f>1</f></c>", row) for row in range(2, 5_002))),
        "table-too-many-formulas",
    ),
    "a text number that is not there": (
        lambda: sheet(_HEADING + '<row r="2"><c r="A2" t="s"><v>999999</v></c></row>'),
        "table-damaged",
    ),
    "a million columns": (lambda: sheet(_HEADING + cells(1_000_000, "<c><v>1</v></c>")), "table-too-many-columns"),
    "1.1 million empty cells": (
        lambda: sheet(_HEADING + "".join(cells(10_000, "<c/>", row) for row in range(2, 112))),
        "table-too-heavy",
    ),
    "a million elements nobody asked for": (lambda: sheet("", around="<a/>" * 1_100_000), "table-too-heavy"),
    "the last column": (
        lambda: sheet(_HEADING + '<row r="2"><c r="XFD2"><v>1</v></c></row>'),
        "table-too-many-columns",
    ),
    "a million rows": (
        lambda: sheet(_HEADING + "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 1_000_000))),
        "table-too-many-rows",
    ),
    "a million empty rows": (
        lambda: sheet(_HEADING + "".join(f'<row r="{n}"/>' for n in range(2, 1_000_000))),
        "table-too-heavy",
    ),
    "rows backwards": (lambda: sheet('<row r="2"/><row r="1"/>'), "table-damaged"),
    "a row beyond the last": (lambda: sheet('<row r="99999999"/>'), "table-damaged"),
    "a cell of another row": (lambda: sheet('<row r="1"><c r="A2"><v>1</v></c></row>'), "table-damaged"),
    "cells backwards": (lambda: sheet('<row r="1"><c r="B1"/><c r="A1"/></row>'), "table-damaged"),
    "cut in the middle": (lambda: workbook()[:3_000], "table-damaged"),
    "a picture and a workbook": (lambda: b"GIF89a" + workbook(), "table-unknown-format"),
    "10 MB of quotation marks": (lambda: b'"' * 10_000_001, "table-unclosed-quote"),
    "10 MB of commas": (lambda: b"," * 10_000_000, "table-empty"),
    "5 million lines": (lambda: b"a\n" * 5_000_000, "table-too-many-rows"),
    "10 MB in one cell": (lambda: "型号\n".encode() + b"a" * 10_000_000, ""),
    "100,000 rows of CSV": (lambda: csv_of(PRODUCTS, *[ROW] * 100_000), "table-too-many-rows"),
    "zeros": (lambda: bytes(1_000_000), "table-unknown-format"),
}
