import re
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest
from msgspec import structs

from app.edge.pages import words_in
from app.edge.principals import platform
from tests.app.catalogue.evidence import hostile
from tests.app.catalogue.evidence.desk import CSRF, Site, at, bureau, editor, viewer
from tests.app.service import OneConnection
from tests.world import World

EVERY = ("publications", "labels", "sites", "advertisements")


@pytest.fixture
async def site(db: asyncpg.Connection, tmp_path: Path) -> AsyncIterator[Site]:
    async with at(OneConnection(db), tmp_path / "files") as site:
        yield site


def paths(words: object, before: str = "") -> set[str]:
    if not isinstance(words, dict):
        return {before}
    return set().union(*(paths(value, f"{before}.{name}") for name, value in words.items()))


def test_both_languages_have_the_same_words() -> None:
    assert paths(words_in("zh")["evidence"]) == paths(words_in("en")["evidence"])


async def test_nothing_on_record_is_never_a_hundred(site: Site, world: World) -> None:
    enterprise = await world.enterprise()
    site.be(editor(enterprise.id))
    for language, nothing in (("zh", "尚无认定型号"), ("en", "No recognised model yet")):
        shown = (await site.get(f"/evidence?lang={language}")).text
        assert shown.count(nothing) == 2
        assert 'class="big"' not in shown
        for name in EVERY:
            empty = await site.get(f"/evidence/{name}?lang={language}")
            assert words_in(language)["evidence"]["registers"][name]["empty"] in empty.text
            assert empty.headers["content-language"] == language


async def test_an_entry_is_put_on_record_with_its_file(site: Site, world: World) -> None:
    enterprise, product, *_ = await world.recognised()
    site.be(editor(enterprise.id))
    assert product.model in (await site.get("/evidence/labels/new")).text
    typed = {"product_id": product.id, "carrier": "both", "labelled_since": "2026-05-01", "document_id": ""}
    photo = ("东门 标签.jpg", hostile.photograph())
    shown = await site.followed(await site.fill_in("/evidence/labels/new", photo, **typed))
    assert "Put on record." in shown
    path = re.search(r'href="(/files/[^"]+)"', shown)[1]
    assert path.endswith("/%E4%B8%9C%E9%97%A8_%E6%A0%87%E7%AD%BE.jpg")
    assert (await site.get(path)).headers["content-type"] == "image/jpeg"
    assert 'class="big">100 %<' in (await site.get("/evidence")).text

    entry = re.search(r'href="(/evidence/labels/[0-9a-f-]{36})"', shown)[1]
    form = (await site.get(entry)).text
    assert re.search(r'<option value="both" selected>', form)
    document_id = re.search(r'<option value="([0-9a-f-]{36})" selected>东门 标签', form)[1]
    again = typed | {"carrier": "packaging", "document_id": document_id}
    assert "Packaging" in await site.followed(await site.fill_in(entry, **again))
    assert 'class="big">100 %<' in (await site.get("/evidence")).text
    assert "Ended on 2026-06-01" in await site.followed(await site.fill_in(f"{entry}/end", on="2026-06-01"))


@pytest.mark.parametrize("name", EVERY)
async def test_a_refused_form_stands_there_again_as_it_was_typed(site: Site, world: World, name: str) -> None:
    enterprise = await world.enterprise()
    product = await world.product(enterprise.id)
    site.be(editor(enterprise.id))
    right = {
        "publications": {"channel": "shop", "place": "收银台", "published_on": "2026-05-01"},
        "labels": {"product_id": product.id, "carrier": "both", "labelled_since": "2026-05-01"},
        "sites": {"name": "一号厂区", "kind": "plant", "address": "慈溪市<b>", "region_code": "330282"},
        "advertisements": {
            "title": "灯箱", "medium": "outdoor", "place": "东站", "starts_on": "2026-05-01", "carries_mark": "no",
        },
    }[name]  # fmt: skip
    day = next((field for field in ("published_on", "labelled_since", "starts_on") if field in right), "mark_since")
    for wrong, field in (
        ({day: "soon"}, day),
        ({"document_id": "x"}, "document_id"),
        ({"document_id": UNKNOWN}, "document_id"),
    ):
        answer = await site.fill_in(f"/evidence/{name}/new", **right | wrong)
        assert answer.status_code == 422
        assert f'id="e-{field}"' in answer.text
        assert "`" not in answer.text
        for value in right.values():
            if value not in wrong and field != day:
                assert f"{str(value).replace('<', '&lt;').replace('>', '&gt;')}" in answer.text
    refused = await site.fill_in(f"/evidence/{name}/new", ("x.exe", b"MZ"), **right)
    assert (refused.status_code, 'id="e-file"' in refused.text) == (422, True)
    await site.followed(await site.fill_in(f"/evidence/{name}/new", **right))
    listed = await site.get(f"/evidence/{name}")
    entry = re.search(rf'href="(/evidence/{name}/[0-9a-f-]{{36}})"', listed.text)[1]
    assert (await site.fill_in(entry, **right | {day: "soon"})).status_code == 422
    await site.followed(await site.fill_in(entry, **right))
    assert (await site.fill_in(f"{entry}/end", on="")).status_code == 422
    await site.followed(await site.fill_in(f"{entry}/end", on="2026-11-01"))
    assert entry not in (await site.get(f"/evidence/{name}")).text
    assert (await site.fill_in(entry, **right)).status_code == 422


