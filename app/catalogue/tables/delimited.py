"""CSV however it was saved: the encoding, the separator and the line ends are found by looking."""

import csv
import io
import unicodedata
from collections.abc import Iterator

from app.catalogue.tables.errors import NotATable, TooManyColumns, TooManyRows, UnclosedQuote
from app.catalogue.tables.limits import CELL_MOST, COLUMNS_MOST, FILE_MOST, ROWS_MOST
from app.catalogue.tables.raw import Raw

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SEPARATORS = ",;\t"
_LINE_ENDS = "\r\n"


def read_delimited(data: bytes) -> Raw:
    encoding, text = decoded(data)
    delimiter, text = separator(text)
    rows = list(_rows(text, delimiter))
    return Raw(form="csv", encoding=encoding, delimiter=delimiter, rows=rows, flaws=[])


def decoded(data: bytes) -> tuple[str, str]:
    """The encoding and the text. Without a mark: UTF-16 shows by its zeros, UTF-8 by being valid,
    and what else a Chinese spreadsheet writes is GB 18030."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, _text(data[len(mark) :], encoding)
    candidates = ("utf-16-le", "utf-16-be") if b"\x00" in data.partition(b"\n")[0] else ("utf-8", "gb18030")
    if candidates[0] == "utf-16-le" and not data[1:2000:2].count(0) > data[0:2000:2].count(0):
        candidates = ("utf-16-be",)
    for encoding in candidates:
        try:
            return encoding, _text(data, encoding)
        except NotATable:
            continue
    raise NotATable


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotATable from error
    first = text[: CELL_MOST * 2].partition("\n")[0]
    if any(unicodedata.category(char) == "Cc" and char not in "\t\r\n" for char in first):
        raise NotATable
    return text


def separator(text: str) -> tuple[str, str]:
    """The separator that stands most often in the first line that has content, outside quotation marks.

    Excel's own way to say it, a first line `sep=;`, becomes an empty row, so that the others keep their numbers.
    """
    first, end, rest = text.partition("\n")
    told = first.strip().lower()
    if told.startswith("sep=") and (told[4:] or "\t") in _SEPARATORS:
        return told[4:] or "\t", end + rest
    line = _first_record(text)
    return max(_SEPARATORS, key=line.count), text


def _first_record(text: str) -> str:
    """The first line with content, without what is quoted; a quoted cell may hold line ends."""
    quoted = False
    kept: list[str] = []
    for char in text[: COLUMNS_MOST * CELL_MOST]:
        if char == '"':
            quoted = not quoted
        elif not quoted and char in _LINE_ENDS:
            if "".join(kept).strip(_SEPARATORS + " \t") or kept.count("\0"):
                break
            kept.clear()
        elif not quoted:
            kept.append(char)
        elif not kept or kept[-1] != "\0":
            kept.append("\0")  # stands for something quoted
    return "".join(kept)


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(FILE_MOST)  # a cell that is too long is named by row and column, not by the parser
    lines = io.StringIO(text, newline="")
    number = seen = 0
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=delimiter, strict=True), 1):
            if any(cell.strip() for cell in cells):
                seen += 1
                if seen > ROWS_MOST + 1:  # the headings are a row too
                    raise TooManyRows(count=seen - 1 + _line_ends(text[lines.tell() :]), most=ROWS_MOST)
                yield number, _row(number, cells)
    except csv.Error as error:
        raise UnclosedQuote(row=number + 1) from error


def _line_ends(rest: str) -> int:
    """How many rows there are about, without reading them."""
    return rest.count("\n") or rest.count("\r")


def _row(number: int, cells: list[str]) -> list[str]:
    while cells and not cells[-1].strip():
        cells.pop()
    if len(cells) > COLUMNS_MOST:
        raise TooManyColumns(row=number, count=len(cells), most=COLUMNS_MOST)
    return [cell[: CELL_MOST + 1] if cell.strip() else "" for cell in cells]
