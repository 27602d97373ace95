"""A view id counts for its own code, for two hours, as it was made."""

from hypothesis import given
from hypothesis import strategies as st

from app.scanning.view_id import HOURS_VALID, ViewIds

KEY = bytes(range(32))
NOW = 1_790_000_000.0
SERIAL = "18YR9ZDCYNA3EFHA15FZ"


def test_an_id_is_read_for_its_own_code_and_in_time_only() -> None:
    ids = ViewIds(KEY)
    text = ids.make(SERIAL, NOW)
    view = ids.read(SERIAL, text, NOW)
    assert view is not None
    assert view.hour == int(NOW) // 3600
    assert ids.read(SERIAL, text, NOW + HOURS_VALID * 3600) == view
    assert ids.read(SERIAL, text, NOW + (HOURS_VALID + 1) * 3600) is None
    assert ids.read(SERIAL, text, NOW - 2 * 3600) is None
    assert ids.read("13JKY1XBM6933G6J0YMA", text, NOW) is None
    assert ViewIds(bytes(32)).read(SERIAL, text, NOW) is None


def test_every_page_has_an_id_of_its_own() -> None:
    ids = ViewIds(KEY)
    assert len({ids.make(SERIAL, NOW) for _ in range(10_000)}) == 10_000


@given(st.text(max_size=40) | st.text(alphabet="ABCab01-_=", min_size=28, max_size=28))
def test_rubbish_is_not_counted_and_never_an_error(text: str) -> None:
    assert ViewIds(KEY).read(SERIAL, text, NOW) is None


@given(st.integers(0, 27), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"))
def test_one_changed_character_is_not_counted(place: int, character: str) -> None:
    ids = ViewIds(KEY)
    text = ids.make(SERIAL, NOW)
    changed = text[:place] + character + text[place + 1 :]
    assert (ids.read(SERIAL, changed, NOW) is None) == (changed != text)
