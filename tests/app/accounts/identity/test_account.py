"""One's own account: name, password, and what each change ends."""

import tomllib
from pathlib import Path

import pytest
from litestar import Litestar

from app.accounts.identity import passwords
from tests.app.accounts.identity.staff import ELSEWHERE, PASSWORD, Browser, Staff, browser, error_of

pytestmark = pytest.mark.anyio
NEW = "neun kleine regenschirme"


@pytest.mark.parametrize(("language", "title"), [("zh", "我的账号"), ("en", "My account")])
async def test_the_account_in_both_languages(app: Litestar, staff: Staff, language: str, title: str) -> None:
    owner = await staff.member()
    async with browser(app, language=language) as phone:
        await phone.sign_in(owner)
        page = (await phone.get("/account")).text
        assert title in page
        assert owner.email in page
        for path in (
            "/account/profile",
            "/account/password",
            "/account/totp",
            "/account/recovery",
            "/account/totp/remove",
        ):
            shown = await phone.get(path)
            assert (shown.status_code, "style=" in shown.text, "onclick" in shown.text) == (200, False, False), path


async def test_changing_ones_name(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await phone.sign_in(owner)
    for name, language in (("", "zh"), ("x" * 121, "zh"), ("a\u202eb", "zh"), ("a\0b", "en"), ("陈", "fr")):
        answer = await phone.send_form("/account/profile", name=name, language=language)
        assert answer.status_code == 422, name
        assert error_of(answer, "language" if language == "fr" else "name")
    both = await phone.send_form("/account/profile", name="", language="fr")
    assert error_of(both, "name")
    assert error_of(both, "language")
    assert (await phone.send_form("/account/profile", name="<陈>", language="en")).status_code == 303
    page = (await phone.get("/account?done=profile")).text
    assert "&lt;陈&gt;" in page
    assert "Saved." in page
    assert "<陈>" not in page
    change = next(row for row in await staff.acts("update") if row["relation"] == "person")
    assert change["actor_id"] == owner.id
    assert '"<陈>"' in change["after"]


async def test_changing_the_password(app: Litestar, phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    name = owner.email.partition("@")[0]
    async with browser(app, ELSEWHERE) as other:
        await phone.sign_in(owner)
        await other.sign_in(owner)
        await phone.send_form("/signin/forgotten", email=owner.email)
        for present, new, again, field, words in (
            (PASSWORD, "short", "short", "new", "has 5 characters"),
            (PASSWORD, NEW, NEW + "x", "again", "two passwords differ"),
            (PASSWORD, f"das haus von {owner.email}", "", "new", "leave it out"),
            (PASSWORD, f"die {name} kommt", f"die {name} kommt", "new", "leave it out"),
            (PASSWORD, "Hangzhou2026", "Hangzhou2026", "new", "tried first"),
            ("wrong", NEW, NEW, "password", "present password is wrong"),
            (PASSWORD, PASSWORD, PASSWORD, "new", "is the present one"),
        ):
            answer = await phone.send_form("/account/password", password=present, new=new, again=again)
            assert answer.status_code == 422
            assert words in error_of(answer, field)
            assert new not in answer.text
        assert (await other.get("/home")).status_code == 200
        before = phone.session_id
        done = await phone.send_form("/account/password", password=PASSWORD, new=NEW, again=NEW)
        assert (done.status_code, done.headers["location"]) == (303, "/account?done=password")
        assert phone.session_id != before
        assert (await phone.get("/home")).status_code == 200
        assert (await other.get("/home")).status_code == 303
        assert (await other.sign_in(owner)).status_code == 422
        assert (await other.sign_in(owner, NEW)).status_code == 303
    assert await staff.db.fetchval("select count(*) from password_reset") == 0
    _, letter = await staff.letters(owner.email)
    assert letter["subject"] == "浙品码账号：登录密码已更改"
    assert "203.0.113.7" in letter["body"]
    assert NEW not in letter["body"]
    assert [row["actor_id"] for row in await staff.acts("password-changed")] == [owner.id]
    log = await staff.db.fetchval("select string_agg(to_jsonb(h)::text, ' ') from history h")
    assert "password_changed_at" in log
    assert "argon2" not in log


async def test_guessing_the_present_password_is_slowed(phone: Browser, staff: Staff) -> None:
    """Who finds an open session does not get to try passwords at leisure."""
    owner = await staff.member()
    await phone.sign_in(owner)
    for _ in range(5):
        assert (await phone.send_form("/account/password", password="x", new=NEW, again=NEW)).status_code == 422
    answer = await phone.send_form("/account/password", password=PASSWORD, new=NEW, again=NEW)
    assert (answer.status_code, "retry-after" in answer.headers) == (429, True)
    assert len(await staff.acts("password-refused")) == 5


async def test_nobody_opens_an_account_without_a_session(phone: Browser) -> None:
    for path in ("/account", "/account/profile", "/account/password", "/account/totp", "/account/recovery"):
        answer = await phone.get(path)
        assert (answer.status_code, answer.headers["location"][:13]) == (303, "/signin?next=")
        assert (await phone.send_form(path)).status_code in (401, 405)


async def test_a_crowd_is_told_when_to_come_back(phone: Browser, staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = await staff.member()
    monkeypatch.setattr(passwords, "_waiting", passwords.AT_ONCE + passwords.WAITING_MOST)
    answer = await phone.sign_in(owner)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")
    assert await staff.db.fetchval("select count(*) from login_failure") == 0
    monkeypatch.setattr(passwords, "_waiting", 0)
    assert (await phone.sign_in(owner)).status_code == 303


def test_both_languages_have_the_same_words() -> None:
    folder = Path(__file__).parents[4] / "web/locale/identity"
    zh, en = (tomllib.loads((folder / f"{name}.toml").read_text("utf-8")) for name in ("zh", "en"))

    def keys(words: dict[str, object], before: str = "") -> set[str]:
        return {
            found
            for name, text in words.items()
            for found in (keys(text, f"{before}{name}.") if isinstance(text, dict) else {before + name})
        }

    assert keys(zh) == keys(en)
