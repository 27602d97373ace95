import re

import pytest
from biip.gs1_application_identifiers import GS1ApplicationIdentifier

from codes.gs1 import BadValue, Why, checked_value
from codes.gs1.ai_values import fault, look_up
from codes.gs1.iso_codes import COUNTRIES, CURRENCIES


def judge(digits: str, value: str) -> Why | None:
    return fault(look_up(digits), value)


@pytest.mark.parametrize(
    ("digits", "good", "bad", "why"),
    [
        ("00", "006141411234567890", "006141411234567891", Why.CHECK_DIGIT),
        ("01", "06901234567892", "06901234567893", Why.CHECK_DIGIT),
        ("01", "00000000000000", "6901234567892", Why.FORM),
        ("02", "06901234567892", "06901234567829", Why.CHECK_DIGIT),
        ("10", "L1", "", Why.EMPTY),
        ("10", "A" * 20, "A" * 21, Why.FORM),
        ("10", "!\"%&'()*+,-./:;<=>?_", "A B", Why.VALUE_CHARACTERS),
        ("21", "aZ09", "批号", Why.VALUE_CHARACTERS),
        ("21", "1", "１", Why.VALUE_CHARACTERS),
        ("30", "12", "", Why.EMPTY),
        ("17", "261231", "261232", Why.FORM),
        ("17", "270100", "270001", Why.DATE),
        ("17", "240229", "230229", Why.DATE),
        ("11", "000229", "260431", Why.DATE),
        ("15", "261200", "261300", Why.FORM),
        ("7003", "2612312359", "2612002359", Why.DATE),
        ("7003", "2612310000", "2612312400", Why.TIME),
        ("4324", "2612002359", "2612312360", Why.TIME),
        ("4326", "261231", "261200", Why.DATE),
        ("7006", "261231", "260229", Why.DATE),
        ("7007", "261231", "260231", Why.DATE),
        ("7007", "261230261231", "261230260231", Why.DATE),
        ("7011", "261231", "261200", Why.DATE),
        ("7011", "2612312359", "2612312460", Why.TIME),
        ("8008", "26123123", "26023023", Why.DATE),
        ("8008", "261231235959", "26123124", Why.FORM),
        ("7250", "20240229", "00000101", Why.DATE),
        ("253", "1231231231232TEST", "1231231231233TEST", Why.CHECK_DIGIT),
        ("402", "12345678901234560", "12345678901234567", Why.CHECK_DIGIT),
        ("414", "6901234567892", "6901234567893", Why.CHECK_DIGIT),
        ("8003", "06901234567892ABC", "06901234567893ABC", Why.CHECK_DIGIT),
        ("8006", "069012345678920102", "069012345678930102", Why.CHECK_DIGIT),
        ("8006", "069012345678920202", "069012345678920302", Why.RANGE),
        ("8006", "069012345678920101", "069012345678920001", Why.RANGE),
        ("8018", "123456789012345675", "123456789012345674", Why.CHECK_DIGIT),
        ("8004", "1234A", "123A4", Why.COMPANY_PREFIX),
        ("8013", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310c2X", Why.CHECK_DIGIT),
        ("8013", "12345_ABCDEFGHIJKLMCP", "12345_ABCDEFGHIJKMLCP", Why.CHECK_DIGIT),
        ("422", "156", "157", Why.NOT_LISTED),
        ("423", "156840", "156841", Why.NOT_LISTED),
        ("7030", "999AB", "157AB", Why.NOT_LISTED),
        ("7039", "156AB", "000AB", Why.NOT_LISTED),
        ("3932", "1561050", "1571050", Why.NOT_LISTED),
        ("4309", "18000000003600000000", "18000000013600000000", Why.RANGE),
        ("4309", "00000000000000000000", "00000000003600000001", Why.RANGE),
        ("7040", "1ABC", "1AB+", Why.RANGE),
        ("7241", "10", "11", Why.RANGE),
        ("7252", "9", "3", Why.RANGE),
        ("7258", "1/2", "2/1", Why.RANGE),
        ("8001", "00010000100119", "00010000100129", Why.RANGE),
        ("8001", "12341234512311", "00001234512311", Why.RANGE),
        ("8011", "0", "01", Why.RANGE),
        ("4300", "A%20B", "A%2", Why.FORM),
        ("3103", "000189", "00189", Why.FORM),
        ("99", "x" * 90, "x" * 91, Why.FORM),
    ],
)
def test_a_good_value_passes_and_its_bad_neighbour_says_why(digits, good, bad, why):
    assert judge(digits, good) is None
    assert judge(digits, bad) is why


@pytest.mark.parametrize(
    "digits", ["", "0", "1", "9", "23", "019", "0106", "89", "999", "00000", "1a", "１０", "²1", "lot"]
)
def test_only_assigned_ais_are_known(digits):
    assert look_up("01").fixed_length == 14
    assert look_up("10").fixed_length is None
    assert look_up(digits) is None


def test_every_ai_of_biip_is_known_and_no_pattern_can_be_read_two_ways():
    known = [ai for n in range(2, 5) for digits in range(10**n) if (ai := look_up(f"{digits:0{n}}"))]
    assert len(known) > 500
    assert not any("|%" in ai.pattern.pattern for ai in known)
    assert all(GS1ApplicationIdentifier.extract(ai.digits).ai == ai.digits for ai in known)


def test_a_long_run_of_escapes_is_read_at_once():
    # Two readings of each escape made this take longer than anyone waits.
    assert judge("7256", "%41" * 30) is None
    assert judge("7256", "%41" * 29 + "%4") is Why.FORM
    assert judge("7256", "%41" * 20000) is Why.FORM


def test_the_iso_lists_are_three_digits_each_and_hold_china():
    assert all(re.fullmatch("[0-9]{3}", code) for code in COUNTRIES | CURRENCIES)
    assert "156" in COUNTRIES & CURRENCIES
    assert (len(COUNTRIES), len(CURRENCIES)) == (249, 181)


def test_a_lot_is_checked_for_the_form_that_sent_it():
    assert checked_value("10", "批-1".replace("批", "B"), "lot") == "B-1"
    with pytest.raises(BadValue) as caught:
        checked_value("10", "批-1", "lot")
    assert (caught.value.field, caught.value.why) == ("lot", Why.VALUE_CHARACTERS)
    assert "批-1" in caught.value.say("zh")
