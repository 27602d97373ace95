"""SQL of shoppers' reports; the row policies say whose they are."""

from app.statistics.reports.shapes import Checks, Held, Report, Step, Suspicion
from app.store.sql import Act, Query, Value

_REPORT = """
    select c.number, c.created_at, c.kind, c.status, c.status_at, c.status_by, c.text, c.language, c.code, c.gtin,
           p.name as product, p.name_en as product_en, p.model, e.name as enterprise, c.batch, c.index, b.lot,
           c.photo is not null as has_photo, c.has_contact
      from consumer_report c
      left join gtin g on g.gtin = c.gtin
      left join product p on p.id = g.product_id
      left join enterprise e on e.id = p.enterprise_id
      left join batch b on b.batch = c.batch
"""

# $1 status, $2 kind, $3 GTIN, $4 words, $5 number of the last one before, $6 how many.
reports = Query(
    Report,
    f"""
    /* reports.list */
    {_REPORT}
     where ($1::text is null or c.status = $1 or $1 = 'open' and c.status in ('new', 'in_work'))
       and ($2::text is null or c.kind = $2)
       and ($3::text is null or c.gtin = $3)
       and ($4::text is null
            or strpos(lower(concat_ws(' ', c.number, c.text, c.code, p.name, p.name_en, p.model, b.lot)), lower($4)) > 0)
       and ($5::text is null or c.id < (select o.id from consumer_report o where o.number = $5))
     order by c.id desc
     limit $6
""",
)

report = Query(
    Report,
    f"""
    /* reports.one */
    {_REPORT}
     where c.number = $1
""",
)

locked = Query(
    Held,
    """
    /* reports.locked */
    select number, status, gtin, batch, index from consumer_report where number = $1 for update
""",
)

open_reports = Value("""
    /* reports.open */
    select count(*) from consumer_report where status in ('new', 'in_work')
""")

photo = Value("/* reports.photo */ select photo from consumer_report where number = $1")

steps = Query(
    Step,
    """
    /* reports.steps */
    select act, status, note, acted_at, acted_by, acted_for
      from report_step where number = $1 order by id desc limit 500
""",
)

set_status = Act("""
    /* reports.set_status */
    update consumer_report set status = $2, status_at = $3, status_by = $4 where number = $1
""")

note_step = Act("""
    /* reports.note_step */
    insert into report_step (number, enterprise_id, act, status, note, acted_at, acted_by, acted_for)
    select $1, (select p.enterprise_id from gtin g join product p on p.id = g.product_id where g.gtin = $2),
           $3, $4, $5, $6, $7, $8
""")

reveal_contact = Value("/* reports.reveal_contact */ select reveal_contact($1, $2, $3, $4)")

# Every event carries the full hour its page was made; asked hour by hour the key is used, where a
# range of days would read everybody's events. $3 and $4: first and last hour.
checks = Query(
    Checks,
    """
    /* reports.checks */
    select coalesce((select s.views from item_state s where s.batch = $1 and s.index = $2), 0) as views,
           (select count(distinct province_of(v.province)) filter (where v.province is not null)
              from generate_series($3::timestamptz, $4, interval '1 hour') as h (at)
              cross join lateral (select e.province from view_event e
                                   where e.paged_at = h.at and e.batch = $1 and e.index = $2 offset 0) v)::int
               as provinces
""",
)

suspicion = Query(
    Suspicion,
    """
    /* reports.suspicion */
    select views, provinces, since from item_suspicion where batch = $1 and index = $2
""",
)

hold_suspect = Act("""
    /* reports.hold_suspect */
    insert into item_suspicion (batch, index, views, provinces, since) values ($1, $2, $3, $4, $5)
    on conflict (batch, index) do nothing
""")

clear_suspect = Act("""
    /* reports.clear_suspect */
    delete from item_suspicion where batch = $1 and index = $2
""")
