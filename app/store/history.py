"""What became of a record: the rows triggers wrote, whole before and after each change."""

from collections.abc import Iterable
from datetime import datetime

from asyncpg import Connection
from msgspec import Raw, Struct

from app.store.sql import Query

MOST = 500
"""Newest first; a record with more changes than this is read from the table."""


class HistoryRow(Struct, frozen=True):
    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    before: str | None
    after: str | None


class Change(Struct, frozen=True):
    """One change of one row; `before` is null for the first, `after` for a removal."""

    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    before: Raw
    after: Raw


changes_of = Query(HistoryRow, """
    /* store.changes_of */
    select relation, operation, changed_at, actor, before::text as before, after::text as after
      from history
     where relation = any($1::text[]) and row_key = $2
     order by id desc
     limit $3
""")  # fmt: skip


async def history_of(db: Connection, relations: Iterable[str], key: object) -> list[Change]:
    """The changes of the record `key` in these tables, newest first."""
    return [_change(row) for row in await changes_of.all(db, list(relations), str(key), MOST)]


def _change(row: HistoryRow) -> Change:
    before, after = Raw(row.before or "null"), Raw(row.after or "null")
    return Change(row.relation, row.operation, row.changed_at, row.actor, before, after)
