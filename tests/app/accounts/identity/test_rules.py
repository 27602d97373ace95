from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.accounts.identity.rules import (
    HOME,
    Step,
    as_recovery_code,
    browser_of,
    email_of,
    next_step,
    recovery_code,
    told,
    way_on,
)
from app.accounts.identity.shapes import Standing
from app.accounts.roles import TOTP_KINDS
from tests.app.accounts.identity.staff import PHONE

KINDS = ("enterprise", "bureau", "certification_body", "drafting_unit", "laboratory", "association", "platform")
PATHS = st.text("/\\.:@?#%&=abc \t\n\x00é", max_size=20) | st.text(max_size=20) | st.from_regex(r"/[a-z/?=]{0,20}")


@given(PATHS)
@example("//evil.example/x")
@example("/\\evil.example")
@example("/%2f/evil")
@example("///evil")
@example("https:/x")
@example("/" + "x" * 600)
@example("/signin/totp")
@example("/SIGNIN")
@example("/%73ignout")
def test_the_way_on_is_a_path_of_ours(wanted: str) -> None:
    goal = way_on(wanted)
    assert goal in (wanted, HOME)
    assert urlsplit(urljoin("https://zpm.example/signin", goal.replace("\\", "/"))).netloc == "zpm.example"
    assert not goal.casefold().startswith(("/signin", "/signout"))


@pytest.mark.parametrize("wanted", ["/home", "/products?page=2&q=%E6%B5%99", "/codes/1#x", "/account"])
def test_paths_of_ours_are_kept(wanted: str) -> None:
    assert way_on(wanted) == wanted


def test_no_wish_leads_home() -> None:
    assert way_on(None) == way_on("") == HOME


STANDINGS = st.builds(
    Standing,
    person_id=st.uuids(), name=st.just("x"), enrolled=st.booleans(), passed_totp=st.booleans(),
    kinds=st.lists(st.sampled_from(KINDS), max_size=3), organisation_id=st.none() | st.uuids(), kind=st.none(),
    organisation_name=st.none(), region_code=st.none(), roles=st.just([]),
)  # fmt: skip


@given(STANDINGS)
def test_nobody_is_through_without_what_is_obligatory(standing: Standing) -> None:
    step = next_step(standing)
    if step is None:
        assert standing.organisation_id is not None
        assert standing.passed_totp or not standing.enrolled
        assert standing.enrolled or not TOTP_KINDS & set(standing.kinds)
    if standing.enrolled and not standing.passed_totp:
        assert step is Step.CODE  # also where something else is left to do: nothing comes before it


@given(st.binary(min_size=16, max_size=16))
def test_a_recovery_code_is_read_as_it_was_printed_and_as_people_type(random: bytes) -> None:
    code = recovery_code(random)
    assert len(code) == 19
    plain = code.replace("-", "")
    slips = code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    assert as_recovery_code(code) == as_recovery_code(slips) == as_recovery_code(f" {plain} ") == plain


@given(st.text(max_size=30))
def test_what_is_no_recovery_code_is_none(typed: str) -> None:
    code = as_recovery_code(typed)
    assert code is None or (len(code) == 16 and code.isascii())


def test_six_digits_are_no_recovery_code() -> None:
    assert as_recovery_code("123456") is None


@pytest.mark.parametrize(("agent", "named"), [
    (PHONE, ("wechat", "android")),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/130.0 Safari/537.36 Edg/130.0", ("edge", "windows")),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", ("safari", "iphone")),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/130.0 Safari/537.36", ("chrome", "mac")),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", ("firefox", "linux")),
    ("curl/8", ("other", "other")), (None, ("other", "other")), ("", ("other", "other")),
])  # fmt: skip
def test_browsers_in_words(agent: str | None, named: tuple[str, str]) -> None:
    assert browser_of(agent) == named


@given(st.text(max_size=300))
def test_what_comes_from_outside_can_be_written_down(given_text: str) -> None:
    assert told(given_text, 100).isprintable()
    assert len(told(given_text, 100)) <= 100
    email = email_of(given_text)
    assert "\0" not in email
    assert email == email.strip() or not email.isascii()
