import asyncio
from datetime import date
from uuid import uuid4

import asyncpg
import pytest
from msgspec import structs

import app.catalogue.actions as actions
from app.catalogue.errors import OpenAgainst
from app.edge.principals import NotYours, Principal
from app.issuing import recalls
from app.issuing.shapes import NewRecall
from app.recognition import sanctions
from app.recognition.shapes import NewMeasure, NewWithdrawal, SanctionEnd
from codes.errors import Refusal
from tests.app.service import Api, written
from tests.world import TODAY, World, gtin

pytestmark = pytest.mark.anyio
URL = "/api/products"


async def test_a_model_is_registered_once_in_its_enterprise(api: Api, world: World, db: asyncpg.Connection) -> None:
    enterprise, other = await world.enterprise(), await world.enterprise()
    new = {"enterprise_id": str(enterprise.id), "model": "X1", "name": "吸油烟机", "gtins": [gtin(1)[1:], gtin(2)]}
    made = await api.done("POST", URL, json=new)
    assert made["gtins"] == [gtin(1), gtin(2)]
    before = await written(db)
    told = await api.refused(409, "POST", URL, json=new | {"gtins": []})
    assert (told["code"], told["facts"]["id"]) == ("already-registered", made["id"])
    assert await written(db) == before
    await api.done("POST", URL, json=new | {"enterprise_id": str(other.id), "gtins": []})


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"enterprise_id": "00000000-0000-0000-0000-000000000000"}, "unknown-reference", "enterprise_id"),
        ({"enterprise_id": "x"}, "wrong-shape", "enterprise_id"),
        ({"gtins": ["6901234567893"]}, "gtin-check-digit", "gtins[0]"),
        ({"gtins": ["x"]}, "gtin-not-digits", "gtins[0]"),
        ({"gtins": [gtin(7), gtin(7)]}, "gtin-twice", "gtins[1]"),
        ({"gtins": [gtin(n) for n in range(21)]}, "too-many-entries", "gtins"),
        ({"features": ["a"] * 9}, "too-many-entries", "features"),
        ({"features": ["a", ""]}, "empty-text", "features[1]"),
        ({"features": ["a", "b"], "features_en": ["a"]}, "features-differ", "features_en"),
        ({"model": ""}, "empty-text", "model"),
        ({"mark_variant": "gold"}, "wrong-shape", "mark_variant"),
        ({"features": "abc"}, "wrong-shape", "features"),
    ],
)
async def test_a_wrong_field_is_named(
    api: Api, world: World, db: asyncpg.Connection, wrong: dict, code: str, field: str
) -> None:
    new = {"enterprise_id": str((await world.enterprise()).id), "model": "X1", "name": "吸油烟机"}
    before = await written(db)
    told = await api.refused(400, "POST", URL, json=new | wrong)
    assert (told["code"], told["field"]) == (code, field)
    assert await written(db) == before
    await api.done("POST", URL, json=new)


async def test_a_gtin_belongs_to_one_model(api: Api, world: World, db: asyncpg.Connection) -> None:
    enterprise = await world.enterprise()
    one, two = await world.product(enterprise.id), await world.product(enterprise.id)
    before = await written(db)
    told = await api.refused(409, "POST", f"{URL}/{two.id}/gtins", json={"gtin": one.gtins[0]})
    assert (told["code"], told["facts"]["id"]) == ("gtin-taken", str(one.id))
    new = {"enterprise_id": str(enterprise.id), "model": "Y", "name": "吸油烟机", "gtins": [gtin(500), one.gtins[0]]}
    assert (await api.refused(409, "POST", URL, json=new))["field"] == "gtins[1]"
    assert await written(db) == before
    assert (await api.done("POST", f"{URL}/{two.id}/gtins", json={"gtin": gtin(500)}))["gtins"] == [
        *two.gtins,
        gtin(500),
    ]


async def test_changing_and_archiving(api: Api, world: World) -> None:
    product = await world.product((await world.enterprise()).id, features=["凹刻的型号"], brand="演示牌")
    url = f"{URL}/{product.id}"
    assert (await api.refused(400, "PATCH", url, json={"features_en": ["a", "b"]}))["code"] == "features-differ"
    changed = await api.done("PATCH", url, json={"edible": True, "brand": None})
    assert (changed["edible"], changed["brand"], changed["features"]) == (True, None, ["凹刻的型号"])
    assert (await api.done("POST", f"{url}/archive"))["published"] is False
    assert (await api.refused(409, "POST", f"{url}/archive"))["code"] == "already-so"
    assert (await api.done("POST", f"{url}/publish"))["published"] is True


