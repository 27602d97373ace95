-- migrate:up
-- Issuing at scale: many lots by one list, dates bound at the line, lists scanned there, files and who took them.

-- Many lots ordered at once under one idempotency key: all of them or none.
create table order_list (
    id              uuid primary key default gen_random_uuid(),
    enterprise_id   uuid not null references enterprise,
    idempotency_key text not null,
    request_digest  bytea not null,
    lots            int not null check (lots > 0),
    ordered_at      timestamptz not null,
    ordered_by      text not null,
    unique (enterprise_id, idempotency_key)
);

alter table batch
    add column bound_later boolean not null default false,   -- lot and dates are given when the items are activated
    add column label_case  text check (label_case in ('upper', 'lower')),
    add column layout      text,
    add column order_list  uuid references order_list;
create index batch_of_enterprise on batch (enterprise_id, batch);
create index batch_of_order_list on batch (order_list, batch) where order_list is not null;

-- The last of `many` ids in a row, above every one there is; see take_batch_id.
create function take_batch_ids(above bigint, many bigint) returns bigint
language sql security definer set search_path = public as $$
    select setval('batch_id', greatest(nextval('batch_id'), above, (select coalesce(max(batch), 0) + 1 from batch)) + many - 1)
$$;
revoke execute on function take_batch_ids(bigint, bigint) from public, zpm_reader, zpm_login;
grant execute on function take_batch_ids(bigint, bigint) to zpm_app, zpm_owner;

-- Pre-printed rolls: what the items of a range turned out to be. Ranges of one batch never overlap.
create table batch_binding (
    batch      bigint not null references batch,
    first      bigint not null check (first >= 0),
    last       bigint not null check (last >= first),
    lot        text not null,
    made_on    date,
    expires_on date check (expires_on >= made_on),
    bound_at   timestamptz not null,
    primary key (batch, first)
);
create index batch_binding_of_lot on batch_binding (lot, batch);

-- One act of putting items into use; `firsts` and `lasts` are what was not in use before it.
create table activation_act (
    id        uuid primary key default gen_random_uuid(),
    batch     bigint not null references batch,
    source    text not null check (source in ('whole', 'ranges', 'list')),
    state     text not null check (state in ('done', 'refused', 'undone')),
    acted_at  timestamptz not null,
    acted_by  text not null,
    items     bigint not null default 0,
    firsts    bigint[] not null default '{}',
    lasts     bigint[] not null default '{}',
    lines     int,                        -- of a list
    bad       int,
    report    bytea,                      -- the list's bad lines as CSV, deflated
    undone_at timestamptz,
    check (cardinality(firsts) = cardinality(lasts))
);
create index activation_act_of_batch on activation_act (batch, acted_at);

-- A file of codes: a pure function of what it is digest of. Nothing of its content is kept but its
-- SHA-256, in the manifest, once somebody has read it from one end to the other.
create table export_file (
    id         uuid primary key default gen_random_uuid(),
    batch      bigint not null references batch,
    digest     bytea not null check (length(digest) = 32),
    format     text not null,
    wanted     text not null,             -- JSON of codes.labels.ExportOrder
    total      bigint not null,           -- labels
    length     bigint,                    -- bytes, where they can be told beforehand
    first      bigint not null check (first >= 0),
    last       bigint not null check (last >= first),
    variant    smallint not null,
    name       text not null,
    named_at   timestamptz not null,
    done       bigint not null default 0, -- labels of the pass that makes the manifest
    begun_at   timestamptz,
    ticked_at  timestamptz,
    failed     text,                      -- the code of what ended the pass
    size       bigint,                    -- bytes it turned out to have
    sha256     bytea check (length(sha256) = 32),
    manifest   text,                      -- compact JWS
    made_at    timestamptz,
    unique (batch, digest)
);

-- A printer's way to one file without an account.
create table printer_link (
    id           uuid primary key default gen_random_uuid(),
    file_id      uuid not null references export_file,
    batch        bigint not null references batch,
    token_sha256 bytea not null unique check (length(token_sha256) = 32),
    printer      text not null,
    reason       text,                    -- why these serials are printed again
    made_at      timestamptz not null,
    made_by      text not null,
    expires_at   timestamptz not null,
    revoked_at   timestamptz,
    check (expires_at <= made_at + interval '30 days')
);
create index printer_link_of_batch on printer_link (batch, made_at);

