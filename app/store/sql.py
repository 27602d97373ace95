"""A query is a value: its SQL and the Struct its rows become.

Every query stands in a room's `queries.py`, opened by a tag comment (`/* room.name */`), so slow
logs name their origin and one test can prepare them all and compare columns with fields.
"""

from collections.abc import Sequence
from typing import Any, Generic, TypeVar

from asyncpg import Connection
from msgspec import Struct

T = TypeVar("T", bound=Struct)


class Query(Generic[T]):
    """SQL whose rows become `shape` by keyword; columns and fields carry the same names."""

    def __init__(self, shape: type[T], sql: str) -> None:
        self.shape = shape
        self.sql = sql

    async def first(self, db: Connection, *args: Any) -> T | None:
        row = await db.fetchrow(self.sql, *args)
        return None if row is None else self.shape(**row)

    async def all(self, db: Connection, *args: Any) -> list[T]:
        return [self.shape(**row) for row in await db.fetch(self.sql, *args)]


class Value:
    """SQL that gives one column: the first row's value, or all rows' values."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    async def get(self, db: Connection, *args: Any) -> Any:
        return await db.fetchval(self.sql, *args)

    async def column(self, db: Connection, *args: Any) -> list[Any]:
        return [row[0] for row in await db.fetch(self.sql, *args)]


class Act:
    """SQL that changes rows; gives the number of rows it touched."""

    def __init__(self, sql: str) -> None:
        self.sql = sql

    async def run(self, db: Connection, *args: Any) -> int:
        status: str = await db.execute(self.sql, *args)
        return int(status.rpartition(" ")[2])

    async def each(self, db: Connection, rows: Sequence[Sequence[Any]]) -> None:
        await db.executemany(self.sql, rows)
