import msgspec
import pytest

from codes.gs1 import BadLabelStem, GtinCheckDigit, LabelProfile
from codes.labels import (
    BleedOnSheet,
    ExportOrder,
    GtinNotPadded,
    RangeRefused,
    UnknownEncoding,
    UnknownLayout,
    UnknownResolution,
    file_name,
    rolls,
)
from codes.labels.orders import MAX_ROLLS
from tests.codes.labels.reading import GTIN


def test_an_order_says_what_stands_before_the_serial(order):
    upper = order(stem="https://Zpm.Example.gov.cn")
    assert upper.prefix == upper.item_prefix == f"HTTPS://ZPM.EXAMPLE.GOV.CN/01/{GTIN}/21/"
    assert upper.short_prefix == order(stem="https://Zpm.Example.gov.cn", form="short").prefix
    assert upper.host == "zpm.example.gov.cn"
    assert order(profile="lower").prefix == f"https://zpm.example/01/{GTIN}/21/"
    assert order(profile="upper").profile is LabelProfile.UPPER


def test_epoch_zero_is_a_proof(order):
    assert order(epoch=0).proof
    assert not order().proof


def test_the_last_index_may_be_the_last_of_all(order):
    assert order(first=2**30 - 1, count=1).last == 2**30 - 1
    assert order(count=2**30).last == 2**30 - 1


@pytest.mark.parametrize(
    ("fields", "refusal", "field"),
    [
        ({"stem": "https://zpm.example/c"}, BadLabelStem, "stem"),
        ({"gtin": "06901234567893"}, GtinCheckDigit, "gtin"),
        ({"gtin": "6901234567892"}, GtinNotPadded, "gtin"),
        ({"first": -1}, RangeRefused, "first"),
        ({"first": 2**30}, RangeRefused, "first"),
        ({"count": 0}, RangeRefused, "count"),
        ({"first": 1, "count": 2**30}, RangeRefused, "count"),
        ({"layout": "a5-1"}, UnknownLayout, "layout"),
        ({"encoding": "utf-16"}, UnknownEncoding, "encoding"),
        ({"dpi": 250}, UnknownResolution, "dpi"),
        ({"bleed": 5.1, "layout": "roll-60x40"}, RangeRefused, "bleed"),
        ({"bleed": -1, "layout": "roll-60x40"}, RangeRefused, "bleed"),
        ({"bleed": 2}, BleedOnSheet, "bleed"),
    ],
)
def test_what_no_label_could_carry_is_refused(order, fields, refusal, field):
    order()
    with pytest.raises(refusal) as no:
        order(**fields)
    assert no.value.field == field
    assert no.value.say("zh") != no.value.say("en")


def test_an_order_survives_being_stored(order):
    kept = order(lot="L1", demo=True)
    assert msgspec.json.decode(msgspec.json.encode(kept), type=ExportOrder) == kept


def test_an_order_is_split_by_rolls(order):
    whole = order(count=25, first=7)
    parts = list(rolls(whole, 10))
    assert [(part.roll, part.first, part.count) for part in parts] == [(1, 7, 10), (2, 17, 10), (3, 27, 5)]
    assert [file_name(part, "zpl") for part in parts][1:] == [
        "zpm-06901234567892-12-17-26-roll0002.zpl",
        "zpm-06901234567892-12-27-31-roll0003.zpl",
    ]
    assert [part.count for part in rolls(whole, 2**30)] == [25]
    assert len(list(rolls(order(count=MAX_ROLLS), 1))) == MAX_ROLLS
    with pytest.raises(RangeRefused) as no:
        rolls(order(count=MAX_ROLLS + 1), 1)
    assert (no.value.field, no.value.facts["least"]) == ("roll", 2)
    with pytest.raises(RangeRefused):
        rolls(whole, 0)
