"""An Excel workbook: which sheet is read, how its numbers look, and where its texts are."""

import re
from collections.abc import Iterator

from msgspec import Struct

from app.catalogue.tables.archives import Archive, beside
from app.catalogue.tables.errors import BrokenTable, LinksElsewhere, OtherSpreadsheet, TooManyRows, TooMuchText
from app.catalogue.tables.limits import CELL_MOST, ROWS_MOST, TEXT_MOST
from app.catalogue.tables.numerals import Look, look_of
from app.catalogue.tables.parsing import elements, parsed, whole
from app.catalogue.tables.raw import Raw
from app.catalogue.tables.sheets import Sheet, Texts

_ROW = re.compile(rb"<(?:[\w.-]+:)?row\b")


def read_workbook(data: bytes) -> Raw:
    """The first visible sheet."""
    archive = Archive(data)
    book = _workbook(archive)
    sheet = Sheet(book.looks, book.since_1904)
    _read_rows(archive, book.sheet, sheet)
    texts = _texts(archive, book.texts, sheet.wanted) if sheet.wanted else {}
    flawed = {flaw.row for flaw in sheet.flaws}
    rows = [(number, line) for number, line in _resolved(sheet.rows, texts) if number in flawed or any(line)]
    return Raw(form="xlsx", encoding="", delimiter="", rows=rows, flaws=sheet.flaws)


class _Book(Struct):
    sheet: str
    texts: str | None
    looks: list[Look]
    since_1904: bool


def _workbook(archive: Archive) -> _Book:
    part = next(_related(archive, "", "officeDocument"), None)
    if part is None:
        raise OtherSpreadsheet
    sheets, since_1904 = [], False
    for name, attributes in elements(archive.chunks(part), {"sheet", "workbookPr", "externalReference"}):
        if name == "externalReference":
            raise LinksElsewhere
        if name == "workbookPr":
            since_1904 = attributes.get("date1904") in ("1", "true", "on")
        elif attributes.get("state", "visible") == "visible":
            sheets.append(attributes.get("id", ""))
    sheet = next(_related(archive, part, "worksheet", sheets[0]), None) if sheets else None
    if sheet is None:
        raise OtherSpreadsheet
    styles = next(_related(archive, part, "styles"), None)
    return _Book(
        sheet=sheet,
        texts=next(_related(archive, part, "sharedStrings"), None),
        looks=_looks(archive, styles) if styles in archive.names else [],
        since_1904=since_1904,
    )


def _related(archive: Archive, part: str, kind: str, id_: str | None = None) -> Iterator[str]:
    """Parts that `part` names as of this kind (and with this id)."""
    folder, _, name = part.rpartition("/")
    relationships = f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels"
    if relationships not in archive.names:
        raise OtherSpreadsheet
    for _, attributes in elements(archive.chunks(relationships), {"Relationship"}):
        if attributes.get("Type", "").rpartition("/")[2] == kind and id_ in (None, attributes.get("Id")):
            if attributes.get("TargetMode") == "External":
                raise LinksElsewhere
            yield beside(part, attributes.get("Target", ""))


def _looks(archive: Archive, styles: str) -> list[Look]:
    """What each cell style makes of a number, in the order cells count them."""
    custom: dict[int, str] = {}
    found: list[Look] = []
    inside = False
    for name, attributes in elements(archive.chunks(styles), {"numFmt", "cellXfs", "xf", "cellStyleXfs", "cellStyles"}):
        if name == "numFmt":
            custom[whole(attributes.get("numFmtId"))] = attributes.get("formatCode", "")
        elif name == "xf":
            if inside:
                found.append(look_of(whole(attributes.get("numFmtId", "0")), custom))
        else:
            inside = name == "cellXfs"
    return found


def _read_rows(archive: Archive, part: str, sheet: Sheet) -> None:
    chunks = archive.chunks(part)
    for _ in parsed(chunks, sheet.start, sheet.end, sheet.text):
        if sheet.full:
            count = sheet.seen - 1 + sum(len(_ROW.findall(chunk)) for chunk in chunks)
            raise TooManyRows(count=count, most=ROWS_MOST)
    if sheet.full:
        raise TooManyRows(count=sheet.seen - 1, most=ROWS_MOST)


def _texts(archive: Archive, part: str | None, wanted: set[int]) -> dict[int, str]:
    if part is None:
        raise BrokenTable
    texts = Texts(wanted)
    for _ in parsed(archive.chunks(part), texts.start, texts.end, texts.text):
        pass
    return texts.found


def _resolved(rows: list[tuple[int, dict[int, str | int]]], texts: dict[int, str]) -> list[tuple[int, list[str]]]:
    left = TEXT_MOST
    resolved = []
    for number, cells in rows:
        line = [""] * (max(cells) + 1)
        for column, value in cells.items():
            text = texts.get(value) if isinstance(value, int) else value
            if text is None:
                raise BrokenTable
            line[column] = text[: CELL_MOST + 1] if text.strip() else ""
            left -= len(line[column])
        if left < 0:
            raise TooMuchText(most=TEXT_MOST)
        resolved.append((number, line))
    return resolved
