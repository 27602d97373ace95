"""SQL of the API keys."""

from app.accounts.keys.shapes import Holder, Key
from app.store.sql import Act, Query, Value

_KEY = """
    select k.id, k.organisation_id, k.name, k.scopes,
           array(select case when masklen(n) = case family(n) when 4 then 32 else 128 end then host(n) else text(n) end
                   from unnest(k.networks) n) as networks,
           k.expires_at, k.last_used_at, k.created_at, k.revoked_at
      from api_key k
"""

# $2: also those that no longer open anything?
keys = Query(Key, f"""
    /* accounts.keys */
    {_KEY}
     where k.organisation_id = $1 and ($2 or (k.revoked_at is null and k.expires_at > now()))
     order by k.created_at desc, k.id
     limit $3
""")  # fmt: skip

key = Query(Key, f"/* accounts.key */ {_KEY} where k.id = $1")

valid_keys = Value("""
    /* accounts.valid_keys */
    select count(*) from api_key where organisation_id = $1 and revoked_at is null and expires_at > now()
""")

insert_key = Act("""
    /* accounts.insert_key */
    insert into api_key (id, sha256, organisation_id, name, scopes, networks, expires_at, created_by)
    values ($1, $2, $3, $4, $5, $6::text[]::cidr[], $7, $8)
""")

revoke_key = Act("/* accounts.revoke_key */ update api_key set revoked_at = $2 where id = $1 and revoked_at is null")

# Once a request: who it is, and at most once a minute that it was used.
holder = Query(Holder, """
    /* accounts.holder */
    with asked as (
        select k.id, k.name, k.scopes, k.organisation_id, k.expires_at, k.last_used_at,
               k.expires_at <= now() as expired, k.revoked_at is not null as revoked,
               not (k.networks = '{}' or coalesce($3::inet <<= any (k.networks), false)) as elsewhere
          from api_key k where k.id = $1 and k.sha256 = $2
    ), used as (
        update api_key k set last_used_at = now()
          from asked a
         where k.id = a.id and not (a.expired or a.revoked or a.elsewhere)
           and (k.last_used_at is null or k.last_used_at < now() - interval '1 minute')
    )
    select a.id, a.name, a.scopes, a.organisation_id, o.name as organisation_name, o.kind, o.region_code, a.expires_at,
           a.expired, a.revoked, a.elsewhere, o.closed_at is not null as closed
      from asked a
      join organisation o on o.id = a.organisation_id
""")  # fmt: skip
