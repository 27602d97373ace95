import asyncpg
import pytest

from app.edge.principals import NotYours, PlatformKey, Principal
from tests.app.service import KEY, Api, OneConnection, problem, speaking, written
from tests.world import uscc

pytestmark = pytest.mark.anyio
NEW = {"uscc": uscc(1), "name": "演示", "region_code": "330282", "industry_code": "38"}


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", "Bearer ", f"Basic {KEY}", f"Bearer {KEY}x", KEY, f"Bearer {KEY[:-1]}", "Bearer \udcff"],
)
async def test_nobody_gets_in_without_the_key(api: Api, db: asyncpg.Connection, header: str | None) -> None:
    before = await written(db)
    headers = {} if header is None else {"Authorization": header.encode("latin-1", "replace")}
    del api.headers["Authorization"]
    for method, url in (("GET", "/api/enterprises"), ("POST", "/api/enterprises"), ("PUT", "/api/sanctions/x/end")):
        answer = await api.request(method, url, headers=headers, json=NEW if method != "GET" else None)
        if url.endswith("/end"):
            assert answer.status_code == 404
            continue
        assert (problem(answer)["code"], answer.status_code) == ("no-credentials", 401)
        assert answer.headers["www-authenticate"] == 'Bearer realm="zpm"'
    assert await written(db) == before
    api.headers["Authorization"] = f"bearer {KEY}"
    await api.done("POST", "/api/enterprises", json=NEW)


async def test_without_a_key_in_the_settings_nobody_gets_in(db: asyncpg.Connection) -> None:
    async with speaking(OneConnection(db), api_key_sha256=None) as api:
        assert (await api.refused(401, "GET", "/api/enterprises"))["code"] == "no-credentials"
    assert await PlatformKey(None).principal_of("", None) is None


async def test_a_principal_needs_the_scope(db: asyncpg.Connection) -> None:
    class Readers:
        async def principal_of(self, token: str, address: str | None) -> Principal | None:
            return Principal("reader", None, frozenset({"registers:read"})) if token == "r" else None

    async with speaking(OneConnection(db)) as api:
        api._transport.app.state.api_keys = Readers()
        api.headers["Authorization"] = "Bearer r"
        told = await api.refused(403, "POST", "/api/enterprises", json=NEW)
        assert (told["code"], told["facts"]["scope"]) == ("not-permitted", "catalogue:write")
        await api.done("GET", "/api/enterprises")


def test_a_principal_acts_for_its_own_enterprise() -> None:
    from uuid import uuid4

    mine = uuid4()
    Principal("x", mine).must_act_for(mine)
    Principal("platform").must_act_for(mine)
    with pytest.raises(NotYours):
        Principal("x", uuid4()).must_act_for(mine)
