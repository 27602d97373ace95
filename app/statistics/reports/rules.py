"""What may be done about a report. Pure."""

import re
from collections.abc import Iterator

from app.edge import fields
from app.statistics.reports.errors import NoStepThere, NoteWanted, StatusAlready
from app.statistics.reports.shapes import Status
from codes.errors import Refusal

NOTE = fields.PARAGRAPH
NUMBER = re.compile(r"R-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}")
SUSPECT_LEAST = 2
"""Checks from which a page may say that there were unusually many."""

# Nothing goes back to new; what was closed can be taken up again.
OPEN: dict[Status, tuple[Status, ...]] = {
    "new": ("in_work", "answered", "closed"),
    "in_work": ("answered", "closed"),
    "answered": ("in_work", "closed"),
    "closed": ("in_work",),
}
WORDS = {
    "new": ("new", "未处理"),
    "in_work": ("in work", "处理中"),
    "answered": ("answered", "已答复"),
    "closed": ("closed", "已办结"),
}


def check_step(now: Status, wanted: Status) -> Iterator[Refusal]:
    state = {"field": "status", "state_en": WORDS[now][0], "state_zh": WORDS[now][1]}
    if wanted == now:
        yield StatusAlready(**state)
    elif wanted not in OPEN[now]:
        yield NoStepThere(
            **state,
            wanted_en=WORDS[wanted][0],
            wanted_zh=WORDS[wanted][1],
            open_en=", ".join(WORDS[one][0] for one in OPEN[now]),
            open_zh="、".join(WORDS[one][1] for one in OPEN[now]),
        )


def check_note(note: str | None, wanted: bool) -> Iterator[Refusal]:
    """A note of several lines; `wanted` where the act needs its reason."""
    if note:
        yield from fields.text("note", note, NOTE, lines=True)
    elif wanted:
        yield NoteWanted(field="note")


def needs_note(status: Status) -> bool:
    """Whoever ends a report says how it ended."""
    return status in ("answered", "closed")


def is_number(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None
