"""What a page must have before its enterprise publishes it."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app.catalogue.errors import Missing
from app.catalogue.rules import missing
from app.catalogue.shapes import Completeness
from tests.world import TODAY

WHOLE = Completeness(
    id=UUID(int=1), model="X1", name="烟机", name_en=None, telephone="12315", gtins=1, photo=True, recognised=True,
    standard_state="in_force", certificate_state="valid", certificate_valid_until=TODAY, indicators=3, limits=1,
    test_reports=1, commitment=True,
)  # fmt: skip
LACKS = {
    Missing.ENTERPRISE: {"telephone": None},
    Missing.GTIN: {"gtins": 0},
    Missing.PHOTO: {"photo": False},
    Missing.RECOGNITION: {"recognised": False},
    Missing.STANDARD: {"standard_state": "abolished"},
    Missing.CERTIFICATE: {"certificate_state": "suspended"},
    Missing.INDICATORS: {"indicators": 0, "limits": 0},
    Missing.LIMITS: {"limits": 0},
    Missing.TEST_REPORT: {"test_reports": 0},
    Missing.COMMITMENT: {"commitment": False},
}
ALONE = sorted(set(LACKS) - {Missing.INDICATORS, Missing.LIMITS, Missing.RECOGNITION}, key=lambda one: one.key)


def test_every_lack_is_said_and_nothing_of_a_whole_page() -> None:
    assert set(LACKS) == set(Missing)
    assert missing(WHOLE, TODAY) == []
    for one, change in LACKS.items():
        assert missing(replace(WHOLE, **change), TODAY) == [one]


@given(st.sets(st.sampled_from(ALONE)))
def test_all_that_is_lacking_is_said_at_once(lacks: set[Missing]) -> None:
    changes = {name: value for one in lacks for name, value in LACKS[one].items()}
    assert set(missing(replace(WHOLE, **changes), TODAY)) == lacks


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_a_certificate_holds_to_its_last_day(today: date) -> None:
    assert missing(replace(WHOLE, certificate_valid_until=today), today) == []
    ended = replace(WHOLE, certificate_valid_until=today - timedelta(days=1))
    assert missing(ended, today) == [Missing.CERTIFICATE]


def test_a_recognition_without_certificate_needs_none() -> None:
    assert missing(replace(WHOLE, certificate_state=None, certificate_valid_until=None), TODAY) == []
