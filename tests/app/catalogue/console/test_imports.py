"""Tables are tried, shown with every bad cell, confirmed, and written as a whole."""

import asyncpg

from app.catalogue.console.import_pages import ImportsPage
from app.catalogue.tables.actions import dry_run
from app.catalogue.tables.opening import open_table
from app.catalogue.tables.writing import template
from tests.app.catalogue.console.conftest import Signs
from tests.app.service import written
from tests.world import ACTOR, TODAY, World, gtin


def table(*rows: str) -> bytes:
    return "\n".join(["Model,Product name,GTIN", *rows]).encode()


async def test_a_table_is_tried_and_then_imported(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    enterprise = await world.enterprise()
    browser, stranger = signed_in(organisation=enterprise.id), signed_in(organisation=(await world.enterprise()).id)
    await browser.see("/imports")
    heading = template("products", "csv", "en").decode("utf-8-sig").splitlines()[0]
    assert "Model" in heading
    before = await written(db)
    assert "no file was chosen" in await browser.refused("/imports", files={"table": ("", b"")})
    assert "neither XLSX nor CSV" in await browser.refused("/imports", files={"table": ("a.xlsx", b"\x00\x01\x02")})
    bad = await browser.refused("/imports", files={"table": ("a.csv", table("A-1,,123", f"A-2,壶,{gtin(5)}"))})
    assert "Cells to correct: 2" in bad
    assert "Import 1 models" not in bad
    tried = await browser.submit(
        "/imports", files={"table": ("a.csv", table(f"A-1,壶,{gtin(4)}", f"A-2,壶,{gtin(5)}"))}
    )
    assert (tried.status_code, "New models: 2" in tried.text) == (200, True)
    path = "/imports/" + tried.text.partition('action="/imports/')[2][:36]
    assert await written(db) == before  # nothing yet
    assert "no longer kept" in await stranger.refused(path)
    done = await browser.submit(path)
    assert (done.status_code, "Imported. New models: 2" in done.text) == (200, True)
    assert "no longer kept" in await browser.refused(path)
    listed = await browser.see("/products?show=draft")
    assert ("A-1" in listed, "A-2" in listed) == (True, True)
    again = await browser.submit("/imports", files={"table": ("a.csv", table(f"A-1,壶,{gtin(4)}"))})
    assert "nothing to import" in again.text


async def test_templates_and_exports_are_files(signed_in: Signs, world: World) -> None:
    enterprise = await world.enterprise()
    await world.product(enterprise.id, model="A-9")
    browser = signed_in(organisation=enterprise.id)
    for kind in ("products", "indicators"):
        for fmt, start in (("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
            for what in ("template", "export"):
                answer = await browser.get(f"/imports/{what}?kind={kind}&fmt={fmt}")
                assert answer.status_code == 200, answer.text
                assert answer.content.startswith(start)
                assert f'.{fmt}"' in answer.headers["content-disposition"]
    assert "A-9" in (await browser.get("/imports/export?kind=products&fmt=csv")).text
    assert (await browser.get("/imports/export?kind=people&fmt=csv")).status_code == 400


async def test_what_changes_is_shown_however_much_stays_as_it_is(signed_in: Signs, world: World) -> None:
    enterprise = await world.enterprise()
    browser = signed_in(organisation=enterprise.id)
    old = [f"A-{n},壶,{gtin(n)}" for n in range(10, 14)]
    tried = await browser.submit("/imports", files={"table": ("a.csv", table(*old))})
    await browser.submit("/imports/" + tried.text.partition('action="/imports/')[2][:36])
    rows = [*old, *(f"B-{n},壶,{gtin(n)}" for n in range(20, 22))]
    shown = ImportsPage(
        plan=await dry_run(world.db, enterprise.id, await open_table(table(*rows), "a.csv"), ACTOR, TODAY), shown_most=1
    )
    assert [step.model for step in shown.steps] == ["B-20", "B-21"]
    assert ImportsPage().steps == []
    text = (await browser.submit("/imports", files={"table": ("a.csv", table(*rows))})).text
    assert ("B-20" in text, "B-21" in text, ">A-10<" in text) == (True, True, False)
