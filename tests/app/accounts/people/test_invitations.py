"""Invitations: a link by mail, one use, seven days; a new account, or one more organisation for an old one."""

import re
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.identity import passwords
from app.accounts.people.rules import check_email, digest
from tests.app.accounts.offices import ZHEJIANG, House, Offices

pytestmark = pytest.mark.anyio
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def _cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def mailed(db: asyncpg.Connection, email: str) -> tuple[str, str]:
    """The latest letter to somebody, and the path of the link in it."""
    body = await db.fetchval("select body from mail where recipient = $1 order by id desc limit 1", email)
    found = re.search(r"https://zpm\.example(/invitation/[\w-]{43}\?lang=(zh|en))\n", body)
    assert found, body
    return body, found[1]


async def test_somebody_new_is_invited_and_comes_in(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.enterprise()
    owner = await offices.member(office, "owner", name="演示业主")
    async with house.as_(owner) as browser:
        typed = {"email": " New@Demo.Invalid ", "name": "新同事", "roles": ["code_officer", "viewer"], "language": "zh"}
        page = await browser.done("/people/invitations", **typed)
        assert "The invitation was sent" in page.text
        assert "new@demo.invalid" in page.text
    body, link = await mailed(db, "new@demo.invalid")
    assert office.name in body
    assert "赋码员、查看人员" in body
    assert await db.fetchval("select language || subject from mail") == f"zh浙品码：{office.name}邀请您"
    token = link.split("/")[2].partition("?")[0]
    assert await db.fetchval("select token_sha256 from invitation") == digest(token)
    async with house.outside() as stranger:
        shown = await stranger.get(link)
        assert shown.status_code == 200
        assert "新同事" in shown.text
        assert "赋码员" in shown.text  # the letter's language goes on
        weak = await stranger.form(link, name="新同事", password="12345678", again="1234567")
        assert weak.status_code == 422
        assert "1234567" not in weak.text
        assert {"e-password", "e-again"} <= set(re.findall(r'id="(e-\w+)"', weak.text))
        done = await stranger.form(link, name="新 同事", password=PASSWORD, again=PASSWORD)
        assert done.status_code == 200
        assert "new@demo.invalid" in done.text
        assert (await stranger.get(link)).status_code == 404
        assert (await stranger.form(link, name="x", password=PASSWORD, again=PASSWORD)).status_code == 404
    person = await db.fetchrow(
        "select id, name, language, password_hash, demonstration from person where email = 'new@demo.invalid'"
    )
    assert (person["name"], person["language"], person["demonstration"]) == ("新 同事", "zh", False)
    assert await passwords.verified(person["password_hash"], PASSWORD)
    roles = await db.fetch("select role, granted_by from membership where person_id = $1 order by role", person["id"])
    assert [tuple(row) for row in roles] == [("code_officer", owner.person), ("viewer", owner.person)]
    told = await db.fetchrow("select * from history where relation = 'membership' order by id desc limit 1")
    assert (told["actor"], told["actor_id"], told["address"]) == ("新 同事", person["id"], "192.0.2.77")
    whole = await db.fetchval("select string_agg(h::text, '') from history h")
    assert token not in whole
    assert digest(token).hex() not in whole
    assert "argon2" not in whole


async def test_a_known_address_joins_with_its_own_password(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    known = await offices.person("老同事", "old@demo.invalid", await passwords.hashed(PASSWORD))
    office = await offices.office("association")
    owner = await offices.member(office, "owner")
    await house.as_(owner).form(
        "/people/invitations", email="old@demo.invalid", name="x", roles=["viewer"], language="en"
    )
    _, link = await mailed(db, "old@demo.invalid")
    async with house.outside() as stranger:
        assert "There is an account with this e-mail" in (await stranger.get(link)).text
        wrong = await stranger.form(link, password="not the password")
        assert wrong.status_code == 422
        assert not await db.fetchval("select count(*) from membership where person_id = $1", known)
        for _ in range(10):
            wrong = await stranger.form(link, password="not the password")
        assert "wait" in wrong.text  # guessing is slowed as at the sign-in page
        await db.execute("delete from login_failure")
        done = await stranger.form(link, password=PASSWORD)
        assert "You can now sign in" in done.text
    assert await db.fetchval("select role from membership where person_id = $1", known) == "viewer"
    assert await db.fetchval("select name from person where id = $1", known) == "老同事"


async def test_nobody_is_invited_twice_and_ended_links_open_nothing(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    office = await offices.enterprise()
    owner = await offices.member(office, "owner")
    member = await offices.person("演示", "there@demo.invalid")
    await offices.member(office, "viewer", person=member)
    invited = {"name": "甲", "roles": ["viewer"], "language": "en"}
    async with house.as_(owner) as browser, house.outside() as stranger:
        there = await browser.form("/people/invitations", email="there@demo.invalid", **invited)
        assert "belongs to this organisation already" in there.text
        await browser.done("/people/invitations", email="a@demo.invalid", **invited)
        twice = await browser.form("/people/invitations", email="A@demo.invalid", **invited)
        assert (twice.status_code, "still open" in twice.text) == (422, True)
        _, first = await mailed(db, "a@demo.invalid")
        id_ = await db.fetchval("select id from invitation where email = 'a@demo.invalid'")
        soon = await browser.form(f"/people/invitations/{id_}/resend")
        assert "less than a minute ago" in soon.text
        await db.execute("update invitation set invited_at = now() - interval '2 minutes'")
        assert "was sent again" in (await browser.done(f"/people/invitations/{id_}/resend")).text
        _, second = await mailed(db, "a@demo.invalid")
        assert (await stranger.get(first)).status_code == 404
        assert (await stranger.get(second)).status_code == 200
        assert "was withdrawn" in (await browser.done(f"/people/invitations/{id_}/withdraw")).text
        assert (await stranger.get(second)).status_code == 404
        assert (await browser.form(f"/people/invitations/{id_}/withdraw")).status_code == 409
        await browser.done("/people/invitations", email="a@demo.invalid", **invited)
        await db.execute("update invitation set expires_at = $1", datetime.now(UTC) - timedelta(seconds=1))
        _, third = await mailed(db, "a@demo.invalid")
        assert (await stranger.get(third)).status_code == 404
        assert "Expired" in (await browser.get("/people")).text
        await browser.done("/people/invitations", email="a@demo.invalid", **invited)  # makes way for a new one
        _, fourth = await mailed(db, "a@demo.invalid")
        await db.execute("update organisation set closed_at = now() where id = $1", office.id)
        assert (await stranger.get(fourth)).status_code == 404
        assert (await stranger.get("/invitation/" + "x" * 43)).status_code == 404
        closed = await browser.form("/people/invitations", email="b@demo.invalid", **invited)
        assert "is closed" in closed.text


async def test_what_is_typed_wrong_is_said_beside_it(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    owner = await offices.member(await offices.enterprise(), "owner")
    async with house.as_(owner, "zh") as browser:
        wrong = await browser.form("/people/invitations", email="nobody", name="", roles=["auditor"], language="xx")
        assert wrong.status_code == 422
        assert {"e-email", "e-name", "e-roles"} <= set(re.findall(r'id="(e-\w+)"', wrong.text))
        assert 'value="nobody"' in wrong.text
    assert not await db.fetchval("select count(*) from invitation")
    assert not await db.fetchval("select count(*) from mail")


async def test_the_same_over_json_without_the_link(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.office("bureau", ZHEJIANG)
    api = house.with_key()
    new = {"email": "c@demo.invalid", "name": "演示", "roles": ["reviewer"], "language": "en"}
    made = await api.done("POST", "/api/invitations", json=new | {"organisation_id": str(office.id)})
    _, link = await mailed(db, "c@demo.invalid")
    assert link.split("/")[2][:43] not in str(made)
    listed = await api.done("GET", f"/api/invitations?organisation={office.id}")
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    told = await api.refused(429, "POST", f"/api/invitations/{made['id']}/resend")
    assert (told["code"], 0 < told["facts"]["retry_after"] <= 60) == ("invitation-sent-just-now", True)
    assert (await api.done("POST", f"/api/invitations/{made['id']}/withdraw"))["withdrawn_at"]
    assert (await api.done("GET", f"/api/invitations?organisation={office.id}"))["items"] == []
    assert len((await api.done("GET", f"/api/invitations?organisation={office.id}&ended=true"))["items"]) == 1
    wrong = new | {"organisation_id": str(office.id), "roles": ["owner", "certifier"], "email": "c@"}
    told = await api.refused(400, "POST", "/api/invitations", json=wrong)
    assert {one["code"] for one in told["errors"]} == {"bad-email", "role-of-another-kind"}


@pytest.mark.parametrize(
    "good", ["a@b.cn", "li.si+zpm@mail.company.example", "0_x%y-z@xn--fiqs8s.xn--p1ai"[:13] + ".example"]
)
def test_addresses_that_servers_take_are_taken(good: str) -> None:
    assert list(check_email("email", good)) == []


@given(st.text(max_size=60) | st.from_regex(r"[a-z.@\n\r ]{3,30}"))
def test_an_address_has_one_at_and_no_line_end(text: str) -> None:
    if not list(check_email("email", text)):
        assert text.count("@") == 1
        assert text.isascii()
        assert text.isprintable()
        assert " " not in text


async def test_inviting_and_withdrawing_in_turns_has_an_end(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    office = await offices.enterprise()
    owner = await offices.member(office, "owner")
    await db.execute(
        "insert into invitation (token_sha256, organisation_id, email, name, roles, expires_at, withdrawn_at)"
        " select sha256(n::text::bytea), $1, n || '@demo.invalid', '甲', '{viewer}', now(), now()"
        " from generate_series(1, 200) n", office.id,
    )  # fmt: skip
    invited = {"email": "next@demo.invalid", "name": "甲", "roles": ["viewer"], "language": "en"}
    async with house.as_(owner) as browser:
        refused = await browser.form("/people/invitations", **invited)
        assert (refused.status_code, "withdrawn within a day" in refused.text) == (422, True)
        assert await db.fetchval("select count(*) from mail") == 0
        await db.execute("update invitation set withdrawn_at = now() - interval '25 hours'")
        await browser.done("/people/invitations", **invited)
    assert await db.fetchval("select count(*) from mail") == 1
