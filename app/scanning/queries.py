"""SQL of scanning: the one facts statement of a product, composed of what the rooms offer; views."""

from collections.abc import Iterable
from typing import Protocol

from app.store.sql import Act, Value


class Offer(Protocol):
    """What a room's `queries` module may offer the facts statement."""

    FACTS: dict[str, str]
    STATUS: dict[str, str]
    KEYS: list[str]


def _members(pairs: Iterable[tuple[str, str]]) -> str:
    return "jsonb_build_object(" + ",\n".join(f"'{name}', {sql}" for name, sql in pairs) + ")"


# The GTIN g of the product p is answered: published, or on goods already. A proof is on none.
SHOWN = """(p.published
          or exists (select from code_assignment a where a.gtin = g.gtin)
          or exists (select from batch b where b.gtin = g.gtin and b.epoch <> 0))"""


_OF_GTIN = f"gtin g join product p on p.id = g.product_id and {SHOWN}"
# One model whatever its state; its first GTIN, or an empty one.
_OF_MODEL = """product p cross join lateral (
          select coalesce((select min(x.gtin) from gtin x where x.product_id = p.id), '') as gtin
      ) g"""


def product_facts(offers: Iterable[object]) -> str:
    """The facts statement of a GTIN: one JSON text; `$1` is the GTIN.

    The clock is read in the same statement, so the snapshot's `v` and its facts are of one moment.
    Codes in the market keep their page: a model that was archived after its GTIN had been given one
    still says what holds of it, a recall above all.
    """
    return _facts("product_facts", offers, _OF_GTIN, "g.gtin = $1")


def preview_facts(offers: Iterable[object]) -> str:
    """The same of a model, `$1` its id, also of one that nobody sees yet."""
    return _facts("preview_facts", offers, _OF_MODEL, "p.id = $1")


def _facts(name: str, offers: Iterable[object], of: str, where: str) -> str:
    offers = list(offers)
    facts = [pair for offer in offers for pair in getattr(offer, "FACTS", {}).items()]
    status = [pair for offer in offers for pair in getattr(offer, "STATUS", {}).items()]
    keys = [key for offer in offers for key in getattr(offer, "KEYS", [])]
    key_array = ", ".join(["'g:' || g.gtin", *keys])
    head = [("v", "c.v"), ("keys", f"to_jsonb(array_remove(array[{key_array}], null))"), ("gtin", "g.gtin")]
    return f"""
    /* scan.{name} */
    select {_members([*head, *facts, ("status", _members(status))])}::text
      from facts_clock c cross join {of}
      join enterprise e on e.id = p.enterprise_id
      left join lateral (
          select rp.recognition_id, rp.standard_id, rp.certificate_id
            from recognised_product rp join recognition rr on rr.id = rp.recognition_id
           where rp.product_id = p.id
           order by rr.confirmed_on desc, rr.id limit 1
      ) rp on true
      left join recognition r on r.id = rp.recognition_id
      left join standard st on st.id = rp.standard_id
      left join certificate ct on ct.id = rp.certificate_id
     where {where}
    """


known_gtins = Value(f"""
    /* scan.known_gtins */
    select g.gtin from gtin g join product p on p.id = g.product_id and {SHOWN}
""")

# One group of counted views. $1…$5 are parallel arrays, an element a view. The same view id
# counts once; counts never fall and the first view never moves later. Ordered by item, so that
# two groups of different workers never wait for each other in a circle.
count_views = """
    /* scan.count_views */
    with counted as (
        insert into view_event (paged_at, batch, index, view_id, province)
        select * from unnest($1::timestamptz[], $2::bigint[], $3::int[], $4::bigint[], $5::text[])
        on conflict do nothing
        returning batch, index, province
    ), summed as (
        select batch, index, count(*)::int as n, min(province) as province from counted group by batch, index
    )
    insert into item_state as s (batch, index, views, first_at, first_province)
    select batch, index, n, $6::timestamptz, province from summed order by batch, index
    on conflict (batch, index) do update
       set views = s.views + excluded.views,
           first_at = least(s.first_at, excluded.first_at),
           first_province = case when s.first_at is null then excluded.first_province else s.first_province end
    returning batch, index, views, first_at, first_province
"""

# Views of product and lot pages. $4 is this worker's slot: no row is shared by two workers.
count_product_views = Act("""
    /* scan.count_product_views */
    with counted as (
        insert into product_view_event (paged_at, gtin, view_id)
        select * from unnest($1::timestamptz[], $2::text[], $3::bigint[])
        on conflict do nothing
        returning gtin
    )
    insert into product_view as p (gtin, day, slot, n)
    select gtin, ($5::timestamptz at time zone 'UTC' + interval '8 hours')::date, $4, count(*)
      from counted group by gtin order by gtin
    on conflict (gtin, day, slot) do update set n = p.n + excluded.n
""")

item_state = """
    /* scan.item_state */
    select views, first_at, first_province from item_state where batch = $1 and index = $2
"""

segment_states = """
    /* scan.segment_states */
    select index, views, first_at, first_province
      from item_state where batch = $1 and index > $2 and index <= $3
     order by index limit $4
"""

keep_partitions = Value("/* scan.keep_partitions */ select keep_view_partitions($1, $2)")