-- One taking of a file: the first is free, so is going on with one that is not whole; each further
-- one of the same serials has a reason.
create table export_copy (
    id          uuid primary key default gen_random_uuid(),
    file_id     uuid not null references export_file,
    batch       bigint not null references batch,
    variant     smallint not null,
    first       bigint not null,
    last        bigint not null,
    link_id     uuid references printer_link,
    reason      text,
    begun_at    timestamptz not null,
    begun_by    text not null,
    covered     int8multirange not null default '{}',
    finished_at timestamptz
);
create index export_copy_of_batch on export_copy (batch, begun_at);
create index export_copy_of_file on export_copy (file_id, begun_at);
create index export_copy_again on export_copy (begun_at) where reason is not null;

-- Every download: who, from where, which bytes, and whether it came to its end.
create table export_log (
    id         bigint generated always as identity primary key,
    copy_id    uuid not null references export_copy,
    batch      bigint not null references batch,
    format     text not null,
    link_id    uuid references printer_link,
    taken_by   text not null,
    address    text,
    begun_at   timestamptz not null,
    from_byte  bigint not null default 0,
    stop_byte  bigint,                    -- where the range asked for ends, if it has an end
    bytes      bigint not null default 0,
    total      bigint,                    -- of the file, where it can be told beforehand
    ticked_at  timestamptz not null,
    ended_at   timestamptz,
    finished   boolean not null default false,
    sha256     bytea
);
create index export_log_of_copy on export_log (copy_id, id);

-- What a link opens, for whoever holds its token: nothing but that is told without one.
create function printer_link_of(token bytea) returns table
    (id uuid, file_id uuid, batch bigint, organisation uuid, expires_at timestamptz, revoked_at timestamptz)
language sql stable security definer set search_path = public as $$
    select l.id, l.file_id, l.batch, b.enterprise_id, l.expires_at, l.revoked_at
      from printer_link l join batch b on b.batch = l.batch where l.token_sha256 = token
$$;

create trigger history after insert on order_list for each row
    execute function keep_history('id', 'idempotency_key', 'request_digest');
create trigger history after insert or update or delete on batch_binding for each row execute function keep_history('batch');
create trigger history after insert or update on activation_act for each row
    execute function keep_history('id', 'firsts', 'lasts', 'report');
create trigger history after insert or update on export_copy for each row execute function keep_history('id', 'covered');
create trigger history after insert or update on printer_link for each row execute function keep_history('id', 'token_sha256');

grant select on batch_binding to zpm_reader;
grant select (bound_later) on batch to zpm_reader;
grant select, insert on order_list to zpm_app;
grant select, insert, delete on batch_binding to zpm_app;
grant select, insert, update on activation_act, export_file, export_copy, export_log, printer_link to zpm_app;

do $$
declare
    name text;
    own text;
begin
    foreach name in array array['order_list', 'batch_binding', 'activation_act', 'export_file', 'printer_link', 'export_copy', 'export_log'] loop
        own := case name when 'order_list' then 'enterprise_id = (select zpm_organisation())'
            else format('exists (select from batch b where b.batch = %I.batch and b.enterprise_id = (select zpm_organisation()))', name) end;
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('create policy owner on %I to zpm_owner using (true) with check (true)', name);
        execute format('create policy tenant on %I to zpm_app using (%s) with check (%s)', name, own, own);
        execute format('create policy platform on %I to zpm_app using ((select zpm_platform())) with check ((select zpm_platform()))', name);
        if name in ('batch_binding', 'activation_act', 'export_file', 'export_copy') then
            execute format('create policy wide on %I for select to zpm_app using ((select zpm_wide()) and exists (select from batch b where b.batch = %I.batch))', name, name);
        end if;
        execute format('alter table %I owner to zpm_owner', name);
    end loop;
    create policy reader on batch_binding to zpm_reader using (true);
    alter function take_batch_ids(bigint, bigint) owner to zpm_owner;
    alter function printer_link_of(bytea) owner to zpm_owner;
end $$;

-- migrate:down
drop function printer_link_of, take_batch_ids;
drop table export_log, export_copy, printer_link, export_file, activation_act, batch_binding;
alter table batch drop column bound_later, drop column label_case, drop column layout, drop column order_list;
drop table order_list;