async def test_a_model_that_shoppers_are_warned_of_stays(world: World, db: asyncpg.Connection) -> None:
    _, product, *_ = await world.recognised()
    end = SanctionEnd(ended_on=TODAY)
    told = {"product_id": product.id, "reason": "抽查不合格", "effective_on": TODAY}
    measure = await sanctions.impose(db, NewMeasure(**told, measure="责令停止销售"), world.actor, TODAY)
    withdrawal = await sanctions.withdraw(db, NewWithdrawal(**told), world.actor, TODAY)
    order = NewRecall(gtin=product.gtins[0], reason="护套开裂", remedy="免费更换", telephone="400-000-0000")
    recall = await recalls.open_recall(db, structs.replace(order, opened_on=date(2026, 11, 1)), TODAY, world.actor)
    before = await written(db)
    with pytest.raises(OpenAgainst) as refusal:
        await actions.archive(db, product.id, world.actor)
    assert "recall of 2026-11-01, withdrawal of the mark of 2026-11-22, reg" in refusal.value.say("en")
    assert "2026-11-01 开始的召回、2026-11-22 的“品字标”授权收回、2026-11-22 的监管措施" in refusal.value.say("zh")
    assert await written(db) == before
    for one in (measure, withdrawal):
        await sanctions.end(db, one.id, end, world.actor, TODAY)
        with pytest.raises(OpenAgainst):
            await actions.archive(db, product.id, world.actor)
    await recalls.close_recall(db, recall.id, TODAY, TODAY, world.actor)
    assert not (await actions.archive(db, product.id, world.actor)).published


async def test_a_successor_is_of_the_same_enterprise_and_never_a_circle(api: Api, world: World) -> None:
    enterprise = await world.enterprise()
    old, new, newest = [await world.product(enterprise.id) for _ in range(3)]
    foreign = await world.product((await world.enterprise()).id)

    async def follow(product: object, successor: object, status: int = 200) -> dict:
        answer = await api.put(f"{URL}/{product}/successor", json={"successor_id": successor and str(successor)})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await follow(old.id, foreign.id, 400))["code"] == "successor-of-another"
    assert (await follow(old.id, uuid4(), 400))["code"] == "unknown-reference"
    assert (await follow(old.id, old.id, 409))["code"] == "successor-circle"
    assert (await follow(old.id, new.id))["successor_id"] == str(new.id)
    await follow(new.id, newest.id)
    assert (await follow(newest.id, old.id, 409))["code"] == "successor-circle"
    assert (await follow(old.id, None))["successor_id"] is None
    await follow(newest.id, old.id)


async def test_another_enterprise_may_not_touch_it(world: World, db: asyncpg.Connection) -> None:
    mine, product = (enterprise := await world.enterprise()).id, await world.product(enterprise.id)
    stranger, owner = Principal("s", uuid4(), frozenset({"*"})), Principal("o", mine, frozenset({"*"}))
    before = await written(db)
    with pytest.raises(NotYours):
        await actions.archive(db, product.id, stranger)
    with pytest.raises(NotYours):
        await actions.add_gtin(db, product.id, gtin(500), stranger)
    assert await written(db) == before
    assert not (await actions.archive(db, product.id, owner)).published


async def test_two_writers_of_the_same_gtin_take_turns(cloned: str) -> None:
    pool = await asyncpg.create_pool(cloned, min_size=2, max_size=2)
    async with pool.acquire() as db:
        enterprise = await World(db).enterprise()
        products = [await World(db).product(enterprise.id, model=model, gtins=[]) for model in "AB"]

    async def join(product_id: object) -> object:
        async with pool.acquire() as db:
            return await actions.add_gtin(db, product_id, gtin(500), World(db).actor)

    answers = await asyncio.gather(*(join(product.id) for product in products), return_exceptions=True)
    await pool.close()
    assert sorted(isinstance(one, Refusal) for one in answers) == [False, True]
    assert next(one for one in answers if isinstance(one, Refusal)).code == "gtin-taken"


async def test_what_a_scan_shows_is_announced(world: World, db: asyncpg.Connection) -> None:
    """Each act on a product ticks the clock once and names the product."""
    product = await world.product((await world.enterprise()).id)
    _, v = await written(db)
    await actions.archive(db, product.id, world.actor)
    await actions.publish(db, product.id, world.actor, TODAY)
    await actions.add_gtin(db, product.id, gtin(500), world.actor)
    assert (await written(db))[1] == v + 3
