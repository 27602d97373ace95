"""Shoppers' reports over HTTP: who sees them, what is done about them, how an item becomes suspect."""

import csv
import io
import re
from io import StringIO

import asyncpg
import pytest
from PIL import Image

from app.edge.principals import Principal
from app.statistics.reports import rules
from app.store.askers import Asker, become
from tests.app.service import problem, written
from tests.app.statistics.cast import HOOD, KETTLE, READER, ZHEJIANG, Cast, report, see, this_hour
from tests.app.statistics.conftest import Browse
from tests.world import World

CONTACT = "13800000000"


def photo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(buffer, "WEBP")
    return buffer.getvalue()


@pytest.fixture
async def numbers(db: asyncpg.Connection, cast: Cast) -> list[str]:
    """One with everything on an item; one of the other maker's; one that names no product."""
    item = {"batch": cast.batch, "epoch": 1, "index": 0, "contact": CONTACT, "photo": photo(), "kind": "suspect"}
    return [
        await report(db, 1, **item, text="瓶口有划痕，怀疑不是正品"),
        await report(db, 2, gtin=KETTLE, text="漏水"),
        await report(db, 3, gtin=None, code="ABC", text="扫不出来", contact="a@example.com"),
    ]


async def seen(browse: Browse, person: Principal, query: str = "") -> list[str]:
    async with browse(person) as client:
        told = (await client.get(f"/api/reports{query}")).json()
        page = await client.get(f"/reports{query}")
        assert page.status_code == 200
        listed = [one["number"] for one in told["items"]]
        assert set(re.findall(r"R-\d{8}-\w{6}", page.text)) >= set(listed)
        return listed


async def test_reports_are_seen_by_whom_they_concern(cast: Cast, numbers: list[str], browse: Browse) -> None:
    own, other, none = numbers
    assert await seen(browse, cast.person()) == [own]
    assert await seen(browse, cast.stranger()) == [other]
    assert await seen(browse, cast.bureau("3302")) == [own]
    assert await seen(browse, cast.bureau("3301")) == []
    assert await seen(browse, cast.bureau("33")) == [none, other, own]
    assert await seen(browse, cast.administrator()) == [none, other, own]
    for person, number in ((cast.stranger(), own), (cast.person(), none), (cast.bureau("3307"), own)):
        async with browse(person) as client:
            problem(await client.get(f"/api/reports/{number}"))
            for path in ("", "/photo"):
                assert (await client.get(f"/reports/{number}{path}")).status_code == 404
            for path in ("/contact", "/steps", "/suspicion"):
                answer = await client.post(f"/reports/{number}{path}", data={"csrf": person.csrf, "note": "x"})
                assert answer.status_code == 404


async def test_a_certification_body_reads_no_report(db: asyncpg.Connection, cast: Cast, numbers: list[str]) -> None:
    world = World(db)
    standard = await world.standard()
    certificate = await world.certificate(cast.maker, standard.id)
    await become(db, Asker(organisation=certificate.body_id))
    assert await db.fetchval("select count(*) from product where enterprise_id = $1", cast.maker) == 1
    assert await db.fetchval("select count(*) from consumer_report") == 0
    assert await db.fetchval("select count(*) from scan_day") == 0


async def test_lists_are_narrowed_and_turned(db: asyncpg.Connection, cast: Cast, browse: Browse) -> None:
    kinds = ["label", "quality", "label", "other"]
    numbers = [await report(db, n, kind=kind, text=f"第{n}条 100%_") for n, kind in enumerate(kinds, 1)]
    person = cast.person()
    assert await seen(browse, person, "?kind=label") == [numbers[2], numbers[0]]
    assert await seen(browse, person, f"?q={numbers[3][-6:]}") == [numbers[3]]
    assert await seen(browse, person, "?q=%25_") == numbers[::-1]
    assert await seen(browse, person, f"?gtin={HOOD[1:]}") == numbers[::-1]
    assert await seen(browse, person, f"?gtin={KETTLE}") == []
    assert await seen(browse, person, "?status=closed") == []
    assert await seen(browse, person, "?status=new") == numbers[::-1]
    async with browse(person) as client:
        first = (await client.get("/api/reports?limit=3")).json()
        assert first["next"] == numbers[1]
        rest = (await client.get(f"/api/reports?limit=3&before={first['next']}")).json()
        assert ([one["number"] for one in rest["items"]], rest["next"]) == ([numbers[0]], None)
        for query in ("kind=x", "status=x", "gtin=12"):
            problem(await client.get(f"/api/reports?{query}"))
            assert (await client.get(f"/reports?{query}")).status_code == 422
        assert (await client.get("/reports?q=%00")).status_code == 422
        assert (await client.get("/reports?status=open")).text.count('class="card"><a') == 4
        assert (await client.get("/reports/%00")).status_code == 404


