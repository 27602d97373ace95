"""SQL of whole tables: what a file is compared with, and what it writes, each in one statement.

Rows go in as one JSON value: features are lists, which arrays of arrays could not hold.
"""

from app.catalogue.tables.held import HeldGtin, HeldIndicator, HeldProduct, HeldReport, Made, MadeReport
from app.store.sql import Act, Query, Value

# $2: the models that are asked for; null for all.
held_products = Query(HeldProduct, """
    /* catalogue.held_products */
    select p.id, p.model, p.name, p.name_en, p.brand, p.brand_en, p.mark_variant, p.edible, p.features, p.features_en,
           array(select g.gtin::text from gtin g where g.product_id = p.id order by g.gtin) as gtins,
           p.published, p.demonstration
      from product p
     where p.enterprise_id = $1 and ($2::text[] is null or p.model = any($2))
     order by p.model
""")  # fmt: skip

held_indicators = Query(HeldIndicator, """
    /* catalogue.held_indicators */
    select k.product_id, p.model, k.name, k.name_en, k.unit, k.sense, k.product_value, k.zhejiang_made_limit,
           k.national_limit, k.national_reference, k.industry_limit, k.industry_reference, k.international_limit,
           k.international_reference, t.number as test_report_number, t.laboratory, t.laboratory_en, t.issued_on
      from key_indicator k
      join product p on p.id = k.product_id
      left join test_report t on t.id = k.test_report_id
     where p.enterprise_id = $1 and ($2::text[] is null or p.model = any($2))
     order by p.model, k.position
""")  # fmt: skip

held_reports = Query(HeldReport, """
    /* catalogue.held_reports */
    select t.id, t.product_id, t.number, t.laboratory, t.laboratory_en, t.issued_on
      from test_report t
      join product p on p.id = t.product_id
     where p.enterprise_id = $1 and p.model = any($2::text[])
""")  # fmt: skip

# Those the asker may see; the others show only by the key they hold.
holders_of_gtins = Query(HeldGtin, """
    /* catalogue.holders_of_gtins */
    select g.gtin::text as gtin, p.model, p.enterprise_id
      from gtin g
      join product p on p.id = g.product_id
     where g.gtin = any($1::text[])
""")  # fmt: skip

# A model of no name, made and undone within the same savepoint.
insert_probe = Value("""
    /* catalogue.insert_probe */
    insert into product (enterprise_id, model, name, published, as_of)
    values ($1, gen_random_uuid()::text, '', false, current_date)
    returning id
""")

lock_products = Value("""
    /* catalogue.lock_products */
    select id from product where enterprise_id = $1 and model = any($2::text[]) order by id for no key update
""")

insert_products = Query(Made, """
    /* catalogue.insert_products */
    insert into product (enterprise_id, model, name, name_en, brand, brand_en, mark_variant, edible, features,
                         features_en, published, demonstration, as_of)
    select $1, n.model, n.name, n.name_en, n.brand, n.brand_en, n.mark_variant, n.edible,
           array(select f.one from jsonb_array_elements_text(n.features) with ordinality as f (one, place) order by f.place),
           array(select f.one from jsonb_array_elements_text(n.features_en) with ordinality as f (one, place) order by f.place),
           n.published, n.demonstration, n.as_of
      from jsonb_to_recordset($2::jsonb) as n (
           model text, name text, name_en text, brand text, brand_en text, mark_variant text, edible boolean,
           features jsonb, features_en jsonb, published boolean, demonstration boolean, as_of date)
        on conflict (enterprise_id, model) do nothing
    returning id, model
""")  # fmt: skip

change_products = Act("""
    /* catalogue.change_products */
    update product p
       set name = n.name, name_en = n.name_en, brand = n.brand, brand_en = n.brand_en, mark_variant = n.mark_variant,
           edible = n.edible,
           features = array(select f.one from jsonb_array_elements_text(n.features) with ordinality as f (one, place) order by f.place),
           features_en = array(select f.one from jsonb_array_elements_text(n.features_en) with ordinality as f (one, place) order by f.place),
           as_of = n.as_of
      from jsonb_to_recordset($2::jsonb) as n (
           model text, name text, name_en text, brand text, brand_en text, mark_variant text, edible boolean,
           features jsonb, features_en jsonb, as_of date)
     where p.enterprise_id = $1 and p.model = n.model
""")

# In the order of the key: two who bring the same GTINs wait for each other and do not lock each other out.
insert_gtins = Value("""
    /* catalogue.insert_gtins */
    insert into gtin (gtin, product_id)
    select n.gtin, n.product_id from unnest($1::text[], $2::uuid[]) as n (gtin, product_id) order by n.gtin
        on conflict (gtin) do nothing
    returning gtin
""")

insert_reports = Query(MadeReport, """
    /* catalogue.insert_reports */
    insert into test_report (product_id, number, laboratory, laboratory_en, issued_on)
    select n.product_id, n.number, n.laboratory, n.laboratory_en, n.issued_on
      from jsonb_to_recordset($1::jsonb) as n (
           product_id uuid, number text, laboratory text, laboratory_en text, issued_on date)
    returning id, product_id, number
""")  # fmt: skip

remove_indicators_of = Act("""
    /* catalogue.remove_indicators_of */
    delete from key_indicator where product_id = any($1::uuid[])
""")

insert_indicators = Act("""
    /* catalogue.insert_indicators */
    insert into key_indicator (product_id, position, name, name_en, unit, sense, product_value, zhejiang_made_limit,
                               national_limit, national_reference, industry_limit, industry_reference,
                               international_limit, international_reference, test_report_id, as_of)
    select n.product_id, n.position, n.name, n.name_en, n.unit, n.sense, n.product_value, n.zhejiang_made_limit,
           n.national_limit, n.national_reference, n.industry_limit, n.industry_reference,
           n.international_limit, n.international_reference, n.test_report_id, n.as_of
      from jsonb_to_recordset($1::jsonb) as n (
           product_id uuid, position int, name text, name_en text, unit text, sense text, product_value text,
           zhejiang_made_limit text, national_limit text, national_reference text, industry_limit text,
           industry_reference text, international_limit text, international_reference text, test_report_id uuid,
           as_of date)
""")
