"""Bureaus sample published pages and return them; the enterprise answers; nobody reads others' affairs."""

import asyncpg

from app.store.askers import Asker, become
from tests.app.catalogue.console.cast import whole
from tests.app.catalogue.console.conftest import BUREAU, VIEWER, Signs
from tests.app.service import written
from tests.world import World


async def bureau_of(db: asyncpg.Connection, region: str) -> str:
    return await db.fetchval(
        "insert into organisation (kind, level, name, region_code) values ('bureau', 'city', '演示局', $1) "
        "returning id",
        region,
    )


async def test_a_page_is_returned_answered_and_in_order(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    elsewhere = await whole(world, region_code="330106")
    bureau = signed_in("bureau", await bureau_of(db, "330200"), BUREAU, region="3302", organisation_name="宁波演示局")
    maker = signed_in(organisation=one.enterprise.id)
    sample = await bureau.see("/review?seed=abc&n=50")
    assert "abc" in sample
    assert str(one.product.id) in sample
    assert str(elsewhere.product.id) not in sample
    assert await bureau.see("/review?seed=abc&n=50") == sample  # the same seed draws it again
    path = f"/review/{one.product.id}"
    assert "Maker and product" in await bureau.see(f"/products/{one.product.id}/preview")
    assert (await bureau.get(f"/review/{elsewhere.product.id}")).status_code == 404
    before = await written(db)
    assert "Reasons is empty" in await bureau.refused(path, {"outcome": "returned"})
    assert "not one of the choices" in await bureau.refused(path, {"outcome": "burnt"})
    assert (await maker.get(path)).status_code == 403
    assert await written(db) == before
    told = {"outcome": "returned", "reasons": "照片模糊。", "reasons_en": "The photo is blurred."}
    assert await bureau.done(path, told) == "/review?done=reviewed"
    assert "The photo is blurred." in await maker.see("/home")
    assert "Returned" in await maker.see("/products?show=returned")
    own = f"/products/{one.product.id}"
    assert "宁波演示局" in await maker.see(own)
    assert "Answer is empty" in await maker.refused(f"{own}/answer", {"answer": ""})
    viewer = signed_in(organisation=one.enterprise.id, scopes=VIEWER)
    assert (await viewer.submit(f"{own}/answer", {"answer": "x"})).status_code == 403
    await maker.done(f"{own}/answer", {"answer": "已更正"})
    assert "No bureau has returned" in await maker.refused(f"{own}/answer", {"answer": "已更正"})
    assert "The photo is blurred." not in await maker.see("/home")
    assert "to look at again" in await bureau.see("/review")
    await bureau.done(path, {"outcome": "in_order"})
    assert "to look at again" not in await bureau.see("/review")
    history = await maker.see(f"{own}/history")
    assert all(told in history for told in ("In order", "已更正", "照片模糊。"))
    await maker.done(f"{own}/archive")
    assert "not published at present" in await bureau.refused(path, {"outcome": "in_order"})


async def test_reviews_are_seen_by_the_enterprise_and_its_bureaus_alone(
    signed_in: Signs, world: World, db: asyncpg.Connection
) -> None:
    one, other = await whole(world), await world.enterprise()
    bureau_id = await bureau_of(db, "330200")
    bureau = signed_in("bureau", bureau_id, BUREAU, region="3302")
    await bureau.done(f"/review/{one.product.id}", {"outcome": "returned", "reasons": "不清"})
    seen = {}
    for name, asker in (
        ("own", Asker(organisation=one.enterprise.id)),
        ("other", Asker(organisation=other.id)),
        ("bureau", Asker(organisation=bureau_id, region="3302")),
        ("far", Asker(organisation=bureau_id, region="3301")),
    ):
        await become(db, asker)
        seen[name] = await db.fetchval("select count(*) from page_review")
        await db.execute("reset role")
    assert seen == {"own": 1, "other": 0, "bureau": 1, "far": 0}
