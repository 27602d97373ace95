"""An enterprise keeps its products: registers, completes, publishes, archives; and what is refused."""

import re

import asyncpg
import pytest

from app.catalogue import actions, queries
from app.catalogue.shapes import NewProduct
from app.edge.principals import Principal
from codes.errors import Several
from tests.app.catalogue.console.cast import state_everything, whole
from tests.app.catalogue.console.conftest import VIEWER, Signs
from tests.app.service import written
from tests.world import ACTOR, TODAY, World, gtin

NEW = {"model": "CXW-1", "name": "吸油烟机", "name_en": "Range hood", "mark_variant": "zhejiang_made", "gtins": gtin(1)}


async def test_from_nothing_to_a_published_page(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    enterprise = await world.enterprise()
    browser = signed_in(organisation=enterprise.id)
    assert "Register the first model" in await browser.see("/products")
    before = await written(db)
    again = await browser.refused("/products/new", NEW | {"name": "", "gtins": "6900000000015"})
    assert 'value="CXW-1"' in again  # what was typed stays
    assert "Name is empty" in again
    assert 'id="e-gtins"' in again
    assert await written(db) == before
    address = await browser.done("/products/new", NEW)
    assert address.endswith("?done=registered")
    path = address.partition("?")[0]
    shown = await browser.see(address)
    assert "registered as a draft" in shown
    assert "telephone of the enterprise" in shown
    refused = await browser.refused(f"{path}/publish")
    assert refused.count("Before this product is published") == 6  # telephone, photo, recognition, indicators, …
    profile = {"name": enterprise.name, "region_code": "330282", "industry_code": "38", "telephone": "400-000-0000"}
    assert (await browser.done("/profile/edit", profile)).startswith("/profile?")
    product_id = path.rpartition("/")[2]
    standard = await world.standard()
    certificate = await world.certificate(enterprise.id, standard.id)
    await world.recognition(enterprise.id, [(product_id, standard.id, certificate.id)])
    await state_everything(db, product_id)
    assert "ready to publish" in await browser.see(path)
    assert await browser.done(f"{path}/publish") == f"{path}?done=published"
    assert "Published" in await browser.see(path)
    assert await browser.done(f"{path}/archive") == f"{path}?done=archived"
    assert "in the state “archived” already" in await browser.refused(f"{path}/archive")
    assert "Archived" in await browser.see("/products?show=archived")
    await browser.done(f"{path}/publish")


async def test_every_page_in_both_languages(signed_in: Signs, world: World) -> None:
    one = await whole(world)
    browser = signed_in(organisation=one.enterprise.id)
    own = f"/products/{one.product.id}"
    parts = ("", "/edit", "/photo", "/indicators", "/test-reports", "/commitment", "/preview", "/history", "/answer")
    pages = ["/home", "/profile", "/profile/edit", "/profile/history", "/products", "/products/new", "/products/photos",
             "/imports", *(own + part for part in parts)]  # fmt: skip
    for path in pages:
        for language in ("zh", "en"):
            html = await browser.see(f"{path}?lang={language}&view=large")
            assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in html, path
            assert "style=" not in html, path
            assert "onclick" not in html, path


async def test_every_act_of_the_product_page(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    newer = await world.product(one.enterprise.id)
    foreign = await world.product((await world.enterprise()).id)
    browser, viewer = (
        signed_in(organisation=one.enterprise.id),
        signed_in(organisation=one.enterprise.id, scopes=VIEWER),
    )
    own = f"/products/{one.product.id}"
    assert "/edit" not in await viewer.see(own)
    before = await written(db)
    taken = await browser.refused(f"{own}/gtins", {"gtin": foreign.gtins[0]})
    assert "registered for another product already" in taken  # whose it is stays untold
    assert "product number" in await browser.refused(f"{own}/gtins", {"gtin": newer.gtins[0]})
    assert 'id="e-gtin"' in await browser.refused(f"{own}/gtins", {"gtin": "123"})
    assert "there is no product" in await browser.refused(f"{own}/successor", {"successor_id": foreign.model})
    assert "would follow itself" in await browser.refused(f"{own}/successor", {"successor_id": one.product.model})
    assert "Name is empty" in await browser.refused(f"{own}/edit", {"name": "", "mark_variant": "zhejiang_made"})
    assert (await viewer.submit(f"{own}/archive")).status_code == 403
    assert (await browser.submit(f"/products/{foreign.id}/archive")).status_code == 404
    forged = await browser.post(f"{own}/archive", data={"csrf": "x"})
    assert (forged.status_code, await written(db)) == (403, before)
    assert await browser.done(f"{own}/gtins", {"gtin": gtin(777)}) == f"{own}?done=gtin_added"
    await browser.done(f"{own}/successor", {"successor_id": newer.model})
    changed = {"name": "新名", "mark_variant": "service", "features": "凹刻型号\n蓝色瓶盖", "edible": "on"}
    await browser.done(f"{own}/edit", changed)
    product = await queries.product_by_id.first(db, one.product.id)
    assert product is not None
    assert (product.name, product.mark_variant, product.features, product.edible) == (
        "新名", "service", ["凹刻型号", "蓝色瓶盖"], True,
    )  # fmt: skip
    assert (product.successor_id, product.gtins) == (newer.id, sorted([*one.product.gtins, gtin(777)]))
    history = await browser.see(f"{own}/history")
    assert "<del>吸油烟机</del>" in history.replace('<span lang="zh">', "").replace("</span>", "")
    assert newer.model in history


async def test_the_list_is_searched_filtered_and_paged(signed_in: Signs, world: World) -> None:
    one = await whole(world)
    for n in range(30):
        await world.product(one.enterprise.id, model=f"M-{n:02}", published=n % 2 == 0)
    browser = signed_in(organisation=one.enterprise.id)
    seen, path = [], "/products"
    while path:
        html = await browser.see(path)
        seen.append(re.findall(r'href="/products/[0-9a-f-]{36}"', html))
        path = html.partition('<p class="pages"><a href="')[2].partition('"')[0].replace("&amp;", "&")
    assert [len(part) for part in seen] == [25, 6]
    assert len(set(seen[0] + seen[1])) == 31
    assert "M-07" in await browser.see("/products?q=m-07")
    assert "No product fits" in await browser.see("/products?q=nothing")
    drafts = await browser.see("/products?show=draft")
    assert ("M-29" in drafts, "M-28" in drafts) == (True, False)
    assert one.product.model not in (await browser.see("/products?show=missing")).replace(f"{one.product.model}0", "")
    part = (await browser.get("/products?q=M-07", headers={"HX-Request": "true"})).text
    assert ("<html" in part, "M-07" in part) == (False, True)
    assert (await browser.get(f"/products?q={'x' * 121}")).status_code == 400
    bureau = signed_in("bureau", one.enterprise.id, VIEWER, region="33")
    assert (await bureau.get("/products")).status_code == 403
    stranger = signed_in(organisation=(await world.enterprise()).id)
    assert (await stranger.get(f"/products/{one.product.id}")).status_code == 404


async def test_an_enterprise_s_key_publishes_under_the_same_checks(world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    owner = Principal("key", one.enterprise.id, frozenset({"catalogue:write"}), "enterprise")
    new = NewProduct(enterprise_id=one.enterprise.id, model="K", name="壶")
    draft = await actions.register_product(db, new, owner, TODAY)
    assert not draft.published  # whatever it asked for
    with pytest.raises(Several) as refused:
        await actions.publish(db, draft.id, owner, TODAY)
    assert {one.field for one in refused.value.refusals} >= {"photo", "recognition", "commitment"}
    await actions.archive(db, one.product.id, owner)
    assert (await actions.publish(db, one.product.id, owner, TODAY)).published
    assert (await actions.publish(db, draft.id, ACTOR, TODAY)).published  # the platform loads what it must
