"""SQL of the catalogue: enterprises, products, indicators, commitments."""

from app.catalogue.shapes import Commitment, Completeness, Enterprise, Indicator, Photo, Product, TestReport
from app.store.sql import Act, Query, Value

_ENTERPRISE = """
    select e.id, e.uscc, e.name, e.name_en, e.region_code, r.name as region, e.industry_code, i.name as industry,
           e.telephone, e.website, e.demonstration, e.stated_by, e.as_of, e.created_at
      from enterprise e
      join region r on r.code = e.region_code
      join industry i on i.code = e.industry_code
"""

enterprise_by_id = Query(Enterprise, f"/* catalogue.enterprise_by_id */ {_ENTERPRISE} where e.id = $1")

enterprise_by_uscc = Query(Enterprise, f"/* catalogue.enterprise_by_uscc */ {_ENTERPRISE} where e.uscc = $1")

# $1: the last id of the page before; $3: words looked for.
enterprises = Query(Enterprise, f"""
    /* catalogue.enterprises */
    {_ENTERPRISE}
     where ($1::uuid is null or (e.created_at, e.id) > (select a.created_at, a.id from enterprise a where a.id = $1))
       and ($3::text is null or strpos(lower(concat_ws(' ', e.name, e.name_en, e.uscc)), lower($3)) > 0)
       and ($4::text is null or e.region_code = $4 or r.parent = $4)
     order by e.created_at, e.id
     limit $2
""")  # fmt: skip

region_exists = Value("/* catalogue.region_exists */ select exists (select from region where code = $1)")

industry_exists = Value("/* catalogue.industry_exists */ select exists (select from industry where code = $1)")

insert_enterprise = Value("""
    /* catalogue.insert_enterprise */
    insert into enterprise (uscc, name, name_en, region_code, industry_code, telephone, website, demonstration, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (uscc) do nothing
    returning id
""")

change_enterprise = Act("""
    /* catalogue.change_enterprise */
    update enterprise
       set name = $2, name_en = $3, region_code = $4, industry_code = $5, telephone = $6, website = $7, as_of = $8
     where id = $1
""")

_PRODUCT = """
    select p.id, p.enterprise_id, p.brand, p.brand_en, p.name, p.name_en, p.model, p.mark_variant, p.edible,
           p.features, p.features_en,
           array(select g.gtin::text from gtin g where g.product_id = p.id order by g.gtin) as gtins,
           p.photo_sha256, p.successor_id, p.published, p.demonstration, p.stated_by, p.as_of, p.created_at
      from product p
"""

product_by_id = Query(Product, f"/* catalogue.product_by_id */ {_PRODUCT} where p.id = $1")

product_by_model = Query(
    Product, f"/* catalogue.product_by_model */ {_PRODUCT} where p.enterprise_id = $1 and p.model = $2"
)

product_by_gtin = Query(Product, f"""
    /* catalogue.product_by_gtin */
    {_PRODUCT} where p.id = (select g.product_id from gtin g where g.gtin = $1)
""")  # fmt: skip

products = Query(Product, f"""
    /* catalogue.products */
    {_PRODUCT}
     where ($1::uuid is null or (p.created_at, p.id) > (select a.created_at, a.id from product a where a.id = $1))
       and ($3::uuid is null or p.enterprise_id = $3)
       and ($4::text is null or strpos(lower(concat_ws(' ', p.name, p.name_en, p.model)), lower($4)) > 0)
     order by p.created_at, p.id
     limit $2
""")  # fmt: skip

# Writers of one record take turns: what is checked about it still holds when it is written.
lock_enterprise = Value("/* catalogue.lock_enterprise */ select id from enterprise where id = $1 for no key update")

lock_product = Value("/* catalogue.lock_product */ select id from product where id = $1 for no key update")

insert_product = Value("""
    /* catalogue.insert_product */
    insert into product (enterprise_id, model, name, name_en, brand, brand_en, mark_variant, edible, features,
                         features_en, published, demonstration, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
    on conflict (enterprise_id, model) do nothing
    returning id
""")

change_product = Act("""
    /* catalogue.change_product */
    update product
       set name = $2, name_en = $3, brand = $4, brand_en = $5, mark_variant = $6, edible = $7, features = $8,
           features_en = $9, as_of = $10
     where id = $1
""")

