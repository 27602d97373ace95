"""SQL of recognition: confirmations, the models they cover, sanctions."""

from app.recognition.shapes import Covered, Evidence, Recognition, Sanction
from app.store.sql import Act, Query, Value

_RECOGNITION = """
    select r.id, r.enterprise_id, r.route, r.confirmation_number, r.confirmed_on, r.declaration_url, r.basis,
           r.announcement_url, r.demonstration, r.stated_by, r.as_of, r.created_at
      from recognition r
"""

recognition_by_id = Query(Recognition, f"/* recognition.by_id */ {_RECOGNITION} where r.id = $1")

recognition_by_number = Query(
    Recognition, f"/* recognition.by_number */ {_RECOGNITION} where r.confirmation_number = $1"
)

recognitions = Query(Recognition, f"""
    /* recognition.list */
    {_RECOGNITION}
     where ($1::uuid is null or (r.created_at, r.id) > (select a.created_at, a.id from recognition a where a.id = $1))
       and ($3::uuid is null or r.enterprise_id = $3)
     order by r.created_at, r.id
     limit $2
""")  # fmt: skip

covered = Query(Covered, """
    /* recognition.covered */
    select rp.product_id, p.name as product, p.model, rp.standard_id, s.number as standard_number,
           rp.certificate_id, c.number as certificate_number
      from recognised_product rp
      join product p on p.id = rp.product_id
      join standard s on s.id = rp.standard_id
      left join certificate c on c.id = rp.certificate_id
     where rp.recognition_id = $1
     order by p.model, p.id
""")  # fmt: skip

# $1…$3 are parallel arrays: products, standards, certificates; one row each, in their order.
evidence = Query(Evidence, """
    /* recognition.evidence */
    select p.enterprise_id as product_enterprise_id, s.state as standard_state,
           c.enterprise_id as certificate_enterprise_id, c.standard_id as certificate_standard_id,
           c.state as certificate_state, c.valid_from as certificate_from, c.valid_until as certificate_until
      from unnest($1::uuid[], $2::uuid[], $3::uuid[])
           with ordinality as x (product_id, standard_id, certificate_id, place)
      left join product p on p.id = x.product_id
      left join standard s on s.id = x.standard_id
      left join certificate c on c.id = x.certificate_id
     order by x.place
""")  # fmt: skip

# Acts on one enterprise take turns: what is checked about it still holds when it is written.
lock_enterprise = Value("/* recognition.lock_enterprise */ select id from enterprise where id = $1 for no key update")

insert_recognition = Value("""
    /* recognition.insert */
    insert into recognition (enterprise_id, route, confirmation_number, confirmed_on, declaration_url, basis,
                             announcement_url, demonstration, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (confirmation_number) do nothing
    returning id
""")

insert_covered = Act("""
    /* recognition.insert_covered */
    insert into recognised_product (recognition_id, product_id, standard_id, certificate_id) values ($1, $2, $3, $4)
""")

enterprise_of_product = Value("/* recognition.enterprise_of_product */ select enterprise_id from product where id = $1")

# Is anything of this enterprise, or this product of it, recognised?
is_recognised = Value("""
    /* recognition.is_recognised */
    select exists (
        select from recognised_product rp
          join recognition r on r.id = rp.recognition_id
         where r.enterprise_id = $1 and ($2::uuid is null or rp.product_id = $2))
""")

_SANCTION_ROW = """
    select s.id, s.kind, s.enterprise_id, s.product_id, s.measure, s.measure_en, s.reason, s.reason_en, s.effective_on,
           s.ended_on, s.announcement_number, s.announcement_url, s.stated_by, s.created_at
      from sanction s
"""

sanction_by_id = Query(Sanction, f"/* recognition.sanction_by_id */ {_SANCTION_ROW} where s.id = $1")

sanctions = Query(Sanction, f"""
    /* recognition.sanctions */
    {_SANCTION_ROW}
     where ($1::uuid is null or (s.created_at, s.id) > (select a.created_at, a.id from sanction a where a.id = $1))
       and ($3::uuid is null or s.enterprise_id = $3)
       and ($4::uuid is null or s.product_id = $4)
       and (not $5::bool or s.ended_on is null)
     order by s.created_at, s.id
     limit $2
""")  # fmt: skip

sanction_in_force = Query(Sanction, f"""
    /* recognition.sanction_in_force */
    {_SANCTION_ROW}
     where s.kind = $1 and s.enterprise_id = $2 and s.product_id is not distinct from $3
       and s.measure is not distinct from $4 and s.ended_on is null
     order by s.effective_on, s.id
     limit 1
""")  # fmt: skip

insert_sanction = Value("""
    /* recognition.insert_sanction */
    insert into sanction (kind, enterprise_id, product_id, measure, measure_en, reason, reason_en, effective_on,
                          announcement_number, announcement_url)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    returning id
""")

end_sanction = Act("/* recognition.end_sanction */ update sanction set ended_on = $2 where id = $1")

# Over the rows of the facts statement: rp (recognised_product) and r (recognition), both null
# where no recognition is on record, p (product), e (enterprise).
FACTS = {
    "recognition": """case when r.id is not null then jsonb_build_object(
        'id', r.id, 'route', r.route, 'confirmation_number', r.confirmation_number, 'confirmed_on', r.confirmed_on,
        'declaration_url', r.declaration_url, 'basis', r.basis, 'announcement_url', r.announcement_url, 'as_of', r.as_of) end""",
}

_SANCTION = """jsonb_build_object('id', s.id, 'effective_on', s.effective_on, 'reason', s.reason, 'reason_en', s.reason_en,
        'measure', s.measure, 'measure_en', s.measure_en,
        'announcement_number', s.announcement_number, 'announcement_url', s.announcement_url)"""

STATUS = {
    "recognised": "r.id is not null",
    "revocation": f"""(select {_SANCTION} from sanction s
        where s.kind = 'recognition_revoked' and s.enterprise_id = e.id and s.ended_on is null order by s.effective_on, s.id limit 1)""",
    "withdrawal": f"""(select {_SANCTION} from sanction s
        where s.kind = 'authorisation_withdrawn' and s.product_id = p.id and s.ended_on is null order by s.effective_on, s.id limit 1)""",
    "measures": f"""(select coalesce(jsonb_agg({_SANCTION} order by s.effective_on, s.id), '[]') from sanction s
        where s.kind = 'measure' and s.product_id = p.id and s.ended_on is null)""",
}

KEYS = ["'r:' || r.id"]
