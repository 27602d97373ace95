"""The rows of a worksheet and the texts it shares: only values are read, never formulas."""

import re

from app.catalogue.tables.errors import BrokenTable, TableTooHeavy, TooManyColumns, TooManyFlaws
from app.catalogue.tables.limits import COLUMNS_MOST, FLAWS_MOST, ROW_ELEMENTS_MOST, ROWS_MOST
from app.catalogue.tables.numerals import Look, typed
from app.catalogue.tables.parsing import Attributes, Told, whole
from app.catalogue.tables.raw import Flaw

_LAST_ROW = 1_048_576
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")


class Sheet(Told):
    """A worksheet's rows; texts of the shared list stand in them as their numbers."""

    def __init__(self, looks: list[Look], since_1904: bool) -> None:
        super().__init__()
        self.rows: list[tuple[int, dict[int, str | int]]] = []
        self.flaws: list[Flaw] = []
        self.wanted: set[int] = set()
        self.full = False
        self.seen = 0
        self._looks = looks
        self._since_1904 = since_1904
        self._rows = 0
        self._row = 0
        self._cells: dict[int, str | int] = {}
        self._column = -1
        self._kind = ""
        self._style = 0
        self._formula = False

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._open_cell(attributes)
        elif name == "row":
            self._open_row(attributes)
        elif name == "f":
            self._formula = True

    def closed(self, name: str) -> None:
        if name == "c":
            self._close_cell()
        elif name == "row":
            self._close_row()

    def _open_row(self, attributes: Attributes) -> None:
        row = whole(attributes["r"]) if "r" in attributes else self._row + 1
        if not self._row < row <= _LAST_ROW:
            raise BrokenTable
        self._row, self._cells, self._column = row, {}, -1
        self._rows += 1
        if self._rows > ROW_ELEMENTS_MOST:
            raise TableTooHeavy

    def _close_row(self) -> None:
        if self._cells:
            self.seen += 1
            self.full = self.seen > ROWS_MOST + 1  # the headings are a row too
            if not self.full:
                self.rows.append((self._row, self._cells))

    def _open_cell(self, attributes: Attributes) -> None:
        column = _column(attributes["r"], self._row) if "r" in attributes else self._column + 1
        if column <= self._column:
            raise BrokenTable
        self._column, self._kind = column, attributes.get("t", "n")
        self._style = whole(attributes["s"]) if "s" in attributes else 0
        self._formula = False
        self.forget()

    def _close_cell(self) -> None:
        if not self.taken and not self._formula:
            return
        given = "".join(self.taken)
        if not given.strip() and not self._formula:
            return
        if self._column >= COLUMNS_MOST:
            raise TooManyColumns(row=self._row, count=self._column + 1, most=COLUMNS_MOST)
        self._cells[self._column] = "" if self._formula else self._value(given)
        if self._formula:
            self._flaw("cell-formula")

    def _value(self, given: str) -> str | int:
        if self._kind == "s":
            self.wanted.add(whole(given.strip()))
            return whole(given.strip())
        if self._kind == "e":
            return self._flaw("cell-error-value", given=given[:20])
        if self._kind == "b":
            return "TRUE" if given.strip() == "1" else "FALSE"
        if self._kind == "n":
            look = self._looks[self._style] if self._style < len(self._looks) else "plain"
            text = typed(given.strip(), look, self._since_1904)
            return self._flaw("cell-error-value", given=given[:20]) if text is None else text
        return unescaped(given)

    def _flaw(self, code: str, **facts: str) -> str:
        if len(self.flaws) == FLAWS_MOST:
            raise TooManyFlaws(most=FLAWS_MOST)
        self.flaws.append(Flaw(row=self._row, column=self._column, code=code, facts=dict(facts)))
        return ""


class Texts(Told):
    """The shared list: the texts that the sheet shows, by number."""

    def __init__(self, wanted: set[int]) -> None:
        super().__init__()
        self.found: dict[int, str] = {}
        self._wanted = wanted
        self._index = 0

    def opened(self, name: str, attributes: Attributes) -> None:
        if name == "si":
            self.forget()

    def closed(self, name: str) -> None:
        if name == "si":
            if self._index in self._wanted:
                self.found[self._index] = unescaped("".join(self.taken))
            self._index += 1


def unescaped(text: str) -> str:
    """The text with its `_x000A_` as characters (ST_Xstring); halves of a surrogate pair stay as written."""
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return match[0] if 0xD800 <= code <= 0xDFFF else chr(code)


def _column(reference: str, row: int) -> int:
    match = _REFERENCE.fullmatch(reference)
    if match is None or int(match[2]) != row:
        raise BrokenTable
    number = 0
    for char in match[1]:
        number = number * 26 + ord(char) - ord("A") + 1
    return number - 1
