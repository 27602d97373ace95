"""A register's states: which may follow which, said as a refusal where one may not."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.edge import fields
from app.edge.refusals import AlreadySo, NoWayThere, Record
from codes.errors import refuse_all

Ways = Mapping[str, Sequence[str]]


def step(record: Record, ways: Ways, state: str, wanted: str) -> None:
    """Refuse a change of state that the record's life does not have."""
    if wanted == state:
        raise AlreadySo(record=record, state=state)
    if wanted not in ways[state]:
        ways_on = ", ".join(ways[state])
        raise NoWayThere(
            record=record,
            state=state,
            wanted=wanted,
            open_en=ways_on or "nothing, it is final",
            open_zh=ways_on or "无（终态）",
        )


def check_day(on: date, today: date, *limits: tuple[str, date | None]) -> None:
    """The day of a change: not after today, not before any of the named days."""
    refuse_all(
        [
            *fields.not_future("on", on, today),
            *(no for name, day in limits for no in fields.not_before("on", on, name, day)),
        ]
    )
