import asyncio

import asyncpg
import pytest

from app.recognition import sanctions
from app.recognition.shapes import NewRevocation
from codes.errors import Refusal
from tests.app.service import Api, written
from tests.world import TODAY, World

pytestmark = pytest.mark.anyio
URL = "/api/sanctions"
NOBODY = "00000000-0000-0000-0000-000000000000"
WHY = {"reason": "评估不合格", "effective_on": "2026-06-12", "announcement_number": "演示公告 1 号"}


@pytest.mark.parametrize(
    ("path", "target", "more"),
    [
        ("revocations", "enterprise_id", {}),
        ("withdrawals", "product_id", {}),
        ("measures", "product_id", {"measure": "责令限期改正"}),
    ],
)
async def test_a_sanction_from_its_beginning_to_its_end(
    api: Api, world: World, db: asyncpg.Connection, path: str, target: str, more: dict
) -> None:
    enterprise, product, *_ = await world.recognised()
    on = {target: str(enterprise.id if target == "enterprise_id" else product.id)}
    before = await written(db)
    for wrong, code, field in (
        ({target: NOBODY}, "unknown-reference", target),
        ({"reason": ""}, "empty-text", "reason"),
        ({"effective_on": "2999-01-01"}, "future-date", "effective_on"),
        ({"announcement_url": "javascript:x"}, "bad-url", "announcement_url"),
    ):
        told = await api.refused(400, "POST", f"{URL}/{path}", json=WHY | on | more | wrong)
        assert (told["code"], told["field"]) == (code, field)
    assert await written(db) == before

    made = await api.done("POST", f"{URL}/{path}", json=WHY | on | more)
    assert (made["enterprise_id"], made["ended_on"]) == (str(enterprise.id), None)
    again = await api.refused(409, "POST", f"{URL}/{path}", json=WHY | on | more)
    assert (again["code"], again["facts"]["id"]) == ("sanction-in-force", made["id"])
    listed = await api.done("GET", f"{URL}?in_force=true&enterprise_id={enterprise.id}")
    assert listed["items"] == [made]

    end = f"{URL}/{made['id']}/end"
    assert (await api.refused(400, "PUT", end, json={"ended_on": "2026-06-11"}))["code"] == "dates-reversed"
    assert (await api.refused(400, "PUT", end, json={"ended_on": "2999-06-11"}))["code"] == "future-date"
    assert (await api.done("PUT", end, json={"ended_on": "2026-09-01"}))["ended_on"] == "2026-09-01"
    assert (await api.refused(409, "PUT", end, json={"ended_on": "2026-09-02"}))["code"] == "sanction-ended"
    assert (await api.refused(404, "PUT", f"{URL}/{NOBODY}/end", json={"ended_on": "2026-09-02"}))[
        "code"
    ] == "unknown-record"
    assert [one["operation"] for one in await api.done("GET", f"{URL}/{made['id']}/history")] == ["update", "insert"]
    assert (await api.done("GET", f"{URL}?in_force=true&product_id={product.id}"))["items"] == []


async def test_only_what_is_recognised_can_be_taken_back(api: Api, world: World) -> None:
    enterprise, recognised, *_ = await world.recognised()
    bare, product = await world.enterprise(), await world.product(enterprise.id)
    told = await api.refused(409, "POST", f"{URL}/revocations", json=WHY | {"enterprise_id": str(bare.id)})
    assert told["code"] == "nothing-to-take-back"
    told = await api.refused(409, "POST", f"{URL}/withdrawals", json=WHY | {"product_id": str(product.id)})
    assert told["code"] == "nothing-to-take-back"
    await api.done("POST", f"{URL}/withdrawals", json=WHY | {"product_id": str(recognised.id)})


async def test_several_measures_stand_side_by_side(api: Api, world: World) -> None:
    product = await world.product((await world.enterprise()).id)
    for measure in ("责令限期改正", "暂停使用标志"):
        await api.done("POST", f"{URL}/measures", json=WHY | {"product_id": str(product.id), "measure": measure})
    assert len((await api.done("GET", f"{URL}?product_id={product.id}"))["items"]) == 2


async def test_two_who_revoke_at_once_revoke_once(cloned: str) -> None:
    pool = await asyncpg.create_pool(cloned, min_size=2, max_size=2)
    async with pool.acquire() as db:
        world = World(db)
        enterprise, *_ = await world.recognised()

    async def revoke() -> object:
        async with pool.acquire() as db:
            new = NewRevocation(enterprise_id=enterprise.id, reason="报告不符", effective_on=TODAY)
            return await sanctions.revoke(db, new, world.actor, TODAY)

    answers = await asyncio.gather(revoke(), revoke(), return_exceptions=True)
    await pool.close()
    assert sorted(isinstance(one, Refusal) for one in answers) == [False, True]
    assert next(one for one in answers if isinstance(one, Refusal)).code == "sanction-in-force"
