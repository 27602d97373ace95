import asyncpg
import pytest

from app.catalogue import actions
from app.catalogue.errors import RegionFixed
from app.catalogue.shapes import EnterpriseChange
from app.edge.principals import Principal
from tests.app.service import Api, written
from tests.world import TODAY, World, uscc

pytestmark = pytest.mark.anyio
NEW = {
    "uscc": uscc(901),
    "name": "演示厨电有限公司",
    "name_en": "Demo Kitchen",
    "region_code": "330282",
    "industry_code": "38",
    "telephone": "400-000-0000",
    "website": "https://kitchen.example/",
}
URL = "/api/enterprises"


async def test_an_enterprise_is_registered_once(api: Api, db: asyncpg.Connection) -> None:
    made = await api.done("POST", URL, json=NEW)
    assert (made["region"], made["industry"], made["as_of"] is not None) == ("慈溪市", "电气机械和器材制造业", True)
    assert await api.done("GET", f"{URL}/{made['id']}") == made

    before = await written(db)
    again = await api.refused(409, "POST", URL, json=NEW)
    assert (again["code"], again["field"], again["facts"]["id"]) == ("already-registered", "uscc", made["id"])
    assert await written(db) == before


async def test_lower_case_codes_are_read(api: Api) -> None:
    made = await api.done("POST", URL, json=NEW | {"uscc": uscc(902).lower()})
    assert made["uscc"] == uscc(902)


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"uscc": uscc(901)[:-1]}, "uscc-form", "uscc"),
        ({"uscc": uscc(901)[:17] + ("0" if uscc(901)[17] != "0" else "1")}, "uscc-check-character", "uscc"),
        ({"uscc": "9133028I" + uscc(901)[8:]}, "uscc-form", "uscc"),
        ({"region_code": "110000"}, "unknown-reference", "region_code"),
        ({"industry_code": "99"}, "unknown-reference", "industry_code"),
        ({"telephone": "call us"}, "bad-telephone", "telephone"),
        ({"telephone": "１２３４５６"}, "bad-telephone", "telephone"),
        ({"website": "javascript:alert(1)"}, "bad-url", "website"),
        ({"website": "https://"}, "bad-url", "website"),
        ({"website": "https://user@host/"}, "bad-url", "website"),
        ({"website": "http://[::1"}, "bad-url", "website"),
        ({"name": " "}, "empty-text", "name"),
        ({"name": "演" * 121}, "long-text", "name"),
        ({"name": "演示 "}, "edge-space", "name"),
        ({"name": "演\u202e示"}, "hidden-character", "name"),
        ({"name_en": "a\x00b"}, "hidden-character", "name_en"),
        ({"as_of": "2999-01-01"}, "future-date", "as_of"),
        ({"name": None}, "wrong-shape", "name"),
        ({"demonstration": "true"}, "wrong-shape", "demonstration"),
        ({"owner": "x"}, "wrong-shape", "owner"),
    ],
)
async def test_a_wrong_field_is_named(api: Api, db: asyncpg.Connection, wrong: dict, code: str, field: str) -> None:
    before = await written(db)
    told = await api.refused(400, "POST", URL, json=NEW | wrong)
    assert (told["code"], told["field"]) == (code, field)
    assert await written(db) == before
    await api.done("POST", URL, json=NEW)


async def test_every_wrong_field_is_named_at_once_in_the_readers_language(api: Api) -> None:
    wrong = NEW | {"uscc": "x", "telephone": "x", "region_code": "x"}
    told = await api.refused(400, "POST", URL, json=wrong, headers={"Accept-Language": "fr, zh-CN;q=0.9, en;q=0.5"})
    assert [one["field"] for one in told["errors"]] == ["uscc", "telephone", "region_code"]
    assert "营业执照" in told["errors"][0]["detail"]
    await api.done("POST", URL, json=NEW)


async def test_a_change_keeps_what_was_not_named_and_stands_in_the_history(api: Api, world: World) -> None:
    made = await world.enterprise(telephone="12315", name_en="Demo")
    url = f"{URL}/{made.id}"
    told = await api.refused(400, "PATCH", url, json={"telephone": "none"})
    assert told["code"] == "bad-telephone"
    assert (await api.refused(400, "PATCH", url, json={"uscc": uscc(1)}))["code"] == "wrong-shape"
    changed = await api.done("PATCH", url, json={"telephone": None, "name": "演示新名有限公司"})
    assert (changed["telephone"], changed["name"], changed["name_en"]) == (None, "演示新名有限公司", "Demo")
    changes = await api.done("GET", f"{url}/history")
    assert [(one["operation"], one["actor"]) for one in changes] == [("update", "platform key"), ("insert", "tester")]
    assert (changes[0]["before"]["telephone"], changes[0]["after"]["telephone"]) == ("12315", None)


async def test_lists_page_and_search(api: Api, world: World) -> None:
    made = [await world.enterprise(name=f"查找{n}%有限公司") for n in range(5)]
    found, after = [], ""
    for _ in range(3):
        page = await api.done("GET", f"{URL}?limit=2&q=查找{after}")
        found += [one["id"] for one in page["items"]]
        after = f"&after={page['next']}"
    assert (sorted(found), page["next"]) == (sorted(str(one.id) for one in made), None)
    assert len((await api.done("GET", URL, params={"q": "找3%"}))["items"]) == 1
    assert (
        len((await api.done("GET", URL, params={"q": "查找", "region": "330200"}))["items"]) == 5
    )  # the city's counties
    assert (await api.done("GET", URL, params={"region": "330100"}))["items"] == []
    for wrong in ("limit=0", "limit=201", "limit=x", "after=x", "q=%00"):
        await api.refused(400, "GET", f"{URL}?{wrong}")


async def test_unknown_ones(api: Api) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    for method, url, sent in (
        ("GET", f"{URL}/{nobody}", None),
        ("GET", f"{URL}/{nobody}/history", None),
        ("PATCH", f"{URL}/{nobody}", {"name": "x"}),
        ("GET", f"/api/products/{nobody}", None),
        ("POST", f"/api/products/{nobody}/publish", None),
    ):
        assert (await api.refused(404, method, url, json=sent))["code"] == "unknown-record"


async def test_which_bureau_supervises_is_not_the_enterprises_to_choose(world: World) -> None:
    enterprise = await world.enterprise()
    own = Principal("owner", enterprise.id, frozenset({"catalogue:write"}))
    moved = EnterpriseChange(region_code="330102")
    with pytest.raises(RegionFixed):
        await actions.change_enterprise(world.db, enterprise.id, moved, own, TODAY)
    stays = EnterpriseChange(region_code=enterprise.region_code, telephone="400-000-0000")
    assert (await actions.change_enterprise(world.db, enterprise.id, stays, own, TODAY)).telephone == "400-000-0000"
    moved_there = await actions.change_enterprise(world.db, enterprise.id, moved, world.actor, TODAY)
    assert moved_there.region_code == "330102"