_COMPLETENESS = """
    select p.id, p.model, p.name, p.name_en, e.telephone, (select count(*) from gtin g where g.product_id = p.id) as gtins,
           p.photo_sha256 is not null as photo, rp.recognition_id is not null as recognised, st.state as standard_state,
           ct.state as certificate_state, ct.valid_until as certificate_valid_until, k.n as indicators, k.limits,
           (select count(*) from test_report t where t.product_id = p.id) as test_reports,
           exists (select from quality_commitment q where q.product_id = p.id) as commitment
      from product p
      join enterprise e on e.id = p.enterprise_id
      cross join lateral (
          select count(*) as n, count(x.zhejiang_made_limit) as limits from key_indicator x where x.product_id = p.id
      ) k
      left join lateral (
          select x.recognition_id, x.standard_id, x.certificate_id
            from recognised_product x join recognition r on r.id = x.recognition_id
           where x.product_id = p.id
           order by r.confirmed_on desc, r.id limit 1
      ) rp on true
      left join standard st on st.id = rp.standard_id
      left join certificate ct on ct.id = rp.certificate_id
"""

completeness = Query(Completeness, f"/* catalogue.completeness */ {_COMPLETENESS} where p.id = $1")

# Of the models an enterprise has not archived, newest first.
completeness_of_all = Query(Completeness, f"""
    /* catalogue.completeness_of_all */
    {_COMPLETENESS}
     where p.enterprise_id = $1 and (p.published or p.published_on is null)
     order by p.created_at desc, p.id
""")  # fmt: skip

set_published = Act("/* catalogue.set_published */ update product set published = $2 where id = $1")

# What shoppers must go on finding: recalls and sanctions of the product nobody has ended, as `kind day`.
open_against = Value("""
    /* catalogue.open_against */
    select kind || ' ' || to_char(since, 'YYYY-MM-DD') as named
      from (select 'recall' as kind, opened_on as since from recall where product_id = $1 and closed_on is null
            union all
            select kind, effective_on from sanction where product_id = $1 and ended_on is null) as o
     order by since, kind
""")

set_photo = Act("/* catalogue.set_photo */ update product set photo_sha256 = $2 where id = $1")

set_successor = Act("/* catalogue.set_successor */ update product set successor_id = $2 where id = $1")

# Everything that follows $1, nearest first.
successors_of = Value("""
    /* catalogue.successors_of */
    with recursive line (id, n) as (
        select p.successor_id, 1 from product p where p.id = $1
        union
        select p.successor_id, l.n + 1 from line l join product p on p.id = l.id where l.n < 1000
    )
    select id from line where id is not null order by n
""")

insert_gtin = Value("""
    /* catalogue.insert_gtin */
    insert into gtin (gtin, product_id) values ($1, $2) on conflict (gtin) do nothing returning gtin
""")

insert_photo = Act("""
    /* catalogue.insert_photo */
    insert into photo (sha256, media_type, width, height, content) values ($1, $2, $3, $4, $5)
    on conflict (sha256) do nothing
""")

photo = Query(Photo, "/* catalogue.photo */ select sha256, media_type, width, height from photo where sha256 = $1")

test_reports = Query(TestReport, """
    /* catalogue.test_reports */
    select id, number, laboratory, laboratory_en, issued_on, created_at
      from test_report where product_id = $1 order by issued_on desc, id
""")  # fmt: skip

insert_test_report = Value("""
    /* catalogue.insert_test_report */
    insert into test_report (product_id, number, laboratory, laboratory_en, issued_on) values ($1, $2, $3, $4, $5)
    on conflict (product_id, number) do nothing
    returning id
""")

indicators = Query(Indicator, """
    /* catalogue.indicators */
    select k.position, k.name, k.name_en, k.unit, k.sense, k.product_value, k.zhejiang_made_limit,
           k.national_limit, k.national_reference, k.industry_limit, k.industry_reference,
           k.international_limit, k.international_reference, t.number as test_report_number, k.stated_by, k.as_of
      from key_indicator k
      left join test_report t on t.id = k.test_report_id
     where k.product_id = $1
     order by k.position
""")  # fmt: skip

remove_indicators = Act("/* catalogue.remove_indicators */ delete from key_indicator where product_id = $1")

insert_indicator = Act("""
    /* catalogue.insert_indicator */
    insert into key_indicator (product_id, position, name, name_en, unit, sense, product_value, zhejiang_made_limit,
                               national_limit, national_reference, industry_limit, industry_reference,
                               international_limit, international_reference, test_report_id, stated_by, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
""")

