"""SQL of the pages behind the scan page: one statement a sheet, with the clock and its keys; photos; reports.

A sheet with a list rests on every product in its scope, also on those that are not published yet, so
that it changes the moment one is.
"""

from collections.abc import Iterable

from app.scanning.behind.shapes import FiledReport, StoredPhoto
from app.store.sql import Query, Value

LISTED_MOST = 200
"""Products a sheet lists, those confirmed last first; the page says how many there are in all."""

_GOODS = """jsonb_build_object(
        'gtin', case when p.published then (select min(g.gtin) from gtin g where g.product_id = p.id) end,
        'brand', p.brand, 'brand_en', p.brand_en, 'name', p.name, 'name_en', p.name_en, 'model', p.model)"""

_MAKER = "jsonb_build_object('uscc', e.uscc, 'name', e.name, 'name_en', e.name_en)"

_STANDARD = "jsonb_build_object('id', n.id, 'number', n.number, 'title', n.title, 'title_en', n.title_en)"

_PLACE = """(select string_agg(a.name, '' order by a.code) from region a
         where a.code = e.region_code
            or (a.parent is not null and a.code = (select b.parent from region b where b.code = e.region_code)))"""

_SANCTION = f"""jsonb_build_object(
        'id', sa.id, 'kind', sa.kind, 'measure', sa.measure, 'measure_en', sa.measure_en, 'reason', sa.reason,
        'reason_en', sa.reason_en, 'effective_on', sa.effective_on, 'ended_on', sa.ended_on,
        'announcement_number', sa.announcement_number, 'announcement_url', sa.announcement_url,
        'goods', (select {_GOODS} from product p where p.id = sa.product_id))"""

# The recognition a product stands under is its newest, as on the scan page.
_NEWEST = """left join lateral (
            select o.recognition_id, o.standard_id, o.certificate_id, ro.confirmed_on
              from recognised_product o join recognition ro on ro.id = o.recognition_id
             where o.product_id = p.id
             order by ro.confirmed_on desc, ro.id limit 1
        ) rp on true"""


def _with_products(within: str, status: str) -> str:
    """CTEs over x (the sheet's record): `scope`, all its products; `listed`, those to show, in order."""
    return f"""
    scope as (
        select p.id, p.model, p.published, rp.recognition_id, rp.standard_id, rp.certificate_id, rp.confirmed_on
          from x cross join product p {_NEWEST}
         where {within}
    ), picked as (
        select id, recognition_id, standard_id, certificate_id, confirmed_on
          from scope where published order by confirmed_on desc nulls last, model, id limit {LISTED_MOST}
    ), listed as (
        select row_number() over (order by i.confirmed_on desc nulls last, p.model, i.id) as place,
               array['e:' || e.id, 'r:' || r.id, 's:' || st.id, 'c:' || ct.id] as keys,
               jsonb_build_object('goods', {_GOODS}, 'maker', {_MAKER}, 'superseded', p.successor_id is not null,
                                  'status', jsonb_build_object({status})) as shown
          from picked i
          join product p on p.id = i.id
          join enterprise e on e.id = p.enterprise_id
          left join recognition r on r.id = i.recognition_id
          left join standard st on st.id = i.standard_id
          left join certificate ct on ct.id = i.certificate_id
    )"""


_PRODUCTS = """
        'products', (select coalesce(jsonb_agg(l.shown order by l.place), '[]') from listed l),
        'total', (select count(*) from scope where published)"""


def _keys(own: str, more: str = "select null::text") -> str:
    """The record's own keys, the products in scope, and what the listed ones rest on."""
    return f"""'keys', to_jsonb(array(select distinct k from unnest(
            array[{own}] || array(select 'p:' || id from scope)
            || array(select unnest(keys) from listed) || array({more})
        ) k where k is not null))"""


def status_members(offers: Iterable[object]) -> str:
    """What each room offers to a product's status, as arguments of `jsonb_build_object`."""
    pairs = [pair for offer in offers for pair in getattr(offer, "STATUS", {}).items()]
    return ",\n".join(f"'{name}', {sql}" for name, sql in pairs)


