import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from codes.labels import SymbolTooLarge, symbol
from codes.labels.plates import BLOCK, plate
from codes.labels.symbols import matrix
from codes.serial.alphabet import SYMBOLS
from tests.codes.labels.reading import CROCKFORD, GTIN, fake_seal, scan_one

PREFIXES = [
    ("HTTPS://ZPM.EXAMPLE/01/" + GTIN + "/21/", "M", 3),            # odd: the first pair straddles the prefix
    ("HTTPS://ZPM.EXAMPL/01/" + GTIN + "/21/", "Q", 4),             # even
    ("https://zpm.example/01/" + GTIN + "/21/", "M", 4),            # bytes
    ("HTTPS://ZPM.EX/", "L", 2),
    ("HTTPS://ZPM.EXAMPLE.GOV.CN.ZHEJIANG.GOV.CN/01/" + GTIN + "/21/", "H", 6),
]


@pytest.mark.parametrize(("prefix", "level", "version"), PREFIXES)
def test_every_pressed_symbol_is_the_one_segno_makes(prefix, level, version):
    dies = plate(prefix, level)
    assert (dies.version, dies.side) == (version, 17 + 4 * version)
    serials = fake_seal(3, 1, 0, BLOCK + 8, 0)                      # across a block boundary
    for serial, pressed in zip(serials, dies.press(serials), strict=True):
        assert np.array_equal(pressed, matrix(symbol(prefix + bytes(serial).decode(), level)))


@given(st.text(SYMBOLS, min_size=20, max_size=20))
def test_any_serial_at_all(serial):
    prefix, level, _ = PREFIXES[0]
    pressed = plate(prefix, level).press(np.frombuffer(serial.encode(), np.uint8)[None])[0]
    assert np.array_equal(pressed, matrix(symbol(prefix + serial, level)))


def test_extreme_serials_and_all_masks():
    prefix, level, _ = PREFIXES[0]
    dies = plate(prefix, level)
    flat = np.repeat(CROCKFORD[:, None], 20, axis=1)
    masks = set()
    for serial, pressed in zip(flat, dies.press(flat), strict=True):
        code = symbol(prefix + bytes(serial).decode(), level)
        masks.add(code.mask)
        assert np.array_equal(pressed, matrix(code))
    assert len(masks) > 4


def test_pressed_symbols_are_read():
    prefix, level, _ = PREFIXES[2]
    serials = fake_seal(1, 2, 0, 25, 0)
    for serial, pressed in zip(serials, plate(prefix, level).press(serials), strict=True):
        image = Image.fromarray(np.pad(np.where(pressed, 0, 255).astype(np.uint8), 4, constant_values=255))
        assert scan_one(image.resize((328, 328), Image.Resampling.NEAREST)) == prefix + bytes(serial).decode()


def test_a_prefix_beyond_version_six_is_refused():
    prefix = "https://" + "a" * 40 + "/01/" + GTIN + "/21/"
    assert plate(prefix, "M").version == 6
    with pytest.raises(SymbolTooLarge, match="exceed version 6") as refusal:
        plate(prefix, "Q")
    assert refusal.value.field == "stem"
