import asyncpg
import pytest

from app.recognition.rules import banned_until
from tests.app.service import Api, written
from tests.world import World

pytestmark = pytest.mark.anyio
URL = "/api/recognitions"
NOBODY = "00000000-0000-0000-0000-000000000000"


async def new(world: World) -> dict:
    enterprise, standard = await world.enterprise(), await world.standard()
    product = await world.product(enterprise.id)
    certificate = await world.certificate(enterprise.id, standard.id)
    covered = {"product_id": str(product.id), "standard_id": str(standard.id), "certificate_id": str(certificate.id)}
    return {
        "enterprise_id": str(enterprise.id), "route": "certification", "confirmation_number": "演示〔2025〕1 号",
        "confirmed_on": "2025-06-18", "products": [covered],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"enterprise_id": NOBODY}, "unknown-reference", "enterprise_id"),
        ({"products": []}, "nothing-covered", "products"),
        ({"confirmed_on": "2999-01-01"}, "future-date", "confirmed_on"),
        ({"route": "self_declaration"}, "route-needs", "declaration_url"),
        ({"route": "self_declaration", "declaration_url": "x"}, "bad-url", "declaration_url"),
        ({"route": "conversion"}, "route-needs", "basis"),
        ({"route": "favour"}, "wrong-shape", "route"),
        ({"confirmation_number": ""}, "empty-text", "confirmation_number"),
    ],
)
async def test_a_wrong_field_is_named(
    api: Api, world: World, db: asyncpg.Connection, wrong: dict, code: str, field: str
) -> None:
    right = await new(world)
    before = await written(db)
    told = await api.refused(400, "POST", URL, json=right | wrong)
    assert (told["code"], told["field"]) == (code, field)
    assert await written(db) == before
    await api.done("POST", URL, json=right)


async def test_each_model_needs_its_own_papers(api: Api, world: World, db: asyncpg.Connection) -> None:
    right = await new(world)
    mine = right["products"][0]
    stranger = (await world.enterprise()).id
    theirs = str((await world.product(stranger)).id)
    other = str((await world.standard()).id)
    abolished = str((await world.standard()).id)
    await api.done("PUT", f"/api/standards/{abolished}/state", json={"state": "abolished", "on": "2026-01-01"})
    foreign = str((await world.certificate(stranger, mine["standard_id"])).id)
    early = {"valid_from": "2024-01-01", "valid_until": "2025-06-17"}
    expired = str((await world.certificate(right["enterprise_id"], mine["standard_id"], **early)).id)
    before = await written(db)
    for wrong, code, field in (
        ({"product_id": NOBODY}, "unknown-reference", "product_id"),
        ({"product_id": theirs}, "not-of-enterprise", "product_id"),
        ({"standard_id": NOBODY, "certificate_id": None}, "unknown-reference", "standard_id"),
        ({"standard_id": other}, "certificate-for-another-standard", "certificate_id"),
        ({"standard_id": abolished}, "standard-not-in-force", "standard_id"),
        ({"certificate_id": None}, "route-needs", "certificate_id"),
        ({"certificate_id": NOBODY}, "unknown-reference", "certificate_id"),
        ({"certificate_id": foreign}, "not-of-enterprise", "certificate_id"),
        ({"certificate_id": expired}, "certificate-not-valid", "certificate_id"),
    ):
        told = await api.refused(400, "POST", URL, json=right | {"products": [mine | wrong]})
        told = told["errors"][0] if "errors" in told else told
        assert (told["code"], told["field"]) == (code, f"products[0].{field}"), wrong
    assert (await api.refused(400, "POST", URL, json=right | {"products": [mine, mine]}))["code"] == "covered-twice"
    assert await written(db) == before
    await api.done("POST", URL, json=right)


@pytest.mark.parametrize(
    "route",
    [
        {"route": "certification"},
        {"route": "self_declaration", "declaration_url": "https://example.com/d/1"},
        {"route": "conversion", "basis": "三同认证 3 号"},
    ],
)
async def test_every_route_confirms_and_a_number_is_used_once(api: Api, world: World, route: dict) -> None:
    right = await new(world) | route
    if route["route"] != "certification":
        del right["products"][0]["certificate_id"]
    made = await api.done("POST", URL, json=right)
    assert made["products"][0]["product_id"] == right["products"][0]["product_id"]
    assert (await api.refused(409, "POST", URL, json=right))["facts"]["id"] == made["recognition"]["id"]
    assert await api.done("GET", f"{URL}/{made['recognition']['id']}") == made
    listed = await api.done("GET", f"{URL}?enterprise_id={right['enterprise_id']}")
    assert listed["items"] == [made["recognition"]]


async def test_a_revoked_enterprise_is_not_recognised_again(api: Api, world: World, db: asyncpg.Connection) -> None:
    right = await new(world)
    await api.done("POST", URL, json=right)
    revocation = {"enterprise_id": right["enterprise_id"], "reason": "报告不符", "effective_on": "2026-05-20"}
    revoked = await api.done("POST", "/api/sanctions/revocations", json=revocation)
    again = right | {"confirmation_number": "演示〔2026〕2 号", "confirmed_on": "2026-06-01"}
    before = await written(db)
    told = await api.refused(409, "POST", URL, json=again)
    assert (told["code"], told["facts"]["until"]) == ("revoked-enterprise", "2029-05-20")
    assert await written(db) == before
    await api.done("PUT", f"/api/sanctions/{revoked['id']}/end", json={"ended_on": "2026-06-30"})
    await api.done("POST", URL, json=again)


def test_a_ban_from_a_leap_day_ends_the_day_after_february() -> None:
    from datetime import date

    assert banned_until(date(2028, 2, 29)) == date(2031, 3, 1)
    assert banned_until(date(2026, 5, 20)) == date(2029, 5, 20)
