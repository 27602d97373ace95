"""Serials as an Excel workbook, ECMA-376: sheets of a million rows, made and packed while they are sent.

The cells are inline strings, which no spreadsheet takes for formulas, and the index is a number. Rows have one width
each like those of csv, and numpy fills them; a writing library makes a cell at a time and keeps what it made.
"""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

from msgspec import structs

from codes.labels.checks import Checks
from codes.labels.errors import ExportBroken
from codes.labels.lines import INDEX, SERIAL, Row
from codes.labels.orders import ExportOrder
from codes.labels.rows import COLUMNS
from codes.labels.serials import SealBlock, blocks
from codes.labels.zips import Content, zip_stream

SHEET_ROWS = 2**20 - 1  # Excel's limit less the row of names
MAX_SHEETS = 16
BLOCK = 1 << 13
WIDTHS = (12, 26, 68, 44, 18, 24, 12, 12)  # of the columns, in characters
_NUMBER = re.compile(rb"<v>(\d+)</v>")
_STRING = re.compile(rb"<t[^>]*>([^<]*)</t>")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def xlsx(order: ExportOrder, seal_block: SealBlock, checks: Checks) -> Iterator[tuple[int, bytes]]:
    """The columns of csv; a sheet more for every 1,048,575 rows."""
    progress = [0]
    sheets = -(-order.count // SHEET_ROWS)
    rows = _rows(order)

    def members() -> Iterator[tuple[str, Content]]:
        yield from _skeleton(sheets)
        for sheet in range(sheets):
            first = order.first + sheet * SHEET_ROWS
            stop = min(first + SHEET_ROWS, order.first + order.count)
            yield f"xl/worksheets/sheet{sheet + 1}.xml", _sheet(order, rows, seal_block, checks, first, stop, progress)

    return ((progress[0], chunk) for chunk in zip_stream(members()))


def _rows(order: ExportOrder) -> Row:
    dates = [day.isoformat() if day else "" for day in (order.made_on, order.expires_on)]
    constant = "".join(_cell(text) for text in (order.gtin, order.lot, *dates))
    item, short = (b'<c t="inlineStr"><is><t>' + stem.encode() for stem in (order.item_prefix, order.short_prefix))
    close = b"</t></is></c>"
    return Row(
        b"<row><c><v>", INDEX, b'</v></c><c t="inlineStr"><is><t>', SERIAL, close + item, SERIAL, close + short, SERIAL,
        close + constant.encode() + b"</row>",
    )  # fmt: skip


def _sheet(
    order: ExportOrder, row: Row, seal_block: SealBlock, checks: Checks, first: int, stop: int, progress: list[int]
) -> Iterator[bytes]:
    columns = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(WIDTHS, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    view = f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
    names = "".join(map(_cell, COLUMNS))
    yield (f'{_XML}<worksheet xmlns="{_MAIN}">{view}<cols>{columns}</cols><sheetData><row>{names}</row>').encode()
    part = structs.replace(order, first=first, count=stop - first)
    for start, serials in blocks(part, seal_block, BLOCK):
        at = 0
        while at < len(serials):  # rows whose index has as many digits share a width
            same = serials[at : at + 10 ** len(str(start + at)) - start - at]
            filled = row.fill(start + at, same)
            _inspect(checks, start + at, len(same), filled)
            at += len(same)
            yield filled
        progress[0] = start + len(serials) - order.first
    yield b"</sheetData></worksheet>"


def _inspect(checks: Checks, start: int, count: int, filled: bytes) -> None:
    width = len(filled) // count
    for index in checks.due(start, count):
        line = filled[(index - start) * width : (index - start + 1) * width]
        number, strings = _NUMBER.search(line), _STRING.findall(line)
        if number is None or int(number[1]) != index or len(strings) != len(COLUMNS) - 1:
            raise ExportBroken(f"the row of item {index} does not say what it must")
        serial, item, short = (text.decode() for text in strings[:3])
        checks.addresses(index, item, short, serial)


def _cell(text: str) -> str:
    """A text cell; what XML cannot hold stands as Excel writes it, _x0001_."""
    legal = _ILLEGAL.sub(lambda found: f"_x{ord(found[0][0]):04X}_" + found[0][1:], text)
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(legal)}</t></is></c>'


def _skeleton(sheets: int) -> Iterator[tuple[str, bytes]]:
    """The members that say which sheets there are."""
    numbers = range(1, sheets + 1)
    kinds = f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>' + "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPE}.worksheet+xml"/>' for n in numbers
    )
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{defaults}{kinds}</Types>',
        "_rels/.rels": _relations([("officeDocument", "xl/workbook.xml")]),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        + "".join(f'<sheet name="{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in numbers]),
    }
    for name, text in parts.items():
        yield name, (_XML + text).encode()


def _relations(targets: list[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{at}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'
