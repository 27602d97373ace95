"""Password, code, organisation: one way in, and nothing is open before its end."""

from datetime import timedelta

import httpx
import pytest
from litestar import Litestar
from msgspec import structs

from app.accounts.identity import passwords
from tests.app.accounts.identity.staff import ELSEWHERE, PASSWORD, Browser, Staff, browser

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_an_enterprise_signs_in_with_a_password_and_out(app: Litestar, staff: Staff, language: str) -> None:
    owner = await staff.member()
    async with browser(app, language=language) as phone:
        answer = await phone.get("/home?x=1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fhome%3Fx%3D1")
        form = await phone.get(answer.headers["location"])
        assert {"zh": "忘记密码", "en": "Password forgotten"}[language] in form.text
        assert 'value="/home?x=1"' in form.text
        wrong = await phone.sign_in(owner, "some other password", next="/home?x=1")
        assert wrong.status_code == 422
        assert {"zh": "邮箱或密码不正确", "en": "E-mail address or password is wrong"}[language] in wrong.text
        assert owner.email in wrong.text
        assert "some other password" not in wrong.text
        assert 'value="/home?x=1"' in wrong.text
        right = await phone.sign_in(owner, next="/home?x=1")
        assert (right.status_code, right.headers["location"]) == (303, "/home?x=1")
        home = (await phone.get("/home")).json()
        assert home["kind"] == "enterprise"
        assert {"account", "people:write"} <= set(home["scopes"])
        assert (await phone.get("/signin")).headers["location"] == "/home"
        out = await phone.send_form("/signout")
        assert (out.status_code, out.headers["location"]) == (303, "/signin?done=out")
        assert phone.session_id is None
        assert {"zh": "您已退出", "en": "You are signed out"}[language] in (await phone.get("/signin?done=out")).text
        assert (await phone.get("/home")).status_code == 303
    assert await staff.db.fetchval("select count(*) from session") == 0


