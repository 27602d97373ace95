"""Organisations: registered by the platform, from the registers where there is one, closed and opened again."""

from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.organisations.rules import check_organisation, level_of
from app.accounts.organisations.shapes import NewOrganisation
from tests.app.accounts.offices import CIXI, NINGBO, ZHEJIANG, House, Offices
from tests.world import uscc

pytestmark = pytest.mark.anyio


async def test_an_enterprise_is_made_from_its_register_under_the_same_id(house: House, offices: Offices) -> None:
    record = await offices.world.enterprise(name_en="Demo Kitchens")
    api = house.with_key()
    made = await api.done("POST", "/api/organisations", json={"kind": "enterprise", "uscc": record.uscc.lower()})
    assert (made["id"], made["name"], made["name_en"]) == (str(record.id), record.name, "Demo Kitchens")
    assert (made["region_code"], made["uscc"], made["level"]) == (record.region_code, record.uscc, None)
    again = await api.refused(409, "POST", "/api/organisations", json={"kind": "enterprise", "uscc": record.uscc})
    assert (again["code"], again["facts"]["id"]) == ("already-registered", made["id"])
    unknown = await api.refused(400, "POST", "/api/organisations", json={"kind": "enterprise", "uscc": uscc(77)})
    assert (unknown["code"], unknown["field"]) == ("not-in-register", "uscc")
    named = {"kind": "enterprise", "uscc": record.uscc, "name": "另一名称", "region_code": CIXI}
    told = await api.refused(400, "POST", "/api/organisations", json=named)
    assert {(one["code"], one["field"]) for one in told["errors"]} == {
        ("from-register", "name"), ("from-register", "region_code"),
    }  # fmt: skip


async def test_what_the_register_changes_changes_here_too(
    house: House, offices: Offices, db: asyncpg.Connection
) -> None:
    office = await offices.enterprise()
    await db.execute("update enterprise set name = '改名有限公司', region_code = '330206' where id = $1", office.id)
    shown = await house.with_key().done("GET", f"/api/organisations/{office.id}")
    assert (shown["name"], shown["region_code"]) == ("改名有限公司", "330206")


async def test_a_certification_body_takes_its_registers_id(house: House, offices: Offices) -> None:
    body = await offices.world.body()
    new = {"kind": "certification_body", "name": body.name, "region_code": "330100", "uscc": uscc(1)}
    made = await house.with_key().done("POST", "/api/organisations", json=new)
    assert (made["id"], made["name"], made["region_code"]) == (str(body.id), body.name, "330100")
    other = new | {"name": "没有登记的机构", "uscc": uscc(2)}
    told = await house.with_key().refused(400, "POST", "/api/organisations", json=other)
    assert (told["code"], told["field"]) == ("not-in-register", "name")


async def test_a_region_has_one_bureau_and_its_code_says_the_level(house: House) -> None:
    api = house.with_key()
    made = {}
    for code, level in ((ZHEJIANG, "province"), (NINGBO, "city"), (CIXI, "county")):
        new = {"kind": "bureau", "name": f"演示市场监管局{code}", "region_code": code}
        made[code] = await api.done("POST", "/api/organisations", json=new)
        assert made[code]["level"] == level
    second = {"kind": "bureau", "name": "另一个局", "region_code": CIXI}
    assert (await api.refused(409, "POST", "/api/organisations", json=second))["code"] == "already-registered"
    await api.done("POST", f"/api/organisations/{made[CIXI]['id']}/close")
    await api.done("POST", "/api/organisations", json=second)
    told = await api.refused(409, "POST", f"/api/organisations/{made[CIXI]['id']}/reopen")
    assert told["code"] == "already-registered"


async def test_all_that_is_wrong_is_said_at_once(house: House) -> None:
    api = house.with_key(language="zh")
    new = {"kind": "laboratory", "name": " 空格", "region_code": "999999", "uscc": "91330282MA2000001X"}
    told = await api.refused(400, "POST", "/api/organisations", json=new)
    assert {one["field"] for one in told["errors"]} == {"name", "region_code", "uscc"}
    assert all(any("\u4e00" <= char <= "\u9fff" for char in one["detail"]) for one in told["errors"])
    told = await api.refused(400, "POST", "/api/organisations", json={"kind": "association"})
    assert {one["field"] for one in told["errors"]} == {"name", "region_code", "uscc"}
    assert (await api.refused(400, "POST", "/api/organisations", json={"kind": "platform"}))["code"] == "wrong-shape"
    for code in ("33\x00", "' or 1=1"):
        bureau = {"kind": "bureau", "name": "演示", "region_code": code}
        assert (await api.refused(400, "POST", "/api/organisations", json=bureau))["field"] == "region_code"


