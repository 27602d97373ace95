"""What is wrong with a table, gathered cell by cell and said with the cell's place and heading."""

from collections.abc import Iterable

from app.catalogue.tables.columns import BY_KEY, COLUMNS, Kind, letter
from app.catalogue.tables.shapes import BadCell, Words
from codes.errors import Refusal, Several

_NOWHERE = Words("无表头", "no heading")


class Complaints:
    """Bad cells of one table. The first word on a cell counts: what follows from it is not said too."""

    def __init__(self, kind: Kind, columns: dict[str, str], before: Iterable[BadCell] = ()) -> None:
        self.columns = columns
        self._headings = {column.key: Words(column.zh, column.en) for column in COLUMNS[kind]}
        self._order = {key: place for place, key in enumerate(BY_KEY[kind])}
        self._bad: dict[tuple[int, str], list[BadCell]] = {}
        self._unread: set[tuple[int, str]] = set()
        self.rows: set[int] = set()
        for bad in before:
            self._note(bad)
            self._unread.add((bad.row, bad.column or ""))

    def add(self, row: int, key: str, refusal: Refusal) -> None:
        """What the checks say of a field; nothing more of a cell that could not be read at all."""
        column = self.columns.get(key)
        if (row, column or "") not in self._unread or column is None:
            for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
                self._keep(row, column, self._headings[key], one)

    def spoil(self, row: int, key: str, refusal: Refusal) -> None:
        """The cell could not be read: this is said of it and nothing that follows from it."""
        self.add(row, key, refusal)
        self._unread.add((row, self.columns.get(key, "")))

    def at(self, row: int, index: int, key: str | None, refusal: Refusal) -> None:
        """What reading says of a cell, which may stand under no heading."""
        self._keep(row, letter(index), self._headings[key] if key else _NOWHERE, refusal)

    def _keep(self, row: int, column: str | None, heading: Words, refusal: Refusal) -> None:
        place = f"{column}{row} " if column else f"{row} "
        detail = Words(_said(refusal, place + heading.zh, "zh"), _said(refusal, place + heading.en, "en"))
        self._note(BadCell(row=row, column=column, heading=heading, code=refusal.code, detail=detail))

    def _note(self, bad: BadCell) -> None:
        self._bad.setdefault((bad.row, bad.column or ""), []).append(bad)
        self.rows.add(bad.row)

    def all(self) -> tuple[BadCell, ...]:
        """By row and column, as a person goes through the file."""
        places = sorted(self._bad, key=lambda place: (place[0], len(place[1]), place[1]))
        return tuple(bad for place in places for bad in self._bad[place])


def _said(refusal: Refusal, field: str, language: str) -> str:
    """The refusal's sentence about another name of its field."""
    told = Refusal.__new__(type(refusal))
    told.facts = refusal.facts | {"field": field}
    return told.say(language)
