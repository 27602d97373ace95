import pytest
from biip.checksums import gs1_standard_check_digit
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.gs1 import (
    BadGtin,
    GtinCheckDigit,
    GtinLength,
    GtinNotDigits,
    GtinZero,
    check_digit,
    check_digit_fits,
    ean13,
    gtin14,
    printed,
)

DIGITS = "0123456789"
bodies = st.text(DIGITS, min_size=1, max_size=17)
calm = settings(deadline=None)


@calm
@given(bodies)
def test_the_check_digit_completes_any_body_as_biip_computes_it(body):
    digit = check_digit(body)
    assert digit == str(gs1_standard_check_digit(body))
    assert check_digit_fits(body + digit)
    assert not any(check_digit_fits(body + other) for other in DIGITS if other != digit)


@calm
@given(bodies, st.data())
def test_one_changed_digit_is_always_noticed(body, data):
    digits = body + check_digit(body)
    at = data.draw(st.integers(0, len(digits) - 1))
    other = data.draw(st.sampled_from([digit for digit in DIGITS if digit != digits[at]]))
    assert not check_digit_fits(digits[:at] + other + digits[at + 1 :])


@pytest.mark.parametrize("body", ["", "12x", "１２３", "²"])
def test_a_body_that_is_not_digits_is_our_own_mistake(body):
    with pytest.raises(ValueError, match="expected digits"):
        check_digit(body)


@pytest.mark.parametrize(
    ("typed", "gtin", "ean", "shown"),
    [
        ("96385074", "00000096385074", "0000096385074", "96385074"),
        ("036000291452", "00036000291452", "0036000291452", "036000291452"),
        ("690-1234 567892\n", "06901234567892", "6901234567892", "6901234567892"),
        ("06901234567892", "06901234567892", "6901234567892", "6901234567892"),
        ("16901234567899", "16901234567899", None, "16901234567899"),
    ],
)
def test_each_length_is_padded_and_printed_again_as_on_its_package(typed, gtin, ean, shown):
    assert gtin14(typed) == gtin
    assert ean13(gtin) == ean
    assert printed(gtin) == shown
    assert gtin14(printed(gtin)) == gtin


@calm
@given(st.sampled_from((7, 11, 12, 13)).flatmap(lambda size: st.text(DIGITS, min_size=size, max_size=size)))
def test_a_refused_check_digit_names_the_right_one(body):
    right = check_digit(body)
    wrong = str((int(right) + 1) % 10)
    with pytest.raises(GtinCheckDigit) as caught:
        gtin14(body + wrong, field="row 7")
    assert caught.value.field == "row 7"
    assert caught.value.facts["expected"] == right
    if body.strip("0"):
        assert gtin14(body + right) == (body + right).zfill(14)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", GtinNotDigits),
        ("690123456789X", GtinNotDigits),
        ("６９０１２３４５６７８９２", GtinNotDigits),
        ("690123456789²", GtinNotDigits),
        ("6901234567892\x00", GtinNotDigits),
        ("\ud800", GtinNotDigits),
        ("690123456789", GtinCheckDigit),
        ("69012345678", GtinLength),
        ("0" * 65536, GtinLength),
        ("00000000", GtinZero),
        ("00000000000000", GtinZero),
    ],
)
def test_what_is_no_gtin_is_refused_in_both_languages(typed, refusal):
    assert gtin14("6901234567892") == "06901234567892"
    with pytest.raises(refusal) as caught:
        gtin14(typed)
    assert isinstance(caught.value, BadGtin)
    assert caught.value.field == "gtin"
    for sentence in (caught.value.say("en"), caught.value.say("zh-CN")):
        assert "GTIN" in sentence
        assert len(sentence.encode()) < 400
