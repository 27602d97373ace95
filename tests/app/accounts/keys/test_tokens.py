"""The form of a key: written once, read back, and no damaged one passes."""

import re
import zlib

from hypothesis import assume, given
from hypothesis import strategies as st

from app.accounts.keys.tokens import ALPHABET, LENGTH, check_characters, is_ours, new_token, read_token

FORM = re.compile(r"zpm_live_[0-9A-Za-z]{8}_[0-9A-Za-z]{43}[0-9A-Za-z]{6}")
KEY = "zpm_live_0aZ9bY8c_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg"


def test_the_form_is_the_documented_one() -> None:
    token = new_token()
    assert FORM.fullmatch(token.text)
    assert len(token.text) == LENGTH == 67
    assert token.text[9:17] == token.id
    assert read_token(token.text) == token
    assert is_ours(token.text)
    assert token.text not in repr(token.digest)
    assert len({new_token().id for _ in range(200)}) == 200


def test_the_check_is_crc_32_in_base_62() -> None:
    told = check_characters(KEY)
    value = 0
    for char in told:
        value = value * 62 + ALPHABET.index(char)
    assert value == zlib.crc32(KEY.encode())
    assert check_characters("") == "000000"


@given(st.integers(0, LENGTH - 1), st.sampled_from(ALPHABET + "_-% 中"))
def test_any_one_character_changed_is_noticed(place: int, char: str) -> None:
    whole = KEY + check_characters(KEY)
    assert read_token(whole)
    assume(whole[place] != char)
    assert read_token(whole[:place] + char + whole[place + 1 :]) is None


@given(st.text(max_size=100))
def test_any_text_is_read_as_none(text: str) -> None:
    assert read_token(text) is None
    assert read_token("zpm_live_" + text) is None
