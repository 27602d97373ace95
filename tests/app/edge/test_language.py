import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.edge.language import choose


@pytest.mark.parametrize(
    ("query", "accept", "language"),
    [
        (None, None, "zh"), (None, "", "zh"), ("en", "zh", "en"), ("zh", "en", "zh"), ("fr", "en", "en"),
        (None, "en-GB,en;q=0.9", "en"), (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"), (None, "en;q=0.8,zh;q=0.9", "zh"),
        (None, "fr,de;q=0.5", "zh"), (None, "fr,en;q=0.1", "en"), (None, "en;q=0, *", "zh"), (None, "en;q=0", "zh"),
        (None, "*", "zh"), (None, "EN", "en"), (None, "en;q=nan", "zh"), (None, "en;q=2", "zh"), (None, "zho,en", "en"),
        (None, "fr," * 30 + "en", "zh"), (None, "en ; q = 0.5", "en"),
    ],
)  # fmt: skip
def test_choice(query: str | None, accept: str | None, language: str) -> None:
    assert choose(query, accept) == language


@given(st.none() | st.text(), st.none() | st.text())
def test_any_header_is_answered(query: str | None, accept: str | None) -> None:
    assert choose(query, accept) in ("zh", "en")