async def test_a_report_is_taken_up_answered_and_closed(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], browse: Browse
) -> None:
    number = numbers[0]
    async with browse(cast.person()) as client:
        steps, token = f"/reports/{number}/steps", {"csrf": "token"}
        before = await written(db)
        for typed, sentence in (
            ({}, "Note is empty"),
            ({"status": "closed"}, "Note is empty"),
            ({"status": "new", "note": "x"}, "is “new” already"),
            ({"status": "gone", "note": "typed"}, "is not one of"),
            ({"note": "x" * 2001}, "shorten it"),
        ):
            answer = await client.post(steps, data=token | typed)
            assert answer.status_code == 422
            assert sentence in answer.text.replace("&#39;", "'")
            assert typed.get("note", "") in answer.text
        assert (await client.post(steps, data={"note": "x"})).status_code == 403  # no token
        await db.execute("reset role")
        assert await written(db) == before

        answer = await client.post(steps, data=token | {"status": "in_work", "note": ""})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/{number}?done=status")
        assert "The status was changed." in (await client.get(answer.headers["location"])).text
        await client.post(steps, data=token | {"note": "已联系经销商\n等待照片"})
        told = (await client.put(f"/api/reports/{number}/status", json={"status": "closed", "note": "已换新"})).json()
        assert [one["act"] for one in told["steps"]] == ["status", "note", "status"]
        assert (told["report"]["status"], told["report"]["status_by"]) == ("closed", "王工")
        assert told["steps"][0]["note"] == "已换新"
        assert told["steps"][0]["acted_for"] == "演示厨电有限公司"
        problem(await client.put(f"/api/reports/{number}/status", json={"status": "answered", "note": "x"}))
        again = await client.post(f"/api/reports/{number}/notes", json={"note": "回访满意"})
        assert again.json()["steps"][0]["note"] == "回访满意"
        assert "等待照片" in (await client.get(f"/reports/{number}")).text
    log = await db.fetch(
        "select actor, organisation_id, before::text || after::text as said from history where row_key = $1", number
    )
    changes = [row for row in log if row["said"]]
    assert [row["actor"] for row in changes] == ["王工"] * 2
    assert {row["organisation_id"] for row in log} == {cast.maker}
    logged = str([dict(row) for row in await db.fetch("select * from history where row_key = $1", number)])
    for secret in (CONTACT, "划痕", "经销商", "已换新"):
        assert secret not in logged


async def test_who_may_only_read_changes_nothing(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], browse: Browse
) -> None:
    number = numbers[0]
    before = await written(db)
    async with browse(cast.person(scopes=READER)) as client:
        page = await client.get(f"/reports/{number}")
        assert page.status_code == 200
        assert "You do not have the right to see it." in page.text
        assert '<form method="post" action="/reports' not in page.text
        assert CONTACT not in page.text
        for path in ("contact", "steps", "suspicion"):
            answer = await client.post(f"/reports/{number}/{path}", data={"csrf": "token", "note": "x"})
            assert answer.status_code == 403
        assert (await client.post(f"/api/reports/{number}/contact")).status_code == 403
    assert await written(db) == before


async def test_a_contact_is_shown_with_a_line_in_the_log(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], browse: Browse
) -> None:
    own, other, none = numbers
    looked = "select acting_for, actor from history where relation = 'report_step' and row_key = $1"
    async with browse(cast.person()) as client:
        assert CONTACT not in (await client.get(f"/reports/{own}")).text
        assert CONTACT not in (await client.get(f"/api/reports/{own}")).text
        shown = await client.post(f"/reports/{own}/contact", data={"csrf": "token"})
        assert CONTACT in shown.text
        assert shown.headers["cache-control"] == "no-store"
        assert (await client.post(f"/api/reports/{own}/contact")).json() == {"contact": CONTACT}
        assert "Saw the contact" in (await client.get(f"/reports/{own}")).text
        problem(await client.post(f"/api/reports/{other}/contact"))
    assert [tuple(row) for row in await db.fetch(looked, own)] == [(cast.maker, "王工")] * 2
    async with browse(cast.stranger()) as client:
        assert problem(await client.post(f"/api/reports/{other}/contact"))["code"] == "no-contact"
    async with browse(cast.bureau("33")) as client:
        assert (await client.post(f"/api/reports/{none}/contact")).json() == {"contact": "a@example.com"}
    assert await db.fetchval("select count(*) from history where relation = 'report_step'") == 3


@pytest.mark.parametrize("statement", [
    "select contact from consumer_report", "select form_token from consumer_report",
    "update consumer_report set text = 'x'", "delete from consumer_report",
    "insert into consumer_report (number, kind, text, language) values ('R-1', 'other', 'x', 'zh')",
    "update report_step set note = 'x'", "delete from report_step", "delete from scan_day",
])  # fmt: skip
async def test_the_database_itself_keeps_what_shoppers_wrote(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], statement: str
) -> None:
    await become(db, cast.administrator().asker)
    assert await db.fetchval("select count(*) from consumer_report where text <> ''") == 3
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await db.execute(statement)


