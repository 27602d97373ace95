"""API keys: made by people, shown once, used by programs within their rights, time and networks."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from app.accounts.keys.rules import network, plain_address
from app.accounts.keys.tokens import check_characters
from tests.app.accounts.offices import CIXI, ZHEJIANG, House, Office, Offices

pytestmark = pytest.mark.anyio
UNUSABLE = (401, 403)


async def made(house: House, offices: Offices, office: Office, *roles: str, **typed: Any) -> str:
    """The key as the page shows it, once."""
    owner = await offices.member(office, "owner", *roles)
    fields = {"name": "包装线 3", "scopes": ["registers:read"], "days": "30", "networks": ""} | typed
    async with house.as_(owner) as browser:
        page = await browser.form("/keys", **fields)
        assert page.status_code == 200, page.text
        found = re.search(r'<pre id="key" class="mono">(zpm_live_\w{58})</pre>', page.text)
        assert found
        assert found[1] not in (await browser.get("/keys")).text
        return found[1]


async def test_a_key_opens_what_it_was_given_for_its_own_enterprise(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    office = await offices.enterprise()
    token = await made(house, offices, office, scopes=["registers:read", "people:write"])
    api = house.with_key(token)
    assert len((await api.done("GET", "/api/people"))["items"]) == 1
    other = await offices.enterprise()
    assert (await api.refused(403, "GET", f"/api/people?organisation={other.id}"))["code"] == "not-yours"
    assert (await api.refused(403, "GET", "/api/audit"))["code"] == "not-permitted"
    row = await db.fetchrow("select sha256, scopes, expires_at, last_used_at, created_by from api_key")
    assert (row["scopes"], len(row["sha256"])) == (["registers:read", "people:write"], 32)
    assert timedelta(days=29) < row["expires_at"] - datetime.now(UTC) < timedelta(days=31)
    assert row["last_used_at"]
    written = await db.fetchval("select string_agg(h::text, '') from history h where relation = 'api_key'")
    assert token[18:] not in written
    assert row["sha256"].hex() not in written


async def test_last_use_is_written_at_most_once_a_minute(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    token = await made(house, offices, await offices.enterprise(), scopes=["people:write"])
    api = house.with_key(token)
    await api.done("GET", "/api/people")
    row = await db.fetchval("select ctid::text from api_key")
    await api.done("GET", "/api/people")
    assert await db.fetchval("select ctid::text from api_key") == row
    await db.execute("update api_key set last_used_at = now() - interval '61 seconds'")
    row = await db.fetchval("select ctid::text from api_key")
    await api.done("GET", "/api/people")
    assert await db.fetchval("select ctid::text from api_key") != row


async def test_a_damaged_key_is_refused_before_any_look_up(offices: Offices, house: House) -> None:
    token = await made(house, offices, await offices.enterprise(), scopes=["people:write"])
    damaged = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    house.application.state.api_keys.pool = None  # asking it would fail
    for given in (damaged, token[:-1], "zpm_live_", "zpm_live_" + "x" * 500):
        answer = await house.with_key(given).get("/api/people")
        assert answer.status_code in UNUSABLE
        assert answer.json()["code"] == "key-malformed"


async def test_what_may_not_be_used_now_is_told_why(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.enterprise()
    token = await made(house, offices, office, scopes=["people:write"])
    api = house.with_key(token)

    async def code() -> str:
        answer = await api.get("/api/people")
        assert answer.status_code in UNUSABLE
        return answer.json()["code"]

    await api.done("GET", "/api/people")
    await db.execute("update api_key set expires_at = now()")
    assert await code() == "key-expired"
    await db.execute("update api_key set expires_at = now() + interval '1 day', revoked_at = now()")
    assert await code() == "key-revoked"
    await db.execute("update api_key set revoked_at = null")
    await db.execute("update organisation set closed_at = now() where id = $1", office.id)
    assert await code() == "key-of-closed-organisation"
    await db.execute("update organisation set closed_at = null")
    await api.done("GET", "/api/people")
    # A whole key with the right name and another secret is nobody's.
    body = token[:18] + token[18:-6][::-1]
    api = house.with_key(body + check_characters(body))
    assert await code() == "key-unknown"
    chinese = await house.with_key(body + check_characters(body), language="zh").get("/api/people")
    assert "没有该接口密钥" in chinese.json()["detail"]


async def test_a_key_stays_in_its_networks(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    token = await made(
        house, offices, await offices.enterprise(), scopes=["people:write"],
        networks="203.0.113.7/24\r\n2001:db8::/32\r\n198.51.100.4",
    )  # fmt: skip
    for address in ("203.0.113.200", "2001:db8:1::1", "198.51.100.4", "::ffff:203.0.113.1"):
        await house.with_key(token, address).done("GET", "/api/people")
    await db.execute("update api_key set last_used_at = null")
    for address in ("203.0.114.1", "2001:db9::1", "198.51.100.5", "no address"):
        told = await house.with_key(token, address).refused(403, "GET", "/api/people")
        assert told["code"] == "key-elsewhere"
    assert await db.fetchval("select last_used_at from api_key") is None


async def test_nobody_gives_more_than_they_have(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.office("bureau", CIXI)
    owner = await offices.member(office, "owner", "auditor")
    async with house.as_(owner) as browser:
        page = (await browser.get("/keys")).text
        assert 'value="audit:read"' in page
        assert "recognition:write" not in page
        assert "keys:write" not in page
        for scope in ("recognition:write", "keys:write", "*", "account"):
            wrong = await browser.form("/keys", name="x", scopes=[scope], days="30")
            assert wrong.status_code == 422
            assert 'id="e-scopes"' in wrong.text
        wrong = await browser.form("/keys", name="", scopes=[], days="401", networks="10.0.0.0/8\nhome")
        assert {"e-name", "e-scopes", "e-days", "e-networks"} <= set(re.findall(r'id="(e-\w+)"', wrong.text))
        assert "10.0.0.0/8\nhome" in wrong.text
    assert not await db.fetchval("select count(*) from api_key")


async def test_a_bureaus_key_is_of_its_region(house: House, offices: Offices) -> None:
    token = await made(house, offices, await offices.office("bureau", "330200"), "auditor", scopes=["audit:read"])
    principal = await house.application.state.api_keys.principal_of(token, "192.0.2.1")
    assert (principal.region, principal.kind, principal.scopes) == ("3302", "bureau", frozenset({"audit:read"}))
    assert principal.person is None
    assert token[9:17] in principal.name


async def test_a_key_gives_no_role_that_may_more_than_itself(house: House, offices: Offices) -> None:
    token = await made(house, offices, await offices.enterprise(), scopes=["people:write", "registers:read"])
    api = house.with_key(token)
    new = {"email": "a@demo.invalid", "name": "甲"}
    for role in ("owner", "code_officer"):
        told = await api.refused(403, "POST", "/api/invitations", json=new | {"roles": [role]})
        assert (told["code"], told["field"]) == ("role-beyond-key", "roles")
    told = await api.refused(403, "GET", "/api/keys")
    assert told["code"] == "not-permitted"


async def test_keys_are_listed_and_revoked(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office, other = await offices.enterprise(), await offices.enterprise()
    token = await made(house, offices, office, scopes=["people:write"])
    owner = await offices.member(office, "owner")
    stranger = await offices.member(other, "owner")
    id_ = token[9:17]
    async with house.as_(stranger) as browser:
        assert (await browser.form(f"/keys/{id_}/revoke")).status_code == 404
        assert id_ not in (await browser.get("/keys")).text
    async with house.as_(owner) as browser:
        assert id_ in (await browser.get("/keys")).text
        assert "was revoked" in (await browser.done(f"/keys/{id_}/revoke")).text
        assert id_ not in (await browser.get("/keys")).text
        assert "Revoked" in (await browser.get("/keys?ended=1")).text
        assert (await browser.form(f"/keys/{id_}/revoke")).status_code == 409
    assert (await house.with_key(token).get("/api/people")).json()["code"] == "key-revoked"


async def test_the_platform_over_json(house: House, offices: Offices) -> None:
    office = await offices.enterprise()
    api = house.with_key()
    new = {"name": "MES", "scopes": ["issuing:write"], "networks": ["192.0.2.0/24"], "organisation_id": str(office.id)}
    answer = await api.done("POST", "/api/keys", json=new)
    assert answer["key"]["networks"] == ["192.0.2.0/24"]
    listed = await api.done("GET", f"/api/keys?organisation={office.id}")
    assert listed == [answer["key"]]
    assert answer["token"] not in str(listed)
    told = await api.refused(400, "POST", "/api/keys", json=new | {"days": 0, "networks": ["x"] * 21, "name": ""})
    assert {one["code"] for one in told["errors"]} == {"key-days", "too-many-entries", "bad-network", "empty-text"}
    told = await api.refused(403, "POST", "/api/keys", json=new | {"scopes": ["pages:review"]})
    assert told["code"] == "scope-beyond-you"  # no enterprise has this right
    assert (await api.done("POST", f"/api/keys/{answer['key']['id']}/revoke"))["revoked_at"]
    for nobody in ("zzzzzzzz", "%00", "'"):
        assert (await api.refused(404, "POST", f"/api/keys/{nobody}/revoke"))["code"] == "unknown-record"


async def test_the_platforms_own_keys_name_their_rights(house: House, offices: Offices) -> None:
    platform = await offices.office("platform", ZHEJIANG)
    answer = await house.with_key().done("POST", "/api/keys", json={"name": "ops", "scopes": ["organisations:write"]})
    assert answer["key"]["organisation_id"] == str(platform.id)
    api = house.with_key(answer["token"])
    await api.done("GET", "/api/organisations")
    assert (await api.refused(403, "GET", "/api/people"))["code"] == "not-permitted"
    told = await house.with_key().refused(403, "POST", "/api/keys", json={"name": "ops", "scopes": ["*"]})
    assert told["code"] == "scope-beyond-you"


@pytest.mark.parametrize(
    ("given", "read"),
    [("10.1.2.3/8", "10.0.0.0/8"), ("192.0.2.1", "192.0.2.1/32"), ("2001:db8::1/64", "2001:db8::/64"), ("x", None)],
)
def test_networks_are_read_as_people_mean_them(given: str, read: str | None) -> None:
    assert network(given) == read


def test_an_address_is_the_same_however_the_socket_shows_it() -> None:
    assert plain_address("::ffff:192.0.2.1") == plain_address("192.0.2.1") == "192.0.2.1"
    assert plain_address("fe80::1%eth0") == "fe80::1"
    assert plain_address(None) is plain_address("unix:") is None
