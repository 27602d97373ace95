"""The preview is the page of a scan, also of a draft; it is not counted, and shown to those who see the record."""

from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import pytest

from app.asgi import OFFERS
from app.scanning.page import Pages
from app.scanning.preview import Preview
from app.scanning.service import WEB
from app.store.askers import Asker, become
from tests.app.scanning.outline import Outline
from tests.world import World

PREVIEW = Preview(Pages(WEB / "templates", WEB / "locale", "https://id.zpm.example"), OFFERS)
NOW = datetime(2026, 11, 22, 13, 4, tzinfo=UTC)


async def preview(
    db: asyncpg.Connection, product_id: UUID, language: str = "zh", published: bool = False
) -> str | None:
    path = f"/products/{product_id}/preview"
    body = await PREVIEW.page(db, product_id, published=published, language=language, large=False, path=path, now=NOW)
    return None if body is None else body.decode()


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_a_draft_is_shown_as_a_draft(db: asyncpg.Connection, language: str) -> None:
    world = World(db)
    product = await world.product((await world.enterprise()).id, published=False, gtins=[], model="ENTWURF-1")
    html = await preview(db, product.id, language)
    assert html is not None
    assert {"zh": "该产品尚未发布", "en": "not published yet"}[language] in html
    assert "ENTWURF-1" in html
    outline = Outline(html)
    assert not any("/seen/" in (one.get("src") or "") for one in outline.all("img"))
    assert not outline.all("script")


async def test_a_published_page_is_the_one_of_a_scan(db: asyncpg.Connection) -> None:
    _, product, standard, _ = await World(db).recognised()
    html = await preview(db, product.id, published=True)
    assert html is not None
    assert "此次打开不计入查询" in html
    assert standard.number in html
    assert "品牌认定有效" in html.replace("<wbr>", "")


async def test_only_those_who_see_the_record_see_it(db: asyncpg.Connection) -> None:
    world = World(db)
    product = await world.product((await world.enterprise()).id, published=False)
    other = await world.enterprise()
    shown = {}
    for name, asker in (
        ("own", Asker(organisation=product.enterprise_id)),
        ("other", Asker(organisation=other.id)),
        ("bureau", Asker(region="3302")),
        ("far", Asker(region="3301")),
    ):
        await become(db, asker)
        shown[name] = await preview(db, product.id) is not None
        await db.execute("reset role")
    assert shown == {"own": True, "other": False, "bureau": True, "far": False}
