"""The cast of issuing's tests: two enterprises, one product of each recognised, one not."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from app.edge.principals import Principal
from app.issuing.shapes import NewBatch
from app.settings import Settings
from codes.serial import EpochState
from tests.world import ACTOR, TODAY, World, gtin, uscc

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
HOOD, KETTLE, UNRECOGNISED, NOBODYS = (gtin(number) for number in (900_001, 900_002, 900_003, 900_004))
MISTYPED = HOOD[:-1] + str((int(HOOD[-1]) + 1) % 10)
MAKER = uscc(900_001)

__all__ = [
    "ACTOR", "HOOD", "KETTLE", "MAKER", "MISTYPED", "NOBODYS", "NOW", "TODAY", "UNRECOGNISED",
    "Cast", "play", "settings_of",
]  # fmt: skip


class Cast(Struct, frozen=True):
    """What the tests act on and as."""

    settings: Settings
    enterprise: UUID
    product: UUID
    standard: UUID
    certificate: UUID
    actor: Principal = ACTOR

    def order(self, **changes: object) -> NewBatch:
        return structs.replace(NewBatch(gtin=HOOD, lot="260912A", count=1000), **changes)


async def play(db: asyncpg.Connection, settings: Settings) -> Cast:
    world = World(db)
    maker = await world.enterprise(uscc=MAKER, name="演示厨电有限公司")
    other = await world.enterprise(name="演示电器有限公司")
    hood = await world.product(maker.id, model="X1", gtins=[HOOD])
    kettle = await world.product(other.id, model="K1", name="电水壶", gtins=[KETTLE])
    await world.product(maker.id, model="F1", name="电吹风", gtins=[UNRECOGNISED])
    standard = await world.standard()
    certificate = await world.certificate(maker.id, standard.id)
    await world.recognition(maker.id, [(hood.id, standard.id, certificate.id)])
    await world.recognition(other.id, [(kettle.id, standard.id, None)], route="conversion", basis="中国绿色产品认证")
    return Cast(settings, maker.id, hood.id, standard.id, certificate.id)


def settings_of(url: str, folder: Path, **changes: object) -> Settings:
    return structs.replace(
        Settings(
            database_url=url,
            redis_url="redis://unused",
            root_key=bytes(range(32)),
            public_url="https://zpm.example",
            epochs={0: EpochState.ISSUING, 1: EpochState.ISSUING, 2: EpochState.ISSUING},
            high_water_file=folder / "high-water",
        ),
        **changes,
    )
