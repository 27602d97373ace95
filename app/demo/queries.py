"""SQL of the demonstration's loader: one loader at a time, and people who are invented."""

from app.store.sql import Act, Value

try_lock = Value("/* demo.try_lock */ select pg_try_advisory_lock($1)")

unlock = Value("/* demo.unlock */ select pg_advisory_unlock($1)")

insert_person = Value("""
    /* demo.insert_person */
    insert into person (email, name, password_hash, demonstration) values ($1, $2, $3, true)
    on conflict (email) do nothing
    returning id
""")

insert_roles = Act("""
    /* demo.insert_roles */
    insert into membership (person_id, organisation_id, role) select $1, $2, unnest($3::text[]) on conflict do nothing
""")

enrol_person = Act("/* demo.enrol_person */ update person set totp_secret = $2, totp_since = $3 where id = $1")
