"""A forgotten password: one answer for everybody, one link, one use."""

import re
from datetime import timedelta

import pytest
from litestar import Litestar

from tests.app.accounts.identity.staff import ELSEWHERE, PASSWORD, Browser, Staff, browser, error_of

pytestmark = pytest.mark.anyio
NEW = "neun kleine regenschirme"


async def link_to(staff: Staff, email: str) -> str:
    letter = (await staff.letters(email))[-1]
    found = re.search(r"https://zpm\.example(/signin/reset/[A-Za-z0-9_-]{43})\n", letter["body"])
    assert found, letter["body"]
    return found.group(1)


@pytest.mark.parametrize(("language", "subject"), [("zh", "重设浙品码密码"), ("en", "A new password for 浙品码")])
async def test_a_new_password_by_mail(app: Litestar, staff: Staff, language: str, subject: str) -> None:
    owner = await staff.member(language=language)
    async with browser(app, language=language) as phone, browser(app, ELSEWHERE) as other:
        await other.sign_in(owner)
        asked = await phone.send_form("/signin/forgotten", email=f" {owner.email.upper()} ")
        assert asked.headers["location"] == "/signin/forgotten?done=sent"
        (letter,) = await staff.letters(owner.email)
        assert (letter["subject"], letter["language"].strip()) == (subject, language)
        link = await link_to(staff, owner.email)
        for _ in range(2):  # a mail filter that opens links uses nothing up
            form = await phone.get(link)
            assert form.status_code == 200
        assert form.headers["referrer-policy"] == "same-origin"
        assert owner.email in form.text
        weak = await phone.send_form(link, new="12345678", again="12345679")
        assert weak.status_code == 422
        assert error_of(weak, "new")
        assert error_of(weak, "again")
        done = await phone.send_form(link, new=NEW, again=NEW)
        assert (done.status_code, done.headers["location"]) == (303, "/signin?done=reset")
        assert phone.session_id is None
        assert (await other.get("/home")).status_code == 303
        assert (await phone.get(link)).status_code == 404
        assert (await phone.send_form(link, new=NEW, again=NEW)).status_code == 404
        assert (await phone.sign_in(owner)).status_code == 422
        assert (await phone.sign_in(owner, NEW)).status_code == 303
    token = link.rpartition("/")[2]
    log = await staff.db.fetchval("select string_agg(to_jsonb(h)::text, ' ') from history h")
    assert token not in log
    assert "password-reset" in log


async def test_unknown_addresses_get_the_same_answer(phone: Browser, staff: Staff) -> None:
    owner, closed = await staff.member(), await staff.member()
    await staff.db.execute("update person set closed_at = now() where id = $1", closed.id)
    answers = []
    for email in (owner.email, closed.email, "nobody@demo.invalid", "", "a\0b", "x" * 300):
        answer = await phone.send_form("/signin/forgotten", email=email)
        answers.append((answer.status_code, answer.headers["location"], sorted(answer.headers)))
    assert len({str(one) for one in answers}) == 1
    assert await staff.db.fetchval("select array_agg(recipient) from mail") == [owner.email]
    assert await staff.db.fetchval("select count(*) from password_reset") == 1
    assert len(await staff.acts("password-reset-asked")) == 6
    page = await phone.get("/signin/forgotten?done=sent")
    assert "If this address has an account" in page.text


async def test_a_link_ends_after_half_an_hour_and_with_the_next_password(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await phone.send_form("/signin/forgotten", email=owner.email)
    first = await link_to(staff, owner.email)
    await staff.age("password_reset", timedelta(minutes=29))
    assert (await phone.get(first)).status_code == 200
    await staff.age("password_reset", timedelta(minutes=2))
    assert (await phone.get(first)).status_code == 404
    assert (await phone.send_form(first, new=NEW, again=NEW)).status_code == 404
    await phone.send_form("/signin/forgotten", email=owner.email)
    second = await link_to(staff, owner.email)
    await phone.sign_in(owner)
    await phone.send_form("/account/password", password=PASSWORD, new=NEW, again=NEW)
    assert (await phone.get(second)).status_code == 404
    for strange in ("x", "x" * 43, "%00", second.rpartition("/")[2] + "x"):
        assert (await phone.get(f"/signin/reset/{strange}")).status_code == 404


async def test_a_new_password_does_not_skip_the_code(phone: Browser, staff: Staff) -> None:
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    await phone.send_form("/signin/forgotten", email=officer.email)
    await phone.send_form(await link_to(staff, officer.email), new=NEW, again=NEW)
    assert (await phone.sign_in(officer, NEW)).headers["location"] == "/signin/totp"
    assert (await phone.get("/home")).status_code == 303
    assert (await phone.pass_code(officer)).status_code == 303


async def test_nobody_is_flooded_with_letters(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    for email in (owner.email, "nobody@demo.invalid"):  # slowed alike, so that nothing is told
        statuses = [(await phone.send_form("/signin/forgotten", email=email)).status_code for _ in range(3)]
        await staff.age("login_failure", timedelta(minutes=-5))
        statuses.append((await phone.send_form("/signin/forgotten", email=email)).status_code)
        assert statuses == [303, 303, 303, 429]
        await staff.age("login_failure", timedelta(hours=2))
    assert len(await staff.letters(owner.email)) == 3
