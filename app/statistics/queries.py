"""SQL of scan statistics. Who asks sees the rows of the tenants the row policies open to them."""

from app.statistics.shapes import Figure, Lot, Mark, ProductName
from app.store.sql import Query, Value

mark = Query(
    Mark,
    """
    /* statistics.mark */
    select r.settled,
           china_day(least((select min(paged_at) from view_event), (select min(paged_at) from product_view_event)))
               as earliest
      from scan_rollup r
""",
)

roll_up_lock = Value("/* statistics.roll_up_lock */ select pg_try_advisory_xact_lock($1)")

roll_up = Value("/* statistics.roll_up */ select roll_up_scans($1, $2)")

# Views from day $1 to day $2: days counted for good from scan_day, later ones from the events. One
# statement, so that a day that is being settled at this moment counts once.
_COUNTED = """
    select s.enterprise_id, s.day, s.province, s.gtin, s.batch, s.views
      from scan_day s
     where s.day between $1::date and $2::date and s.day <= (select r.settled from scan_rollup r)
    union all
    select l.enterprise_id, l.day, l.province, l.gtin, l.batch, l.views from live_scans($1::date, $2::date) l
"""

BY_DAY_AND_PLACE, BY_DAY, BY_PLACE, TOTAL = range(4)
"""Levels: what a sum is over, a bit each for day and province; and then the two that are of no day."""
BY_PRODUCT, BY_BATCH = 4, 5

# $3 GTIN, $4 batch, $5 enterprise, each null for all; $6 how many products and batches at most. Every row is
# read once into two small tables, by place and by batch; the other sums are made of these.
figures = Query(
    Figure,
    f"""
    /* statistics.figures */
    with counted as materialized (
        select c.day, c.province, c.gtin, c.batch, c.views from ({_COUNTED}) c
         where ($3::text is null or c.gtin = $3) and ($4::bigint is null or c.batch = $4)
           and ($5::uuid is null or c.enterprise_id = $5)
    ), by_place as (
        select day, province, sum(views)::bigint as views,
               coalesce(sum(views) filter (where batch = 0), 0)::bigint as of_pages
          from counted group by day, province
    ), by_batch as (
        select gtin, batch, sum(views)::bigint as views from counted group by gtin, batch
    ), batches as (
        select gtin, batch, views, row_number() over (order by views desc, batch) as place, count(*) over () as many
          from by_batch where batch <> 0
    ), products as (
        select gtin, sum(views)::bigint as views,
               coalesce(sum(views) filter (where batch = 0), 0)::bigint as of_pages,
               row_number() over (order by sum(views) desc, gtin) as place, count(*) over () as many
          from by_batch group by gtin
    )
    select grouping(day, province) as level, day, province, null::text as gtin, null::bigint as batch,
           coalesce(sum(views), 0)::bigint as views, coalesce(sum(of_pages), 0)::bigint as of_pages,
           count(*) as many, 0::bigint as place
      from by_place group by grouping sets ((), (day), (province), (day, province))
    union all
    select {BY_PRODUCT}, null, null, gtin, null, views, of_pages, many, place from products where place <= $6
    union all
    select {BY_BATCH}, null, null, gtin, batch, views, 0, many, place from batches where place <= $6
     order by level, day, place
""",
)

product_names = Query(
    ProductName,
    """
    /* statistics.product_names */
    select g.gtin, p.id as product_id, p.name, p.name_en, p.model, e.id as enterprise_id, e.name as enterprise
      from gtin g join product p on p.id = g.product_id join enterprise e on e.id = p.enterprise_id
     where g.gtin = any($1::text[])
""",
)

lots = Query(
    Lot,
    """
    /* statistics.lots */
    select batch, lot, count from batch where batch = any($1::bigint[])
""",
)
