"""SQL of the organisations."""

from app.accounts.organisations.shapes import Entry, Organisation, Region
from app.store.sql import Act, Query, Value

_ORGANISATION = """
    select o.id, o.kind, o.level, o.name, o.name_en, o.region_code, r.name as region, o.uscc, o.demonstration,
           o.closed_at, o.created_at
      from organisation o
      join region r on r.code = o.region_code
"""

organisation_by_id = Query(Organisation, f"/* accounts.organisation_by_id */ {_ORGANISATION} where o.id = $1")

platform_organisation = Query(
    Organisation, f"/* accounts.platform_organisation */ {_ORGANISATION} where o.kind = 'platform'"
)

# $1: the last id of the page before; $3: kind; $4: words looked for.
organisations = Query(Organisation, f"""
    /* accounts.organisations */
    {_ORGANISATION}
     where ($1::uuid is null or (o.created_at, o.id) > (select a.created_at, a.id from organisation a where a.id = $1))
       and ($3::text is null or o.kind = $3)
       and ($4::text is null or strpos(lower(concat_ws(' ', o.name, o.name_en, o.uscc, o.region_code, r.name)), lower($4)) > 0)
     order by o.created_at, o.id
     limit $2
""")  # fmt: skip

# What an organisation would collide with: its register's record, its USCC, or the bureau of its region.
organisation_like = Query(Organisation, f"""
    /* accounts.organisation_like */
    {_ORGANISATION}
     where o.id = $1 or o.uscc = $2 or (o.kind = 'bureau' and $3 = 'bureau' and o.region_code = $4 and o.closed_at is null)
     limit 1
""")  # fmt: skip

insert_organisation = Value("""
    /* accounts.insert_organisation */
    insert into organisation (id, kind, level, name, name_en, region_code, uscc, demonstration)
    values (coalesce($1::uuid, gen_random_uuid()), $2, $3, $4, $5, $6, $7, $8)
    on conflict do nothing
    returning id
""")

set_closed = Act("/* accounts.set_closed */ update organisation set closed_at = $2 where id = $1")

enterprise_entry = Query(Entry, """
    /* accounts.enterprise_entry */
    select id, name, name_en, region_code, uscc, demonstration from enterprise where uscc = $1
""")  # fmt: skip

body_entry = Query(Entry, """
    /* accounts.body_entry */
    select id, name, name_en, null::char(6) as region_code, null::char(18) as uscc, demonstration
      from certification_body where name = $1
""")  # fmt: skip

regions = Query(Region, "/* accounts.regions */ select code, name from region order by code")

region_known = Value("/* accounts.region_known */ select exists (select from region where code = $1)")

# Those who decide about an organisation's people take turns.
one_at_a_time = Value(
    "/* accounts.one_at_a_time */ select pg_advisory_xact_lock(hashtextextended($1::uuid::text, 0)) is null"
)
