import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.edge.uscc import LETTERS, uscc, uscc_check_character
from codes.errors import Refusal

BODIES = st.tuples(
    st.text(LETTERS, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(LETTERS, min_size=9, max_size=9),
).map("".join)


def refusals(text: str) -> list[Refusal]:
    return list(uscc("uscc", text))


# Published codes of well-known enterprises.
@pytest.mark.parametrize(
    "text", ["91330000720082446H", "91330100799655058B", "9144030071526726XG", "91110000600037341L"]
)
def test_published_codes_pass_and_their_neighbours_do_not(text: str) -> None:
    passed = not refusals(text)
    mutated = text[:-1] + ("0" if text[-1] != "0" else "1")
    assert [one.code for one in refusals(mutated)] == ["uscc-check-character"]
    assert passed, refusals(text)[0].say()


@given(BODIES, st.data())
def test_any_one_character_changed_is_noticed(body: str, data: st.DataObject) -> None:
    good = body + uscc_check_character(body)
    assert refusals(good) == []
    place = data.draw(st.integers(0, 17))
    other = data.draw(st.sampled_from([char for char in LETTERS if char != good[place]]))
    assert refusals(good[:place] + other + good[place + 1 :])


@given(st.text())
def test_any_text_is_answered(text: str) -> None:
    for one in refusals(text):
        assert one.field == "uscc"
        assert one.say("zh") != one.say("en")
