import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.gs1 import BadElementString, Why, bracketed, check_digit, label_elements, parse_element_string, separated

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
calm = settings(deadline=None)
values = st.text(CSET82, min_size=1, max_size=20)
gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))
days = st.dates().map(lambda day: day.strftime("%y%m%d"))
elements = st.fixed_dictionaries(
    {"01": gtins}, optional={"11": days, "10": values, "17": days, "21": values, "3103": st.just("000189")}
).map(lambda found: tuple(found.items()))


@calm
@given(elements)
def test_both_forms_carry_the_same_elements(pairs):
    assert parse_element_string(bracketed(pairs)) == pairs
    assert parse_element_string(separated(pairs)) == pairs
    assert parse_element_string("]d2" + separated(pairs) + "\x1d") == pairs
    assert parse_element_string("]C1\x1d" + separated(pairs)) == pairs


def test_the_label_says_gtin_lot_and_serial():
    gtin = "06901234567892"
    assert bracketed(label_elements(gtin)) == "(01)06901234567892"
    whole = label_elements(gtin, lot="L(1)", serial="S1")
    assert bracketed(whole) == r"(01)06901234567892(10)L\(1)(21)S1"
    assert separated(whole) == "010690123456789210L(1)\x1d21S1"
    assert parse_element_string(bracketed(whole)) == parse_element_string(separated(whole)) == whole


def test_a_separator_after_a_fixed_length_is_read_over():
    assert parse_element_string("0106901234567892\x1d17261231") == (("01", "06901234567892"), ("17", "261231"))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Why.EMPTY),
        ("]Q3", Why.EMPTY),
        ("\x1d", Why.EMPTY),
        ("89X", Why.UNKNOWN_AI),
        ("A", Why.UNKNOWN_AI),
        ("(89)X", Why.UNKNOWN_AI),
        ("()X", Why.UNKNOWN_AI),
        ("(10)", Why.EMPTY),
        ("(10)A(10)A", Why.REPEATED),
        ("(10", Why.BRACKETS),
        ("(10)A(", Why.BRACKETS),
        ("((10)A", Why.BRACKETS),
        ("（10）A", Why.UNKNOWN_AI),
        ("(10)A\x00", Why.VALUE_CHARACTERS),
        ("(10)" + "A" * 21, Why.FORM),
        ("10" + "A" * 21 + "17261231", Why.FORM),
        ("010690123456789", Why.FORM),
        ("(01)06901234567893", Why.CHECK_DIGIT),
        ("17261331", Why.FORM),
        ("17260230", Why.DATE),
        ("(10)" + "A" * 65536, Why.TOO_LONG),
    ],
)
def test_what_is_no_element_string_is_refused(text, why):
    assert parse_element_string("(10)A") == (("10", "A"),)
    with pytest.raises(BadElementString) as caught:
        parse_element_string(text, field="scan")
    assert (caught.value.field, caught.value.why) == ("scan", why)
    assert caught.value.say("zh").startswith("这不是有效的 GS1 单元数据串")


def test_an_unassigned_ai_cannot_be_written_either():
    with pytest.raises(BadElementString) as caught:
        separated((("89", "X"),))
    assert caught.value.why is Why.UNKNOWN_AI


def parse_or_refuse(text):
    try:
        return parse_element_string(text)
    except BadElementString as refusal:
        return refusal


@calm
@given(st.text() | st.text("()\\\x1d]Q3dC10217AB"))
def test_any_text_is_read_or_refused(text):
    found = parse_or_refuse(text)
    if isinstance(found, BadElementString):
        assert found.say("en").encode()
    else:
        assert parse_element_string(bracketed(found)) == found
