"""The cast of issuing's tests: two enterprises, one product of each recognised, one not."""

from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import asyncpg
from msgspec import Struct, structs

from app.edge.principals import Principal, platform
from app.issuing.shapes import NewBatch
from app.settings import Settings
from codes.serial import EpochState

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HOOD = "06901234567892"
KETTLE = "06921734976505"
UNRECOGNISED = "06936983800013"


class Cast(Struct, frozen=True):
    """What the tests act on and as."""

    settings: Settings
    enterprise: UUID
    product: UUID
    recognition: UUID
    standard: UUID
    certificate: UUID
    actor: Principal = platform("tester")

    def order(self, **changes: object) -> NewBatch:
        return structs.replace(NewBatch(gtin=HOOD, lot="260912A", count=1000), **changes)


async def play(db: asyncpg.Connection, settings: Settings) -> Cast:
    """Plain rows, so that these tests stand on migrations alone."""
    enterprise, other = [
        await db.fetchval(
            "insert into enterprise (uscc, name, region_code, industry_code, as_of) "
            "values ($1, $2, '330282', '38', '2026-01-01') returning id",
            *who,
        )
        for who in (("91330282MA2DEMO11X", "演示厨电有限公司"), ("91330282MA2DEMO22X", "演示电器有限公司"))
    ]
    products = [
        await db.fetchval(
            "insert into product (enterprise_id, name, model, as_of) values ($1, $2, $3, '2026-01-01') returning id", *product
        )
        for product in ((enterprise, "吸油烟机", "X1"), (other, "电水壶", "K1"), (enterprise, "电吹风", "F1"))
    ]
    await db.executemany(
        "insert into gtin (gtin, product_id) values ($1, $2)", list(zip((HOOD, KETTLE, UNRECOGNISED), products, strict=True))
    )
    standard = await db.fetchval(
        "insert into standard (number, level, title, as_of) values ('T/ZZB 0001', 'group', '吸油烟机', '2025-01-01') returning id"
    )
    body = await db.fetchval("insert into certification_body (name) values ('演示认证') returning id")
    certificate = await db.fetchval(
        "insert into certificate (number, body_id, enterprise_id, standard_id, valid_from, valid_until, as_of) "
        "values ('C1', $1, $2, $3, '2025-06-01', '2028-05-31', '2025-06-01') returning id",
        body, enterprise, standard,
    )  # fmt: skip
    recognitions = [
        await db.fetchval(
            "insert into recognition (enterprise_id, route, confirmation_number, confirmed_on, basis, as_of) "
            "values ($1, 'certification', $2, '2025-06-18', 'C1', '2025-06-18') returning id",
            *recognition,
        )
        for recognition in ((enterprise, "R1"), (other, "R2"))
    ]
    await db.executemany(
        "insert into recognised_product (recognition_id, product_id, standard_id, certificate_id) values ($1, $2, $3, $4)",
        [(recognitions[0], products[0], standard, certificate), (recognitions[1], products[1], standard, None)],
    )
    return Cast(settings, enterprise, products[0], recognitions[0], standard, certificate)


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
