"""The first page says what needs doing, to each kind its own."""

from datetime import timedelta

import asyncpg

from tests.app.catalogue.console.cast import whole
from tests.app.catalogue.console.conftest import BODY, BUREAU, ENTERPRISE, VIEWER, Signs
from tests.app.catalogue.console.test_reviewing import bureau_of
from tests.world import TODAY, World


async def test_what_an_enterprise_has_to_do(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    new = await world.enterprise()
    assert "Begin here" in await signed_in(organisation=new.id).see("/home")
    one = await whole(world)
    lacking = await world.product(one.enterprise.id, name_en="Kettle")
    browser = signed_in(organisation=one.enterprise.id)
    home = await browser.see("/home")
    assert "Incomplete products: 1" in home
    assert f"/products/{lacking.id}" in home
    assert "Recognised products without a code: 1" in home
    assert "Certificates" not in home
    await db.execute("update certificate set valid_until = $1", TODAY + timedelta(days=60))
    await db.execute(
        "insert into consumer_report (number, gtin, kind, text, language) values ('R-1', $1, 'other', 'x', 'zh')",
        one.product.gtins[0],
    )
    home = await browser.see("/home")
    assert "ends on" in home
    assert "Reports by shoppers to answer: 1" in home
    looks = signed_in(organisation=one.enterprise.id, scopes=VIEWER)
    assert "Reports by shoppers to answer" not in await looks.see("/home")  # nor may they open them
    chinese = await browser.see("/home?lang=zh")
    assert "1 个产品内容不全" in chinese
    assert "1 条消费者反映待答复" in chinese
    await db.execute("update consumer_report set status = 'answered'")
    assert "to answer" not in await browser.see("/home")


async def test_what_the_others_look_at(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    await whole(world, region_code="330106")
    bureau = signed_in("bureau", await bureau_of(db, "330200"), BUREAU, region="3302")
    home = await bureau.see("/home")
    assert "of 1 published" in home
    assert "of 1 recognised" in home
    body = signed_in("certification_body", one.certificate.body_id, BODY)
    assert "<b>1</b><span>Comparison tables" in await body.see("/home")
    platform = signed_in("platform", None, frozenset({"*"}))
    assert "of 2 published" in await platform.see("/home")
    assert "Organisations" in await platform.see("/home")
    laboratory = signed_in("laboratory", one.enterprise.id, frozenset({"account"}))
    assert "My account" in await laboratory.see("/home")
    limited = signed_in("bureau", None or one.enterprise.id, ENTERPRISE - {"catalogue:write"}, region="3302")
    assert "/review" not in await limited.see("/home")


async def test_who_is_not_signed_in_is_sent_there(signed_in: Signs) -> None:
    browser = signed_in()
    browser.cookies.clear()
    answer = await browser.get("/products?show=draft")
    assert (answer.status_code, answer.headers["location"]) == (303, "/signin?next=%2Fproducts%3Fshow%3Ddraft")


async def test_no_entry_leads_where_its_reader_may_not_go(signed_in: Signs, world: World) -> None:
    one = await whole(world)
    for scopes, leads in ((ENTERPRISE | {"issuing:write"}, True), (VIEWER, False)):
        browser = signed_in(organisation=one.enterprise.id, scopes=scopes)
        home = await browser.see("/home")
        assert ('href="/codes/products"' in home) is leads
        assert 'href="/evidence"' in home  # everybody of the enterprise may read the four 100 %
        assert ('href="/imports"' in home) is leads
        assert "/imports/export?kind=products&amp;fmt=xlsx" in await browser.see("/products")
    empty = (await world.enterprise()).id
    assert "/products/new" in await signed_in(organisation=empty).see("/products?lang=en")
    assert "/products/new" not in await signed_in(organisation=empty, scopes=VIEWER).see("/products")
    bureau = signed_in("bureau", one.enterprise.id, BUREAU, region="3302")
    for browser, back in ((bureau, 'class="back"><a href="/home"'), (signed_in(organisation=empty), "")):
        answer = await browser.get(f"/products/{one.product.id}")
        assert (answer.status_code, back in answer.text) == (200 if back else 404, True)
    assert 'class="back"><a href="/products"' in await signed_in(organisation=one.enterprise.id).see(
        f"/products/{one.product.id}"
    )
