"""As whom a connection asks: the role and the settings that PostgreSQL's row policies read.

The pool's connections are `zpm_reader` by default and see the public columns of every tenant. A
connection borrowed for somebody becomes `zpm_app` with that person's organisation, region or the
platform's right, for as long as it is borrowed: the pool resets everything when it is given back,
and every borrower sets every setting. What asks as nobody sees no row of any tenant.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from asyncpg import Connection, Pool
from msgspec import Struct

READER = "zpm_reader"
APP = "zpm_app"
LOGIN = "zpm_login"

_BECOME = """
    /* store.become */
    select set_config('role', $1, false), set_config('zpm.organisation', $2, false),
           set_config('zpm.region', $3, false), set_config('zpm.platform', $4, false),
           set_config('zpm.person', $5, false), set_config('zpm.actor', $6, false),
           set_config('zpm.address', $7, false)
"""


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks, as the database is told."""

    role: str = APP
    organisation: UUID | None = None
    region: str | None = None
    """Leading digits of the regions a bureau supervises."""
    platform: bool = False
    person: UUID | None = None
    actor: str = ""
    address: str | None = None


THE_PUBLIC = Asker(role=READER)


def signing_in(address: str | None = None) -> Asker:
    """Nobody known yet: only the tables of sign-in are open."""
    return Asker(role=LOGIN, actor="sign-in", address=address)


async def become(db: Connection, asker: Asker) -> None:
    """Make the connection ask as this one from now on."""
    await db.execute(
        _BECOME,
        asker.role,
        str(asker.organisation or ""),
        asker.region or "",
        "on" if asker.platform else "",
        str(asker.person or ""),
        asker.actor,
        asker.address or "",
    )


@asynccontextmanager
async def borrowed_as(pool: Pool, asker: Asker, seconds: float = 5.0) -> AsyncIterator[Connection]:
    """A connection of the pool that asks as this one; raises `postgres.AWAY`."""
    connection = await pool.acquire(timeout=seconds)
    try:
        await become(connection, asker)
        yield connection
    finally:
        await pool.release(connection)
