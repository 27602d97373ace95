"""People of the demonstration: one a role, loaded once, and only into a demonstration."""

from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import pytest
from msgspec import structs

from app.accounts.identity import passwords
from app.accounts.identity.errors import NotInvented
from app.accounts.identity.totp import totp_now
from app.accounts.roles import ROLES, needs_totp
from app.demo.codes import load_demonstration
from app.demo.load import load, read
from app.demo.people import KINDS, PASSWORD, PEOPLE, load_people, table
from tests.app.scanning.conftest import settings_of
from tests.app.service import SETTINGS
from tests.world import TODAY

pytestmark = pytest.mark.anyio
NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
HERE = structs.replace(SETTINGS, demonstration=True)


async def test_everybody_is_there_once_with_the_roles_said(db: asyncpg.Connection) -> None:
    await load(db, TODAY)
    for _ in range(2):
        await load_people(db, HERE, read(TODAY), NOW)
    rows = await db.fetch(
        "select p.email, p.name, p.demonstration, p.totp_since is not null as enrolled, p.password_hash, o.kind,"
        " o.name as office, o.demonstration as invented, array_agg(m.role::text order by m.role) as roles"
        " from person p join membership m on m.person_id = p.id join organisation o on o.id = m.organisation_id"
        " group by p.id, o.id"
    )
    assert len(rows) == len(PEOPLE)
    known = {row["email"]: row for row in rows}
    for person in PEOPLE:
        row = known[person.email]
        assert (row["name"], row["kind"], row["roles"]) == (person.name, KINDS[person.office], sorted(person.roles))
        assert row["enrolled"] == needs_totp(row["kind"])
        assert row["demonstration"]
        assert row["invented"]
        assert "演示" in row["name"]
        assert "演示" in row["office"]
    assert await passwords.verified(known["owner@demo.invalid"]["password_hash"], PASSWORD)
    assert passwords.check(PASSWORD, [person.email for person in PEOPLE]) == []


async def test_codes_are_told_in_the_demonstration_only(db: asyncpg.Connection) -> None:
    await load(db, TODAY)
    await load_people(db, HERE, read(TODAY), NOW)
    code = await totp_now(db, HERE, "admin@demo.invalid")
    assert len(code) == 6
    assert code.isdecimal()
    with pytest.raises(NotInvented):
        await totp_now(db, SETTINGS, "admin@demo.invalid")
    await db.execute("update person set demonstration = false")
    with pytest.raises(NotInvented):
        await totp_now(db, HERE, "admin@demo.invalid")


async def test_nobody_comes_outside_a_demonstration(cloned: str, tmp_path: Path) -> None:
    there = settings_of(cloned, "redis://unused", tmp_path)
    db = await asyncpg.connect(cloned)
    try:
        await load_demonstration(there, NOW)
        assert await db.fetchval("select count(*) from person") == 0
        await load_demonstration(structs.replace(there, demonstration=True), NOW)
        assert await db.fetchval("select count(*) from person") == len(PEOPLE)
    finally:
        await db.close()


def test_a_line_names_each_of_them() -> None:
    assert len(table()) == len(PEOPLE) + 1
    assert PASSWORD in table()[0]
    assert all(person.email in line for person, line in zip(PEOPLE, table()[1:], strict=True))
    shown = {(KINDS[person.office], role) for person in PEOPLE for role in person.roles}
    assert {kind for kind, _ in shown} == {"enterprise", "bureau", "certification_body", "platform"}
    assert all(role in ROLES[kind] for kind, role in shown)
