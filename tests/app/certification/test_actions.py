import asyncpg
import pytest

from tests.app.service import Api, written
from tests.world import World

pytestmark = pytest.mark.anyio
URL = "/api/certificates"
NOBODY = "00000000-0000-0000-0000-000000000000"


async def new(world: World) -> dict:
    return {
        "number": "演示-2025-9001",
        "body_id": str((await world.body()).id),
        "enterprise_id": str((await world.enterprise()).id),
        "standard_id": str((await world.standard()).id),
        "valid_from": "2025-06-01",
        "valid_until": "2028-05-31",
    }


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"body_id": NOBODY}, "unknown-reference", "body_id"),
        ({"enterprise_id": NOBODY}, "unknown-reference", "enterprise_id"),
        ({"standard_id": NOBODY}, "unknown-reference", "standard_id"),
        ({"valid_until": "2025-05-31"}, "dates-reversed", "valid_until"),
        ({"valid_from": "2999-01-01", "valid_until": "2999-12-31"}, "future-date", "valid_from"),
        ({"number": " x"}, "edge-space", "number"),
        ({"valid_from": "2025-02-30"}, "wrong-shape", "valid_from"),
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
    made = await api.done("POST", URL, json=right)
    assert (await api.refused(409, "POST", URL, json=right))["facts"]["id"] == made["id"]
    assert await api.done("GET", f"{URL}/{made['id']}") == made


async def test_its_life(api: Api, world: World, db: asyncpg.Connection) -> None:
    certificate = await world.certificate((await world.enterprise()).id, (await world.standard()).id)

    async def become(state: str, on: str, status: int = 200) -> dict:
        answer = await api.put(f"{URL}/{certificate.id}/state", json={"state": state, "on": on})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await become("suspended", "2025-05-31", 400))["code"] == "dates-reversed"
    assert (await become("suspended", "2999-05-31", 400))["code"] == "future-date"
    assert (await become("expired", "2026-05-31", 400))["code"] == "wrong-shape"  # expiry is a matter of its dates
    await become("suspended", "2026-01-05")
    await become("valid", "2026-02-05")
    assert (await become("valid", "2026-02-06", 409))["code"] == "already-so"
    await become("withdrawn", "2026-03-05")
    before = await written(db)
    assert (await become("valid", "2026-04-05", 409))["code"] == "no-such-transition"
    assert await written(db) == before
    assert len(await api.done("GET", f"{URL}/{certificate.id}/history")) == 4
    assert (
        len((await api.done("GET", f"{URL}?in_state=withdrawn&enterprise_id={certificate.enterprise_id}"))["items"])
        == 1
    )


async def test_bodies(api: Api) -> None:
    url = "/api/certification-bodies"
    assert (await api.refused(400, "POST", url, json={"name": "\n"}))["code"] == "empty-text"
    made = await api.done("POST", url, json={"name": "演示认证有限公司"})
    assert (await api.refused(409, "POST", url, json={"name": "演示认证有限公司"}))["facts"]["id"] == made["id"]
    assert made in (await api.done("GET", url))["items"]
    assert await api.done("GET", f"{url}/{made['id']}") == made
    assert [one["operation"] for one in await api.done("GET", f"{url}/{made['id']}/history")] == ["insert"]
