import msgspec
import pytest

from codes.gs1 import BadLabelStem, GtinCheckDigit, LabelProfile
from codes.labels import ExportOrder, GtinNotPadded, RangeRefused, UnknownLayout
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
