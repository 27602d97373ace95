from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.statistics import rules
from app.statistics.rules import OTHER, UNKNOWN, named_cells, named_places
from app.statistics.shapes import Mark

PLACES = st.sampled_from(["310000", "320000", "330000", "340000", UNKNOWN])
DAYS = st.dates(date(2026, 11, 1), date(2026, 11, 6))
CELLS = st.dictionaries(st.tuples(DAYS, PLACES), st.integers(0, 40))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({}, []),
        ({"330000": 10, "320000": 12}, [("320000", 12), ("330000", 10)]),
        # Two small ones hide in each other; one alone would be total minus the others, so the next goes with it.
        ({"330000": 50, "320000": 4, "310000": 3}, [("330000", 50), (OTHER, 7)]),
        ({"330000": 50, "320000": 30, "310000": 3}, [("330000", 50), (OTHER, 33)]),
        ({"330000": 9}, [(OTHER, 9)]),
        ({"330000": 50, UNKNOWN: 90, "320000": 20}, [("330000", 50), ("320000", 20), (UNKNOWN, 90)]),
    ],
)
def test_small_places_are_put_together(counts: dict[str, int], told: list[tuple[str, int]]) -> None:
    assert named_places(counts) == told


@given(CELLS)
def test_no_small_cell_is_named_nor_left_alone_in_its_line(cells: dict[tuple[date, str], int]) -> None:
    told = dict(named_cells(cells))
    seen = {cell: views for cell, views in cells.items() if views}
    assert all(views >= rules.PLACE_LEAST and cells[cell] == views for cell, views in told.items() if cell[1] != OTHER)
    by_day: Counter[date] = Counter()
    for (day, _), views in seen.items():
        by_day[day] += views
    told_by_day: Counter[date] = Counter()
    for (day, _), views in told.items():
        told_by_day[day] += views
    assert told_by_day == by_day
    for axis in (0, 1):
        lines = defaultdict(list)
        for cell in seen:
            lines[cell[axis]].append(cell in told)
        for named in lines.values():
            assert named.count(False) != 1 or len(named) == 1


@given(CELLS)
def test_one_day_is_told_as_its_places_are(cells: dict[tuple[date, str], int]) -> None:
    day = date(2026, 11, 1)
    counts = {place: views for (one, place), views in cells.items() if one == day}
    assert [(place, n) for (_, place), n in named_cells({(day, p): n for p, n in counts.items()})] == named_places(
        counts
    )


def test_a_day_is_due_until_no_late_view_can_come() -> None:
    today = date(2026, 11, 22)
    assert rules.days_due(Mark(None, None), today) == [today - DAY]
    assert rules.days_due(Mark(None, today - 3 * DAY), today) == [today - 3 * DAY, today - 2 * DAY, today - DAY]
    assert rules.days_due(Mark(today - 2 * DAY, None), today) == [today - DAY]
    assert rules.days_due(Mark(today - DAY, None), today) == []
    assert rules.days_due(Mark(None, today), today) == []
    # The day ends at 16:00 UTC.
    assert not rules.is_settled(today, datetime(2026, 11, 22, 21, 59, tzinfo=UTC))
    assert rules.is_settled(today, datetime(2026, 11, 22, 22, 0, tzinfo=UTC))


@given(st.dates(), st.integers(1, rules.DAYS_MOST))
def test_a_range_ends_on_its_day_and_begins_no_earlier_than_the_calendar(today: date, many: int) -> None:
    first, last = rules.last_days(many, today)
    assert last == today
    assert (last - first).days == min(many, today.toordinal()) - 1