async def test_organisations_are_listed_searched_and_paged(house: House, offices: Offices) -> None:
    for n in range(5):
        await offices.office("laboratory", name=f"演示检验{n}")
    await offices.office("association", name="演示协会")
    api = house.with_key()
    first = await api.done("GET", "/api/organisations?kind=laboratory&limit=3")
    second = await api.done("GET", f"/api/organisations?kind=laboratory&limit=3&after={first['next']}")
    names = [one["name"] for one in [*first["items"], *second["items"]]]
    assert sorted(names) == [f"演示检验{n}" for n in range(5)]
    assert second["next"] is None
    found = await api.done("GET", "/api/organisations?q=演示协会")
    assert [one["kind"] for one in found["items"]] == ["association"]
    assert (await api.refused(404, "GET", f"/api/organisations/{uuid4()}"))["code"] == "unknown-record"


async def test_closing_and_opening_again(house: House, offices: Offices) -> None:
    office = await offices.office()
    platform = await offices.office("platform", ZHEJIANG)
    api = house.with_key()
    assert (await api.done("POST", f"/api/organisations/{office.id}/close"))["closed_at"]
    assert (await api.refused(409, "POST", f"/api/organisations/{office.id}/close"))["code"] == "already-so"
    assert (await api.done("POST", f"/api/organisations/{office.id}/reopen"))["closed_at"] is None
    assert (await api.refused(409, "POST", f"/api/organisations/{office.id}/reopen"))["code"] == "already-so"
    assert (await api.refused(409, "POST", f"/api/organisations/{platform.id}/close"))["code"] == "platform-stays"


async def test_only_the_platform_opens_these_pages(house: House, offices: Offices) -> None:
    administrator = await offices.member(await offices.office("platform", ZHEJIANG), "administrator")
    owner = await offices.member(await offices.enterprise(), "owner")
    for path in ("/organisations", "/organisations/new", f"/organisations/{owner.organisation}"):
        assert (await house.as_(administrator).get(path)).status_code == 200
        assert (await house.as_(owner).get(path)).status_code == 403
        stranger = await house.outside().get(path)
        assert (stranger.status_code, stranger.headers["location"][:13]) == (303, "/signin?next=")


async def test_the_pages_register_show_and_close(house: House, offices: Offices) -> None:
    administrator = await offices.member(await offices.office("platform", ZHEJIANG), "administrator")
    async with house.as_(administrator) as browser:
        typed = {"kind": "drafting_unit", "name": "演示起草<单位>", "region_code": "330100", "uscc": uscc(5)[:-1] + "!"}
        wrong = await browser.form("/organisations", **typed)
        assert wrong.status_code == 422
        assert "演示起草&lt;单位&gt;" in wrong.text
        assert 'id="e-uscc"' in wrong.text
        page = await browser.done("/organisations", **typed | {"uscc": uscc(5)})
        assert "Now invite its account manager" in page.text
        assert "演示起草&lt;单位&gt;" in page.text
        address = str(page.url.path)
        assert "no longer" not in (await browser.done(f"{address}/close")).text
        assert "Open again" in (await browser.get(address)).text
        await browser.done(f"{address}/reopen")
        assert "演示起草" in (await browser.get("/organisations?q=起草&kind=drafting_unit")).text
        assert (await browser.get("/organisations", params={"q": "x" * 500})).status_code == 422
        assert (await browser.post(f"{address}/close", data={"csrf": "wrong"})).status_code == 403


async def test_the_pages_speak_both_languages_and_carry_the_choice_on(house: House, offices: Offices) -> None:
    administrator = await offices.member(await offices.office("platform", ZHEJIANG), "administrator")
    chinese = await house.as_(administrator, "zh").get("/organisations")
    assert "登记单位" in chinese.text
    chosen = await house.as_(administrator, "zh").get("/organisations?lang=en")
    assert "Register an organisation" in chosen.text
    assert 'href="/organisations/new?lang=en"' in chosen.text


@given(st.sampled_from(["enterprise", "bureau", "laboratory"]), *[st.none() | st.text(max_size=40)] * 4)
def test_any_text_is_answered(
    kind: str, name: str | None, name_en: str | None, region: str | None, code: str | None
) -> None:
    new = NewOrganisation(kind=kind, name=name, name_en=name_en, region_code=region, uscc=code)  # type: ignore[arg-type]
    for refusal in check_organisation(new):
        assert refusal.field in ("name", "name_en", "region_code", "uscc")
        assert refusal.say("zh") != refusal.say("en")


def test_a_level_is_a_bureaus() -> None:
    assert level_of("bureau", "330200") == "city"
    assert level_of("laboratory", "330200") is None