async def test_nobody_notes_on_reports_of_others(db: asyncpg.Connection, cast: Cast, numbers: list[str]) -> None:
    note = "insert into report_step (number, act, acted_at, acted_by, acted_for) values ($1, 'note', now(), 'x', 'y')"
    await become(db, cast.person().asker)
    await db.execute(note, numbers[0])
    suspicion = "insert into item_suspicion (batch, index, views, provinces) values ($1, 7, 3, 1)"
    await db.execute(suspicion, cast.batch)
    for statement, foreign in ((note, numbers[1]), (suspicion, cast.others)):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with db.transaction():
                await db.execute(statement, foreign)
    assert await db.fetchval("select count(*) from report_step") == 1


async def test_a_photo_is_a_file_that_can_do_nothing(cast: Cast, numbers: list[str], browse: Browse) -> None:
    async with browse(cast.person()) as client:
        for path in (f"/reports/{numbers[0]}/photo", f"/api/reports/{numbers[0]}/photo"):
            answer = await client.get(path)
            assert answer.content == photo()
            assert answer.headers["content-type"] == "image/webp"
            assert answer.headers["content-disposition"].startswith("attachment")
            assert "sandbox" in answer.headers["content-security-policy"]
            assert answer.headers["x-content-type-options"] == "nosniff"
    async with browse(cast.stranger()) as client:
        assert problem(await client.get(f"/api/reports/{numbers[1]}/photo"))["code"] == "no-photo"


async def test_a_person_holds_an_item_suspect(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], browse: Browse
) -> None:
    number = numbers[0]
    facts = "select (views, provinces)::text from item_suspicion where batch = $1 and index = 0"
    async with browse(cast.person()) as client:
        path, wanted = f"/api/reports/{number}/suspicion", {"held": True, "note": "多省同时出现"}
        _, tick = await written(db)
        assert problem(await client.put(path, json=wanted))["code"] == "not-checked-often"
        await see(db, cast.batch, this_hour(), ZHEJIANG, 5)
        assert problem(await client.put(path, json=wanted | {"note": ""}))["code"] == "note-wanted"
        assert problem(await client.put(path, json={"held": False, "note": "x"}))["code"] == "not-held-suspect"
        assert (await written(db))[1] == tick
        told = (await client.put(path, json=wanted)).json()
        assert told["suspicion"]["views"] == 5
        assert await db.fetchval(facts, cast.batch) == "(5,1)"
        assert (await written(db))[1] == tick + 1
        assert problem(await client.put(path, json=wanted))["code"] == "held-suspect"
        assert "Held suspect since" in (await client.get(f"/reports/{number}")).text
        refused = await client.post(f"/reports/{number}/suspicion", data={"csrf": "token", "held": "no"})
        assert refused.status_code == 422
        assert 'id="e-why"' in refused.text
        done = await client.post(f"/reports/{number}/suspicion", data={"csrf": "token", "held": "no", "note": "已核实"})
        assert done.headers["location"] == f"/reports/{number}?done=clear"
        assert await db.fetchval(facts, cast.batch) is None
        assert [one["act"] for one in (await client.get(f"/api/reports/{number}")).json()["steps"]] == [
            "clear",
            "suspect",
        ]
    async with browse(cast.bureau("3302")) as client:
        assert (await client.put(path, json=wanted)).status_code == 200
    async with browse(cast.administrator()) as client:
        assert problem(await client.put(f"/api/reports/{numbers[1]}/suspicion", json=wanted))["code"] == "no-item-named"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_pages_and_downloads_stand_in_both_languages(
    db: asyncpg.Connection, cast: Cast, numbers: list[str], browse: Browse, language: str
) -> None:
    await report(db, 9, text="=HYPERLINK(1)", contact=CONTACT)
    async with browse(cast.person()) as client:
        for path in ("/reports", f"/reports/{numbers[0]}"):
            page = await client.get(path, params={"lang": language})
            assert page.status_code == 200
            assert page.headers["content-language"] == language
            assert "style=" not in page.text
        answer = await client.get("/reports/download", params={"lang": language})
        table = list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))
        assert [row[0] for row in table[1:]] == ["R-20261122-000009", numbers[0]]
        assert "'=HYPERLINK(1)" in table[1]
        assert table[0][0] == {"zh": "编号", "en": "Number"}[language]
        assert CONTACT not in answer.text


async def test_an_empty_list_says_what_comes_there(cast: Cast, browse: Browse) -> None:
    async with browse(cast.person()) as client:
        assert "No reports yet." in (await client.get("/reports")).text
        assert "No report fits." in (await client.get("/reports?q=x")).text


def test_every_status_leads_on_and_none_back_to_new() -> None:
    assert set(rules.OPEN) == set(rules.WORDS)
    for now, open_ in rules.OPEN.items():
        assert open_
        assert "new" not in open_
        assert [list(rules.check_step(now, one)) for one in open_] == [[]] * len(open_)
        assert list(rules.check_step(now, now))
