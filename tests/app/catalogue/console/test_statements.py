"""Photos, indicators, reports and commitments typed into forms, with and without a row more."""

import io
import zipfile
from collections.abc import Mapping

import asyncpg

from app.catalogue import queries
from tests.app.catalogue.console.cast import picture, whole
from tests.app.catalogue.console.conftest import Signs
from tests.app.service import written
from tests.world import World


def rows(*indicators: Mapping[str, str]) -> dict[str, str]:
    fields = {f"{at}.{name}": value for at, one in enumerate(indicators) for name, value in one.items()}
    return {"rows": str(len(indicators))} | fields


ROW = {"name": "噪声", "unit": "dB", "sense": "le", "product_value": "66"}
EMPTY = {"sense": "ge"}


async def test_the_indicators_editor(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    browser = signed_in(organisation=one.enterprise.id)
    path = f"/products/{one.product.id}/indicators"
    assert 'value="全压效率"' in await browser.see(path)
    before = await written(db)
    more = await browser.submit(path, rows(ROW) | {"more": "1"})
    assert (more.status_code, 'name="rows" value="2"' in more.text, "噪声" in more.text) == (200, True, True)
    less = await browser.submit(path, rows(ROW, ROW | {"name": "风量"}) | {"remove": "0"})
    assert ('name="rows" value="1"' in less.text, "噪声" in less.text, "风量" in less.text) == (True, False, True)
    part = await browser.post(
        path, data=rows(ROW) | {"csrf": browser.csrf, "more": "1"}, headers={"HX-Request": "true"}
    )
    assert ("<html" in part.text, 'name="rows" value="2"' in part.text) == (False, True)
    wrong = await browser.refused(path, rows(EMPTY, ROW | {"product_value": "leise", "national_limit": "73"}))
    assert 'id="e-1.product_value"' in wrong  # beside the row of the form, though the table skips the empty one
    assert 'id="e-1.national_reference"' in wrong
    assert "is not a number" in wrong
    assert "not one of the choices" in await browser.refused(path, rows(ROW | {"sense": "x"}))
    assert await written(db) == before
    await browser.done(path, rows(EMPTY, ROW | {"test_report_number": "演示检-1"}))
    kept = await queries.indicators.all(db, one.product.id)
    assert [(row.name, row.test_report_number) for row in kept] == [("噪声", "演示检-1")]
    await browser.done(path, rows(EMPTY))
    assert await queries.indicators.all(db, one.product.id) == []


async def test_reports_and_commitment(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    browser = signed_in(organisation=one.enterprise.id)
    own = f"/products/{one.product.id}"
    report = {"number": "演示检-2", "laboratory": "演示检测中心", "issued_on": "2026-04-01"}
    before = await written(db)
    wrong = await browser.refused(f"{own}/test-reports", report | {"issued_on": "1.4.2026"})
    assert "“1.4.2026” is not a date" in wrong
    assert 'value="演示检-2"' in wrong
    assert "registered already" in await browser.refused(f"{own}/test-reports", report | {"number": "演示检-1"})
    promise = {"text": "保修六年。", "remedy": "换新。", "telephone": "12315", "valid_from": "2026-04-01"}
    assert "not a telephone" in await browser.refused(f"{own}/commitment", promise | {"telephone": "-"})
    assert await written(db) == before
    await browser.done(f"{own}/test-reports", report)
    await browser.done(f"{own}/commitment", promise | {"text": "保修六年。\r\n上门维修。"})
    kept = await queries.commitment.first(db, one.product.id)
    assert kept is not None
    assert kept.text == "保修六年。\n上门维修。"


async def test_one_photo(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    browser = signed_in(organisation=one.enterprise.id)
    path = f"/products/{one.product.id}/photo"
    before = await written(db)
    assert "no file was chosen" in await browser.refused(path, files={"photo": ("", b"")})
    assert "not a picture" in await browser.refused(path, files={"photo": ("a.png", b"%PDF-1.7")})
    assert await written(db) == before
    await browser.done(path, files={"photo": ("a.png", picture("navy"))})
    product = await queries.product_by_id.first(db, one.product.id)
    assert product is not None
    assert product.photo_sha256 != one.product.photo_sha256


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


async def test_photos_by_the_archive(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    enterprise = await world.enterprise()
    one = await world.product(enterprise.id, model="CXW-200/X1")
    two = await world.product(enterprise.id, model="电热水壶17")
    foreign = await world.product((await world.enterprise()).id, model="FOREIGN")
    browser = signed_in(organisation=enterprise.id)
    before = await written(db)

    async def refused(files: Mapping[str, bytes] | bytes) -> str:
        content = files if isinstance(files, bytes) else zipped(files)
        return await browser.refused("/products/photos", files={"archive": ("a.zip", content)})

    good = {"photos/cxw-200_x1.JPG": picture("navy"), "电热水壶17.png": picture("red"), "__MACOSX/x": b""}
    assert "fits no model" in await refused(good | {"FOREIGN.png": picture()})
    assert "are both for the model" in await refused(good | {"CXW200X1.png": picture()})
    assert "“电热水壶17.png”: This file is not a picture" in await refused(good | {"电热水壶17.png": b"x"})
    assert "cannot be used" in await refused(b"PK\x03\x04")
    assert "no photo in it" in await refused({"__MACOSX/x": b"", "a/": b""})
    assert "at most 100" in await refused({f"{n}.png": b"" for n in range(101)})
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("CXW-200_X1.png", bytes(50 * 2**20))
    assert "100 times" in await refused(bomb.getvalue())
    assert await written(db) == before
    answer = await browser.submit("/products/photos", files={"archive": ("a.zip", zipped(good))})
    assert (answer.status_code, "Photos replaced: 2" in answer.text) == (200, True)
    shown = [await queries.product_by_id.first(db, product.id) for product in (one, two, foreign)]
    assert [bool(product and product.photo_sha256) for product in shown] == [True, True, False]
    assert (await written(db))[1] == before[1] + 1  # one tick for all
