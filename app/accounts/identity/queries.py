"""SQL of sign-in and one's own account; all of it is asked as `zpm_login`."""

from app.accounts.identity.shapes import (
    Account,
    Failures,
    Invented,
    Known,
    Membership,
    OpenSession,
    SecondFactor,
    Standing,
)
from app.store.sql import Act, Query, Value

_ALIVE = "s.ends_at > now() and s.seen_at > now() - interval '30 minutes'"
"""Idle for half an hour, or twelve hours old (`ends_at`): then a session is none."""

# One statement a request; that it was used is written down once a minute at most.
standing = Query(Standing, f"""
    /* identity.standing */
    with alive as (
        select s.person_id, s.organisation_id, s.passed_totp, s.seen_at
          from session s
         where s.id_sha256 = $1 and {_ALIVE}
    ), touched as (
        update session set seen_at = now()
         where id_sha256 = $1 and exists (select from alive a where a.seen_at < now() - interval '1 minute')
    )
    select p.id as person_id, p.name, p.totp_since is not null as enrolled, a.passed_totp,
           array(select distinct k.kind from membership m join organisation k on k.id = m.organisation_id
                  where m.person_id = p.id and k.closed_at is null) as kinds,
           o.id as organisation_id, o.kind, o.name as organisation_name, o.region_code,
           array(select m.role from membership m where m.person_id = p.id and m.organisation_id = o.id) as roles
      from alive a
      join person p on p.id = a.person_id and p.closed_at is null
      left join organisation o on o.id = a.organisation_id and o.closed_at is null
     where a.organisation_id is null
        or exists (select from membership m where m.person_id = p.id and m.organisation_id = o.id)
""")  # fmt: skip

open_session = Act("""
    /* identity.open_session */
    insert into session (id_sha256, person_id, organisation_id, passed_totp, ends_at, address, agent)
    values ($1, $2, $3, false, now() + interval '12 hours', $4, $5)
""")

# The row lives on under another id: what it may stay open for does not grow.
rotate_session = Act("""
    /* identity.rotate_session */
    update session s
       set id_sha256 = $2, passed_totp = s.passed_totp or $3, organisation_id = coalesce($4, s.organisation_id), seen_at = now()
     where s.id_sha256 = $1
""")

end_session = Act("/* identity.end_session */ delete from session where id_sha256 = $1")

end_session_by_handle = Act("""
    /* identity.end_session_by_handle */
    delete from session where person_id = $1 and left(encode(id_sha256, 'hex'), 16) = $2
""")

# $2: the session that stays, if any.
end_sessions = Act("""
    /* identity.end_sessions */
    delete from session where person_id = $1 and ($2::bytea is null or id_sha256 <> $2)
""")

drop_ended_sessions = Act(f"""
    /* identity.drop_ended_sessions */
    delete from session s where s.person_id = $1 and not ({_ALIVE})
""")

sessions_of = Query(OpenSession, f"""
    /* identity.sessions_of */
    select left(encode(s.id_sha256, 'hex'), 16) as handle, s.created_at, s.seen_at, s.address, s.agent, s.id_sha256 = $2 as present
      from session s
     where s.person_id = $1 and {_ALIVE}
     order by s.seen_at desc, s.created_at desc
""")  # fmt: skip

_KNOWN = "select p.id, p.email, p.name, p.language, p.password_hash from person p"

# $2: do invented people count?
known_by_email = Query(Known, f"""
    /* identity.known_by_email */
    {_KNOWN} where p.email = $1 and p.closed_at is null and (not p.demonstration or $2::boolean)
""")  # fmt: skip

known_by_id = Query(Known, f"/* identity.known_by_id */ {_KNOWN} where p.id = $1 and p.closed_at is null")

names_about = Value("""
    /* identity.names_about */
    select o.name from membership m join organisation o on o.id = m.organisation_id where m.person_id = $1
    union
    select o.name_en from membership m join organisation o on o.id = m.organisation_id where m.person_id = $1 and o.name_en is not null
""")

memberships_of = Query(Membership, """
    /* identity.memberships_of */
    select o.id, o.name, o.name_en, o.kind, array_agg(m.role order by m.role) as roles
      from membership m
      join organisation o on o.id = m.organisation_id and o.closed_at is null
     where m.person_id = $1
     group by o.id
     order by o.name, o.id
""")  # fmt: skip

