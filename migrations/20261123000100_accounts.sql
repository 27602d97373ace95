-- migrate:up
-- Who works here: organisations, people, roles, sessions, keys; and the mail that reaches them.

-- An organisation that also stands in a register carries the register's id: an enterprise's is
-- `enterprise.id`, a certification body's `certification_body.id`. One id names the tenant everywhere.
create table organisation (
    id            uuid primary key default gen_random_uuid(),
    kind          text not null check (kind in ('enterprise', 'bureau', 'certification_body', 'drafting_unit',
                                                'laboratory', 'association', 'platform')),
    level         text check (level in ('province', 'city', 'county')),      -- of a bureau
    name          text not null,
    name_en       text,
    region_code   char(6) not null references region,
    uscc          char(18) unique,
    demonstration boolean not null default false,
    closed_at     timestamptz,
    created_at    timestamptz not null default now(),
    check ((kind = 'bureau') = (level is not null)),
    check (kind in ('bureau', 'platform') or uscc is not null)
);
create unique index organisation_of_bureau on organisation (region_code) where kind = 'bureau' and closed_at is null;
create unique index organisation_of_platform on organisation (kind) where kind = 'platform';
create index organisation_in_order on organisation (created_at, id);

-- What the register says of an organisation's name and place holds here too.
create function keep_organisation() returns trigger language plpgsql security definer set search_path = public as $$
begin
    update organisation
       set name = new.name, name_en = new.name_en,
           region_code = coalesce(to_jsonb(new) ->> 'region_code', region_code)
     where id = new.id and (name, name_en, region_code)
           is distinct from (new.name, new.name_en, coalesce(to_jsonb(new) ->> 'region_code', region_code));
    return null;
end $$;
create trigger organisation after update on enterprise for each row execute function keep_organisation();
create trigger organisation after update on certification_body for each row execute function keep_organisation();

create table person (
    id                  uuid primary key default gen_random_uuid(),
    email               text not null unique check (email = lower(email)),
    name                text not null,
    language            char(2) not null default 'zh' check (language in ('zh', 'en')),
    password_hash       text not null,            -- argon2id
    password_changed_at timestamptz not null default now(),
    totp_secret         bytea,                    -- encrypted under a key derived from the root key
    totp_since          timestamptz,              -- null until the first right code
    totp_last_step      bigint not null default 0, -- a code counts once
    demonstration       boolean not null default false,
    closed_at           timestamptz,
    created_at          timestamptz not null default now()
);

create table recovery_code (
    person_id uuid not null references person,
    sha256    bytea not null,
    made_at   timestamptz not null default now(),
    used_at   timestamptz,
    primary key (person_id, sha256)
);

create table membership (
    person_id       uuid not null references person,
    organisation_id uuid not null references organisation,
    role            text not null check (role in ('owner', 'product_editor', 'code_officer', 'viewer',
                                                  'reviewer', 'inspector', 'decision_maker', 'auditor',
                                                  'certifier', 'administrator')),
    granted_by      uuid references person,
    granted_at      timestamptz not null default now(),
    primary key (organisation_id, person_id, role)
);
create index membership_of_person on membership (person_id);

create table invitation (
    id              uuid primary key default gen_random_uuid(),
    token_sha256    bytea not null unique,
    organisation_id uuid not null references organisation,
    email           text not null check (email = lower(email)),
    name            text not null,
    roles           text[] not null check (cardinality(roles) > 0),
    language        char(2) not null default 'zh',
    invited_by      uuid references person,       -- null: from the command line
    invited_at      timestamptz not null default now(),
    expires_at      timestamptz not null,
    accepted_by     uuid references person,
    accepted_at     timestamptz,
    withdrawn_at    timestamptz
);
create index invitation_of_organisation on invitation (organisation_id, invited_at);
create unique index invitation_open on invitation (organisation_id, email) where accepted_at is null and withdrawn_at is null;

-- A forgotten password: one link, one use.
create table password_reset (
    token_sha256 bytea primary key,
    person_id    uuid not null references person,
    asked_at     timestamptz not null default now(),
    expires_at   timestamptz not null,
    used_at      timestamptz
);

-- Only the digest of a session's id is kept: whoever reads this table can be nobody.
create table session (
    id_sha256       bytea primary key,
    person_id       uuid not null references person,
    organisation_id uuid references organisation,  -- acted for; null until chosen
    passed_totp     boolean not null default false,
    created_at      timestamptz not null default now(),
    seen_at         timestamptz not null default now(),
    ends_at         timestamptz not null,          -- 12 h after it began, whatever is done
    address         text,
    agent           text
);
create index session_of_person on session (person_id, created_at);

-- What slows guessing: failures by key (a digest of address or name), forgotten after a while.
create table login_failure (
    key       bytea primary key,
    count     int not null,
    last_at   timestamptz not null
);

create table api_key (
    id              text primary key,              -- the eight characters a key shows openly
    sha256          bytea not null,
    organisation_id uuid not null references organisation,
    name            text not null,
    scopes          text[] not null check (cardinality(scopes) > 0),
    networks        cidr[] not null default '{}',  -- empty: from anywhere
    expires_at      timestamptz not null,
    last_used_at    timestamptz,
    created_by      uuid references person,
    created_at      timestamptz not null default now(),
    revoked_at      timestamptz
);
create index api_key_of_organisation on api_key (organisation_id, created_at);

-- Mail leaves by a worker; a row is taken, tried, and tried again later.
create table mail (
    id         bigint generated always as identity primary key,
    recipient  text not null,
    language   char(2) not null,
    subject    text not null,
    body       text not null,
    queued_at  timestamptz not null default now(),
    due_at     timestamptz not null default now(),
    attempts   int not null default 0,
    sent_at    timestamptz,
    failed     text
);
create index mail_due on mail (due_at) where sent_at is null and failed is null;

-- migrate:down
drop table mail, api_key, login_failure, session, password_reset, invitation, membership, recovery_code, person, organisation;
drop function keep_organisation() cascade;
