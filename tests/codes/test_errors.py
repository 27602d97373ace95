"""A refusal says in both languages what was refused, and keeps its facts."""

import pytest

from codes.errors import Kind, Refusal, Several, refuse_all


class TooLong(Refusal):
    kind = Kind.CONFLICT
    code = "too-long"
    en = "`{field}` has {count} characters."
    zh = "`{field}`有 {count} 个字符。"


def test_a_refusal_says_its_sentence_in_both_languages() -> None:
    refusal = TooLong(field="lot", count=21)
    assert str(refusal) == refusal.say("en") == "`lot` has 21 characters."
    assert refusal.say("zh") == refusal.say("zh-CN") == "`lot`有 21 个字符。"
    assert refusal.say("de") == refusal.say("en")
    assert (refusal.field, refusal.facts) == ("lot", {"field": "lot", "count": 21})
    assert TooLong(count=1).field is None


def test_none_one_or_several_are_raised_as_what_they_are() -> None:
    one, other = TooLong(field="lot", count=21), TooLong(field="name", count=300)
    refuse_all([])
    with pytest.raises(TooLong) as single:
        refuse_all([one])
    assert single.value is one
    with pytest.raises(Several) as several:
        refuse_all([one, other])
    assert several.value.refusals == (one, other)
    assert several.value.say("zh") == "有 2 处内容未被接受，未作任何更改。"
