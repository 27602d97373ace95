"""Members of an organisation: roles changed, people removed, never the last who manages them."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from app.accounts.errors import LastManager
from app.accounts.organisations.actions import open_organisation
from app.accounts.people import actions
from app.edge.principals import platform
from app.store.askers import become
from tests.app.accounts.offices import CIXI, ZHEJIANG, House, Offices

pytestmark = pytest.mark.anyio


async def test_roles_are_changed_and_count_at_once(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.enterprise()
    owner = await offices.member(office, "owner", name="演示业主")
    editor = await offices.member(office, "product_editor", name="演示编辑")
    async with house.as_(owner) as browser:
        people = await browser.get("/people")
        assert "演示业主" in people.text
        assert "Product editor" in people.text
        assert "Off" in people.text
        page = await browser.get(f"/people/{editor.person}")
        assert 'value="product_editor" checked' in page.text
        assert 'value="code_officer">' in page.text
        done = await browser.done(f"/people/{editor.person}", roles=["code_officer", "viewer"])
        assert "The roles were changed" in done.text
    kept = await db.fetch("select role, granted_by from membership where person_id = $1 order by role", editor.person)
    assert [tuple(row) for row in kept] == [("code_officer", owner.person), ("viewer", owner.person)]
    told = await db.fetch(
        "select operation, coalesce(after, before) ->> 'role' as role, actor, organisation_id from history"
        " where relation = 'membership' and row_key = $1 and actor_id is not null order by id", str(editor.person),
    )  # fmt: skip
    assert {(row["operation"], row["role"], row["actor"]) for row in told} == {
        ("delete", "product_editor", "演示业主"),
        ("insert", "code_officer", "演示业主"),
        ("insert", "viewer", "演示业主"),
    }  # fmt: skip
    assert {row["organisation_id"] for row in told} == {office.id}


async def test_roles_of_another_kind_and_none_are_refused(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    office = await offices.enterprise()
    owner = await offices.member(office, "owner")
    viewer = await offices.member(office, "viewer")
    async with house.as_(owner) as browser:
        for roles, said in ((["administrator"], "there is no role"), ([], "at least one role"), (["'"], "no role")):
            wrong = await browser.form(f"/people/{viewer.person}", roles=roles)
            assert wrong.status_code == 422
            assert said in wrong.text
            assert 'id="e-roles"' in wrong.text
    assert await db.fetchval("select role from membership where person_id = $1", viewer.person) == "viewer"


async def test_the_last_who_manages_people_stays(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    office = await offices.office("bureau", CIXI)
    first = await offices.member(office, "owner", name="演示甲")
    async with house.as_(first, "zh") as browser:
        for url, fields in (
            (f"/people/{first.person}", {"roles": ["auditor"]}),
            (f"/people/{first.person}/remove", {}),
        ):
            wrong = await browser.form(url, **fields)
            assert wrong.status_code == 422
            assert "最后一名账号管理人员" in wrong.text
        second = await offices.member(office, "owner", "auditor", name="演示乙")
        await db.execute("update person set closed_at = now() where id = $1", second.person)
        assert (
            await browser.form(f"/people/{first.person}/remove")
        ).status_code == 422  # a closed account manages nobody
        await db.execute("update person set closed_at = null where id = $1", second.person)
        assert (await browser.form(f"/people/{first.person}/remove")).status_code == 303
    assert await db.fetchval("select count(*) from membership where organisation_id = $1", office.id) == 2


async def test_two_owners_who_remove_each_other_leave_one(cloned: str) -> None:
    setup = await asyncpg.connect(cloned)
    both = [await asyncpg.connect(cloned) for _ in range(2)]
    try:
        offices = Offices(setup)
        office = await offices.office()
        owners = [await offices.member(office, "owner") for _ in range(2)]
        subject = await open_organisation(setup, office.id)
        for db, owner in zip(both, owners, strict=True):
            await become(db, owner.asker)
        ended = await asyncio.gather(
            *(actions.remove(db, subject, owners[1 - n].person, owners[n]) for n, db in enumerate(both)),
            return_exceptions=True,
        )
        assert sorted(type(one).__name__ for one in ended) in (
            ["LastManager", "NoneType"],
            ["NoneType", "UnknownRecord"],
        )
        assert await setup.fetchval("select count(*) from membership where organisation_id = $1", office.id) == 1
    finally:
        for db in (setup, *both):
            await db.close()


async def test_people_of_others_are_not_there(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    mine, theirs = await offices.enterprise(), await offices.enterprise()
    owner = await offices.member(mine, "owner")
    other = await offices.member(theirs, "owner", name="演示外人")
    async with house.as_(owner) as browser:
        assert "演示外人" not in (await browser.get("/people")).text
        for answer in (
            await browser.get(f"/people?organisation={theirs.id}"),
            await browser.form(f"/people/{other.person}?organisation={theirs.id}", roles=["viewer"]),
            await browser.get(f"/people/{other.person}"),
            await browser.form(f"/people/{other.person}/remove"),
            await browser.form(
                f"/people/invitations?organisation={theirs.id}", email="x@y.example", name="x", roles=["viewer"]
            ),
        ):
            assert answer.status_code in (403, 404), answer.text
    await become(db, owner.asker)  # every check of ours aside, the rows themselves
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with db.transaction():
            await db.execute("insert into membership values ($1, $2, 'owner')", owner.person, theirs.id)
    assert await db.fetchval("select count(*) from membership where organisation_id = $1", theirs.id) == 0
    await db.execute("reset role")


async def test_the_platform_acts_on_whom_it_names(house: House, offices: Offices) -> None:
    administrator = await offices.member(await offices.office("platform", ZHEJIANG), "administrator", name="演示管理员")
    office = await offices.enterprise()
    viewer = await offices.member(office, "viewer", name="演示查看")
    async with house.as_(administrator) as browser:
        assert "演示管理员" in (await browser.get("/people")).text
        page = await browser.get(f"/people?organisation={office.id}")
        assert "演示查看" in page.text
        assert f"/people/{viewer.person}?organisation={office.id}" in page.text
        done = await browser.done(f"/people/{viewer.person}?organisation={office.id}", roles=["owner"])
        assert "Account manager" in done.text
        wrong = await browser.form(f"/people/{administrator.person}/remove")
        assert "manages the people" in wrong.text


async def test_the_same_over_json(house: House, offices: Offices) -> None:
    office = await offices.office("association")
    owner, viewer = [await offices.member(office, role, name=f"演示{role}") for role in ("owner", "viewer")]
    api = house.with_key()
    listed = await api.done("GET", f"/api/people?organisation={office.id}&limit=1")
    rest = await api.done("GET", f"/api/people?organisation={office.id}&after={listed['next']}")
    assert {one["id"] for one in [*listed["items"], *rest["items"]]} == {str(owner.person), str(viewer.person)}
    assert (await api.done("GET", f"/api/people?organisation={office.id}&q=VIEWER"))["items"][0]["roles"] == ["viewer"]
    changed = await api.done(
        "PUT", f"/api/people/{viewer.person}/roles?organisation={office.id}", json={"roles": ["owner"]}
    )
    assert changed["roles"] == ["owner"]
    assert (await api.delete(f"/api/people/{owner.person}?organisation={office.id}")).status_code == 204
    told = await api.refused(409, "DELETE", f"/api/people/{viewer.person}?organisation={office.id}")
    assert told["code"] == "last-manager"
    assert (await api.refused(404, "DELETE", f"/api/people/{uuid4()}?organisation={office.id}"))[
        "code"
    ] == "unknown-record"
    assert (await api.refused(404, "GET", "/api/people"))["code"] == "unknown-record"  # no platform organisation here


async def test_a_refusal_names_who_is_left(db: asyncpg.Connection, offices: Offices) -> None:
    office = await offices.office()
    owner = await offices.member(office, "owner", name="演示甲")
    subject = await open_organisation(db, office.id)
    with pytest.raises(LastManager, match="演示甲"):
        await actions.set_roles(db, subject, owner.person, ("viewer",), platform("tester"))
    assert (await actions.open_member(db, subject, owner.person)).roles == ["owner"]