commitment = Query(Commitment, """
    /* catalogue.commitment */
    select text, text_en, remedy, remedy_en, telephone, valid_from, stated_by, as_of
      from quality_commitment where product_id = $1
""")  # fmt: skip

set_commitment = Act("""
    /* catalogue.set_commitment */
    insert into quality_commitment (product_id, text, text_en, remedy, remedy_en, telephone, valid_from, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (product_id) do update
       set text = excluded.text, text_en = excluded.text_en, remedy = excluded.remedy, remedy_en = excluded.remedy_en,
           telephone = excluded.telephone, valid_from = excluded.valid_from, stated_by = 'enterprise',
           as_of = excluded.as_of
""")

# What the catalogue gives the scan's facts statement (composed by app.scanning.queries): members
# of the snapshot as SQL expressions over the rows g (gtin), p (product) and e (enterprise).
FACTS = {
    "product": """jsonb_build_object(
        'id', p.id, 'brand', p.brand, 'brand_en', p.brand_en, 'name', p.name, 'name_en', p.name_en, 'model', p.model,
        'mark_variant', p.mark_variant, 'features', p.features, 'features_en', p.features_en,
        'demonstration', p.demonstration, 'as_of', p.as_of)""",
    "photo": """(select jsonb_build_object('sha256', ph.sha256, 'width', ph.width, 'height', ph.height)
        from photo ph where ph.sha256 = p.photo_sha256)""",
    "enterprise": """jsonb_build_object(
        'id', e.id, 'uscc', e.uscc, 'name', e.name, 'name_en', e.name_en, 'telephone', e.telephone, 'website', e.website,
        'as_of', e.as_of, 'place', (
            select string_agg(r.name, '' order by r.code) from region r
             where r.code = e.region_code or (r.code = (select parent from region where code = e.region_code) and r.parent is not null)))""",
    "indicators": """(select coalesce(jsonb_agg(jsonb_build_object(
        'name', k.name, 'name_en', k.name_en, 'unit', k.unit, 'sense', k.sense, 'product_value', k.product_value,
        'zhejiang_made', case when k.zhejiang_made_limit is not null
            then jsonb_build_object('value', k.zhejiang_made_limit, 'reference', null) end,
        'national', case when k.national_reference is not null
            then jsonb_build_object('value', k.national_limit, 'reference', k.national_reference) end,
        'industry', case when k.industry_reference is not null
            then jsonb_build_object('value', k.industry_limit, 'reference', k.industry_reference) end,
        'international', case when k.international_reference is not null
            then jsonb_build_object('value', k.international_limit, 'reference', k.international_reference) end
        ) order by k.position), '[]') from key_indicator k where k.product_id = p.id)""",
    "report": """(select jsonb_build_object('number', t.number, 'laboratory', t.laboratory,
        'laboratory_en', t.laboratory_en, 'issued_on', t.issued_on)
        from test_report t where t.product_id = p.id order by t.issued_on desc, t.id limit 1)""",
    "confirmation": """(select jsonb_build_object('body', cb.name, 'body_en', cb.name_en, 'confirmed_on', ic.confirmed_on)
        from indicator_confirmation ic join certification_body cb on cb.id = ic.body_id
       where ic.product_id = p.id and ic.digest = indicators_digest(p.id)
       order by ic.confirmed_on desc, ic.id limit 1)""",
    "commitment": """(select jsonb_build_object('text', q.text, 'text_en', q.text_en, 'remedy', q.remedy,
        'remedy_en', q.remedy_en, 'telephone', q.telephone, 'valid_from', q.valid_from, 'as_of', q.as_of)
        from quality_commitment q where q.product_id = p.id)""",
    "successor": """(select jsonb_build_object('gtin', sg.gtin, 'name', sp.name, 'name_en', sp.name_en, 'model', sp.model)
        from product sp join gtin sg on sg.product_id = sp.id
       where sp.id = p.successor_id and sp.published order by sg.gtin limit 1)""",
}

STATUS = {"edible": "p.edible"}
"""Members of the snapshot's `status`."""

KEYS = ["'p:' || p.id", "'e:' || e.id", "'p:' || p.successor_id"]
"""Names on the facts clock that the members above rest on."""
