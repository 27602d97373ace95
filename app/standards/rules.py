"""What may stand on the standards register, and how a standard's life goes on (REQ-031, 034, 039)."""

import re
from collections.abc import Iterator
from datetime import date

from app.edge import fields
from app.edge.refusals import shown
from app.edge.states import Ways
from app.standards.errors import RegistrationNumberForm, RegistrationNumberLevel, RegistrationNumberYear
from app.standards.shapes import NewStandard
from codes.errors import Refusal

WAYS: Ways = {
    "in_force": ("recognition_cancelled", "abolished"),
    "recognition_cancelled": ("in_force", "abolished"),
    "abolished": (),
}
LETTERS = {"D": "local", "Q": "enterprise", "T": "group"}
FIRST_YEAR = 2014
"""The brand's first standards were recognised in 2014."""

_REGISTRATION = re.compile(r"ZZB ([DQT])[0-9]{4,6}-([0-9]{4})")


def check_standard(new: NewStandard, today: date) -> list[Refusal]:
    most = dict.fromkeys(("number", "title", "title_en", "publisher"), fields.NAME)
    return [
        *fields.texts(new, most),
        *_registration_number(new, today),
        *fields.url("register_url", new.register_url),
        *fields.not_future("issued_on", new.issued_on, today),
        *fields.not_before("effective_on", new.effective_on, "issued_on", new.issued_on),
        *fields.not_future("as_of", new.as_of, today),
    ]


def _registration_number(new: NewStandard, today: date) -> Iterator[Refusal]:
    given, field = new.registration_number, "registration_number"
    if given is None:
        return
    match = _REGISTRATION.fullmatch(given)
    if match is None:
        yield RegistrationNumberForm(field=field, given=shown(given))
        return
    letter, year = match[1], int(match[2])
    if LETTERS[letter] != new.level:
        yield RegistrationNumberLevel(
            field=field, given=given, letter=letter, letter_level=LETTERS[letter], level=new.level
        )
    first = max(FIRST_YEAR, new.issued_on.year if new.issued_on else FIRST_YEAR)
    if not first <= year <= today.year:
        yield RegistrationNumberYear(field=field, given=given, year=year, first=first, last=today.year)
