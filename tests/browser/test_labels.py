"""From what is printed to the page: labels are made, read back as a phone's camera does, and opened."""

import io

import pypdfium2
import pytest
import zxingcpp
from PIL import Image

from codes.labels import symbol_png

pytestmark = pytest.mark.browser

DPI = 200
A_SHEET = 24


def read(image):
    return [code.text for code in zxingcpp.read_barcodes(image)]


def headline_of(one, address):
    assert one.open(address).status == 200
    return one.probe().headline


def test_the_symbol_of_the_address_that_up_prints(program, phone):
    (address,) = read(Image.open(io.BytesIO(symbol_png(program.scan))))
    assert address == program.scan
    assert "码有效，品牌认定有效" in headline_of(phone(), address)


def test_a_printed_sheet(program, hoods, phone, tmp_path):
    sheet = tmp_path / "sheet.pdf"
    program.zpm("export", hoods.number, "--format", "pdf", "--count", A_SHEET, "-o", sheet)
    with pypdfium2.PdfDocument(sheet) as document:
        assert len(document) == 1
        found = read(document[0].render(scale=DPI / 72).to_pil().convert("L"))
    assert sorted(found) == sorted(hoods.labels[:A_SHEET])
    assert found[0].startswith(f"HTTP://127.0.0.1:{program.port}/01/")
    assert "码有效，品牌认定有效" in headline_of(phone(), found[0])


def test_short_addresses(program, hoods, phone):
    (address,) = program.zpm("export", hoods.number, "--format", "txt", "--short", "--count", 1, "-o", "-").split()
    assert address.removeprefix(f"HTTP://127.0.0.1:{program.port}/") == hoods.labels[0].rpartition("/")[2]
    assert "码有效，品牌认定有效" in headline_of(phone(), address)
