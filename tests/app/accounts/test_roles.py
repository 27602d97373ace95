"""Roles: every right is given by somebody, none is given beyond the kind."""

import re
from pathlib import Path

from app.accounts.roles import EVERYBODY, MANAGERS, ROLES, SCOPES, may_hold, needs_totp, region_prefix, scopes_of
from app.edge.pages import words_in

ROOT = Path(__file__).parents[3]


def test_rights_follow_from_kind_and_role_together() -> None:
    assert "issuing:write" in scopes_of("enterprise", ["code_officer"])
    assert scopes_of("enterprise", ["administrator", "auditor"]) == EVERYBODY  # roles of other kinds give nothing
    assert scopes_of("no such kind", ["owner"]) == EVERYBODY
    assert scopes_of("platform", ["administrator"]) == EVERYBODY | {"*"}
    assert scopes_of("bureau", ["reviewer", "auditor"]) > scopes_of("bureau", ["auditor"])
    assert may_hold("bureau", "auditor")
    assert not may_hold("enterprise", "auditor")


def test_only_a_manager_manages_people_and_every_kind_has_one() -> None:
    for kind, roles in ROLES.items():
        for role in roles:
            manages = bool({"people:write", "*"} & scopes_of(kind, [role]))
            assert manages == (role == MANAGERS[kind]), (kind, role)


def test_an_enterprise_owner_may_all_that_its_people_may() -> None:
    everything = scopes_of("enterprise", ROLES["enterprise"])
    assert scopes_of("enterprise", ["owner"]) == everything
    assert not everything & {"pages:review", "recognition:write", "certification:write", "organisations:write"}


def test_who_binds_others_needs_a_second_factor() -> None:
    assert {kind for kind in ROLES if needs_totp(kind)} == {"bureau", "certification_body", "platform"}


def test_a_region_holds_those_that_begin_alike() -> None:
    assert [region_prefix(code) for code in ("330000", "330200", "330282")] == ["33", "3302", "330282"]


def test_the_database_knows_the_same_roles() -> None:
    sql = (ROOT / "migrations/20261123000100_accounts.sql").read_text()
    listed = re.search(r"role +text not null check \(role in \((.*?)\)\)", sql, re.S)
    assert listed
    assert set(re.findall(r"'(\w+)'", listed[1])) == {role for roles in ROLES.values() for role in roles}


def test_every_role_right_and_kind_has_words_in_both_languages() -> None:
    for language in ("zh", "en"):
        words = words_in(language)["accounts"]
        roles = {role for of_kind in ROLES.values() for role in of_kind}
        assert set(words["roles"]) == set(words["role_notes"]) == set(words["letters"]["roles"]) == roles
        assert set(words["kinds"]) == set(ROLES)
        assert set(words["scopes"]) == SCOPES - {"account", "keys:write"}
    assert list(_names(words_in("zh")["accounts"])) == list(_names(words_in("en")["accounts"]))


def _names(words: object, at: str = "") -> list[str]:
    if not isinstance(words, dict):
        return [at]
    return [name for key, one in words.items() for name in _names(one, f"{at}.{key}")]
