"""The strict reader against segno's symbols, and against every wrong module."""

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.labels.errors import ExportBroken
from codes.labels.reader import _text, read
from codes.labels.symbols import matrix, symbol
from tests.codes.labels.reading import GTIN

URI = f"HTTPS://ZPM.EXAMPLE/01/{GTIN}/21/1ABCDEFGH0JK1MN23456"


@pytest.mark.parametrize("version", range(1, 7))
@pytest.mark.parametrize("level", "LMQH")
def test_every_version_level_and_mask(version, level):
    for mask in range(8):
        for text in ("A1", "A/B:C", "a/b:c"):
            code = segno.make(text, version=version, error=level, mask=mask, boost_error=False, micro=False)
            assert read(matrix(code)) == (text, level)


def test_one_wrong_module_anywhere_is_an_error():
    good = matrix(symbol(URI))
    assert read(good) == (URI, "M")
    for place in np.ndindex(good.shape):
        bad = good.copy()
        bad[place] ^= 1
        with pytest.raises(ExportBroken):
            read(bad)


@settings(deadline=None, max_examples=30)
@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=20, max_size=20), st.sampled_from("LMQH"))
def test_any_uri_comes_back(serial, level):
    uri = f"https://zpm.example/{serial}"
    assert read(matrix(symbol(uri, level))) == (uri, level)


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        (np.zeros((21, 25), np.uint8), "no symbol"),
        (np.zeros((22, 22), np.uint8), "no symbol"),
        (np.zeros((45, 45), np.uint8), "no symbol"),
        (matrix(segno.make("123456", micro=False)), "mode 1 is none of ours"),
    ],
)
def test_what_is_no_symbol_of_ours(modules, says):
    with pytest.raises(ExportBroken, match=says):
        read(modules)


@pytest.mark.parametrize(
    ("bits", "says"),
    [
        ("0100" + f"{200:08b}", "too early"),
        ("0010" + f"{2:09b}" + f"{45 * 10 + 11:011b}" + "0100" + "0000", "something follows"),
    ],
)
def test_data_that_do_not_end_as_they_must(bits, says):
    bits = bits.ljust(-(-len(bits) // 8) * 8, "0")
    with pytest.raises(ExportBroken, match=says):
        _text(int(bits, 2).to_bytes(len(bits) // 8))
    assert _text(int("0010" + f"{2:09b}" + f"{45 * 10 + 11:011b}" + "00000000", 2).to_bytes(4)) == "AB"


def test_a_set_remainder_bit_is_noticed():
    good = matrix(symbol(URI))
    # The last bits of the zigzag stand in the left column pair, above the format's room, and are never data.
    found = 0
    for y in range(len(good)):
        for x in (0, 1):
            bad = good.copy()
            bad[y, x] ^= 1
            try:
                read(bad)
            except ExportBroken as error:
                found += "remainder" in str(error)
    assert found == 7
