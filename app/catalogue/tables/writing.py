"""Files that go out: CSV that no spreadsheet takes for formulas, and XLSX with its explanations beside it."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import count
from typing import Any, Literal

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from app.catalogue.tables.cells import guarded, guarded_in_workbook, written
from app.catalogue.tables.columns import COLUMNS, Column, Kind
from app.catalogue.tables.held import HeldIndicator, HeldProduct
from app.catalogue.tables.limits import ROWS_MOST

FileFormat = Literal["csv", "xlsx"]
MEDIA_TYPES: dict[FileFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_SHEETS = {"products": ("产品", "Products"), "indicators": ("指标", "Indicators")}
_HELP = ("说明", "Help")
_HELP_HEADINGS = (("列", "必填", "说明", "可选内容"), ("Column", "Needed", "What it holds", "Choices"))
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")
"""What XML 1.0 has no way to write, and the carriage return it would change."""
_MADE = datetime(2026, 1, 1)
"""Written into every workbook: the same rows give the same file."""

Line = Sequence[str]


class _TextSheet(Worksheet):
    """Texts of strangers stay what they are: the library itself takes `<r>…</r>` for markup of its own and
    escapes only the first of two `_x0000_` that share an underscore."""

    @staticmethod
    def _escape_control_characters(data: str) -> str:
        escaped = _ESCAPE_LIKE.sub("_x005F_", data)
        escaped = _UNWRITABLE.sub(lambda match: f"_x{ord(match[0]):04X}_", escaped)
        return "_x003C_" + escaped[1:] if escaped.startswith("<r>") else escaped


def template(kind: Kind, fmt: FileFormat, language: str) -> bytes:
    """An empty table to fill in."""
    return table_file(kind, fmt, language, ())


def table_file(kind: Kind, fmt: FileFormat, language: str, lines: Iterable[Line]) -> bytes:
    return _csv(kind, language, lines) if fmt == "csv" else _workbook(kind, language, lines)


def product_lines(held: Iterable[HeldProduct], language: str) -> Iterable[Line]:
    for one in held:
        yield _line(COLUMNS["products"], one, language)


def indicator_lines(held: Iterable[HeldIndicator], language: str) -> Iterable[Line]:
    """Each model's rows with their places, from 1."""
    model, places = None, count(1)
    for one in held:
        if one.model != model:
            model, places = one.model, count(1)
        yield _line(COLUMNS["indicators"], one, language, position=next(places))


def _line(columns: Iterable[Column], record: Any, language: str, **more: object) -> Line:
    return [
        written(column, more[column.key] if column.key in more else getattr(record, column.key), language)
        for column in columns
    ]


def _csv(kind: Kind, language: str, lines: Iterable[Line]) -> bytes:
    """With a byte order mark, without which Excel takes Chinese for something else."""
    text = io.StringIO(newline="")
    rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    rows.writerow([column.say(language) for column in COLUMNS[kind]])
    rows.writerows([[guarded(cell) for cell in line] for line in lines])
    return text.getvalue().encode("utf-8-sig")


def _workbook(kind: Kind, language: str, lines: Iterable[Line]) -> bytes:
    """Every cell is an in-line string in text format: nothing is a formula, nothing becomes a number."""
    buffer = io.BytesIO()
    english = language != "zh"
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        book.set_properties({"created": _MADE})
        sheet = book.add_worksheet(_SHEETS[kind][english], worksheet_class=_TextSheet)
        head, text = book.add_format({"bold": True, "text_wrap": True, "bg_color": "#DDEBF7"}), _text_format(book)
        columns = COLUMNS[kind]
        for place, column in enumerate(columns):
            sheet.set_column(place, place, 18, text)
            sheet.write_string(0, place, column.say(language), head)
            if column.choices:
                source = [one.say(language) for one in column.choices]
                sheet.data_validation(1, place, ROWS_MOST, place, {"validate": "list", "source": source})
        sheet.freeze_panes(1, 1)
        sheet.ignore_errors({"number_stored_as_text": "A1:BH1048576"})
        for row, line in enumerate(lines, 1):
            for place, cell in enumerate(line):
                if cell:
                    sheet.write_string(row, place, guarded_in_workbook(cell), text)
        _explain(book, columns, language)
    return buffer.getvalue()


def _text_format(book: Any) -> Any:
    return book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})


def _explain(book: Any, columns: Iterable[Column], language: str) -> None:
    """The second sheet: what each column holds."""
    english = language != "zh"
    sheet = book.add_worksheet(_HELP[english])
    text, head = _text_format(book), book.add_format({"bold": True})
    for place, (width, words) in enumerate(zip((26, 8, 70, 50), _HELP_HEADINGS[english], strict=True)):
        sheet.set_column(place, place, width, text)
        sheet.write_string(0, place, words, head)
    for row, column in enumerate(columns, 1):
        needed = ("是", "yes")[english] if column.required else ""
        choices = "\n".join(one.say(language) for one in column.choices)
        explained = column.help_en if english else column.help_zh
        for place, words in enumerate((column.say(language), needed, explained, choices)):
            sheet.write_string(row, place, words, text)
