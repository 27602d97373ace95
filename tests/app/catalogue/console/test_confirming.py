"""A certification body confirms a comparison table; a changed table is no longer confirmed."""

import asyncpg
from msgspec import convert

from app.catalogue import statements
from app.catalogue.shapes import NewIndicators
from tests.app.catalogue.console.cast import INDICATOR, whole
from tests.app.catalogue.console.conftest import BODY, Signs
from tests.app.service import written
from tests.world import ACTOR, TODAY, World


def digest_in(html: str) -> str:
    return html.partition('name="digest" value="')[2][:64]


async def test_confirmed_until_an_indicator_changes(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    body = signed_in("certification_body", one.certificate.body_id, BODY)
    stranger = signed_in("certification_body", (await world.body()).id, BODY)
    maker = signed_in(organisation=one.enterprise.id)
    path, own = f"/confirmations/{one.product.id}", f"/products/{one.product.id}"
    assert "Not confirmed" in await body.see("/confirmations")
    assert "No enterprise you certified" in await stranger.see("/confirmations")
    asked = await body.see(path)
    assert f"/evidence/documents?enterprise={one.enterprise.id}&amp;kind=test_report" in asked
    digest = digest_in(asked)
    form = {"digest": digest, "report": "演示检-1"}
    before = await written(db)
    assert "there is no test report" in await body.refused(path, form | {"report": "x"})
    assert "have changed since" in await body.refused(path, form | {"digest": "0" * 64})
    assert (await stranger.get(path)).status_code == 404
    assert (await maker.submit(path, form)).status_code == 403
    assert await written(db) == before
    assert await body.done(path, form) == "/confirmations?done=confirmed"
    assert (await written(db))[1] == before[1] + 1  # the next scan shows it
    assert "confirmed these very indicators already" in await body.refused(path, form)
    name = one.certificate.body
    assert f"指标由{name}对照检验报告确认" in await maker.see(f"{own}/preview?lang=zh")
    assert "against the test report on" in await maker.see(f"{own}/preview")
    table = convert({"indicators": [INDICATOR | {"product_value": "27"}]}, NewIndicators)
    await statements.set_indicators(db, one.product.id, table, ACTOR, TODAY)
    assert "against the test report on" not in await maker.see(f"{own}/preview")
    assert "no longer holds" in await maker.see(own)
    assert "Changed since" in await body.see("/confirmations")
    assert "have changed since" in await body.refused(path, form)
    same = convert({"indicators": [INDICATOR]}, NewIndicators)
    await statements.set_indicators(db, one.product.id, same, ACTOR, TODAY)
    assert "against the test report on" in await maker.see(f"{own}/preview")


async def test_only_with_a_certificate_in_force(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    one = await whole(world)
    body = signed_in("certification_body", one.certificate.body_id, BODY)
    path = f"/confirmations/{one.product.id}"
    form = {"digest": digest_in(await body.see(path)), "report": "演示检-1"}
    await db.execute("update certificate set state = 'withdrawn', state_on = $1", TODAY)
    assert "no certificate in force" in await body.refused(path, form)
    await db.execute("update certificate set state = 'valid'")
    await body.done(path, form)