account = Query(Account, """
    /* identity.account */
    select p.email, p.name, p.language, p.password_changed_at, p.totp_since,
           (select count(*)::int from recovery_code c where c.person_id = p.id and c.used_at is null) as codes_left,
           array(select distinct o.kind from membership m join organisation o on o.id = m.organisation_id
                  where m.person_id = p.id and o.closed_at is null) as kinds,
           (select s.organisation_id from session s where s.id_sha256 = $2) as organisation_id
      from person p
     where p.id = $1
""")  # fmt: skip

change_profile = Act("/* identity.change_profile */ update person set name = $2, language = $3 where id = $1")

keep_password = Act("""
    /* identity.keep_password */
    update person set password_hash = $2, password_changed_at = now() where id = $1
""")

# The same password, hashed with the parameters of today: no change to tell of.
rehash_password = Act("""
    /* identity.rehash_password */
    update person set password_hash = $3 where id = $1 and password_hash = $2
""")

second_factor = Query(SecondFactor, """
    /* identity.second_factor */
    select totp_secret, totp_last_step from person where id = $1 and totp_since is not null
""")  # fmt: skip

# A code counts once, whoever comes at the same moment.
use_step = Act("""
    /* identity.use_step */
    update person set totp_last_step = $2 where id = $1 and totp_last_step < $2
""")

# $4: whether there was one before, as the person was shown.
keep_second_factor = Act("""
    /* identity.keep_second_factor */
    update person set totp_secret = $2, totp_since = now(), totp_last_step = $3
     where id = $1 and (totp_since is not null) = $4
""")

drop_second_factor = Act("""
    /* identity.drop_second_factor */
    update person set totp_secret = null, totp_since = null where id = $1
""")

drop_recovery_codes = Act("/* identity.drop_recovery_codes */ delete from recovery_code where person_id = $1")

insert_recovery_code = Act(
    "/* identity.insert_recovery_code */ insert into recovery_code (person_id, sha256) values ($1, $2)"
)

use_recovery_code = Act("""
    /* identity.use_recovery_code */
    update recovery_code set used_at = now() where person_id = $1 and sha256 = $2 and used_at is null
""")

invented = Query(Invented, """
    /* identity.invented */
    select p.id, p.demonstration, case when p.totp_since is not null then p.totp_secret end as totp_secret, p.totp_last_step
      from person p
     where p.email = $1
""")  # fmt: skip

# Locks the key until the try is counted; what is older than an hour is forgotten.
failures = Query(Failures, """
    /* identity.failures */
    insert into login_failure as f (key, count, last_at) values ($1, 0, clock_timestamp())
    on conflict (key) do update set count = case when f.last_at < clock_timestamp() - interval '1 hour' then 0 else f.count end
    returning f.count, extract(epoch from clock_timestamp() - f.last_at)::float8 as seconds
""")  # fmt: skip

count_failure = Act("""
    /* identity.count_failure */
    update login_failure set count = count + 1, last_at = clock_timestamp() where key = $1
""")

forgive = Act("/* identity.forgive */ delete from login_failure where key = $1")

forgive_one = Act("""
    /* identity.forgive_one */
    update login_failure set count = greatest(count - 1, 0) where key = $1
""")

forget_failures = Act("""
    /* identity.forget_failures */
    delete from login_failure where last_at < clock_timestamp() - interval '1 hour'
""")

insert_reset = Act("""
    /* identity.insert_reset */
    insert into password_reset (token_sha256, person_id, expires_at)
    select $2, p.id, now() + interval '30 minutes' from person p where p.email = $1 and p.closed_at is null
""")

known_by_reset = Query(Known, f"""
    /* identity.known_by_reset */
    {_KNOWN} join password_reset r on r.person_id = p.id
     where r.token_sha256 = $1 and r.used_at is null and r.expires_at > now() and p.closed_at is null
""")  # fmt: skip

use_reset = Act("""
    /* identity.use_reset */
    update password_reset set used_at = now() where token_sha256 = $1 and used_at is null and expires_at > now()
""")

end_resets = Act("/* identity.end_resets */ delete from password_reset where person_id = $1")

queue_letter = Act("""
    /* identity.queue_letter */
    insert into mail (recipient, language, subject, body) values ($1, $2, $3, $4)
""")

note = Value("/* identity.note */ select note_act($1, $2, $3, $4, $5::text::jsonb)")
