from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.edge import fields


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("演示", None),
        ("Ünïcödé ½㎡", None),
        ("👨‍👩‍👧", None),
        ("", "empty-text"),
        ("\u3000", "empty-text"),
        ("x" * 11, "long-text"),
        (" x", "edge-space"),
        ("x\n", "edge-space"),
        ("a\nb", "hidden-character"),
        ("a\x00b", "hidden-character"),
        ("a\u202eb", "hidden-character"),
        ("a\ufeffb", "hidden-character"),
        ("a\u2028b", "hidden-character"),
        ("a\ud800b", "hidden-character"),
        ("a\U000e0041b", "hidden-character"),
        ("a\ue000b", "hidden-character"),
    ],
)
def test_texts(text: str, code: str | None) -> None:
    assert [one.code for one in fields.text("name", text, 10)] == ([code] if code else [])


def test_line_breaks_are_for_paragraphs_alone() -> None:
    assert not list(fields.text("text", "a\nb", 10, lines=True))
    assert [one.code for one in fields.text("text", "a\rb", 10, lines=True)] == ["hidden-character"]


@given(st.text())
def test_what_passes_can_be_stored_and_shown_again(text: str) -> None:
    if not list(fields.text("name", text, 1000, lines=True)):
        assert "\x00" not in text
        assert text.encode()
        assert text == text.strip()


@pytest.mark.parametrize(
    "good", ["12315", "400-000-0000", "+86 571 8888 8888", "(0571)88888888", "0571-88888888转8001"]
)
def test_telephones(good: str) -> None:
    assert not list(fields.telephone("telephone", good))
    for wrong in (good + "x", "-" + good, good + "\n", ""):
        assert [one.code for one in fields.telephone("telephone", wrong)] == ["bad-telephone"]


@pytest.mark.parametrize("good", ["https://a.example", "http://a.example:8080/p?q=1#f", "https://演示.example/路径"])
def test_addresses(good: str) -> None:
    assert not list(fields.url("website", good))
    for wrong in (
        good.replace("http", "ftp"),
        good.split("://")[1],
        good + " x",
        good + "\u202e",
        "https://",
        "https://u:p@a.example",
        good + "x" * 500,
        "https://a.example:99999/",
        "https://[",
        "javascript:alert(1)//https://a.example",
    ):
        assert [one.code for one in fields.url("website", wrong)] == ["bad-url"], wrong


@given(st.text())
def test_any_address_is_answered(text: str) -> None:
    for given_text in (text, "https://" + text):
        for refusal in fields.url("website", given_text):
            assert refusal.field == "website"
            assert refusal.say("zh") != refusal.say("en")


def test_the_day_begins_in_china() -> None:
    assert fields.today_in_china(datetime(2026, 11, 22, 15, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert fields.today_in_china(datetime(2026, 11, 22, 16, 0, tzinfo=UTC)) == date(2026, 11, 23)
