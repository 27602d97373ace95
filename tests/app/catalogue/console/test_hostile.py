"""What no form of ours sends: refused with a sentence, or taken as nothing, never a breakdown."""

import asyncpg

from tests.app.catalogue.console.cast import whole
from tests.app.catalogue.console.conftest import BUREAU, Signs
from tests.app.catalogue.console.test_imports import table
from tests.app.catalogue.console.test_reviewing import bureau_of
from tests.world import World, gtin


async def test_an_entry_that_no_history_has_is_the_end(signed_in: Signs, world: World) -> None:
    enterprise = await world.enterprise()
    product = await world.product(enterprise.id)
    browser = signed_in(organisation=enterprise.id)
    for path in (f"/products/{product.id}/history", "/profile/history"):
        await browser.see(f"{path}?before=9223372036854775807")
        for before in ("9223372036854775808", "1" + "0" * 30, "0", "x"):
            assert (await browser.get(f"{path}?before={before}")).status_code == 400, before


async def test_a_seed_is_any_text(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    await whole(world)
    bureau = signed_in("bureau", await bureau_of(db, "330200"), BUREAU, region="3302")
    assert "演示" in await bureau.see("/review?seed=2026-11&lang=zh")
    await bureau.see("/review?seed=%F0%9F%8D%B5")
    for seed in ("%00", "a%00b", "x" * 41):
        assert (await bureau.get(f"/review?seed={seed}")).status_code in (400, 422), seed


async def test_a_file_may_be_called_anything(signed_in: Signs, world: World) -> None:
    browser = signed_in(organisation=(await world.enterprise()).id)
    rows = table(f"A-1,壶,{gtin(4)}")
    for name in ("a\x00b.csv", "表.csv", "x" * 900):
        head = f'--b\r\nContent-Disposition: form-data; name="table"; filename="{name}"\r\n\r\n'.encode()
        csrf = f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{browser.csrf}\r\n'.encode()
        answer = await browser.post(
            "/imports",
            content=csrf + head + rows + b"\r\n--b--\r\n",
            headers={"Content-Type": "multipart/form-data; boundary=b"},
        )
        assert answer.status_code in (200, 400, 422), answer.text
