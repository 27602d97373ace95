"""The demonstration catalogue, loaded through the rooms' own actions.

Each step looks first whether its record is there by its natural key: a second load does nothing, a
load that was broken off is completed, and what somebody changed since is left as it is. Dates are
written for one day and move along with the day of loading, so that what shall have expired has
expired and what shall be valid is valid whenever the demonstration is started.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from asyncpg import Connection, Pool
from msgspec import Struct

from app.demo import queries
from app.demo.registers import Registers
from app.demo.sheets import complete

FOLDER = Path(__file__).parent
LOCK = 0x7A706D02  # "zpm" 02
FIXED = ("standards",)
"""Their registration numbers carry a year, so their days do not move."""

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class DemoProduct(Struct, frozen=True):
    """One product of the demonstration; `codes` says what it is shown with: `item` or `product`."""

    id: UUID
    enterprise_id: UUID
    gtin: str
    codes: str


class DemoCatalogue(Struct, frozen=True):
    """What was loaded, by the names in catalogue.json."""

    products: dict[str, DemoProduct]

    @property
    def gtins(self) -> dict[str, str]:
        return {name: product.gtin for name, product in self.products.items()}


class Written(Struct, frozen=True, forbid_unknown_fields=True):
    """catalogue.json: records by name; a reference is another record's name."""

    note: str
    written_for: date
    enterprises: dict[str, dict[str, Any]]
    standards: dict[str, dict[str, Any]]
    bodies: dict[str, dict[str, Any]]
    certificates: dict[str, dict[str, Any]]
    products: dict[str, dict[str, Any]]
    recognitions: list[dict[str, Any]]
    sanctions: list[dict[str, Any]]


async def load(db: Pool | Connection, today: date) -> DemoCatalogue:
    """Load what is missing of the demonstration catalogue."""
    written = read(today)
    if isinstance(db, Pool):
        async with db.acquire() as connection:
            return await load(connection, today)
    async with _alone(db):
        return await _load(Registers(db, today), written)


def read(today: date) -> Written:
    """catalogue.json with its days moved to `today`."""
    written = msgspec.json.decode((FOLDER / "catalogue.json").read_bytes(), type=Written)
    by = today - written.written_for
    fields = {name: getattr(written, name) for name in Written.__struct_fields__[2:] if name not in FIXED}
    states = {
        name: one | {"state": _moved(one["state"], by)} if "state" in one else one
        for name, one in written.standards.items()
    }
    return msgspec.structs.replace(
        written, **{name: _moved(value, by) for name, value in fields.items()}, standards=states
    )


async def _load(registers: Registers, written: Written) -> DemoCatalogue:
    await registers.enterprises(written.enterprises)
    await registers.standards(written.standards)
    await registers.bodies(written.bodies)
    await registers.certificates(written.certificates)
    products = await registers.products(written.products)
    for name, one in written.products.items():
        await complete(registers, products[name], one, FOLDER / "photos" / f"{one['photo']}.webp")
    await registers.recognitions(written.recognitions)
    # What ends a recognition's ground comes after the recognition itself.
    await registers.sanctions(written.sanctions)
    await registers.states(written.standards, written.certificates)
    await registers.successors(written.standards, written.products)
    return DemoCatalogue(
        {
            name: DemoProduct(one.id, one.enterprise_id, one.gtins[0], written.products[name]["codes"])
            for name, one in products.items()
        }
    )


@asynccontextmanager
async def _alone(db: Connection) -> AsyncIterator[None]:
    # Polled, as in app.store.migrate: waiting inside the lock would hold a snapshot.
    while not await queries.try_lock.get(db, LOCK):
        await asyncio.sleep(0.2)
    try:
        yield
    finally:
        await queries.unlock.get(db, LOCK)


def _moved(value: Any, by: timedelta) -> Any:
    if isinstance(value, dict):
        return {name: _moved(one, by) for name, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, by) for one in value]
    if isinstance(value, str) and _DAY.fullmatch(value):
        return (date.fromisoformat(value) + by).isoformat()
    return value
