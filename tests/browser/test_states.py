"""The page of every state in both languages, as a phone shows it."""

import pytest

from tests.browser.legible import Legible
from tests.browser.looking import LANGUAGES, Seen
from tests.browser.states import ELSEWHERE, STATES

pytestmark = pytest.mark.browser

FIRST_ANSWER_MOST = 14_600
"""Ten packets of 1,460 bytes, headers included."""
FIRST_VIEW_MOST = 40_000
FETCHES_MOST = 3
"""The page, the photo and the beacon."""
WITHOUT_PRODUCT = ("other_product", "unknown", "malformed", *ELSEWHERE)


def test_every_example_of_the_demonstration_is_looked_at(examples):
    assert set(STATES) ^ set(examples) == {"valid_repeat", *ELSEWHERE}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
class TestEveryState(Legible):
    @pytest.fixture
    def shown(self, seen, state, language) -> Seen:
        return seen(state, language)

    def test_says_what_is_due(self, shown, state, language):
        due = STATES[state]
        assert shown.status == due.http
        assert (due.zh if language == "zh" else due.en) in shown.light.headline
        assert shown.light.foot

    def test_the_status_is_read_first(self, shown):
        assert shown.light.first == "status"
        assert shown.light.headline in " ".join(shown.light.status.split())

    def test_is_light(self, shown, state):
        assert shown.fetched[0].size <= FIRST_ANSWER_MOST
        assert len(shown.fetched) == (1 if state in WITHOUT_PRODUCT else FETCHES_MOST)
        assert sum(one.size for one in shown.fetched) <= FIRST_VIEW_MOST
