"""SQL of the pages of codes."""

from app.issuing.console.shapes import CodedGtin, ListedBatch
from app.store.sql import Query, Value

_LISTED = """b.batch, b.epoch, b.gtin, p.name, p.name_en, p.model, b.lot, b.count, b.policy, b.bound_later, b.issued_at,
           (select coalesce(sum(v.last - v.first + 1), 0)::bigint from batch_void v where v.batch = b.batch) as void_items,
           (select coalesce(sum(a.last - a.first + 1), 0)::bigint from batch_activation a where a.batch = b.batch)
               as active_items,
           exists (select from export_copy c where c.batch = b.batch and c.finished_at is not null) as exported
      from batch b join gtin g on g.gtin = b.gtin join product p on p.id = g.product_id"""

# $1 enterprise or null, $2 GTIN or null, $3 words in lot, name or model or null, $4 below this id or null, $5 how many.
batches = Query(ListedBatch, f"""
    /* issuing.console_batches */
    select {_LISTED}
     where ($1::uuid is null or b.enterprise_id = $1)
       and ($2::text is null or b.gtin = $2)
       and ($3::text is null or strpos(lower(b.lot || ' ' || p.name || ' ' || p.model), lower($3)) > 0
            or exists (select from batch_binding n where n.batch = b.batch and strpos(lower(n.lot), lower($3)) > 0))
       and ($4::bigint is null or b.batch < $4)
     order by b.batch desc
     limit $5
""")  # fmt: skip

batch = Query(ListedBatch, f"""
    /* issuing.console_batch */
    select {_LISTED}
     where b.batch = $1
""")  # fmt: skip

# $1 enterprise or null, $2 GTIN or null.
gtins = Query(CodedGtin, """
    /* issuing.console_gtins */
    select g.gtin, p.id as product_id, p.name, p.name_en, p.model, p.published,
           max(a.assigned_on) filter (where a.level = 'product' and a.state = 'in_use') as product_on,
           max(a.assigned_on) filter (where a.level = 'lot' and a.state = 'in_use') as lot_on,
           max(a.assigned_on) filter (where a.level = 'item' and a.state = 'in_use') as item_on,
           coalesce(bool_or(a.level = 'item' and a.state = 'ended'), false) as item_ended,
           (select count(*) from batch b where b.gtin = g.gtin) as batches,
           (select count(*) from recall r where r.product_id = p.id and r.closed_on is null) as recalls
      from gtin g
      join product p on p.id = g.product_id
      left join code_assignment a on a.gtin = g.gtin
     where ($1::uuid is null or p.enterprise_id = $1) and ($2::text is null or g.gtin = $2)
     group by g.gtin, p.id
     order by p.model, g.gtin
     limit 500
""")  # fmt: skip

uscc = Value("/* issuing.console_uscc */ select uscc from enterprise where id = $1")
