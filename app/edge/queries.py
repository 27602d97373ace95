"""SQL of what every register offers: the history triggers wrote."""

from app.edge.shapes import HistoryRow
from app.store.sql import Query

changes_of = Query(HistoryRow, """
    /* edge.changes_of */
    select relation, operation, changed_at, actor, before::text as before, after::text as after
      from history
     where relation = any($1::text[]) and row_key = $2
     order by id desc
     limit $3
""")  # fmt: skip