UNKNOWN = "00000000-0000-4000-8000-000000000000"


async def test_documents_are_handed_in_and_withdrawn(site: Site, world: World) -> None:
    site.be(editor((await world.enterprise()).id))
    pdf = ("检验报告.pdf", hostile.paper(2))
    refused = await site.fill_in("/evidence/documents", pdf, kind="", title="")
    assert (refused.status_code, 'id="e-kind"' in refused.text) == (422, True)
    assert (await site.fill_in("/evidence/documents", kind="other", title="")).status_code == 422
    shown = await site.followed(await site.fill_in("/evidence/documents", pdf, kind="test_report", title=""))
    assert "检验报告" in shown
    assert "PDF, 2 pages" in shown
    assert "already" in await site.followed(
        await site.fill_in("/evidence/documents", pdf, kind="test_report", title="x")
    )
    assert "检验报告" not in (await site.get("/evidence/documents?kind=other")).text
    assert (await site.get("/evidence/documents?kind=selfie")).status_code == 400
    act = re.search(r'action="(/evidence/documents/[^"]+/withdraw)"', shown)[1]
    answer = await site.post(act, data={"csrf": CSRF})
    assert "Withdrawn" in await site.followed(answer)
    assert (await site.post(act, data={"csrf": CSRF})).status_code == 422
    assert (await site.post(act, data={"csrf": "another"})).status_code == 403


async def test_readers_read_and_cannot_write(site: Site, world: World) -> None:
    enterprise, *_ = await world.recognised()
    site.be(viewer(enterprise.id))
    shown = await site.get("/evidence")
    assert (shown.status_code, "/evidence/sites/new" in shown.text) == (200, False)
    assert (await site.get("/evidence/sites/new")).status_code == 403
    assert (await site.fill_in("/evidence/sites/new", name="x")).status_code == 403

    site.be(editor(enterprise.id))
    await site.followed(await site.fill_in("/evidence/documents", ("a.png", hostile.picture("PNG")), kind="other"))
    for reader, seen in ((bureau("3302"), True), (structs.replace(bureau("3301"), name="far"), False)):
        site.be(reader)
        assert (enterprise.name in (await site.get("/evidence")).text) == seen
        assert (await site.get(f"/evidence/of/{enterprise.id}")).status_code == (200 if seen else 404)
        listed = await site.get(f"/evidence/documents?enterprise={enterprise.id}")
        path = re.search(r'href="(/files/[^"]+)"', listed.text)
        assert bool(path) == seen
        assert (await site.get("/evidence/documents")).status_code == 400
        for name in EVERY:
            listed = await site.get(f"/evidence/{name}?enterprise={enterprise.id}")
            assert (listed.status_code, f"/evidence/{name}/new" in listed.text) == (200, False)
    site.be(platform("platform"))
    assert enterprise.name in (await site.get("/evidence")).text


async def test_there_are_four_registers(site: Site, world: World) -> None:
    site.be(editor((await world.enterprise()).id))
    for path in (
        "/evidence/labours",
        f"/evidence/sites/{UNKNOWN}",
        f"/evidence/nosuch/{UNKNOWN}",
        "/evidence/nosuch/new",
    ):
        assert (await site.get(path)).status_code == 404
    site.cookies.clear()
    answer = await site.get("/evidence/sites")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fevidence%2Fsites")
