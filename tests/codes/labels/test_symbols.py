import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from codes.labels import (
    SymbolTooLarge,
    UriNotPrintable,
    symbol,
    symbol_png,
    symbol_svg,
    width_mm,
)
from codes.labels.paths import svg_path
from codes.labels.symbols import matrix
from tests.codes.labels.reading import GTIN, png, rasterise, scan, scan_one

SERIAL = "18YR9ZDCYNA3EFHA15FZ"


def item(host, *, upper=True):
    stem = f"https://{host}"
    return f"{stem.upper() if upper else stem}/01/{GTIN}/21/{SERIAL}"


ITEM = item("zpm.example")


@pytest.mark.parametrize(
    ("uri", "version"),
    [
        (item("zpm.example"), 3),                       # 11 characters, the last that fit
        (item("zpmm.example"), 4),
        (item("a" * 28 + ".example.com"), 4),           # 40 characters
        (item("a" * 29 + ".example.com"), 5),
        (item("zpm.example", upper=False), 4),
        (item("zpm.example.gov.cn", upper=False), 5),
        (f"HTTPS://ZPM.TEST1/{SERIAL}", 2),             # 9 characters
        (f"HTTPS://ZPM.TEST12/{SERIAL}", 3),
    ],
)
def test_versions_are_those_of_the_serial_format(uri, version):
    code = symbol(uri)
    assert (code.version, code.error) == (version, "M")
    assert code.symbol_size(border=0)[0] == 17 + 4 * version


def test_level_is_the_one_asked_for_even_where_a_higher_one_fits():
    assert {symbol("HTTPS://ZPM.EXAMPLE", level).error for level in "LMQH"} == set("LMQH")
    assert not symbol("1").is_micro


@pytest.mark.parametrize("level", "LMQH")
def test_both_drawings_are_read_and_show_the_same_modules(level):
    drawn = rasterise(symbol_svg(ITEM, level=level), 8)
    image = png(symbol_png(ITEM, level=level))
    assert scan(drawn) == scan(image) == [(ITEM, level)]
    assert np.array_equal(np.asarray(drawn), np.asarray(image))


def test_drawings_have_their_true_size():
    svg = symbol_svg(ITEM, dark="#123456").decode()
    assert 'width="18.315mm"' in svg
    assert "#123456" in svg
    assert width_mm(29, 0.396) == pytest.approx(14.652)        # GS1 UK's worked example
    image = Image.open(io.BytesIO(symbol_png(ITEM, x_mm=0.396)))
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(14.652, abs=0.01)


@pytest.mark.parametrize("level", ["M", "Q"])
def test_blurred_and_turned_it_is_still_read(level):
    image = png(symbol_png(ITEM, level=level))
    assert scan_one(image.filter(ImageFilter.GaussianBlur(4))) == ITEM
    for angle in (7, 45, 190):
        assert scan_one(image.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)) == ITEM


@pytest.mark.parametrize("ink", [0, 128, 255])
def test_a_patch_of_fifteen_per_cent_is_mended_at_level_q(ink):
    image, side = png(symbol_png(ITEM, level="Q")), symbol(ITEM, "Q").symbol_size(border=0)[0]
    patch = 13
    assert patch**2 / side**2 > 0.15
    far, near = (side + 4) * 8, (side + 4 - patch) * 8          # the corner that has no finder
    ImageDraw.Draw(image).rectangle((near, near, far - 1, far - 1), fill=ink)
    assert scan_one(image) == ITEM
    assert scan_one(image.rotate(5, expand=True, fillcolor=255).filter(ImageFilter.GaussianBlur(2))) == ITEM


@pytest.mark.parametrize("uri", ["", "HTTPS://ZPM EXAMPLE", "https://浙.example", "a\n", "\x7f"])
def test_only_printable_uris_become_symbols(uri):
    with pytest.raises(UriNotPrintable) as refusal:
        symbol(uri)
    assert refusal.value.field == "uri"
    assert refusal.value.say("zh") != refusal.value.say("en")


def test_too_long_is_refused_at_both_limits():
    assert symbol("A" * 311).version == 10
    for length in (312, 5000):
        with pytest.raises(SymbolTooLarge, match=f"{length} characters at level M exceed version 10"):
            symbol("A" * length)


@given(st.lists(st.lists(st.booleans(), min_size=7, max_size=7), min_size=7, max_size=7))
def test_paths_cover_exactly_the_dark_modules(rows):
    modules = np.array(rows, dtype=np.uint8)
    document = f'<svg viewBox="0 0 7 7"><path d="{svg_path(modules)}"/></svg>'.encode()
    assert np.array_equal(np.asarray(rasterise(document, 3))[1::3, 1::3] == 0, modules == 1)


def test_matrix_is_without_quiet_zone():
    modules = matrix(symbol(ITEM))
    assert modules.shape == (29, 29)
    assert modules[0, :7].all()
