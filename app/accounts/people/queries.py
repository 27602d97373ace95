"""SQL of members and invitations."""

from app.accounts.people.shapes import Invitation, Member, Offer
from app.store.sql import Act, Query, Value

_MEMBER = """
    select p.id, p.email, p.name, p.language, array_agg(m.role order by m.role) as roles, min(m.granted_at) as since,
           p.totp_since is not null as second_factor, p.closed_at is not null as closed, p.created_at
      from membership m
      join person p on p.id = m.person_id
     where m.organisation_id = $1
"""
_A_MEMBER = "group by p.id, p.email, p.name, p.language, p.totp_since, p.closed_at, p.created_at"

# $2: the last id of the page before; $4: words looked for.
members = Query(Member, f"""
    /* accounts.members */
    {_MEMBER}
       and ($2::uuid is null or (p.created_at, p.id) > (select a.created_at, a.id from person a where a.id = $2))
       and ($4::text is null or strpos(lower(p.name || ' ' || p.email), lower($4)) > 0)
     {_A_MEMBER}
     order by p.created_at, p.id
     limit $3
""")  # fmt: skip

member = Query(Member, f"/* accounts.member */ {_MEMBER} and p.id = $2 {_A_MEMBER}")

member_by_email = Query(Member, f"/* accounts.member_by_email */ {_MEMBER} and p.email = $2 {_A_MEMBER}")

# Others who can still sign in and hold the role.
other_managers = Value("""
    /* accounts.other_managers */
    select count(*) from membership m join person p on p.id = m.person_id
     where m.organisation_id = $1 and m.role = $2 and m.person_id <> $3 and p.closed_at is null
""")

# Asked as zpm_login, which sees the memberships of other organisations.
acts_elsewhere = Value("""
    /* accounts.acts_elsewhere */
    select exists (select from membership where person_id = $1 and organisation_id <> $2)
""")

take_roles = Act("""
    /* accounts.take_roles */
    delete from membership where organisation_id = $1 and person_id = $2 and role <> all($3::text[])
""")

give_roles = Act("""
    /* accounts.give_roles */
    insert into membership (organisation_id, person_id, role, granted_by)
    select $1, $2, role, $4 from unnest($3::text[]) as wanted (role)
    on conflict do nothing
""")

_INVITATION = """
    select i.id, i.organisation_id, i.email, i.name, i.roles, i.language, i.invited_at, i.expires_at, i.accepted_at,
           i.withdrawn_at
      from invitation i
"""

# $2: open ones only?
invitations = Query(Invitation, f"""
    /* accounts.invitations */
    {_INVITATION}
     where i.organisation_id = $1 and (not $2 or (i.accepted_at is null and i.withdrawn_at is null))
       and ($3::uuid is null or (i.invited_at, i.id) < (select a.invited_at, a.id from invitation a where a.id = $3))
     order by i.invited_at desc, i.id desc
     limit $4
""")  # fmt: skip

invitation = Query(Invitation, f"/* accounts.invitation */ {_INVITATION} where i.id = $1 for no key update")

open_invitation = Query(Invitation, f"""
    /* accounts.open_invitation */
    {_INVITATION} where i.organisation_id = $1 and i.email = $2 and i.accepted_at is null and i.withdrawn_at is null
    for no key update
""")  # fmt: skip

# Those withdrawn within a day count too: else letters to strangers would have no end.
open_invitations = Value("""
    /* accounts.open_invitations */
    select count(*) from invitation
     where organisation_id = $1 and accepted_at is null
       and (withdrawn_at is null or withdrawn_at > now() - interval '1 day')
""")

insert_invitation = Value("""
    /* accounts.insert_invitation */
    insert into invitation (token_sha256, organisation_id, email, name, roles, language, invited_by, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8)
    returning id
""")

renew_invitation = Act("""
    /* accounts.renew_invitation */
    update invitation set token_sha256 = $2, invited_at = $3, expires_at = $4 where id = $1
""")

withdraw_invitation = Act("/* accounts.withdraw_invitation */ update invitation set withdrawn_at = $2 where id = $1")

# The rest is asked as zpm_login, by whoever holds the link: it locks the invitation, so that a
# link opened twice lets in once.
offer = Query(Offer, """
    /* accounts.offer */
    select i.id, i.organisation_id, o.name as organisation, o.kind, i.email, i.name, i.roles, i.language, i.invited_by,
           (select p.id from person p where p.email = i.email) as person_id
      from invitation i
      join organisation o on o.id = i.organisation_id
     where i.token_sha256 = $1 and i.expires_at > $2 and i.accepted_at is null and i.withdrawn_at is null
       and o.closed_at is null
       for no key update of i
""")  # fmt: skip

accept_invitation = Act("""
    /* accounts.accept_invitation */
    update invitation set accepted_by = $2, accepted_at = $3 where id = $1
""")

insert_person = Value("""
    /* accounts.insert_person */
    insert into person (email, name, language, password_hash) values ($1, $2, $3, $4)
    on conflict (email) do nothing
    returning id
""")

person_by_email = Value("/* accounts.person_by_email */ select id from person where email = $1")
