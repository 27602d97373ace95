"""The first row: which columns a file has, and of what kind of table it is the file."""

from collections.abc import Iterable
from difflib import get_close_matches

from app.catalogue.tables import cell_errors
from app.catalogue.tables.cells import cleaned
from app.catalogue.tables.columns import BY_KEY, COLUMNS, HEADINGS, NEEDED, Column, Kind, folded, letter
from app.catalogue.tables.complaints import Complaints
from app.catalogue.tables.errors import HeadingMissing, HeadingTwice, NoHeadings, TableEmpty, UnknownHeading
from app.catalogue.tables.limits import CELL_MOST
from app.catalogue.tables.raw import Raw
from app.catalogue.tables.shapes import Row, Table
from app.edge.refusals import shown
from codes.errors import Refusal, refuse_all

_CELL_REFUSALS = {
    kind.code: kind for kind in vars(cell_errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)
}


def headed(raw: Raw, name: str) -> Table:
    """The table under its headings; raises what is wrong with them, all at once."""
    if not raw.rows:
        raise TableEmpty
    number, first = raw.rows[0]
    kind = _kind_of(number, first)
    places = _places(kind, number, first)
    if len(raw.rows) == 1:
        raise TableEmpty
    complaints = Complaints(kind, {key: letter(index) for key, index in places.items()})
    by_place = {index: key for key, index in places.items()}
    for flaw in raw.flaws:
        if flaw.row != number:
            refusal = _CELL_REFUSALS[flaw.code](**flaw.facts | {"field": ""})
            complaints.at(flaw.row, flaw.column, by_place.get(flaw.column), refusal)
    rows = tuple(_row(raw, row, cells, places, complaints) for row, cells in raw.rows[1:])
    return Table(
        kind=kind,
        name=shown(name),
        form=raw.form,
        encoding=raw.encoding,
        columns=complaints.columns,
        rows=rows,
        bad=complaints.all(),
    )


def _row(raw: Raw, row: int, cells: list[str], places: dict[str, int], complaints: Complaints) -> Row:
    by_place = {index: key for key, index in places.items()}
    for index, cell in enumerate(cells):
        if len(cell) > CELL_MOST:
            complaints.at(row, index, by_place.get(index), cell_errors.LongCell(field="", most=CELL_MOST))
        elif cell and index not in by_place:
            complaints.at(row, index, None, cell_errors.CellWithoutHeading(field=""))
    read = {key: cleaned(cells[index]) if index < len(cells) else "" for key, index in places.items()}
    return Row(row, read)


def _kind_of(number: int, first: list[str]) -> Kind:
    """The kind that knows most of the headings; a list of products where both know as many."""
    known = {kind: sum(folded(one) in HEADINGS[kind] for one in first) for kind in COLUMNS}
    kind = max(known, key=lambda one: known[one])
    if not known[kind]:
        raise NoHeadings(row=number)
    return kind


def _places(kind: Kind, number: int, first: list[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    refusals: list[Refusal] = []
    for index, given in enumerate(first):
        column = HEADINGS[kind].get(folded(given))
        if column is None and given.strip():
            refusals.append(_unknown(kind, f"{letter(index)}{number}", given))
        elif column is not None and column.key in places:
            facts = {"given": shown(given), "first": letter(places[column.key])}
            refusals.append(HeadingTwice(field=f"{letter(index)}{number}", **facts))
        elif column is not None:
            places[column.key] = index
    refusals += _missing(kind, places)
    refuse_all(refusals)
    return places


def _missing(kind: Kind, places: Iterable[str]) -> list[Refusal]:
    missing = [BY_KEY[kind][key] for key in NEEDED[kind] if key not in places]
    return [HeadingMissing(given_en=column.en, given_zh=column.zh) for column in missing]


def _unknown(kind: Kind, field: str, given: str) -> UnknownHeading:
    near = get_close_matches(folded(given)[:100], HEADINGS[kind], 1, 0.6)
    column: Column | None = HEADINGS[kind][near[0]] if near else None
    near_en = f"rename it “{column.en}” " if column else "take a heading of the template "
    near_zh = f"改为“{column.zh}”" if column else "使用模板中的表头"
    return UnknownHeading(field=field, given=shown(given), near_en=near_en, near_zh=near_zh)
