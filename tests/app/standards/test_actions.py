import asyncpg
import pytest

from tests.app.service import Api, written
from tests.world import World

pytestmark = pytest.mark.anyio
URL = "/api/standards"
NEW = {
    "number": "T/ZZB 9001—2025",
    "registration_number": "ZZB T9001-2025",
    "level": "group",
    "title": "吸油烟机",
    "issued_on": "2025-03-10",
    "effective_on": "2025-04-01",
    "publisher": "浙江省质量协会",
}


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"registration_number": "ZZBT9001-2025"}, "registration-number-form", "registration_number"),
        ({"registration_number": "ZZB T901-2025"}, "registration-number-form", "registration_number"),
        ({"registration_number": "ZZB X9001-2025"}, "registration-number-form", "registration_number"),
        ({"registration_number": "ZZB T９００１-2025"}, "registration-number-form", "registration_number"),
        ({"registration_number": "ZZB D9001-2025"}, "registration-number-level", "registration_number"),
        ({"level": "enterprise"}, "registration-number-level", "registration_number"),
        ({"registration_number": "ZZB T9001-2024"}, "registration-number-year", "registration_number"),
        ({"registration_number": "ZZB T9001-2999"}, "registration-number-year", "registration_number"),
        ({"effective_on": "2025-03-09"}, "dates-reversed", "effective_on"),
        ({"issued_on": "2999-01-01"}, "future-date", "issued_on"),
        ({"number": ""}, "empty-text", "number"),
        ({"level": "national"}, "wrong-shape", "level"),
        ({"register_url": "ftp://x"}, "bad-url", "register_url"),
    ],
)
async def test_a_wrong_field_is_named(api: Api, db: asyncpg.Connection, wrong: dict, code: str, field: str) -> None:
    before = await written(db)
    told = await api.refused(400, "POST", URL, json=NEW | wrong)
    assert (code, field) in [(one["code"], one["field"]) for one in told.get("errors", [told])]
    assert await written(db) == before
    await api.done("POST", URL, json=NEW)


async def test_both_numbers_are_unique(api: Api, db: asyncpg.Connection) -> None:
    made = await api.done("POST", URL, json=NEW)
    before = await written(db)
    told = await api.refused(409, "POST", URL, json=NEW | {"registration_number": None})
    assert (told["code"], told["field"], told["facts"]["id"]) == ("already-registered", "number", made["id"])
    told = await api.refused(409, "POST", URL, json=NEW | {"number": "T/ZZB 9002—2025"})
    assert (told["field"], told["facts"]["id"]) == ("registration_number", made["id"])
    assert await written(db) == before
    other = await api.done(
        "POST", URL, json=NEW | {"number": "Q/X 1", "registration_number": "ZZB Q0001-2025", "level": "enterprise"}
    )
    assert other["state"] == "in_force"


async def test_its_life(api: Api, world: World, db: asyncpg.Connection) -> None:
    standard = await world.standard(issued_on="2025-03-10")
    url = f"{URL}/{standard.id}/state"

    async def become(state: str, on: str, status: int = 200) -> dict:
        answer = await api.put(url, json={"state": state, "on": on})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await become("in_force", "2026-01-01", 409))["code"] == "already-so"
    assert (await become("abolished", "2999-01-01", 400))["code"] == "future-date"
    assert (await become("abolished", "2025-03-09", 400))["code"] == "dates-reversed"
    assert (await become("recognition_cancelled", "2026-01-01"))["state_on"] == "2026-01-01"
    assert (await become("in_force", "2025-12-31", 400))["code"] == "dates-reversed"
    await become("in_force", "2026-02-01")
    await become("abolished", "2026-03-01")
    before = await written(db)
    final = await become("in_force", "2026-04-01", 409)
    assert (final["code"], "终态" in final["detail"] or "final" in final["detail"]) == ("no-such-transition", True)
    assert await written(db) == before
    states = [one["after"]["state"] for one in await api.done("GET", f"{URL}/{standard.id}/history")]
    assert states == ["abolished", "in_force", "recognition_cancelled", "in_force"]
    assert [one["id"] for one in (await api.done("GET", f"{URL}?in_state=abolished"))["items"]] == [str(standard.id)]
    assert (await api.refused(400, "GET", f"{URL}?in_state=gone"))["field"] == "in_state"


async def test_successors_never_form_a_circle(api: Api, world: World) -> None:
    old, new = await world.standard(), await world.standard()

    async def follow(one: object, other: object, status: int = 200) -> dict:
        answer = await api.put(f"{URL}/{one}/successor", json={"successor_id": other and str(other)})
        assert answer.status_code == status, answer.text
        return answer.json()

    assert (await follow(old.id, old.id, 409))["code"] == "standard-successor-circle"
    assert (await follow(old.id, "00000000-0000-0000-0000-000000000000", 400))["code"] == "unknown-reference"
    assert (await follow(old.id, new.id))["successor_id"] == str(new.id)
    assert (await follow(new.id, old.id, 409))["code"] == "standard-successor-circle"
    await follow(old.id, None)
    await follow(new.id, old.id)
