"""Every refusal is said in both languages with the same facts, under a code of its own."""

import re
import string

import pytest

from app.edge.errors import STATUS
from codes.errors import Kind, Refusal
from tests.house.modules import subclasses

REFUSALS = sorted(set(subclasses(Refusal)), key=lambda one: one.__qualname__)
HAN = range(0x4E00, 0x9FFF)


def facts_of(template: str) -> set[str]:
    names = {name for _, name, _, _ in string.Formatter().parse(template) if name}
    return {name.partition(".")[0].removesuffix("_en").removesuffix("_zh") for name in names}


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.__qualname__)
def test_a_refusal_is_said_in_both_languages(refusal: type[Refusal]) -> None:
    assert refusal.kind in STATUS
    assert refusal.code.replace("-", "").isalnum()
    if re.search(r"\w", re.sub(r"{.*?}", "", refusal.en)):  # else all its words are facts
        assert any(ord(char) in HAN for char in refusal.zh), refusal.zh
    assert not any(ord(char) in HAN for char in refusal.en.replace("浙品码", "").replace("转", "")), refusal.en
    assert facts_of(refusal.en) == facts_of(refusal.zh)


def test_codes_are_given_once() -> None:
    codes = {}
    for refusal in REFUSALS:
        if "code" in vars(refusal):
            assert codes.setdefault(refusal.code, refusal) is refusal, refusal.code


def test_every_kind_has_a_status() -> None:
    assert set(STATUS) == set(Kind)