async def test_unknown_addresses_get_the_same_answer_and_take_the_same_work(
    phone: Browser, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = await staff.member()
    worked = []
    verify = passwords._verify
    monkeypatch.setattr(passwords, "_verify", lambda kept, given: worked.append(kept) or verify(kept, given))
    known = await phone.send_form("/signin", email=owner.email, password="wrong password")
    for strange in ("nobody@demo.invalid", "no address", "", "a\0b@x", "ü@ß", "x" * 400, "' or 1=1 --"):
        unknown = await phone.send_form("/signin", email=strange, password="wrong password")
        assert unknown.status_code == known.status_code == 422
        assert "E-mail address or password is wrong" in unknown.text
        await staff.age("login_failure", timedelta(hours=2))
    assert len(worked) == 8
    assert worked[1:] == [None] * 7
    closed = await staff.member()
    await staff.db.execute("update person set closed_at = now() where id = $1", closed.id)
    assert (await phone.sign_in(closed)).status_code == 422


async def test_passwords_are_taken_exactly(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    for wrong in (PASSWORD + " ", " " + PASSWORD, PASSWORD.upper(), PASSWORD[:-1], "", "x" * 5000, "\0", PASSWORD * 6):
        assert (await phone.sign_in(owner, wrong)).status_code == 422
        await staff.age("login_failure", timedelta(hours=2))
    spaced = "  mit  raum am rand  "
    await staff.db.execute("update person set password_hash = $1", await passwords.hashed(spaced))
    assert (await phone.sign_in(owner, spaced.strip())).status_code == 422
    assert (await phone.sign_in(owner, spaced)).status_code == 303


async def test_old_parameters_are_hashed_anew(phone: Browser, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    from argon2 import PasswordHasher

    owner = await staff.member()
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    assert (await phone.sign_in(owner, "wrong")).status_code == 422
    assert "m=8,t=1" in await staff.db.fetchval("select password_hash from person")
    assert (await phone.sign_in(owner)).status_code == 303
    assert "m=16,t=2" in await staff.db.fetchval("select password_hash from person")
    assert (await phone.sign_in(owner)).status_code == 303


@pytest.mark.parametrize(("kind", "role"), [("bureau", "reviewer"), ("certification_body", "certifier")])
async def test_staff_needs_a_code(phone: Browser, staff: Staff, kind: str, role: str) -> None:
    officer = await staff.member(kind, role, enrolled=True)
    answer = await phone.sign_in(officer, next="/home?x=2")
    assert answer.headers["location"] == "/signin/totp?next=%2Fhome%3Fx%3D2"
    await assert_only_sign_in_is_open(phone, "/signin/totp")
    first = phone.session_id
    form = await phone.get("/signin/totp?next=/home")
    assert 'name="code"' in form.text
    wrong = await phone.send_form("/signin/totp", code="000000" if officer.code() != "000000" else "111111")
    assert wrong.status_code == 422
    assert "This code is wrong" in wrong.text
    await assert_only_sign_in_is_open(phone, "/signin/totp")
    right = await phone.send_form("/signin/totp", code=officer.code(), next="/home?x=2")
    assert (right.status_code, right.headers["location"]) == (303, "/home?x=2")
    assert phone.session_id != first
    assert (await phone.get("/home")).json()["kind"] == kind
    passed, refused = await staff.acts("second-factor-passed"), await staff.acts("second-factor-refused")
    assert [row["actor_id"] for row in passed + refused] == [officer.id, officer.id]


async def test_staff_without_a_second_factor_sets_one_up_first(phone: Browser, staff: Staff) -> None:
    admin = await staff.member("platform", "administrator")
    assert (await phone.sign_in(admin)).headers["location"] == "/account/totp"
    await assert_only_sign_in_is_open(phone, "/account/totp")
    assert (await phone.get("/signin/totp")).headers["location"] == "/signin"
    assert (await phone.get("/signin/organisation")).headers["location"] == "/account/totp"


async def test_an_enterprise_person_of_a_bureau_needs_a_code_everywhere(phone: Browser, staff: Staff) -> None:
    enterprise, bureau = await staff.organisation(), await staff.organisation("bureau")
    both = await staff.person((enterprise, "viewer"), (bureau, "reviewer"), enrolled=True)
    assert (await phone.sign_in(both)).headers["location"] == "/signin/totp"
    assert (await phone.pass_code(both)).headers["location"] == "/signin/organisation"
    await assert_only_sign_in_is_open(phone, "/signin/organisation")
    await phone.send_form("/signin/organisation", organisation=str(enterprise))
    assert (await phone.get("/home")).json()["for"] == str(enterprise)


async def assert_only_sign_in_is_open(phone: Browser, step: str) -> None:
    """A session on its way is nobody: every page sends it to what is left to do."""
    for path in ("/home", "/products", "/account", "/account/password", "/account/recovery", "/account/totp/remove"):
        answer = await phone.get(path)
        assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/signin"), path
        on = await phone.get(answer.headers["location"])
        assert on.headers["location"].split("?")[0] == step
    for path in ("/account/password", "/account/profile", "/account/sessions/end-others", "/account/organisation"):
        assert (await phone.send_form(path)).status_code == 401, path


async def test_several_organisations_are_asked_about(phone: Browser, staff: Staff) -> None:
    one, two, foreign = [await staff.organisation() for _ in range(3)]
    closed = await staff.organisation()
    await staff.db.execute("update organisation set closed_at = now() where id = $1", closed)
    person = await staff.person((one, "owner"), (one, "viewer"), (two, "viewer"), (closed, "owner"))
    assert (await phone.sign_in(person, next="/account")).headers["location"] == "/signin/organisation?next=%2Faccount"
    form = (await phone.get("/signin/organisation?next=/account")).text
    assert form.count('name="organisation"') == 2
    assert "Owner, Viewer" in form
    before = phone.session_id
    for wrong in (str(foreign), str(closed), "", "x", "\0"):
        answer = await phone.send_form("/signin/organisation", organisation=wrong)
        assert answer.status_code == 422
        assert "You do not belong to this organisation" in answer.text
    assert (await phone.get("/home")).status_code == 303
    chosen = await phone.send_form("/signin/organisation", organisation=str(two), next="/account")
    assert chosen.headers["location"] == "/account"
    assert phone.session_id != before
    assert (await phone.get("/home")).json()["for"] == str(two)
    assert "people:write" not in (await phone.get("/home")).json()["scopes"]
    before = phone.session_id
    switched = await phone.send_form("/account/organisation", organisation=str(one))
    assert (switched.headers["location"], phone.session_id != before) == ("/home", True)
    assert "people:write" in (await phone.get("/home")).json()["scopes"]
    assert (await phone.send_form("/account/organisation", organisation=str(foreign))).status_code == 403
    assert [row["organisation_id"] for row in await staff.acts("organisation-chosen")] == [two, one]


async def test_who_belongs_nowhere_gets_nowhere(phone: Browser, staff: Staff) -> None:
    nobody = await staff.person()
    assert (await phone.sign_in(nobody)).headers["location"] == "/signin/organisation"
    assert "You belong to no organisation" in (await phone.get("/signin/organisation")).text
    await assert_only_sign_in_is_open(phone, "/signin/organisation")


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "/signout", "javascript:x"]
)
async def test_the_way_on_stays_on_this_site(phone: Browser, staff: Staff, wanted: str) -> None:
    owner = await staff.member()
    assert (await phone.sign_in(owner, next=wanted)).headers["location"] == "/home"
    answer = await phone.get("/signin", params={"next": wanted})
    assert answer.headers["location"] == "/home"


async def test_forms_of_others_are_refused(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    phone.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await phone.sign_in(owner)).status_code == 403
    phone.headers["Sec-Fetch-Site"] = "same-origin"
    await phone.sign_in(owner)
    assert (await phone.post("/signout", data={"csrf": "0" * 64})).status_code == 403
    assert (await phone.post("/account/sessions/end-others")).status_code == 403
    assert (await phone.get("/home")).status_code == 200
    phone.headers["Sec-Fetch-Site"] = "cross-site"
    assert (await phone.send_form("/signout")).status_code == 403


async def test_the_audit_log_tells_who_came_and_who_did_not(phone: Browser, staff: Staff, app: Litestar) -> None:
    owner = await staff.member()
    async with browser(app, ELSEWHERE) as stranger:
        await stranger.sign_in(owner, "my secret guess")
        await stranger.send_form("/signin", email="typed\u202e" + "x" * 200, password="my secret guess")
    await phone.sign_in(owner)
    await phone.send_form("/signout")
    first, second = await staff.acts("sign-in-refused")
    assert (first["row_key"], first["address"], first["actor"]) == (str(owner.id), ELSEWHERE, "sign-in")
    assert owner.email in first["after"]
    assert second["row_key"] == ""
    assert "typed\ufffdxxx" in second["after"]
    assert len(second["after"]) < 140
    came, went = await staff.db.fetch("select * from history where relation = 'session' and row_key = $1 and "
                                      "operation in ('insert', 'delete') order by id", str(owner.id))  # fmt: skip
    assert [came["operation"], went["operation"]] == ["insert", "delete"]
    assert came["actor_id"] == went["actor_id"] == owner.id
    everything = await staff.db.fetchval("select string_agg(to_jsonb(h)::text, ' ') from history h")
    assert "my secret guess" not in everything
    assert "argon2" not in everything
    assert "id_sha256" not in everything
    assert await staff.db.fetch("select * from audit_broken_at()") == []


RUBBISH = ("", "\0", "\ufffe", "🦊" * 40, "<script>alert(1)</script>", "'; drop table person --", "%s{0}", "x" * 20_000)
FIELDS = ("email", "password", "next", "code", "organisation", "name", "language", "new", "again", "session")


@pytest.mark.parametrize("rubbish", RUBBISH, ids=range(len(RUBBISH)))
async def test_rubbish_in_every_field_is_answered(phone: Browser, staff: Staff, rubbish: str) -> None:
    """Nothing of it breaks a page, stands in one as markup, or ends in a fault of ours."""
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    for path in ("/signin", "/signin/forgotten", "/signin/reset/x", "/signout", "/signin/totp", "/signin/organisation"):
        assert_answered(await phone.send_form(path, **dict.fromkeys(FIELDS, rubbish)))
        assert_answered(await phone.get(path, params={"next": rubbish, "done": rubbish, "lang": rubbish}))
    await staff.age("login_failure", timedelta(hours=2))
    await phone.sign_in(officer, next=rubbish)
    assert_answered(await phone.send_form("/signin/totp", **dict.fromkeys(FIELDS, rubbish)))
    await phone.pass_code(officer)
    for path in ("profile", "password", "totp", "totp/remove", "recovery", "organisation", "sessions/end"):
        assert_answered(await phone.send_form(f"/account/{path}", **dict.fromkeys(FIELDS, rubbish)))
        assert_answered(await phone.get("/account", params={"done": rubbish}))
    assert (await phone.get("/home")).status_code == 200
    raw = await phone.get("/signin?next=%ED%A0%80&done=%FF&lang=%00")
    assert_answered(raw)


def assert_answered(answer: httpx.Response) -> None:
    assert answer.status_code < 500, answer.text
    assert "<script>alert" not in answer.text
    assert len(answer.text) < 60_000


async def test_invented_people_sign_in_only_in_the_demonstration(phone: Browser, staff: Staff, app: Litestar) -> None:
    """Their password is printed for everybody."""
    invented = await staff.member(demonstration=True)
    assert (await phone.sign_in(invented)).status_code == 422
    app.state.settings = structs.replace(app.state.settings, demonstration=True)
    assert (await phone.sign_in(invented)).status_code == 303
