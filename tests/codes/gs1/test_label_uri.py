import re

import pytest
import segno

from codes.gs1 import (
    BadLabelStem,
    BadValue,
    LabelProfile,
    ScanPath,
    cased_stem,
    item_uri,
    lot_uri,
    parse_digital_link,
    parse_scan_path,
    product_uri,
    short_uri,
)

G = "06901234567892"
S = "1A7K2M9QX4TB5C6D7E8F"
UPPER, LOWER = LabelProfile.UPPER, LabelProfile.LOWER


def test_the_upper_profile_stays_in_the_alphanumeric_mode():
    stem = "https://zpm.example"
    assert product_uri(stem, G) == f"HTTPS://ZPM.EXAMPLE/01/{G}"
    assert item_uri(stem, G, S.lower()) == f"HTTPS://ZPM.EXAMPLE/01/{G}/21/{S}"
    assert short_uri(stem, S) == f"HTTPS://ZPM.EXAMPLE/{S}"
    assert lot_uri(stem, G, "L1") == f"HTTPS://ZPM.EXAMPLE/01/{G}/10/L1"
    for uri in (product_uri(stem, G), item_uri(stem, G, S), short_uri(stem, S), lot_uri(stem, G, "L1")):
        assert segno.make_qr(uri).mode == "alphanumeric"
    assert segno.make_qr(item_uri(stem, G, S), error="m", boost_error=False).version == 3


def test_the_lower_profile_keeps_the_serial_in_upper_case():
    stem = "HTTPS://zpm.Example/"
    assert product_uri(stem, G, LOWER) == f"https://zpm.example/01/{G}"
    assert item_uri(stem, G, S.lower(), LOWER) == f"https://zpm.example/01/{G}/21/{S}"
    assert lot_uri(stem, G, "a/1", LOWER) == f"https://zpm.example/01/{G}/10/a%2F1"
    assert short_uri(stem, S.lower(), LOWER) == f"https://zpm.example/{S}"


@pytest.mark.parametrize("profile", LabelProfile)
@pytest.mark.parametrize("stem", ["https://zpm.example", "http://127.0.0.1:8000"])
def test_every_label_is_read_back(stem, profile):
    for uri, found in (
        (product_uri(stem, G, profile), ScanPath(G, None, None)),
        (lot_uri(stem, G, "a/1", profile), ScanPath(G, "a/1", None)),
        (item_uri(stem, G, S, profile), ScanPath(G, None, S)),
    ):
        link = parse_digital_link(uri)
        assert (link.gtin, link.lot, link.serial) == found
        assert parse_scan_path(re.sub("^[^/]*//[^/]*", "", uri)) == found


@pytest.mark.parametrize(
    "stem",
    [
        "",
        "zpm.example",
        "ftp://zpm.example",
        "https://",
        "https://zpm.example/a",
        "https://zpm.example?x",
        "https://浙.cn",
        "https://zpm.\u212a",
    ],
)
def test_a_stem_that_is_more_or_less_than_a_host_is_refused(stem):
    assert cased_stem("http://127.0.0.1:8000/", UPPER) == "HTTP://127.0.0.1:8000"
    with pytest.raises(BadLabelStem) as caught:
        cased_stem(stem, UPPER)
    assert caught.value.field == "stem"
    assert "zpm.example" in caught.value.say("zh")


def test_a_lot_no_code_can_carry_is_refused():
    assert lot_uri("https://zpm.example", G, "A" * 20)
    with pytest.raises(BadValue) as caught:
        lot_uri("https://zpm.example", G, "A" * 21)
    assert caught.value.field == "lot"
