"""SQL of the standards register."""

from app.standards.shapes import Standard
from app.store.sql import Act, Query, Value

_STANDARD = """
    select s.id, s.number, s.registration_number, s.level, s.title, s.title_en, s.issued_on, s.effective_on,
           s.publisher, s.register_url, s.state, s.state_on, s.successor_id, s.demonstration, s.stated_by, s.as_of,
           s.created_at
      from standard s
"""

standard_by_id = Query(Standard, f"/* standards.by_id */ {_STANDARD} where s.id = $1")

standard_by_number = Query(
    Standard, f"/* standards.by_number */ {_STANDARD} where s.number = $1 or s.registration_number = $2 limit 1"
)

standards = Query(Standard, f"""
    /* standards.list */
    {_STANDARD}
     where ($1::uuid is null or (s.created_at, s.id) > (select a.created_at, a.id from standard a where a.id = $1))
       and ($3::text is null
            or strpos(lower(concat_ws(' ', s.number, s.registration_number, s.title, s.title_en)), lower($3)) > 0)
       and ($4::text is null or s.state = $4)
     order by s.created_at, s.id
     limit $2
""")  # fmt: skip

lock_standard = Value("/* standards.lock */ select id from standard where id = $1 for no key update")

insert_standard = Value("""
    /* standards.insert */
    insert into standard (number, registration_number, level, title, title_en, issued_on, effective_on, publisher,
                          register_url, demonstration, as_of)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    on conflict do nothing
    returning id
""")

set_state = Act("/* standards.set_state */ update standard set state = $2, state_on = $3, as_of = $4 where id = $1")

set_successor = Act("/* standards.set_successor */ update standard set successor_id = $2 where id = $1")

successors_of = Value("""
    /* standards.successors_of */
    with recursive line (id, n) as (
        select s.successor_id, 1 from standard s where s.id = $1
        union
        select s.successor_id, l.n + 1 from line l join standard s on s.id = l.id where l.n < 1000
    )
    select id from line where id is not null order by n
""")

# Over the row st (standard) of the facts statement, null where no recognition names one.
FACTS = {
    "standard": """case when st.id is not null then jsonb_build_object(
        'id', st.id, 'number', st.number, 'registration_number', st.registration_number, 'level', st.level,
        'title', st.title, 'title_en', st.title_en, 'register_url', st.register_url, 'as_of', st.as_of,
        'successor_number', (select n.number from standard n where n.id = st.successor_id)) end""",
}

STATUS = {
    "standard_number": "st.number",
    "standard_state": "st.state",
    "standard_state_on": "st.state_on",
}

KEYS = ["'s:' || st.id", "'s:' || st.successor_id"]
