import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.serial import decode, grouped, is_canonical, read
from codes.serial.alphabet import LENGTH, SYMBOLS, encode

SERIAL = "18YR9ZDCYNA3EFHA15FZ"
LOOKALIKES = {"0": "0Oo", "1": "1IiLl"}

serials = st.text(SYMBOLS, min_size=LENGTH, max_size=LENGTH)


@st.composite
def typed(draw):
    """A serial, and the same as a hand might type it."""
    serial = draw(serials)
    hand = ""
    for char in serial:
        hand += draw(st.text(" -", max_size=2)) + draw(st.sampled_from(LOOKALIKES.get(char, char + char.lower())))
    return serial, hand + draw(st.text(" -", max_size=2))


@settings(deadline=None)
@given(typed())
def test_every_way_of_typing_a_serial_reads_as_that_serial(pair):
    serial, hand = pair
    assert read(hand) == serial
    assert read(serial) == serial


@settings(deadline=None)
@given(st.text(max_size=30) | st.text(SYMBOLS + "OILUoilu -_*０１", min_size=18, max_size=24))
def test_any_text_reads_as_a_canonical_serial_or_as_nothing(text):
    serial = read(text)
    assert serial is None or is_canonical(serial)
    assert (decode(text) is not None) == (len(text) == LENGTH and set(text) <= set(SYMBOLS))


@settings(deadline=None)
@given(st.integers(0, 2**100 - 1))
def test_text_and_number_are_the_same_thing(number):
    serial = encode(number)
    assert decode(serial) == number
    assert [SYMBOLS.index(char) for char in serial] == [number >> shift & 31 for shift in range(95, -1, -5)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        SERIAL[:-1],
        SERIAL + "0",
        SERIAL[:-1] + "U",
        SERIAL[:-1] + "u",
        SERIAL[:-1] + "*",
        SERIAL[:-1] + "?",
        SERIAL[:-1] + "_",
        SERIAL[:-1] + "\n",
        SERIAL[:-1] + "Ｚ",
        "０" + SERIAL[1:],
        "ı" + SERIAL[1:],
        "ſ" + SERIAL[1:],
        "\udc80" + SERIAL[1:],
        SERIAL[:10] + "\u3000" + SERIAL[10:],
        SERIAL[:10] + "\u2010" + SERIAL[10:],
        SERIAL[:10] + "\t" + SERIAL[10:],
    ],
)
def test_anything_else_is_malformed(text):
    assert read(SERIAL) == SERIAL
    assert read(text) is None
    assert decode(text) is None


@pytest.mark.parametrize("text", [SERIAL.lower(), "I" + SERIAL[1:], SERIAL[:4] + " " + SERIAL[4:], "+" + SERIAL[1:]])
def test_a_scan_forgives_nothing(text):
    assert is_canonical(SERIAL)
    assert not is_canonical(text)


def test_label_and_page_print_groups_of_four():
    assert grouped(SERIAL) == "18YR 9ZDC YNA3 EFHA 15FZ"
    assert read(grouped(SERIAL)) == SERIAL