def enterprise_sheet(status: str) -> str:
    return f"""
    /* scan.enterprise_sheet */
    with x as (select id from enterprise where uscc = $1), {_with_products("p.enterprise_id = x.id", status)}
    select jsonb_build_object('v', c.v,
        {_keys("'e:' || e.id", "select 'r:' || q.id from recognition q where q.enterprise_id = x.id")},
        'enterprise', jsonb_build_object(
            'uscc', e.uscc, 'name', e.name, 'name_en', e.name_en, 'place', {_PLACE}, 'industry', n.name,
            'industry_en', n.name_en, 'telephone', e.telephone, 'website', e.website, 'demonstration', e.demonstration,
            'as_of', e.as_of),
        'confirmations', (select coalesce(jsonb_agg(jsonb_build_object(
                'route', q.route, 'number', q.confirmation_number, 'confirmed_on', q.confirmed_on,
                'declaration_url', q.declaration_url, 'announcement_url', q.announcement_url,
                'products', (select count(*) from recognised_product o where o.recognition_id = q.id))
            order by q.confirmed_on desc, q.id), '[]') from recognition q where q.enterprise_id = x.id),
        'sanctions', (select coalesce(jsonb_agg({_SANCTION} order by sa.effective_on desc, sa.id), '[]')
            from sanction sa where sa.enterprise_id = x.id and sa.ended_on is null),{_PRODUCTS})::text
      from facts_clock c, x join enterprise e on e.id = x.id join industry n on n.code = e.industry_code
    """


def standard_sheet(status: str) -> str:
    within = """rp.standard_id = x.id
           and p.id in (select o.product_id from recognised_product o where o.standard_id = x.id)"""
    return f"""
    /* scan.standard_sheet */
    with x as (select id from standard where id = $1), {_with_products(within, status)}
    select jsonb_build_object('v', c.v, {_keys("'s:' || s.id, 's:' || s.successor_id")},
        'standard', jsonb_build_object(
            'id', s.id, 'number', s.number, 'registration_number', s.registration_number, 'level', s.level,
            'title', s.title, 'title_en', s.title_en, 'issued_on', s.issued_on, 'effective_on', s.effective_on,
            'publisher', s.publisher, 'register_url', s.register_url, 'state', s.state, 'state_on', s.state_on,
            'demonstration', s.demonstration, 'as_of', s.as_of),
        'successor', (select {_STANDARD} from standard n where n.id = s.successor_id),{_PRODUCTS})::text
      from facts_clock c, x join standard s on s.id = x.id
    """


def certificate_sheet(status: str) -> str:
    within = """rp.certificate_id = x.id
           and p.id in (select o.product_id from recognised_product o where o.certificate_id = x.id)"""
    return f"""
    /* scan.certificate_sheet */
    with x as (select id from certificate where id = $1), {_with_products(within, status)}
    select jsonb_build_object('v', c.v, {_keys("'c:' || ct.id, 'e:' || e.id, 's:' || n.id")},
        'certificate', jsonb_build_object(
            'id', ct.id, 'number', ct.number, 'body', b.name, 'body_en', b.name_en, 'valid_from', ct.valid_from,
            'valid_until', ct.valid_until, 'state', ct.state, 'state_on', ct.state_on, 'register_url', ct.register_url,
            'demonstration', ct.demonstration, 'as_of', ct.as_of),
        'maker', {_MAKER}, 'standard', {_STANDARD},{_PRODUCTS})::text
      from facts_clock c, x
      join certificate ct on ct.id = x.id
      join certification_body b on b.id = ct.body_id
      join enterprise e on e.id = ct.enterprise_id
      join standard n on n.id = ct.standard_id
    """


RECALL_SHEET = f"""
    /* scan.recall_sheet */
    select jsonb_build_object('v', c.v, 'keys', jsonb_build_array('p:' || p.id, 'e:' || e.id),
        'recall', jsonb_build_object(
            'id', x.id, 'scope', x.scope, 'lots', x.lots, 'made_from', x.made_from, 'made_to', x.made_to,
            'reason', x.reason, 'reason_en', x.reason_en, 'remedy', x.remedy, 'remedy_en', x.remedy_en,
            'telephone', x.telephone, 'notice_url', x.notice_url, 'opened_on', x.opened_on, 'closed_on', x.closed_on,
            'demonstration', p.demonstration),
        'goods', {_GOODS}, 'maker', {_MAKER})::text
      from facts_clock c, recall x
      join product p on p.id = x.product_id
      join enterprise e on e.id = p.enterprise_id
     where x.id = $1
"""

ANNOUNCEMENT_SHEET = f"""
    /* scan.announcement_sheet */
    select jsonb_build_object('v', c.v,
        'keys', to_jsonb(array_remove(array['e:' || e.id, 'p:' || sa.product_id], null)),
        'sanction', {_SANCTION}, 'maker', {_MAKER}, 'demonstration', e.demonstration)::text
      from facts_clock c, sanction sa
      join enterprise e on e.id = sa.enterprise_id
     where sa.id = $1
"""

photo = Query(StoredPhoto, "/* scan.photo */ select media_type, content from photo where sha256 = $1")

# $1 number, $2 code as typed, $3 its GTIN, $4…$6 batch, epoch and index of its serial.
file_report = Value("""
    /* scan.file_report */
    select file_report($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
""")

filed_report = Query(
    FiledReport, "/* scan.filed_report */ select number, kind, code from consumer_report where number = $1"
)
