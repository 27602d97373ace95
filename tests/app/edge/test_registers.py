"""What every register offers alike: show, list, history; and what it says of an unknown number."""

import pytest

from tests.app.service import Api
from tests.world import World

pytestmark = pytest.mark.anyio
NOBODY = "00000000-0000-0000-0000-000000000000"
REGISTERS = (
    "enterprises",
    "products",
    "standards",
    "certification-bodies",
    "certificates",
    "recognitions",
    "sanctions",
)


@pytest.fixture
async def ids(world: World, api: Api) -> dict[str, str]:
    enterprise, product, standard, certificate = await world.recognised()
    recognition = (await api.done("GET", f"/api/recognitions?enterprise_id={enterprise.id}"))["items"][0]["id"]
    sanction = {"product_id": str(product.id), "reason": "x", "effective_on": "2026-01-01"}
    made = await api.done("POST", "/api/sanctions/withdrawals", json=sanction)
    found = (enterprise.id, product.id, standard.id, certificate.body_id, certificate.id, recognition, made["id"])
    return dict(zip(REGISTERS, map(str, found), strict=True))


@pytest.mark.parametrize("register", REGISTERS)
async def test_a_record_is_shown_listed_and_has_its_history(api: Api, ids: dict[str, str], register: str) -> None:
    url = f"/api/{register}"
    shown = await api.done("GET", f"{url}/{ids[register]}")
    shown = shown.get("product") or shown.get("recognition") or shown
    assert shown["id"] == ids[register]
    assert shown in (await api.done("GET", f"{url}?limit=200"))["items"]
    history = await api.done("GET", f"{url}/{ids[register]}/history")
    assert [one["operation"] for one in history][-1] == "insert"
    for path in (NOBODY, f"{NOBODY}/history"):
        told = await api.refused(404, "GET", f"{url}/{path}")
        assert (told["code"], told["facts"]["id"]) == ("unknown-record", NOBODY)


async def test_products_of_an_enterprise_and_by_words(api: Api, world: World) -> None:
    mine, other = await world.enterprise(), await world.enterprise()
    product = await world.product(mine.id, name="吸油烟机", name_en="Range hood")
    await world.product(other.id, name="吸油烟机")
    for query in (f"enterprise_id={mine.id}", f"enterprise_id={mine.id}&q=RANGE", f"q={product.model}"):
        assert [one["id"] for one in (await api.done("GET", f"/api/products?{query}"))["items"]] == [str(product.id)]
    assert (await api.done("GET", f"/api/products?enterprise_id={mine.id}&q=cup"))["items"] == []
