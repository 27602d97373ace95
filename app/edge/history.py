"""What became of a record: rows as they were before and after each change, with time and actor."""

from collections.abc import Iterable

from asyncpg import Connection
from msgspec import Raw

from app.edge import queries
from app.edge.shapes import Change

MOST = 500
"""Newest first; a record with more changes than this is read from the table."""


async def history_of(db: Connection, relations: Iterable[str], key: object) -> list[Change]:
    """The changes of the record `key` in these tables, newest first."""
    rows = await queries.changes_of.all(db, list(relations), str(key), MOST)
    return [
        Change(row.relation, row.operation, row.changed_at, row.actor, Raw(row.before or "null"), Raw(row.after or "null"))
        for row in rows
    ]
