"""SQL of certification: bodies and certificates."""

from app.certification.shapes import Body, Certificate, Named
from app.store.sql import Act, Query, Value

_BODY = "select b.id, b.name, b.name_en, b.demonstration, b.created_at from certification_body b"

body_by_id = Query(Body, f"/* certification.body_by_id */ {_BODY} where b.id = $1")

body_by_name = Query(Body, f"/* certification.body_by_name */ {_BODY} where b.name = $1")

bodies = Query(Body, f"""
    /* certification.bodies */
    {_BODY}
     where $1::uuid is null
        or (b.created_at, b.id) > (select a.created_at, a.id from certification_body a where a.id = $1)
     order by b.created_at, b.id
     limit $2
""")  # fmt: skip

insert_body = Value("""
    /* certification.insert_body */
    insert into certification_body (name, name_en, demonstration) values ($1, $2, $3)
    on conflict (name) do nothing
    returning id
""")

_CERTIFICATE = """
    select c.id, c.number, c.body_id, b.name as body, b.name_en as body_en, c.enterprise_id, c.standard_id,
           c.valid_from, c.valid_until, c.state, c.state_on, c.register_url, c.demonstration, c.stated_by, c.as_of,
           c.created_at
      from certificate c
      join certification_body b on b.id = c.body_id
"""

certificate_by_id = Query(Certificate, f"/* certification.by_id */ {_CERTIFICATE} where c.id = $1")

certificate_by_number = Query(Certificate, f"/* certification.by_number */ {_CERTIFICATE} where c.number = $1")

certificates = Query(Certificate, f"""
    /* certification.list */
    {_CERTIFICATE}
     where ($1::uuid is null or (c.created_at, c.id) > (select a.created_at, a.id from certificate a where a.id = $1))
       and ($3::uuid is null or c.enterprise_id = $3)
       and ($4::text is null or c.state = $4)
     order by c.created_at, c.id
     limit $2
""")  # fmt: skip

named = Query(Named, """
    /* certification.named */
    select exists (select from certification_body where id = $1) as body,
           exists (select from enterprise where id = $2) as enterprise,
           exists (select from standard where id = $3) as standard
""")  # fmt: skip

lock_certificate = Value("/* certification.lock */ select id from certificate where id = $1 for no key update")

insert_certificate = Value("""
    /* certification.insert */
    insert into certificate (number, body_id, enterprise_id, standard_id, valid_from, valid_until, register_url,
                             demonstration, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    on conflict (number) do nothing
    returning id
""")

set_state = Act("""
    /* certification.set_state */
    update certificate set state = $2, state_on = $3, as_of = $4 where id = $1
""")

# Over the row ct (certificate) of the facts statement, null where the route needs none.
FACTS = {
    "certificate": """case when ct.id is not null then (select jsonb_build_object(
        'id', ct.id, 'number', ct.number, 'body', cb.name, 'body_en', cb.name_en, 'valid_from', ct.valid_from,
        'valid_until', ct.valid_until, 'register_url', ct.register_url, 'as_of', ct.as_of)
        from certification_body cb where cb.id = ct.body_id) end""",
}

STATUS = {
    "certificate_state": "ct.state",
    "certificate_state_on": "ct.state_on",
    "certificate_valid_until": "ct.valid_until",
}

KEYS = ["'c:' || ct.id"]
