"""The page of every state in both languages, as a phone shows it."""

from collections.abc import Callable

import pytest

from tests.browser.looking import LANGUAGES, PHONE, Seen
from tests.browser.states import ELSEWHERE, STATES

pytestmark = pytest.mark.browser

FIRST_ANSWER_MOST = 14_600
"""Ten packets of 1,460 bytes, headers included."""
FIRST_VIEW_MOST = 40_000
FETCHES_MOST = 3
SHIFT_MOST = 0.1

Look = Callable[[str, str], Seen]


def test_every_example_of_the_demonstration_is_looked_at(examples):
    assert set(examples) - set(STATES) == set()
    assert set(STATES) - set(examples) == {"valid_repeat", *ELSEWHERE}


def headings_are_in_order(levels: list[tuple[int, str]]) -> bool:
    depths = [depth for depth, _ in levels]
    return depths[:1] == [1] and depths.count(1) == 1 and all(b <= a + 1 for a, b in zip(depths, depths[1:], strict=False))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
class TestEveryState:
    def test_says_what_is_due(self, seen: Look, state, language):
        page, due = seen(state, language), STATES[state]
        assert page.status == due.http
        assert (due.zh if language == "zh" else due.en) in page.light.headline
        assert page.light.foot

    def test_the_status_is_read_first(self, seen: Look, state, language):
        probe = seen(state, language).light
        assert probe.first == "status"
        assert probe.headline in " ".join(probe.status.split())

    def test_nobody_complains(self, seen: Look, state, language):
        assert seen(state, language).complaints == []

    def test_fits_a_phone(self, seen: Look, state, language):
        probe = seen(state, language).light
        assert (probe.width, probe.wide, probe.cut) == (PHONE["width"], [], [])

    def test_fits_a_phone_with_text_twice_as_large(self, seen: Look, state, language):
        page = seen(state, language)
        assert page.twice.text == 2 * page.light.text
        assert (page.twice.width, page.twice.wide, page.twice.cut) == (PHONE["width"], [], [])

    def test_stays_where_it_is(self, seen: Look, state, language):
        assert seen(state, language).light.shift <= SHIFT_MOST

    def test_is_light(self, seen: Look, program, state, language):
        fetched = seen(state, language).fetched
        assert fetched[0].size <= FIRST_ANSWER_MOST
        assert len(fetched) <= FETCHES_MOST
        assert sum(one.size for one in fetched) <= FIRST_VIEW_MOST
        assert [one.url for one in fetched if not one.url.startswith(program.url + "/")] == []

    def test_colours_can_be_told_apart(self, seen: Look, state, language):
        page = seen(state, language)
        assert page.light.ground != page.dark.ground
        assert (page.light.dim, page.dark.dim) == ([], [])

    def test_fingers_find_what_they_press(self, seen: Look, state, language):
        assert seen(state, language).light.small == []

    def test_can_be_read_aloud(self, seen: Look, state, language):
        probe = seen(state, language).light
        assert probe.language.partition("-")[0] == language
        assert headings_are_in_order(probe.levels), probe.levels
        assert (probe.pictures, probe.cells) == ([], [])
