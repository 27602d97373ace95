"""SQL of the audit log."""

from app.accounts.audit.shapes import AuditRow, Break, Length
from app.store.sql import Query, Value

# $1: the last id of the page before; the rest as in `Wanted`, nulls for whatever.
acts = Query(AuditRow, """
    /* accounts.acts */
    select h.id, h.changed_at, h.relation, h.row_key, h.operation, h.actor, h.actor_id, h.acting_for, h.address,
           h.organisation_id, o.name as organisation, h.before::text as before, h.after::text as after
      from history h
      left join organisation o on o.id = h.organisation_id
     where ($1::bigint is null or h.id < $1)
       and ($3::text is null or h.actor_id::text = $3 or strpos(lower(h.actor), lower($3)) > 0)
       and ($4::uuid is null or h.organisation_id = $4 or h.acting_for = $4)
       and ($5::text is null or h.relation = $5)
       and ($6::text is null or h.row_key = $6)
       and ($7::timestamptz is null or h.changed_at >= $7)
       and ($8::timestamptz is null or h.changed_at < $8)
       and ($9::text is null or strpos(lower(concat_ws(' ', h.before::text, h.after::text)), lower($9)) > 0)
     order by h.id desc
     limit $2
""")  # fmt: skip

relations = Value("""
    /* accounts.relations */
    with recursive seen (relation) as (
        (select relation from history order by relation limit 1)
        union all
        select (select h.relation from history h where h.relation > s.relation order by h.relation limit 1)
          from seen s where s.relation is not null
    )
    select relation from seen where relation is not null order by relation
""")

# Checking a long log takes longer than any page may.
patience = Value("/* accounts.patience */ select set_config('statement_timeout', $1, true)")

broken_at = Query(Break, "/* accounts.broken_at */ select seq, history_id from audit_broken_at()")

length = Query(Length, """
    /* accounts.length */
    select (select count(*) from history) as rows, h.seq as links, encode(h.hash, 'hex') as head from audit_head h
""")  # fmt: skip

note = Value("/* accounts.note_act */ select note_act($1, $2, $3, $4, $5::text::jsonb) is null")
