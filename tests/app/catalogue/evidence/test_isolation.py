"""Evidence of one enterprise is not there for another: held by the rows' policies, no check of ours in the way."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from msgspec import Struct

from app.store.askers import THE_PUBLIC, Asker, borrowed_as
from app.store.postgres import open_pool
from tests.app.catalogue.evidence import hostile
from tests.app.catalogue.evidence.desk import at, bureau, editor
from tests.world import World

TABLES = ("evidence_document", "site", "advertisement", "labelled_product", "commitment_publication")
CANARY = "金丝雀"


class Two(Struct):
    """Two enterprises; everything here is the second's."""

    pool: asyncpg.Pool
    mine: UUID
    theirs: UUID
    body: UUID
    document: UUID
    digest: str
    product: UUID
    entries: dict[str, UUID]


@pytest.fixture
async def two(cloned: str, tmp_path: Path) -> AsyncIterator[Two]:
    pool = await open_pool(cloned)
    try:
        yield await _peopled(cloned, pool, tmp_path / "files")
    finally:
        await pool.close()


async def _peopled(url: str, pool: asyncpg.Pool, folder: Path) -> Two:
    db = await asyncpg.connect(url)
    try:
        world = World(db)
        mine = await world.enterprise(region_code="330102")
        theirs, product, _standard, certificate = await world.recognised()
    finally:
        await db.close()
    async with at(pool, folder) as site:
        site.be(editor(theirs.id))
        document = await site.done("POST", f"/api/documents?kind=other&title={CANARY}", content=hostile.picture())
        day = {"published_on": "2026-05-01"}
        sent = {
            "publications": day | {"channel": "shop", "place": CANARY},
            "labels": {"product_id": str(product.id), "carrier": "both", "labelled_since": "2026-05-01"},
            "sites": {"name": CANARY, "kind": "plant", "address": CANARY},
            "advertisements": {
                "title": CANARY, "medium": "print", "place": CANARY, "starts_on": "2026-05-01", "carries_mark": True,
            },
        }  # fmt: skip
        entries = {
            name: UUID((await site.done("POST", f"/api/evidence/{name}", json=one))["id"]) for name, one in sent.items()
        }
    return Two(
        pool, mine.id, theirs.id, certificate.body_id, UUID(document["id"]), document["sha256"], product.id, entries
    )


@pytest.mark.parametrize("table", TABLES)
async def test_the_rows_are_there_for_whom_they_are_for(two: Two, table: str) -> None:
    seen = {
        "the enterprise": (Asker(organisation=two.theirs), True),
        "the platform": (Asker(platform=True), True),
        "the bureau of its county": (Asker(organisation=UUID(int=7), region="330282"), True),
        "the province": (Asker(organisation=UUID(int=7), region="33"), True),
        "the body that certified it": (Asker(organisation=two.body), True),
        "another enterprise": (Asker(organisation=two.mine), False),
        "the bureau of another city": (Asker(organisation=UUID(int=7), region="3301"), False),
        "another body": (Asker(organisation=UUID(int=9)), False),
        "nobody": (Asker(), False),
    }
    for who, (asker, allowed) in seen.items():
        async with borrowed_as(two.pool, asker) as db:
            assert (await db.fetchval(f"select count(*) from {table}") > 0) == allowed, who
    async with borrowed_as(two.pool, THE_PUBLIC) as db:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.fetchval(f"select count(*) from {table}")


@pytest.mark.parametrize("table", TABLES)
async def test_nobody_else_writes_and_nobody_deletes(two: Two, table: str) -> None:
    others = (Asker(organisation=two.mine), Asker(organisation=UUID(int=7), region="33"), Asker(organisation=two.body))
    for asker in others:
        async with borrowed_as(two.pool, asker) as db:
            assert await db.execute(f"update {table} set enterprise_id = enterprise_id") == "UPDATE 0"
    async with borrowed_as(two.pool, Asker(organisation=two.theirs)) as db:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(f"delete from {table}")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(f"update {table} set enterprise_id = $1", two.mine)


