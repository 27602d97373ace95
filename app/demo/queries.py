"""SQL of the demonstration's loader: one loader at a time, people who are invented, and what they did."""

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

is_reported = Value("/* demo.is_reported */ select exists (select from consumer_report where form_token = $1)")

is_scanned = Value("/* demo.is_scanned */ select exists (select from item_state where batch = $1 and index = $2)")

is_activated = Value("/* demo.is_activated */ select exists (select from activation_act where batch = $1)")
