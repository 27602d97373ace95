"""Which days are counted, and which places may be named. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from app.statistics.errors import RangeReversed, RangeTooLong
from app.statistics.shapes import Asked, Mark
from codes.errors import Refusal
from codes.verdict import CHINA

PLACE_LEAST = 10
"""Views under which a place is not named (design/trust.md: k ≥ 10)."""
OTHER = "other"
UNKNOWN = "unknown"
NO_PLACE = "000000"
"""How the tables say that no place is known."""

DAYS_MOST = 366
USUAL_DAYS = 30
RANGES = (7, 30, 90)

LATE = timedelta(hours=6)
"""After its end a day may still get views of pages made on it: a view id counts for three hours
(scanning.view_id), twice that allows for hosts whose clocks differ."""
DAY = timedelta(days=1)

Row = TypeVar("Row")
Cell = tuple[Row, str]


def last_days(many: int, today: date) -> tuple[date, date]:
    return today - min(DAY * (many - 1), today - date.min), today


def check_range(first: date, last: date) -> Iterator[Refusal]:
    if last < first:
        yield RangeReversed(field="to", given=last.isoformat(), limit=first.isoformat())
    if (last - first).days >= DAYS_MOST:
        yield RangeTooLong(field="from", most=DAYS_MOST)


def days_of(asked: Asked) -> list[date]:
    return [asked.first + DAY * n for n in range((asked.last - asked.first).days + 1)]


def days_due(mark: Mark, today: date) -> list[date]:
    """Days to be counted (again): from the first that may have got late views to yesterday, in order."""
    yesterday = today - DAY
    first = mark.settled + DAY if mark.settled else mark.earliest or yesterday
    return [first + DAY * n for n in range((yesterday - first).days + 1)]


def is_settled(day: date, now: datetime) -> bool:
    """Can no late view of this day come any more?"""
    end = datetime.combine(day + DAY, datetime.min.time(), CHINA)
    return now >= end + LATE


def named_places(counts: Mapping[str, int], least: int = PLACE_LEAST) -> list[tuple[str, int]]:
    """The places that may be named, most views first; then what is unknown; then the rest together."""
    cells = named_cells({(None, place): views for place, views in counts.items()}, least)
    return [(place, views) for (_, place), views in cells]


def named_cells(cells: Mapping[Cell[Row], int], least: int = PLACE_LEAST) -> list[tuple[Cell[Row], int]]:
    """Views by row (a day) and place; in each row those of unnamed places come together as `other`.

    A cell under `least` is not named. Nor does one stand alone unnamed in its row or its column:
    the row's or the column's total would give it away, so the next smallest goes with it.
    """
    hidden = _hidden({cell: views for cell, views in cells.items() if views > 0}, least)
    merged: defaultdict[Cell[Row], int] = defaultdict(int)
    for (row, place), views in cells.items():
        if views > 0:
            merged[row, OTHER if (row, place) in hidden else place] += views
    rows = {row: position for position, row in enumerate(dict.fromkeys(row for row, _ in cells))}
    last = {UNKNOWN: 1, OTHER: 2}
    return sorted(merged.items(), key=lambda one: (rows[one[0][0]], last.get(one[0][1], 0), -one[1], one[0][1]))


def _hidden(cells: Mapping[Cell[Row], int], least: int) -> set[Cell[Row]]:
    hidden = {cell for cell, views in cells.items() if views < least}
    lines: defaultdict[tuple[int, object], set[Cell[Row]]] = defaultdict(set)
    for row, place in cells:
        lines[0, row].add((row, place))
        lines[1, place].add((row, place))
    waiting = deque(lines.values())
    while waiting:
        line = waiting.popleft()
        if len(line & hidden) == 1 and len(line) > 1:
            next_one = min(line - hidden, key=lambda cell: (cells[cell], str(cell)))
            hidden.add(next_one)
            waiting += (lines[0, next_one[0]], lines[1, next_one[1]])
    return hidden
