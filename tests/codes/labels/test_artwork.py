import io
import zipfile

import pytest
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter

from codes.labels import SymbolTooLarge, UriNotPrintable, artwork_zip, product_artwork
from codes.labels import guide as guide_module
from codes.labels.styled import ACCENT, png, svg
from tests.codes.labels.reading import pdf_pages, rasterise, scan, scan_one
from tests.codes.labels.reading import png as opened

GTIN = "06901234567892"
URIS = [
    f"HTTP://Z.CN/01/{GTIN}",                                       # the shortest there can be: 3-H
    f"HTTPS://ZPM.EXAMPLE/01/{GTIN}",
    f"HTTPS://ZPM.EXAMPLE.GOV.CN/01/{GTIN}",
    f"https://zpm.example.gov.cn/01/{GTIN}",
    f"https://zpm.zhejiang.scjgj.example.gov.cn/01/{GTIN}",         # 7-H: an alignment pattern lies under the mark
]


@pytest.fixture(scope="module")
def made():
    return product_artwork(URIS[2], stem="x")


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("uri", URIS)
def test_every_drawing_is_read(uri):
    made = product_artwork(uri, stem="x")
    assert {scan_one(opened(data)) for name, data in made.items() if name.endswith(".png")} == {uri}
    assert {scan_one(rasterise(data, 12)) for name, data in made.items() if name.endswith(".svg")} == {uri}


@pytest.mark.parametrize("uri", URIS)
@pytest.mark.parametrize("mark", [False, True])
def test_styled_it_survives_blur_and_turning(uri, mark):
    image = opened(png(uri, mark=mark)).resize((400, 400), Image.Resampling.LANCZOS)
    assert scan_one(image.filter(ImageFilter.GaussianBlur(2.5))) == uri
    for angle in (6, 45, 200):
        turned = image.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
        assert scan_one(turned.filter(ImageFilter.GaussianBlur(1))) == uri


@pytest.mark.parametrize("ink", [0, 255])
def test_rounded_at_level_q_a_patch_of_fifteen_per_cent_is_mended(ink):
    image = opened(png(URIS[2]))
    far, near = (29 + 4) * 32, (29 + 4 - 12) * 32                   # 12² of 29², in the corner that has no finder
    ImageDraw.Draw(image).rectangle((near, near, far - 1, far - 1), fill=ink)
    assert scan(image) == [(URIS[2], "Q")]


@pytest.mark.parametrize("ink", [0, 255])
def test_with_the_mark_a_further_patch_is_mended_at_level_h(ink):
    image = opened(png(URIS[2], mark=True))
    far, near = (33 + 4) * 32, (33 + 4 - 8) * 32
    ImageDraw.Draw(image).rectangle((near, near, far - 1, far - 1), fill=ink)
    assert scan(image) == [(URIS[2], "H")]


def test_levels_colour_and_mark_are_as_described(made):
    assert scan(opened(made["x.png"])) == [(URIS[2], "Q")]
    assert scan(opened(made["x-mark.png"])) == [(URIS[2], "H")]
    assert (1.05 / (luminance(ACCENT) + 0.05)) > 4.5
    assert int(ACCENT[1:3], 16) < 64                                # dark under red light
    assert ACCENT in made["x-rounded.svg"].decode()
    assert made["x-rounded.svg"].count(b"<path") == 2
    assert made["x-mark.svg"].count(b"<path") == 3
    image = Image.open(io.BytesIO(made["x-mark.png"])).convert("RGB")
    x, y = image.width // 2, image.height // 2
    middle = image.crop((x - 120, y - 40, x + 120, y + 40))
    assert {(0x2A, 0x6F, 0x69), (255, 255, 255)} <= {colour for _, colour in middle.getcolors(4096)}


def test_true_size_of_styled_drawings():
    assert b'width="18.315mm"' in svg(URIS[2])
    image = Image.open(io.BytesIO(png(URIS[2], x_mm=0.396)))
    assert image.width / image.info["dpi"][0] * 25.4 == pytest.approx(14.652, abs=0.01)


def test_the_guide_says_sizes_in_both_languages(made):
    text = made["x-size-guide.txt"].decode()
    zh, en = text.split("\n\nPrinting sizes")[0], text.partition("Printing sizes")[2]
    for words in (zh, en):
        assert "29 × 29" in words
        assert "33 × 33" in words
        assert "0.396 mm" in words
        assert "14.7 mm" in words                                   # 37 × 0.396 rounded to the safe side
        assert "18.4 mm" in words
        assert "36.6 mm" in words                                   # 37 × 0.990 likewise
    assert "只认 zpm.example.gov.cn" in zh
    assert guide_module.sizes(29)[1] == (0.495, 14.4, 18.4)


def test_the_guide_sheet_is_to_scale_and_its_symbols_are_read(made):
    ((image, text),) = pdf_pages(made["x-size-guide.pdf"])
    found = [code for code, _ in scan(image)]
    assert found == [URIS[2]] * 3
    assert "浙品码印制尺寸" in text
    assert URIS[2] in text
    assert "zpm.example.gov.cn" in text
    assert "14.7" in text
    widths = sorted(
        (code.position.top_right.x - code.position.top_left.x) / 300 * 25.4 for code in zxingcpp.read_barcodes(image)
    )
    assert widths[:2] == pytest.approx([29 * 0.396, 29 * 0.495], abs=0.3)


def test_one_zip_for_all_products():
    products = [
        (GTIN, '龙泉/青瓷 "杯"\n', URIS[1]),
        ("06901234567908", "..", URIS[2]),
        ("06901234567915", "杯" * 90, URIS[1]),
    ]
    chunks = list(artwork_zip(products[:1]))
    assert len(chunks) == 9
    assert b"".join(chunks) == b"".join(artwork_zip(products[:1]))
    with zipfile.ZipFile(io.BytesIO(b"".join(artwork_zip(products)))) as archive:
        names = archive.namelist()
        assert scan_one(opened(archive.read(names[1]))) == URIS[1]
    assert sorted({name.split("/")[0] for name in names}) == [
        f"{GTIN} 龙泉 青瓷  杯", "06901234567908", "06901234567915 " + "杯" * 40,
    ]
    assert {name.count("/") for name in names} == {1}
    assert len(names) == len(set(names)) == 24


def test_what_is_no_product_uri_is_refused():
    assert product_artwork(URIS[0])
    for bad in ("", "浙", GTIN, "zpm.example/01"):
        with pytest.raises(UriNotPrintable):
            product_artwork(bad)
    with pytest.raises(SymbolTooLarge):
        product_artwork("https://" + "a" * 200)
