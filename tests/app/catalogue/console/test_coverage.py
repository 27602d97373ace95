"""Coverage is recognised models with a code in use; bureaus remind, once a week at most."""

import asyncpg

from app.issuing import actions as issuing
from app.store.askers import Asker, become
from tests.app.catalogue.console.cast import whole
from tests.app.catalogue.console.conftest import BUREAU, Signs
from tests.app.catalogue.console.test_reviewing import bureau_of
from tests.world import ACTOR, TODAY, World


async def owner_of(db: asyncpg.Connection, enterprise_id: object, uscc: str, language: str) -> None:
    await db.execute(
        "insert into organisation (id, kind, name, region_code, uscc) values ($1, 'enterprise', '演示', '330282', $2) "
        "on conflict do nothing", enterprise_id, uscc,
    )  # fmt: skip
    person = await db.fetchval(
        "insert into person (email, name, language, password_hash) values ($1, '王', $2, 'x') returning id",
        f"{language}.{uscc.lower()}@demo.invalid", language,
    )  # fmt: skip
    await db.execute("insert into membership values ($1, $2, 'owner')", person, enterprise_id)


async def test_coverage_and_its_reminders(signed_in: Signs, world: World, db: asyncpg.Connection) -> None:
    coded, bare, far = await whole(world), await whole(world), await whole(world, region_code="330106")
    await world.product(bare.enterprise.id)  # not recognised: it is no part of the ratio
    await issuing.assign(db, coded.product.gtins[0], "product", TODAY, ACTOR)
    bureau = signed_in("bureau", await bureau_of(db, "330200"), BUREAU, region="3302", organisation_name="宁波演示局")
    page = await bureau.see("/coverage")
    assert "50.0%" in page
    assert "Of 2 recognised models, 1 carry a code" in page
    assert str(bare.product.id) in page
    assert str(far.product.id) not in page
    remind = "/coverage/{}/remind"
    assert "telephone it instead" in await bureau.refused(remind.format(bare.product.id))
    for language in ("zh", "en"):
        await owner_of(db, bare.enterprise.id, bare.enterprise.uscc, language)
    assert "not on the list" in await bureau.refused(remind.format(coded.product.id))
    assert "not on the list" in await bureau.refused(remind.format(far.product.id))
    assert await bureau.done(remind.format(bare.product.id)) == "/coverage?done=reminded"
    assert "one reminder a week" in await bureau.refused(remind.format(bare.product.id))
    mails = await db.fetch("select language, subject, body from mail order by language")
    assert [mail["language"] for mail in mails] == ["en", "zh"]
    assert "宁波演示局" in mails[0]["body"]
    assert "https://zpm.example/codes" in mails[1]["body"]
    assert bare.product.model in mails[1]["subject"]
    await db.execute("update code_reminder set reminded_at = reminded_at - interval '8 days'")
    await bureau.done(remind.format(bare.product.id))
    assert await db.fetchval("select count(*) from mail") == 4
    maker = signed_in(organisation=bare.enterprise.id)
    assert (await maker.get("/coverage")).status_code == 403
    assert "Reminder of a code" in await maker.see(f"/products/{bare.product.id}/history")


async def test_nobody_s_addresses_are_learnt(world: World, db: asyncpg.Connection) -> None:
    """The function that mails is the owner's; asked for an enterprise of another region it mails nobody."""
    one = await whole(world)
    await owner_of(db, one.enterprise.id, one.enterprise.uscc, "zh")
    sent = {}
    for name, asker in (
        ("far", Asker(region="3301")),
        ("near", Asker(region="330282")),
        ("tenant", Asker(organisation=one.enterprise.id)),
    ):
        await become(db, asker)
        sent[name] = await db.fetchval("select mail_owners($1, 'a', 'b', 'c', 'd')", one.enterprise.id)
        await db.execute("reset role")
    assert sent == {"far": 0, "near": 1, "tenant": 0}
