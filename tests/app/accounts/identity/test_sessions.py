"""Sessions: made here or none, turned with every right, ended in time, held to their organisation."""

import asyncio
from secrets import token_urlsafe

import asyncpg
import pytest
from litestar import Litestar

from app.accounts.identity.sessions import Sessions, csrf_of, digest_of
from app.store.askers import Asker, borrowed_as
from tests.app.accounts.identity.staff import HERE, PASSWORD, Browser, Staff, application, browser

pytestmark = pytest.mark.anyio


async def test_an_id_that_was_brought_is_never_adopted(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    planted = token_urlsafe(32)
    phone.cookies.set("__Host-zpm", planted)
    assert (await phone.get("/home")).status_code == 303
    answer = await phone.sign_in(owner)
    assert answer.status_code == 303
    given = answer.cookies["__Host-zpm"]
    assert given != planted
    rows = await staff.db.fetch("select id_sha256 from session")
    assert [row["id_sha256"] for row in rows] == [digest_of(given)]
    assert given.encode() not in rows[0]["id_sha256"]
    for strange in (planted, "", "x", "../" * 9, "é" * 43, given + "=", given[:-1], digest_of(given).hex()):
        phone.cookies.clear()
        headers = {"Cookie": f"__Host-zpm={strange}".encode("latin-1")}
        assert (await phone.get("/home", headers=headers)).status_code == 303


@pytest.mark.parametrize(("base", "name", "secure"), [
    ("https://zpm.example", "__Host-zpm", True), ("http://127.0.0.1:8000", "zpm", False),
])  # fmt: skip
async def test_the_cookie(pool: asyncpg.Pool, staff: Staff, base: str, name: str, secure: bool) -> None:
    owner = await staff.member()
    async with browser(application(pool, public_url=base), base=base) as phone:
        answer = await phone.sign_in(owner)
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(name + "=")
        told = {part.strip().lower() for part in cookie.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= told
        assert ("secure" in told) == secure
        assert not any(part.startswith(("domain", "max-age", "expires")) for part in told)
        assert answer.headers["cache-control"] == "no-store"
        assert (await phone.get("/home")).status_code == 200
        out = await phone.send_form("/signout")
        assert out.headers["set-cookie"].startswith(f'{name}=""; ') or f"{name}=;" in out.headers["set-cookie"]
        assert "max-age=0" in out.headers["set-cookie"].lower()


async def test_on_https_only_the_bound_name_signs_anybody_in(phone: Browser, staff: Staff, app: Litestar) -> None:
    """A neighbouring host may plant a plain cookie, never one with the prefix."""
    owner = await staff.member()
    await phone.sign_in(owner)
    async with browser(app) as other:
        other.cookies.set("zpm", phone.session_id or "")
        assert (await other.get("/signin")).status_code == 200
        assert (await other.get("/account/totp")).status_code == 303


async def test_a_session_ends_idle_and_ends_anyway(phone: Browser, staff: Staff) -> None:
    owner = await staff.member()
    await phone.sign_in(owner)
    await staff.db.execute("update session set seen_at = now() - interval '29 minutes'")
    assert (await phone.get("/home")).status_code == 200
    assert await staff.db.fetchval("select now() - seen_at < interval '1 minute' from session")
    await staff.db.execute("update session set seen_at = now() - interval '31 minutes'")
    assert (await phone.get("/home")).status_code == 303
    await phone.sign_in(owner)
    assert await staff.db.fetchval("select count(*) from session") == 1  # the ended one is cleared away
    assert await staff.db.fetchval("select ends_at = created_at + interval '12 hours' from session")
    await staff.db.execute("update session set ends_at = now() + interval '1 minute'")
    assert (await phone.get("/home")).status_code == 200
    await staff.db.execute("update session set ends_at = now()")
    assert (await phone.get("/home")).status_code == 303


async def test_being_used_is_written_once_a_minute(phone: Browser, staff: Staff) -> None:
    await phone.sign_in(await staff.member())
    seen = await staff.db.fetchval("select seen_at from session")
    for _ in range(3):
        await phone.get("/home")
    assert await staff.db.fetchval("select seen_at from session") == seen
    await staff.db.execute("update session set seen_at = now() - interval '61 seconds'")
    await phone.get("/home")
    assert await staff.db.fetchval("select seen_at from session") > seen


@pytest.mark.parametrize("end", [
    "update person set closed_at = now()",
    "update organisation set closed_at = now()",
    "delete from membership",
    "delete from session",
])  # fmt: skip
async def test_what_ends_a_person_ends_the_session_at_once(phone: Browser, staff: Staff, end: str) -> None:
    await phone.sign_in(await staff.member())
    assert (await phone.get("/home")).status_code == 200
    await staff.db.execute(end)
    assert (await phone.get("/home")).status_code == 303


async def test_roles_count_from_the_next_request(phone: Browser, staff: Staff) -> None:
    organisation = await staff.organisation()
    one = await staff.person((organisation, "viewer"))
    await phone.sign_in(one)
    assert (await phone.get("/products")).status_code == 403
    await staff.join(one, organisation, "product_editor")
    assert (await phone.get("/products")).json() == [organisation.hex]
    bureau = await staff.organisation("bureau")
    await staff.join(one, bureau, "inspector")
    assert (await phone.get("/home")).status_code == 303  # who joins a bureau needs a code from now on


async def test_a_bureau_stands_for_its_region_and_the_platform_for_everything(app: Litestar, staff: Staff) -> None:
    mine = await staff.organisation(region="330282")
    officer = await staff.person((await staff.organisation("bureau", "330200"), "reviewer"), enrolled=True)
    admin = await staff.person((await staff.organisation("platform", "330000"), "administrator"), enrolled=True)
    for one, region, acts_for in ((officer, "3302", True), (admin, None, False)):
        async with browser(app) as phone:
            await phone.sign_in(one)
            await phone.pass_code(one)
            home = (await phone.get("/home")).json()
            assert (home["region"], home["for"] != "None") == (region, acts_for)
            if one is admin:
                assert mine.hex in (await phone.get("/products")).json()


async def test_who_is_on_the_way_asks_the_database_as_nobody(pool: asyncpg.Pool, app: Litestar, staff: Staff) -> None:
    admin = await staff.member("platform", "administrator", enrolled=True)
    async with browser(app) as phone:
        await phone.sign_in(admin)
        sessions = Sessions(pool)
        assert await sessions.principal_of(phone.session_id or "", HERE) is None
        holder = await sessions.holder_of(phone.session_id or "", HERE)
        assert holder is not None
        assert holder.asker == Asker(person=admin.id, actor=holder.name, address=HERE)
        async with borrowed_as(pool, holder.asker) as db:
            assert await db.fetch("select id from organisation") == []
        assert not holder.may("account")


async def test_the_token_of_forms_is_the_sessions_own(phone: Browser, staff: Staff) -> None:
    await phone.sign_in(await staff.member())
    page = (await phone.get("/account")).text
    token = csrf_of(phone.session_id or "")
    assert f'name="csrf" value="{token}"' in page
    assert f'<meta name="csrf" content="{token}">' in page
    assert (phone.session_id or "") not in page
    answer = await phone.post("/account/sessions/end-others", headers={"X-CSRF": token})
    assert answer.status_code == 303


async def test_two_windows_that_turn_one_session(phone: Browser, staff: Staff) -> None:
    """The later one is told to sign in; never are there two ids."""
    officer = await staff.member("bureau", "reviewer", enrolled=True)
    await phone.sign_in(officer)
    organisation = await staff.db.fetchval("select id from organisation")
    answers = await asyncio.gather(
        *(phone.send_form("/signin/organisation", organisation=str(organisation)) for _ in range(4))
    )
    assert sorted(one.status_code for one in answers).count(303) >= 1
    assert {one.status_code for one in answers} <= {303, 401}
    assert await staff.db.fetchval("select count(*) from session") == 1


async def test_one_sees_and_ends_ones_sessions(app: Litestar, phone: Browser, staff: Staff) -> None:
    owner, other = await staff.member(), await staff.member()
    async with browser(app, "198.51.100.9") as desk, browser(app) as theirs:
        desk.headers["User-Agent"] = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/132.0 <b>"
        for who, one in ((phone, owner), (desk, owner), (theirs, other)):
            await who.sign_in(one)
        page = (await phone.get("/account")).text
        assert page.count('data-label="Signed in"') == 2
        assert "Firefox · Windows" in page
        assert "WeChat · Android" in page
        assert "198.51.100.9" in page
        assert "<b>" not in page
        rows = await staff.db.fetch("select encode(id_sha256, 'hex') as d, person_id, address from session")
        handle = {(row["person_id"], row["address"]): row["d"][:16] for row in rows}
        assert (await phone.send_form("/account/sessions/end", session=handle[other.id, HERE])).status_code == 404
        assert (await theirs.get("/home")).status_code == 200
        ended = await phone.send_form("/account/sessions/end", session=handle[owner.id, "198.51.100.9"])
        assert (ended.status_code, ended.headers["location"]) == (303, "/account?done=ended")
        assert (await desk.get("/home")).status_code == 303
        await desk.sign_in(owner, PASSWORD)
        assert (await phone.send_form("/account/sessions/end-others")).status_code == 303
        assert (await desk.get("/home")).status_code == 303
        assert (await phone.get("/home")).status_code == 200
        assert (await theirs.get("/home")).status_code == 200
