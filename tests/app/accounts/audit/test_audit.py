"""The audit log: read by who may, searched, taken out as a file, and checked to be whole."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.audit.rules import cell, differences
from app.accounts.audit.shapes import AuditRow
from app.store.postgres import open_pool
from tests.app.accounts.offices import CIXI, ZHEJIANG, House, Offices, opened

pytestmark = pytest.mark.anyio


async def renamed(db: asyncpg.Connection, house: House, offices: Offices) -> tuple[str, str]:
    """An owner changes the roles of somebody: ids of the enterprise and of the member."""
    office = await offices.enterprise()
    owner = await offices.member(office, "owner", name="演示业主")
    viewer = await offices.member(office, "viewer", name="演示查看")
    await house.as_(owner).form(f"/people/{viewer.person}", roles=["code_officer"])
    return str(office.id), str(viewer.person)


async def test_who_when_where_what_before_and_after(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    enterprise, person = await renamed(db, house, offices)
    api = house.with_key()
    found = await api.done("GET", f"/api/audit?relation=membership&key={person}&person=演示业主")
    gained, lost = found["items"]
    assert (gained["operation"], gained["after"]["role"], gained["before"]) == ("insert", "code_officer", None)
    assert (lost["operation"], lost["before"]["role"], lost["after"]) == ("delete", "viewer", None)
    assert (gained["actor"], gained["address"], gained["acting_for"]) == ("演示业主", "192.0.2.9", enterprise)
    assert gained["organisation_id"] == enterprise


async def test_every_way_of_looking(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    enterprise, person = await renamed(db, house, offices)
    api = house.with_key()

    async def count(**asked: str) -> int:
        return len((await api.done("GET", "/api/audit", params={"limit": "200", **asked}))["items"])

    all_of_them = await count()
    assert 0 < await count(organisation=enterprise) < all_of_them
    assert await count(key=person, relation="membership") == 3
    assert await count(q="CODE_OFFICER") == 1
    assert await count(person="' or 1=1 --") == 0
    now = datetime.now(UTC)
    assert await count(since=(now + timedelta(hours=1)).isoformat()) == 0
    assert await count(until=(now + timedelta(hours=1)).isoformat()) == all_of_them
    first = await api.done("GET", "/api/audit?limit=2")
    second = await api.done("GET", f"/api/audit?limit=200&before={first['next']}")
    ids = [one["id"] for one in [*first["items"], *second["items"]]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == all_of_them
    for wrong in (
        "since=yesterday",
        "before=x",
        "organisation=x",
        "q=%00",
        "since=0001-01-01T00:00:00%2B14:00",
        "until=9999-12-31T23:59:59-14:00",
        f"person={'x' * 200}",
    ):
        await api.refused(400, "GET", f"/api/audit?{wrong}")


async def test_a_bureaus_auditor_reads_its_region_only(house: House, offices: Offices, db: asyncpg.Connection) -> None:
    enterprise, _ = await renamed(db, house, offices)  # in Cixi
    cixi = await offices.member(await offices.office("bureau", CIXI), "auditor")
    hangzhou = await offices.member(await offices.office("bureau", "330106", level="county"), "auditor")
    reviewer = await offices.member(await offices.office("bureau", ZHEJIANG), "reviewer")
    seen = await house.as_(cixi).get("/audit", params={"organisation": enterprise})
    assert "演示业主" in seen.text
    assert "<ins>code_officer</ins>" in seen.text
    foreign = await house.as_(hangzhou).get("/audit", params={"organisation": enterprise})
    assert foreign.status_code == 200
    assert "code_officer" not in foreign.text
    assert (await house.as_(reviewer).get("/audit")).status_code == 403
    assert (await house.as_(cixi).form("/audit/verify")).status_code == 403
    assert "Check the chain" not in seen.text


async def test_the_page_says_what_it_cannot_read(house: House, offices: Offices) -> None:
    administrator = await offices.member(await offices.office("platform", ZHEJIANG), "administrator")
    async with house.as_(administrator, "zh") as browser:
        page = await browser.get("/audit")
        assert "校验日志链" in page.text
        wrong = await browser.get("/audit?since=2026-13-01&until=9999-12-31&organisation=x&q=%E4%BC%81")
        assert wrong.status_code == 422
        for field in ("since", "until", "organisation"):
            assert f'id="e-{field}"' in wrong.text
        assert (await browser.get("/audit?since=2026-01-01&until=2026-01-01&before=abc")).status_code == 200


async def test_the_file_is_text_for_every_spreadsheet_and_its_taking_is_noted(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    await offices.enterprise()
    await db.execute("update organisation set name = '=HYPERLINK(\"x\")'")
    answer = await house.with_key().get("/api/audit.csv?relation=organisation")
    assert answer.headers["content-disposition"] == 'attachment; filename="audit.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["relation"] for row in rows} == {"organisation"}
    assert all(row["organisation"].startswith("'=") for row in rows)
    noted = await db.fetchrow(
        "select operation, actor, after ->> 'relation' as relation from history order by id desc limit 1"
    )
    assert tuple(noted) == ("export", "platform key", "organisation")


@pytest.fixture
async def committed(cloned: str) -> AsyncIterator[tuple[House, asyncpg.Connection]]:
    """A service on a database of its own, with something in its log."""
    db = await asyncpg.connect(cloned)
    pool = await open_pool(cloned, 2)
    try:
        offices = Offices(db)
        await offices.enterprise()
        await offices.member(await offices.office("platform", ZHEJIANG), "administrator")
        async with opened(pool, offices) as house:
            yield house, db
    finally:
        await pool.close()
        await db.close()


async def test_a_log_that_was_tampered_with_is_named(committed: tuple[House, asyncpg.Connection]) -> None:
    house, db = committed
    api = house.with_key()
    whole = await api.done("POST", "/api/audit/verify")
    assert whole["whole"]
    assert whole["rows"] > 2
    assert whole["links"] >= 3
    assert len(whole["head"]) == 64
    administrator = next(iter(house.application.state.sessions.sessions.values()))
    page = await house.as_(administrator).form("/audit/verify")
    assert "The log is whole" in page.text
    async with db.transaction():  # as a superuser who takes the guard away
        await db.execute("alter table history disable trigger user")
        await db.execute(
            'update history set after = after || \'{"name": "x"}\' where id = (select min(id) from history)'
        )
        await db.execute("alter table history enable trigger user")
    broken = await api.done("POST", "/api/audit/verify")
    assert not broken["whole"]
    assert broken["breaks"] == [{"seq": 1, "history_id": None}]
    page = await house.as_(administrator, "zh").form("/audit/verify")
    assert "第 1 个校验环节不符" in page.text


def row(before: str | None, after: str | None) -> AuditRow:
    return AuditRow(
        id=1, changed_at=datetime.now(UTC), relation="x", row_key="1", operation="update", actor=None, actor_id=None,
        acting_for=None, address=None, organisation_id=None, organisation=None, before=before, after=after,
    )  # fmt: skip


def test_differences_are_those_fields_that_are_not_as_they_were() -> None:
    told = differences(row('{"a": "1", "b": [1], "c": null}', '{"a": "1", "b": [2], "d": "中"}'))
    assert [(one.name, one.before, one.after) for one in told] == [("b", "[1]", "[2]"), ("d", None, "中")]
    assert [one.name for one in differences(row(None, '{"a": "1", "b": null}'))] == ["a"]


@given(st.text())
def test_a_cell_is_read_back_and_never_a_formula(text: str) -> None:
    read = next(csv.reader(io.StringIO(cell(text), newline="")), [""])[0]
    assert read == text or (read == "'" + text and text[0] in "=+-@\t\r\n＝＋－＠")
    assert not read.startswith(("=", "+", "-", "@", "\t", "\r"))
