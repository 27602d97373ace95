"""Archiving takes a model off the lists and never hides what holds of goods with codes."""

from datetime import UTC, datetime

import app.catalogue.actions as catalogue
from app.issuing import recalls
from app.issuing.shapes import NewRecall
from tests.app.scanning.conftest import Demonstration, Worker, connected, heard
from tests.world import ACTOR


async def test_goods_of_an_archived_model_keep_their_page(
    worker: Worker, demonstration: Demonstration, demonstrated: str
) -> None:
    coded, bare = demonstration.path("product: hood"), demonstration.path("product: not_recognised")
    kept = ("product: hood", "void", "valid_first", "valid_batch")
    before = [await worker.headline(demonstration.path(state)) for state in kept]
    async with connected(demonstrated) as db:
        by_path = "select product_id from gtin where gtin = $1"
        hood = await db.fetchval(by_path, coded[4:18])
        await catalogue.archive(db, hood, ACTOR)
        await catalogue.archive(db, await db.fetchval(by_path, bare[4:18]), ACTOR)
        await heard(worker.scanning, db)
        assert coded[4:18] in worker.scanning.facts.known
        assert [await worker.headline(demonstration.path(state)) for state in kept] == before
        assert (await worker.get(bare)).status_code == 404
        order = NewRecall(gtin=coded[4:18], reason="护套开裂", remedy="免费更换", telephone="400-000-0000")
        await recalls.open_recall(db, order, datetime.now(UTC).date(), ACTOR)
        await heard(worker.scanning, db)
    for state in kept:
        assert "本款产品正在召回，请停止使用" in await worker.headline(demonstration.path(state))
