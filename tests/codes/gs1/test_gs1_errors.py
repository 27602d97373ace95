import json
import string

import pytest

import codes.gs1
from codes.errors import Kind, Refusal
from codes.gs1 import BadDigitalLink, Why

REFUSALS = [kind for kind in vars(codes.gs1).values() if isinstance(kind, type) and issubclass(kind, Refusal)]


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_each_refusal_is_malformed_input_with_a_code_of_its_own(refusal):
    assert refusal.kind is Kind.MALFORMED
    assert [other.code for other in REFUSALS].count(refusal.code) == 1
    assert names(refusal.en) == names(refusal.zh)


@pytest.mark.parametrize("why", Why)
def test_each_reason_is_said_in_both_languages(why):
    assert names(why.en) == names(why.zh) <= {"other"}
    refusal = BadDigitalLink(part="{part}", why=why, other="7")
    assert "{part}" in refusal.say("en")
    assert refusal.say("en") != refusal.say("zh")
    assert json.loads(json.dumps(refusal.facts))["why"] == why.value


def test_everything_public_is_there():
    assert all(hasattr(codes.gs1, name) for name in codes.gs1.__all__)
