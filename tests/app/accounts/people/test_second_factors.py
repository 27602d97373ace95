"""A member lost the device: whoever manages the people resets the codes, seen by all concerned."""

from uuid import UUID

import asyncpg
import pytest

from tests.app.accounts.offices import CIXI, House, Offices

pytestmark = pytest.mark.anyio


async def enrolled(db: asyncpg.Connection, person: UUID | None) -> None:
    """With codes, recovery codes and a session."""
    await db.execute(
        "update person set totp_secret = 'sealed', totp_since = now(), language = 'en' where id = $1", person
    )
    await db.execute("insert into recovery_code (person_id, sha256) values ($1, 'r')", person)
    await db.execute(
        "insert into session (id_sha256, person_id, ends_at) values (sha256($1::uuid::text::bytea), $1, now())", person
    )


async def left(db: asyncpg.Connection, person: UUID | None) -> tuple[bool, int, int]:
    row = await db.fetchrow(
        "select p.totp_since is not null or p.totp_secret is not null as codes,"
        " (select count(*) from recovery_code where person_id = p.id) as recovery,"
        " (select count(*) from session where person_id = p.id) as sessions from person p where p.id = $1", person,
    )  # fmt: skip
    assert row is not None
    return tuple(row)


ALL, NONE = (True, 1, 1), (False, 0, 0)


async def test_a_lost_second_factor_is_reset(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.office("bureau", CIXI)
    owner = await offices.member(office, "owner", name="演示主管")
    lost = await offices.member(office, "reviewer", name="演示审核")
    for one in (owner, lost):
        await enrolled(db, one.person)
    async with house.as_(owner) as browser:
        address = f"/people/{lost.person}"
        assert "Reset sign-in codes" in (await browser.get(address)).text
        assert "Reset sign-in codes" not in (await browser.get(f"/people/{owner.person}")).text
        own = await browser.form(f"/people/{owner.person}/second-factor")
        assert (own.status_code, "with your password" in own.text) == (422, True)
        assert await left(db, owner.person) == ALL
        assert await left(db, lost.person) == ALL
        assert "codes were reset" in (await browser.done(f"{address}/second-factor")).text
        assert await left(db, lost.person) == NONE
        again = await browser.form(f"{address}/second-factor")
        assert (again.status_code, "nothing to reset" in again.text) == (422, True)
    act = await db.fetchrow("select * from history where operation = 'second-factor-reset'")
    assert act is not None
    assert (act["row_key"], act["actor"], act["actor_id"], act["organisation_id"]) == (
        str(lost.person), "演示主管", owner.person, office.id,
    )  # fmt: skip
    letters = await db.fetch("select subject, body, recipient = p.email as theirs from mail, person p where p.id = $1",
                             lost.person)  # fmt: skip
    assert [row["theirs"] for row in letters] == [True]
    assert "reset your sign-in codes" in letters[0]["body"]


async def test_one_organisation_does_not_weaken_another(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office, bureau = await offices.enterprise(), await offices.office("bureau", CIXI)
    owner, viewer = await offices.member(office, "owner"), await offices.member(office, "viewer")
    both = await offices.member(office, "viewer", name="演示两处")
    await offices.member(bureau, "reviewer", person=both.person)
    stranger = await offices.member(bureau, "owner")
    platform = await offices.member(await offices.office("platform"), "administrator")
    for one in (both, stranger):
        await enrolled(db, one.person)
    address = f"/people/{both.person}/second-factor"
    async with house.as_(owner, "zh") as browser:
        refused = await browser.form(address)
        assert (refused.status_code, "只能由平台重置" in refused.text) == (422, True)
        assert (await browser.form(f"/people/{stranger.person}/second-factor")).status_code == 404
    async with house.as_(viewer) as browser:
        assert (await browser.form(address)).status_code == 403
    assert await left(db, both.person) == ALL
    assert await left(db, stranger.person) == ALL
    async with house.as_(platform) as browser:
        await browser.done(f"{address}?organisation={office.id}")
    assert await left(db, both.person) == NONE
