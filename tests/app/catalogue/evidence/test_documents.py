from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import asyncpg
import pytest

from app.catalogue.evidence import documents
from app.catalogue.evidence.jobs import sweep
from app.catalogue.evidence.shapes import file_name
from app.store.files import Files
from tests.app.catalogue.evidence import hostile
from tests.app.catalogue.evidence.desk import Site, at, editor, viewer
from tests.app.service import OneConnection, problem
from tests.world import World

WHERE = "/api/documents?kind=site_photo&title=东门"


@pytest.fixture
async def site(db: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Site]:
    async with at(OneConnection(db), tmp_path / "files") as site:
        yield site


async def test_a_document_is_handed_in_once_and_read(site: Site, world: World) -> None:
    enterprise = await world.enterprise()
    site.be(editor(enterprise.id))
    content = hostile.photograph()
    first = await site.post(WHERE, content=content)
    assert first.status_code == 201, first.text
    document = first.json()
    assert document["given_sha256"] == sha256(content).hexdigest()
    assert (document["width"], document["height"], document["uploaded_by"]) == (40, 60, "editor")
    again = await site.post(WHERE + "再次", content=content)
    assert (again.status_code, again.json()) == (200, document)
    other = await site.post("/api/documents?kind=other&title=东门", content=content)
    assert (other.status_code, other.json()["sha256"]) == (201, document["sha256"])
    listed = await site.done("GET", "/api/documents?limit=1")
    assert (len(listed["items"]), listed["next"]) == (1, listed["items"][0]["id"])
    assert [one["kind"] for one in (await site.done("GET", "/api/documents?kind=site_photo"))["items"]] == [
        "site_photo"
    ]

    for path in (f"/api/documents/{document['id']}/content", f"/files/{document['sha256']}/any-name.jpg"):
        file = await site.get(path)
        assert sha256(file.content).hexdigest() == document["sha256"]
        assert file.headers["content-disposition"].startswith('attachment; filename="document.jpg"; filename*=UTF-8')
        assert "sandbox" in file.headers["content-security-policy"]
        assert "script-src" not in file.headers["content-security-policy"]
        assert file.headers["x-content-type-options"] == "nosniff"
        assert file.headers["cross-origin-resource-policy"] == "same-origin"


async def test_what_comes_out_the_same_is_the_same_document(site: Site, world: World) -> None:
    site.be(editor((await world.enterprise()).id))
    first = await site.post(WHERE, content=hostile.picture())
    again = await site.post(WHERE, content=hostile.picture(comment=b"another"))
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])


async def test_a_document_in_use_is_not_withdrawn(site: Site, world: World) -> None:
    site.be(editor((await world.enterprise()).id))
    document = (await site.post(WHERE, content=hostile.picture())).json()
    new = {"name": "一号厂区", "kind": "plant", "address": "慈溪", "document_id": document["id"]}
    entry = await site.done("POST", "/api/evidence/sites", json=new)
    told = await site.refused(409, "POST", f"/api/documents/{document['id']}/withdraw")
    assert (told["code"], told["facts"]) == ("evidence-in-use", {"count": 1})
    await site.done("PUT", f"/api/evidence/sites/{entry['id']}", json=new | {"document_id": None})
    gone = await site.done("POST", f"/api/documents/{document['id']}/withdraw")
    assert gone["withdrawn_by"] == "editor"
    assert (await site.refused(409, "POST", f"/api/documents/{document['id']}/withdraw"))[
        "code"
    ] == "evidence-withdrawn"
    assert (await site.refused(404, "GET", f"/api/documents/{document['id']}/content"))["code"] == "unknown-document"
    assert (await site.get(f"/files/{document['sha256']}/x")).status_code == 404
    told = await site.refused(400, "PUT", f"/api/evidence/sites/{entry['id']}", json=new)
    assert (told["code"], told["field"]) == ("evidence-of-another-kind", "document_id")
    assert (await site.post(WHERE, content=hostile.picture())).status_code == 201


async def test_what_is_refused_leaves_nothing(site: Site, world: World, db: asyncpg.Connection, tmp_path: Path) -> None:
    mine, theirs = await world.enterprise(), await world.enterprise()
    site.be(editor(mine.id))
    for url, content, status, code in (
        (WHERE, b"", 400, "evidence-file-missing"),
        (WHERE, hostile.HTML, 400, "evidence-kind"),
        (WHERE, bytes(21 * 2**20), 413, "too-large"),
        ("/api/documents?kind=site_photo&title=%20", b"x", 400, "empty-text"),
        ("/api/documents?kind=site_photo&title=a%00b", b"x", 400, "hidden-character"),
        ("/api/documents?kind=selfie&title=a", b"x", 400, "wrong-parameter"),
        (f"{WHERE}&enterprise_id={theirs.id}", hostile.picture(), 403, "not-yours"),
    ):
        assert (await site.refused(status, "POST", url, content=content))["code"] == code
    site.be(viewer(mine.id))
    assert problem(await site.post(WHERE, content=hostile.picture()))["code"] == "not-permitted"
    await db.execute("reset role")
    assert await db.fetchval("select count(*) from evidence_document") == 0
    assert not [one for one in (tmp_path / "files").rglob("*") if one.is_file()]
    for digest in ("0" * 64, "x", "%2e%2e%2f", "0" * 63 + "é"):
        assert (await site.get(f"/files/{digest}/x")).status_code == 404


async def test_an_enterprise_has_room_for_so_many(site: Site, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "DOCUMENTS_MOST", 1)
    site.be(editor((await world.enterprise()).id))
    await site.done("POST", WHERE, content=hostile.picture())
    told = await site.refused(409, "POST", WHERE, content=hostile.picture("PNG"))
    assert told["code"] == "evidence-full"
    await site.done("POST", WHERE, content=hostile.picture())


async def test_only_content_without_a_record_is_cleaned_up(
    site: Site, world: World, db: asyncpg.Connection, tmp_path: Path
) -> None:
    site.be(editor((await world.enterprise()).id))
    document = (await site.post(WHERE, content=hostile.picture())).json()
    await site.done("POST", f"/api/documents/{document['id']}/withdraw")
    files = Files.at(tmp_path / "files")
    lost = await files.put(b"broke off")
    pool, now = OneConnection(db), datetime.now(UTC)
    assert await sweep(pool, files, now) == 0
    assert await sweep(pool, files, now + timedelta(days=2)) == 1
    assert (await files.exists(lost), await files.exists(document["sha256"])) == (False, True)


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("东门 2026", "东门_2026.pdf"),
        ("../../etc/passwd", "etc_passwd.pdf"),
        ('a"; filename=b', "a___filename_b.pdf"),
        ("…", "document.pdf"),
        ("x" * 200, "x" * 80 + ".pdf"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie__x.pdf"),
    ],
)
def test_a_file_is_called_after_its_title(title: str, name: str) -> None:
    assert file_name(title, "application/pdf") == name