async def test_the_keys_hold_documents_and_models_to_one_enterprise(two: Two) -> None:
    """Even the owner of the tables cannot let an entry rest on another enterprise's document."""
    async with borrowed_as(two.pool, Asker(role="zpm_owner")) as db:
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await db.execute(
                "insert into site (enterprise_id, name, kind, address, document_id) values ($1, 'x', 'plant', 'x', $2)",
                two.mine, two.document,
            )  # fmt: skip
        with pytest.raises(asyncpg.ForeignKeyViolationError):
            await db.execute(
                """insert into labelled_product (enterprise_id, product_id, carrier, labelled_since)
                   values ($1, $2, 'both', '2026-01-01')""",
                two.mine, two.product,
            )  # fmt: skip


async def test_every_act_is_in_the_log_with_whose_record_it_is(two: Two) -> None:
    async with borrowed_as(two.pool, Asker(role="zpm_owner")) as db:
        rows = await db.fetch(
            "select relation, organisation_id, actor from history where relation = any($1::text[])", list(TABLES)
        )
    assert {row["relation"] for row in rows} == set(TABLES)
    assert {(row["organisation_id"], row["actor"]) for row in rows} == {(two.theirs, "editor")}


async def test_over_http_nothing_of_theirs_is_told(two: Two, tmp_path: Path) -> None:
    async with at(two.pool, tmp_path / "files") as site:
        for principal in (editor(two.mine), bureau("3301")):
            site.be(principal)
            for path in _paths(two):
                answer = await site.get(path)
                assert CANARY not in answer.text, path
                assert answer.status_code in (200, 400, 403, 404), path
                if path.startswith(("/files", f"/api/documents/{two.document}")):
                    assert answer.status_code == 404
        site.be(editor(two.mine))
        for name, entry in two.entries.items():
            assert (await site.post(f"/api/evidence/{name}/{entry}/end", json={"on": "2026-06-01"})).status_code == 404
            assert (await site.fill_in(f"/evidence/{name}/{entry}/end", on="2026-06-01")).status_code == 404
        assert (await site.post(f"/api/documents/{two.document}/withdraw")).status_code == 404
        site.be(editor(two.theirs))
        assert (await site.get(f"/files/{two.digest}/x")).status_code == 200


def _paths(two: Two) -> list[str]:
    every = [f"/files/{two.digest}/x", f"/api/documents/{two.document}", f"/api/documents/{two.document}/content"]
    every += [f"/api/documents?enterprise_id={two.theirs}", f"/evidence/documents?enterprise={two.theirs}"]
    every += [f"/api/evidence/{two.theirs}", f"/evidence/of/{two.theirs}", "/api/evidence", "/evidence"]
    for name, entry in two.entries.items():
        every += [f"/api/evidence/{name}?enterprise_id={two.theirs}", f"/evidence/{name}?enterprise={two.theirs}"]
        every += [f"/evidence/{name}/{entry}"]
    return every


async def test_the_same_file_of_two_enterprises_is_kept_once_and_told_to_each_alone(two: Two, tmp_path: Path) -> None:
    async with at(two.pool, tmp_path / "files") as site:
        site.be(editor(two.mine))
        assert (await site.get(f"/files/{two.digest}/x")).status_code == 404
        answer = await site.post("/api/documents?kind=other&title=mine", content=hostile.picture())
        assert (answer.status_code, answer.json()["sha256"]) == (201, two.digest)
        assert (await site.get(f"/files/{two.digest}/x")).status_code == 200
        assert [one["title"] for one in (await site.done("GET", "/api/documents"))["items"]] == ["mine"]
    kept = [one for one in (tmp_path / "files").rglob("*") if one.is_file()]
    assert [one.name for one in kept] == [two.digest]


async def test_handed_in_by_many_at_once_it_is_one_document(two: Two, tmp_path: Path) -> None:

    async with at(two.pool, tmp_path / "files") as site:
        site.be(editor(two.mine))
        url = "/api/documents?kind=other&title=mine"
        answers = await asyncio.gather(*(site.post(url, content=hostile.paper()) for _ in range(4)))
        assert sorted(one.status_code for one in answers) == [200, 200, 200, 201]
        assert len({one.json()["id"] for one in answers}) == 1
