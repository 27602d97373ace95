"""The console over a database of its own, served for a browser: `python -m tests.browser.console_site URL PORT`.

Who somebody is says the cookie alone (`enterprise`, `empty`, `bureau`, `body`); prints what was made, as JSON.
"""

import asyncio
import sys
from datetime import UTC, datetime
from uuid import UUID

import asyncpg
import msgspec
from granian.constants import Interfaces
from granian.server.embed import Server
from litestar import Litestar, Response, get
from litestar.datastructures import State
from litestar.params import FromPath

from app.catalogue import statements
from app.catalogue.console import reviewing
from app.catalogue.console.pages import HANDLERS
from app.catalogue.console.reviewing import NewReview
from app.catalogue.shapes import NewIndicators
from app.edge.assets_pages import show_asset
from app.edge.fields import today_in_china
from app.edge.install import install, state_of
from app.edge.principals import Principal
from app.scanning.page import Pages
from app.scanning.preview import Preview
from app.scanning.service import WEB
from app.store.postgres import open_pool
from tests.app.catalogue.console.cast import INDICATOR, OFFERS, whole
from tests.app.service import SETTINGS
from tests.world import ACTOR, World

CSRF = "browser"
EDITOR = frozenset({"account", "registers:read", "catalogue:write", "issuing:read", "reports:read", "people:write"})
REVIEWER = frozenset({"account", "registers:read", "pages:review", "coverage:read"})
CERTIFIER = frozenset({"account", "registers:read", "indicators:confirm"})


def person(kind: str, organisation: UUID, name: str, scopes: frozenset[str], **more: str) -> Principal:
    return Principal("王演示", organisation, scopes, kind, csrf=CSRF, organisation_name=name, **more)


class Cookies:
    def __init__(self, people: dict[str, Principal]) -> None:
        self.people = people

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        return self.people.get(session_id)


@get("/photo/{sha256:str}", opt={"test": True})
async def show_photo(state: State, sha256: FromPath[str]) -> Response[bytes]:
    async with state.pool.acquire() as db:
        content = await db.fetchval("select content from photo where sha256 = $1", sha256)
    return Response(content, media_type="image/webp")


async def make(db: asyncpg.Connection) -> tuple[dict[str, Principal], dict[str, str]]:
    world = World(db, today_in_china(datetime.now(UTC)))
    one = await whole(world, name="演示厨电有限公司", name_en="Demonstration Kitchen Co.", demonstration=True)
    other = {"name": "油脂分离度", "name_en": "Grease separation", "product_value": "95"}
    other |= {"zhejiang_made_limit": "92", "national_limit": "80"}
    noise = {"name": "噪声", "name_en": "Noise", "unit": "dB", "sense": "le", "product_value": "66"}
    noise |= {"zhejiang_made_limit": "68", "national_limit": "73"}
    rows = [INDICATOR, INDICATOR | other, INDICATOR | noise]
    table = msgspec.convert({"indicators": rows}, NewIndicators)
    await statements.set_indicators(db, one.product.id, table, ACTOR, world.today)
    draft = await world.product(one.enterprise.id, published=False, name="电热水壶", name_en="Kettle", model="SH-17")
    for n in range(4):
        await world.product(one.enterprise.id, name=f"台灯{n}", name_en=f"Desk lamp {n}", model=f"TD-{n}")
    empty = await world.enterprise(name="演示新企业有限公司", name_en="Demonstration Newcomer Co.")
    bureau = await db.fetchval(
        "insert into organisation (kind, level, name, region_code) "
        "values ('bureau', 'city', '宁波演示局', '330200') returning id"
    )
    body = one.certificate.body_id
    people = {
        "enterprise": person("enterprise", one.enterprise.id, one.enterprise.name, EDITOR),
        "empty": person("enterprise", empty.id, empty.name, EDITOR),
        "body": person("certification_body", body, one.certificate.body, CERTIFIER),
        "bureau": person("bureau", bureau, "宁波演示局", REVIEWER, region="3302"),
    }
    returned = NewReview(
        returned=True, reasons="包装照片模糊，请重新拍摄。", reasons_en="The photo is blurred: take it anew."
    )
    await reviewing.review(db, one.product.id, returned, people["bureau"])
    return people, {"product": str(one.product.id), "draft": str(draft.id)}


async def main(url: str, port: int) -> None:
    db = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    people, made = await make(db)
    await db.close()
    settings = msgspec.structs.replace(SETTINGS, public_url=f"http://127.0.0.1:{port}", demonstration=True)
    pages = Pages(WEB / "templates", WEB / "locale", settings.public_url, demonstration=True)
    state = {"pool": await open_pool(url), **state_of(settings), "sessions": Cookies(people)}
    state["preview"] = Preview(pages, OFFERS)
    application = Litestar([*HANDLERS, show_asset, show_photo], state=State(state), **install(settings))
    server = Server(application, port=port, interface=Interfaces.ASGI, log_enabled=False)
    serving = asyncio.create_task(server.serve())
    await asyncio.sleep(0.5)
    sys.stdout.write(msgspec.json.encode(made).decode() + "\n")
    sys.stdout.flush()
    await serving


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
