import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalogue.shapes import NewEnterprise, NewIndicators, NewProduct
from app.edge.bodies import decode, misfit
from app.recognition.shapes import NewRecognition
from codes.errors import Refusal

SHAPES = (NewEnterprise, NewProduct, NewIndicators, NewRecognition)


def answered(body: bytes, shape: Any) -> str:
    """What is said of a body, nothing where it is one of ours; anything but a refusal fails the test."""
    try:
        decode(body, shape)
    except Refusal as no:
        return no.say("zh")
    return ""


def refusal(body: bytes, shape: Any = NewEnterprise) -> Refusal:
    with pytest.raises(Refusal) as caught:
        decode(body, shape)
    return caught.value


@pytest.mark.parametrize(
    ("body", "code", "field"),
    [
        (b"", "not-json", None),
        (b"{", "not-json", None),
        (b"{'a':1}", "not-json", None),
        (b'{"uscc":NaN}', "not-json", None),
        (b"\xff", "not-json", None),
        (b'{"uscc":"\xff"}', "not-utf-8", None),
        (b'{"uscc":"\xc3"}', "not-utf-8", None),
        (b'{"uscc":"\\ud800"}', "not-json", None),
        (b"[]", "wrong-shape", None),
        (b"null", "wrong-shape", None),
        (b'{"uscc":1}', "wrong-shape", "uscc"),
        (b'{"uscc":"x"}', "wrong-shape", "name"),
        (b'{"x":1}', "wrong-shape", "x"),
        (b"[" * 1000 + b"]" * 1000, "wrong-shape", None),
        (b'{"a":' * 1000 + b"1" + b"}" * 1000, "wrong-shape", "a"),
    ],
)
def test_what_is_wrong_is_named(body: bytes, code: str, field: str | None) -> None:
    one = refusal(body)
    assert (one.code, one.field) == (code, field)
    assert one.say("zh") != one.say("en")


@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b"[" * 5000 + b"]" * 5000])
def test_deep_nesting_is_refused_where_anything_may_stand(body: bytes) -> None:
    assert refusal(body, Any).code == "json-too-deep"


def test_places_inside_lists_are_named() -> None:
    one = refusal(b'{"indicators":[{"name":"a","unit":"b","sense":"best","product_value":"1"}]}', NewIndicators)
    assert (one.field, "best" in one.say("zh")) == ("indicators[0].sense", True)
    assert refusal(b'{"indicators":[{"name":"a"}]}', NewIndicators).field == "indicators[0].unit"


@pytest.mark.parametrize("shape", SHAPES)
@given(body=st.binary())
def test_any_bytes_are_answered(shape: Any, body: bytes) -> None:
    said = answered(body, shape)
    assert said or body.strip().startswith(b"{")  # only an object can be one of ours


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@pytest.mark.parametrize("shape", SHAPES)
@given(data=st.data())
def test_any_json_in_our_fields_is_answered(shape: Any, data: st.DataObject) -> None:
    names = st.sampled_from(shape.__struct_fields__)
    value = data.draw(st.dictionaries(names, json_values))
    # A sentence of msgspec's that we do not know would be quoted in English.
    assert "格式不符合要求" not in answered(json.dumps(value).encode(), shape)


def test_unknown_sentences_are_quoted() -> None:
    assert misfit("Something new").en == "Something new"
    assert "Something new" in misfit("Something new").zh
