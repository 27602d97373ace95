"""What holds of every page, whatever it says."""

from itertools import pairwise

from tests.browser.looking import PHONE, Seen

SHIFT_MOST = 0.1


def in_order(levels: list[tuple[int, str]]) -> bool:
    """One heading of the first level, at the beginning, and none skipped after it."""
    depths = [depth for depth, _ in levels]
    return depths[:1] == [1] and 1 not in depths[1:] and all(b <= a + 1 for a, b in pairwise(depths))


class Legible:
    """Tests of a page; the class that inherits them has a fixture `shown`, and `language`."""

    def test_nobody_complains(self, shown: Seen):
        assert shown.complaints == []

    def test_fits_a_phone(self, shown: Seen):
        assert (shown.light.width, shown.light.wide, shown.light.cut) == (PHONE["width"], [], [])

    def test_fits_a_phone_with_text_twice_as_large(self, shown: Seen):
        assert shown.twice.text == 2 * shown.light.text
        assert (shown.twice.width, shown.twice.wide, shown.twice.cut) == (PHONE["width"], [], [])

    def test_stays_where_it_is(self, shown: Seen):
        assert shown.light.shift <= SHIFT_MOST

    def test_colours_can_be_told_apart(self, shown: Seen):
        assert shown.light.ground != shown.dark.ground
        assert (shown.light.dim, shown.dark.dim) == ([], [])

    def test_fingers_find_what_they_press(self, shown: Seen):
        assert shown.light.small == []

    def test_can_be_read_aloud(self, shown: Seen, language: str):
        assert shown.light.language.partition("-")[0] == language
        assert in_order(shown.light.levels), shown.light.levels
        assert (shown.light.pictures, shown.light.cells) == ([], [])

    def test_chinese_is_marked_as_such(self, shown: Seen):
        assert shown.light.unmarked == []

    def test_asks_nobody_else(self, shown: Seen, program):
        assert [one.url for one in shown.fetched if not one.url.startswith(program.url + "/")] == []
