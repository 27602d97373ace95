"""Two makers of different counties with a product and batches each; views as scanning writes them; people."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

import asyncpg
from msgspec import Struct

from app.edge.principals import Principal, platform
from tests.world import World, gtin

TODAY = date(2024, 11, 22)
"""Long past: views of hours to come are not looked for."""
HOOD, KETTLE = gtin(950_001), gtin(950_002)
ZHEJIANG, JIANGSU, SHANGHAI, ANHUI = "330000", "320000", "310000", "340000"
COOKIE = "__Host-zpm"

_view = count(1).__next__

READER = frozenset({"account", "statistics:read", "reports:read"})
WRITER = READER | {"reports:write"}


class Cast(Struct, frozen=True):
    maker: UUID
    other: UUID
    batch: int
    second: int
    others: int
    proof: int

    def person(self, name: str = "王工", scopes: frozenset[str] = WRITER) -> Principal:
        return Principal(name, self.maker, scopes, "enterprise", organisation_name="演示厨电有限公司", csrf="token")

    def stranger(self) -> Principal:
        return Principal("李工", self.other, WRITER, "enterprise", organisation_name="演示电器有限公司", csrf="token")

    def bureau(self, region: str = "33", scopes: frozenset[str] = WRITER) -> Principal:
        own = UUID(int=int(region))
        return Principal("张科长", own, scopes, "bureau", region, organisation_name="演示市场监管局", csrf="token")

    def administrator(self) -> Principal:
        return platform("administrator")


async def play(db: asyncpg.Connection) -> Cast:
    world = World(db)
    maker = await world.enterprise(name="演示厨电有限公司", region_code="330282")
    other = await world.enterprise(name="演示电器有限公司", region_code="330702")
    await world.product(maker.id, model="X1", name="吸油烟机", name_en="Range hood", gtins=[HOOD])
    await world.product(other.id, model="K1", name="电水壶", gtins=[KETTLE])
    batches = [(maker.id, HOOD, "260912A", 1), (maker.id, HOOD, "260913B", 1), (other.id, KETTLE, "K-1", 1)]
    batches.append((maker.id, HOOD, "PROOF", 0))
    numbers = [await _batch(db, *one) for one in batches]
    return Cast(maker.id, other.id, *numbers)


async def _batch(db: asyncpg.Connection, enterprise: UUID, gtin14: str, lot: str, epoch: int) -> int:
    return await db.fetchval(
        """insert into batch (batch, epoch, enterprise_id, gtin, lot, count, idempotency_key, request_digest,
                              issued_at, statement)
           values (nextval('batch_id'), $1, $2, $3, $4, 1000, $4, '', now(), '') returning batch""",
        epoch, enterprise, gtin14, lot,
    )  # fmt: skip


def at(day: date, hour: int = 12) -> datetime:
    """The full hour `hour` of a day of UTC+8."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=8) + timedelta(hours=hour)


def this_hour() -> datetime:
    return datetime.now(UTC).replace(minute=0, second=0, microsecond=0)


async def see(
    db: asyncpg.Connection, batch: int, when: datetime, province: str | None = None, times: int = 1, index: int = 0
) -> None:
    """Views of an item, as the counter writes them."""
    rows = [(when, batch, index, _view(), province) for _ in range(times)]
    await db.executemany(
        "insert into view_event (paged_at, batch, index, view_id, province) values ($1, $2, $3, $4, $5)", rows
    )
    await db.execute(
        """insert into item_state as s (batch, index, views, first_at) values ($1, $2, $3, $4)
           on conflict (batch, index) do update set views = s.views + excluded.views""",
        batch, index, times, when,
    )  # fmt: skip


async def see_product(db: asyncpg.Connection, gtin14: str, when: datetime, times: int = 1) -> None:
    rows = [(when, gtin14, _view()) for _ in range(times)]
    await db.executemany("insert into product_view_event (paged_at, gtin, view_id) values ($1, $2, $3)", rows)


async def report(db: asyncpg.Connection, number: int, **told: object) -> str:
    """A report as the shopper's form files it."""
    name = f"R-20261122-{number:06d}"
    told = {
        "code": None, "gtin": HOOD, "batch": None, "epoch": None, "index": None, "kind": "quality",
        "text": "开机有异响", "contact": None, "photo": None, "language": "zh", "token": None,
    } | told  # fmt: skip
    places = ", ".join(f"${place}" for place in range(1, 13))
    given: str = await db.fetchval(f"select file_report({places})", name, *told.values())
    return given
