-- migrate:up
-- Who may see and change which rows, held by the database itself; and the audit log.
--
-- zpm_owner   owns everything and migrates
-- zpm_reader  scans, public pages, views: public columns of every tenant
-- zpm_app     tenants, under forced row-level security on the settings zpm.organisation (an
--             enterprise, a certification body), zpm.region (a bureau), zpm.platform
-- zpm_login   sign-in, before it is known who somebody is
--
-- Without a setting zpm_app sees nothing. docs/operators.md says how to make the roles where the
-- migrating login may not.

do $$
declare
    wanted text;
begin
    foreach wanted in array array['zpm_owner', 'zpm_app', 'zpm_reader', 'zpm_login'] loop
        if not exists (select from pg_roles where rolname = wanted) then
            begin
                execute format('create role %I nologin', wanted);
            exception
                when duplicate_object or unique_violation then null;   -- another database of this server was quicker
                when insufficient_privilege then
                    raise exception 'role % is missing and this login may not create it: see docs/operators.md, roles', wanted;
            end;
        end if;
        if not (select rolsuper from pg_roles where rolname = current_user)
           and not pg_has_role(current_user, wanted, 'member') then
            execute format('grant %I to current_user', wanted);
        end if;
    end loop;
end $$;

-- Who asks. `nullif`: a pooled connection keeps '' after RESET, which would fail the cast.
create function zpm_organisation() returns uuid language sql stable as
    $$ select nullif(current_setting('zpm.organisation', true), '')::uuid $$;
create function zpm_person() returns uuid language sql stable as
    $$ select nullif(current_setting('zpm.person', true), '')::uuid $$;
create function zpm_platform() returns boolean language sql stable as
    $$ select coalesce(current_setting('zpm.platform', true) = 'on', false) $$;
-- The leading digits of the regions a bureau supervises: 33, 3302 or 330282.
create function zpm_region() returns text language sql stable as
    $$ select nullif(current_setting('zpm.region', true), '') $$;
create function zpm_province() returns boolean language sql stable as
    $$ select coalesce(zpm_region() = '33', false) $$;

-- May the asker read records of this enterprise, beyond its own? Bureaus those of their region,
-- certification bodies those they have certified. Runs as the owner: policies that ask each
-- other would never end.
create function zpm_sees_enterprise(wanted uuid) returns boolean
language sql stable security definer set search_path = public as $$
    select exists (select from enterprise e where e.id = wanted and e.region_code like zpm_region() || '%')
        or exists (select from certificate c where c.enterprise_id = wanted and c.body_id = zpm_organisation())
$$;
create function zpm_wide() returns boolean language sql stable security definer set search_path = public as $$
    select zpm_region() is not null
        or exists (select from certification_body b where b.id = zpm_organisation())
$$;

-- The audit log: history, with who acted, from where, whose record it is, and the transaction.
alter table history
    add column actor_id        uuid,
    add column acting_for      uuid,
    add column address         text,
    add column organisation_id uuid,
    add column xact            bigint;
create index history_of_organisation on history (organisation_id, id);
create index history_by_time on history (changed_at);
create index history_by_actor on history (actor_id, id) where actor_id is not null;

create function stamp_history() returns trigger language plpgsql as $$
begin
    new.actor      := coalesce(new.actor, nullif(current_setting('zpm.actor', true), ''));
    new.actor_id   := zpm_person();
    new.acting_for := zpm_organisation();
    new.address    := nullif(current_setting('zpm.address', true), '');
    new.xact       := pg_current_xact_id()::text::bigint;
    return new;
end $$;
create trigger stamp before insert on history for each row execute function stamp_history();

-- Whose record a row is: its enterprise or organisation, where it has one.
create function tenant_of(relation text, record jsonb) returns uuid
language plpgsql stable security definer set search_path = public as $$
begin
    return case
        when relation in ('enterprise', 'organisation') then (record ->> 'id')::uuid
        when record ? 'enterprise_id' then (record ->> 'enterprise_id')::uuid
        when record ? 'organisation_id' then (record ->> 'organisation_id')::uuid
        when record ? 'product_id' then (select p.enterprise_id from product p where p.id = (record ->> 'product_id')::uuid)
        when record ? 'batch' then (select b.enterprise_id from batch b where b.batch = (record ->> 'batch')::bigint)
        when record ? 'gtin' then (select p.enterprise_id from gtin g join product p on p.id = g.product_id
                                    where g.gtin = record ->> 'gtin')
    end;
end $$;

-- Arguments: the key column, then columns that are never written down (secrets, and what changes
-- at every request). A change of those alone leaves no row.
create or replace function keep_history() returns trigger
language plpgsql security definer set search_path = public as $$
declare
    old_row jsonb := case when tg_op = 'INSERT' then null else to_jsonb(old) end;
    new_row jsonb := case when tg_op = 'DELETE' then null else to_jsonb(new) end;
    place int;
begin
    for place in 1 .. tg_nargs - 1 loop
        old_row := old_row - tg_argv[place];
        new_row := new_row - tg_argv[place];
    end loop;
    if old_row is distinct from new_row then
        insert into history (relation, row_key, operation, organisation_id, before, after)
        values (tg_table_name, coalesce(coalesce(new_row, old_row) ->> tg_argv[0], ''), lower(tg_op),
                tenant_of(tg_table_name, coalesce(new_row, old_row)), old_row, new_row);
    end if;
    return null;
end $$;

-- An act that changes no row: a failed log-in, a download.
create function note_act(relation text, row_key text, operation text, organisation uuid, facts jsonb) returns void
language sql security definer set search_path = public as $$
    insert into history (relation, row_key, operation, organisation_id, after)
    values (relation, row_key, operation, organisation, facts)
$$;

-- The chain: one link a transaction, made at its commit over all its rows of the log.
-- hash = SHA-256(previous hash, digest, seq); digest = SHA-256 over the rows' own digests in order.
create table audit_link (
    seq       bigint primary key,
    xact      bigint not null,
    first_id  bigint not null,
    last_id   bigint not null,
    rows      bigint not null,
    digest    bytea not null,
    previous  bytea not null,
    hash      bytea not null,
    sealed_at timestamptz not null default clock_timestamp()
);
create index audit_link_of_xact on audit_link (xact, last_id);
create table audit_head (
    only_row boolean primary key default true check (only_row),
    seq      bigint not null,
    hash     bytea not null
);
insert into audit_head (seq, hash) values (0, sha256('zpm audit log 1'));

create function history_digest(of_xact bigint, first_id bigint, last_id bigint) returns bytea
language sql stable set timezone = 'UTC' as $$
    select sha256(coalesce(string_agg(sha256(convert_to(to_jsonb(h)::text, 'UTF8')), '' order by h.id), ''))
      from history h where h.xact = of_xact and h.id between first_id and last_id
$$;

create function seal_history() returns trigger language plpgsql security definer set search_path = public as $$
declare
    me bigint := new.xact;
    since bigint;
    upto bigint;
    n bigint;
    head audit_head;
    own bytea;
begin
    select max(l.last_id) into since from audit_link l where l.xact = me;
    if since >= new.id then
        return null;
    end if;
    select max(h.id), count(*) into upto, n from history h where h.xact = me and h.id >= new.id;
    own := history_digest(me, new.id, upto);
    select * into head from audit_head for update;
    head.seq := head.seq + 1;
    insert into audit_link (seq, xact, first_id, last_id, rows, digest, previous, hash)
    values (head.seq, me, new.id, upto, n, own, head.hash, sha256(head.hash || own || convert_to(head.seq::text, 'UTF8')));
    update audit_head set seq = head.seq, hash = sha256(head.hash || own || convert_to(head.seq::text, 'UTF8'));
    return null;
end $$;
create index history_of_xact on history (xact, id);
create constraint trigger sealed after insert on history deferrable initially deferred
    for each row execute function seal_history();
create trigger append_only before update or delete on audit_link for each row execute function refuse_change();

-- The first link that does not hold, or the first row of the log without a link; null: all is well.
create function audit_broken_at() returns table (seq bigint, history_id bigint)
language sql stable security definer set search_path = public set timezone = 'UTC' as $$
    select * from (
        select l.seq, null::bigint as history_id
          from (select k.*, lag(k.hash, 1, sha256('zpm audit log 1')) over (order by k.seq) as before,
                       lag(k.seq, 1, 0) over (order by k.seq) as seq_before from audit_link k) l
         where l.previous <> l.before or l.seq <> l.seq_before + 1
            or l.hash <> sha256(l.previous || l.digest || convert_to(l.seq::text, 'UTF8'))
            or l.digest <> history_digest(l.xact, l.first_id, l.last_id)
         order by l.seq limit 1) broken
    union all
    select h.seq, null from audit_head h
     where not exists (select from audit_link l where l.seq = h.seq and l.hash = h.hash) and h.seq > 0
    union all
    select * from (select null::bigint, h.id from history h
     where h.xact is not null and h.xact <> pg_current_xact_id()::text::bigint
       and not exists (select from audit_link l where l.xact = h.xact and h.id between l.first_id and l.last_id)
     order by h.id limit 1) loose
$$;

create trigger history after insert on batch for each row
    execute function keep_history('batch', 'statement', 'request_digest', 'idempotency_key');
create trigger history after insert or update or delete on organisation for each row execute function keep_history('id');
create trigger history after insert or update or delete on person for each row
    execute function keep_history('id', 'password_hash', 'totp_secret', 'totp_last_step');
create trigger history after insert or update or delete on membership for each row execute function keep_history('person_id');
create trigger history after insert or update or delete on invitation for each row execute function keep_history('id', 'token_sha256');
create trigger history after insert or update or delete on api_key for each row execute function keep_history('id', 'sha256', 'last_used_at');
create trigger history after insert or delete on session for each row execute function keep_history('person_id', 'id_sha256', 'seen_at');

-- Statements that must see every tenant's rows run as the owner.
alter function facts_tick(text[]) security definer set search_path = public;
alter function keep_view_partitions(date, int) security definer set search_path = public;
-- serial-format.md: an id above every one there is; see app.issuing.high_water for `setval`.
create function take_batch_id(above bigint) returns bigint language sql security definer set search_path = public as $$
    select setval('batch_id', greatest(nextval('batch_id'), above, (select coalesce(max(batch), 0) + 1 from batch)))
$$;

-- What shoppers report goes in and, but for its number, is not read again by the role that took it.
-- Batch, epoch and index of the serial are kept where they name something issued; the same form
-- sent again corrects what it said and keeps its number.
create function file_report(number text, code text, gtin text, batch bigint, epoch int, index int, kind text, said text,
                            contact text, photo bytea, language text, form_token text) returns text
language sql security definer set search_path = public as $$
    insert into consumer_report as o
           (number, code, gtin, batch, index, kind, text, contact, photo, language, form_token)
    select $1, $2, coalesce(b.gtin, g.gtin), b.batch, case when b.batch is not null then $6 end,
           $7, $8, $9, $10, $11, $12
      from (select) as always
      left join batch b on b.batch = $4 and b.epoch = $5 and b.count > $6
      left join gtin g on g.gtin = $3
    on conflict (form_token) do update
       set kind = excluded.kind, text = excluded.text, contact = excluded.contact, code = excluded.code,
           gtin = excluded.gtin, batch = excluded.batch, index = excluded.index,
           photo = coalesce(excluded.photo, o.photo)
    returning o.number
$$;

-- Grants. What is not granted here is not there for the service.
grant usage on schema public to zpm_reader, zpm_app, zpm_login;
grant create, usage on schema public to zpm_owner;
revoke all on all functions in schema public from public;
grant execute on all functions in schema public to zpm_owner, zpm_app, zpm_reader, zpm_login;
alter default privileges in schema public grant execute on functions to public;
revoke execute on function take_batch_id(bigint) from zpm_reader, zpm_login;

grant select on region, industry, enterprise, photo, product, gtin, test_report, key_indicator, quality_commitment,
    standard, certification_body, certificate, recognition, recognised_product, sanction, code_assignment, signing_key,
    facts_clock, batch_void, batch_activation, recall, view_event, item_state, item_suspicion, product_view_event,
    product_view to zpm_reader;
grant select (batch, epoch, enterprise_id, gtin, lot, count, made_on, expires_on, expiry_kind, policy, issued_at)
    on batch to zpm_reader;
grant insert on view_event, product_view_event to zpm_reader;
grant insert, update on item_state, product_view to zpm_reader;
grant update (identity) on facts_clock to zpm_reader;
grant select (number, kind, code) on consumer_report to zpm_reader;

grant select on region, industry, facts_clock, signing_key, standard, certification_body, photo, history, audit_link,
    audit_head, view_event, item_state, product_view_event, product_view to zpm_app;
grant select, insert on photo, signing_key to zpm_app;
grant select, insert, update, delete on enterprise, product, gtin, test_report, key_indicator, quality_commitment,
    standard, certification_body, certificate, recognition, recognised_product, sanction, code_assignment, batch,
    batch_void, batch_activation, recall, item_suspicion, consumer_report to zpm_app;
grant usage, select, update on sequence batch_id to zpm_app;
grant select, insert, update on organisation, invitation, api_key to zpm_app;
grant select, insert, delete on membership to zpm_app;
grant select (id, email, name, language, totp_since, demonstration, closed_at, created_at), update (name, language)
    on person to zpm_app;
grant select (person_id, organisation_id, passed_totp, created_at, seen_at, ends_at, address, agent), delete on session to zpm_app;
grant insert (recipient, language, subject, body, due_at) on mail to zpm_app;

grant select on region, organisation, membership, certification_body, enterprise to zpm_login;
grant insert on membership to zpm_login;
grant select, insert, update on person, recovery_code, password_reset, login_failure, mail to zpm_login;
grant select, update on invitation to zpm_login;
grant select, insert, update, delete on session to zpm_login;
grant delete on recovery_code, login_failure, password_reset, mail to zpm_login;
grant select on api_key to zpm_login;
grant update (last_used_at) on api_key to zpm_login;

-- Policies. `tenant` is the organisation's own rows, `wide` what bureaus and bodies may read,
-- `platform` everything; `reader` and `login` are the service's own roles, `owner` migrates.
do $$
declare
    spec record;
    own text;
begin
    for spec in
        select * from (values
            -- table, the tenant's own row, may the tenant write it, what bureaus and bodies may read, platform, reader, login
            ('enterprise',         'id = (select zpm_organisation())', true,  'zpm_sees_enterprise(id)', true, true, true),
            ('product',            'enterprise_id = (select zpm_organisation())', true,  'zpm_sees_enterprise(enterprise_id)', true, true, false),
            ('batch',              'enterprise_id = (select zpm_organisation())', true,  'zpm_sees_enterprise(enterprise_id)', true, true, false),
            ('certificate',        'enterprise_id = (select zpm_organisation())', false, 'zpm_sees_enterprise(enterprise_id)', true, true, false),
            ('recognition',        'enterprise_id = (select zpm_organisation())', false, 'zpm_sees_enterprise(enterprise_id)', true, true, false),
            ('sanction',           'enterprise_id = (select zpm_organisation())', false, 'zpm_sees_enterprise(enterprise_id)', true, true, false),
            ('gtin',               'P', true,  'exists (select from product p where p.id = product_id)', true, true, false),
            ('test_report',        'P', true,  'exists (select from product p where p.id = product_id)', true, true, false),
            ('key_indicator',      'P', true,  'exists (select from product p where p.id = product_id)', true, true, false),
            ('quality_commitment', 'P', true,  'exists (select from product p where p.id = product_id)', true, true, false),
            ('recall',             'P', true,  'exists (select from product p where p.id = product_id)', true, true, false),
            ('recognised_product', 'P', false, 'exists (select from product p where p.id = product_id)', true, true, false),
            ('code_assignment',    'exists (select from gtin g join product p on p.id = g.product_id where g.gtin = code_assignment.gtin and p.enterprise_id = (select zpm_organisation()))',
                                       true,  'exists (select from gtin g where g.gtin = code_assignment.gtin)', true, true, false),
            ('batch_void',         'B', true,  'exists (select from batch b where b.batch = batch_void.batch)', true, true, false),
            ('batch_activation',   'B', true,  'exists (select from batch b where b.batch = batch_activation.batch)', true, true, false),
            ('item_suspicion',     'B', false, 'exists (select from batch b where b.batch = item_suspicion.batch)', true, true, false),
            ('item_state',         'B', false, 'exists (select from batch b where b.batch = item_state.batch)', true, true, false),
            ('view_event',         'B', false, 'exists (select from batch b where b.batch = view_event.batch)', true, true, false),
            ('product_view',       'exists (select from gtin g where g.gtin = product_view.gtin)', false, 'exists (select from gtin g where g.gtin = product_view.gtin)', true, true, false),
            ('product_view_event', 'exists (select from gtin g where g.gtin = product_view_event.gtin)', false, 'exists (select from gtin g where g.gtin = product_view_event.gtin)', true, true, false),
            ('consumer_report',    'exists (select from gtin g where g.gtin = consumer_report.gtin)', true, 'exists (select from gtin g where g.gtin = consumer_report.gtin)', true, true, false),
            ('history',            'organisation_id = (select zpm_organisation())', false, 'zpm_sees_enterprise(organisation_id)', true, false, false),
            ('standard',           'true', false, 'true', true, true, false),
            ('certification_body', 'true', false, 'true', true, true, true),
            ('organisation',       'id = (select zpm_organisation())', false, 'region_code like (select zpm_region()) || ''%''', true, false, true),
            ('membership',         'organisation_id = (select zpm_organisation())', true, null, true, false, true),
            ('invitation',         'organisation_id = (select zpm_organisation())', true, null, true, false, true),
            ('api_key',            'organisation_id = (select zpm_organisation())', true, null, true, false, true),
            ('person',             'id = (select zpm_person()) or exists (select from membership m where m.person_id = person.id)', false, null, true, false, true),
            ('session',            'person_id = (select zpm_person())', true, null, true, false, true),
            ('recovery_code',      null, false, null, false, false, true),
            ('password_reset',     null, false, null, false, false, true),
            ('login_failure',      null, false, null, false, false, true),
            ('mail',               null, false, null, false, false, true),
            ('audit_link',         null, false, null, true, false, false),
            ('audit_head',         null, false, null, true, false, false)
        ) as s (name, tenant, writes, wide, platform, reader, login)
    loop
        execute format('alter table %I enable row level security, force row level security', spec.name);
        execute format('create policy owner on %I to zpm_owner using (true) with check (true)', spec.name);
        own := case spec.tenant
            when 'P' then format('exists (select from product p where p.id = %I.product_id and p.enterprise_id = (select zpm_organisation()))', spec.name)
            when 'B' then format('exists (select from batch b where b.batch = %I.batch and b.enterprise_id = (select zpm_organisation()))', spec.name)
            else spec.tenant end;
        if own is not null then
            execute format('create policy tenant on %I for %s to zpm_app using (%s)%s', spec.name,
                           case when spec.writes then 'all' else 'select' end, own,
                           case when spec.writes then format(' with check (%s)', own) else '' end);
        end if;
        if spec.wide is not null and spec.wide <> 'true' then
            execute format('create policy wide on %I for select to zpm_app using ((select zpm_wide()) and %s)', spec.name, spec.wide);
        end if;
        if spec.platform then
            execute format('create policy platform on %I to zpm_app using ((select zpm_platform())) with check ((select zpm_platform()))', spec.name);
        end if;
        if spec.reader then
            execute format('create policy reader on %I to zpm_reader using (true) with check (true)', spec.name);
        end if;
        if spec.login then
            execute format('create policy login on %I to zpm_login using (true) with check (true)', spec.name);
        end if;
    end loop;
end $$;
create policy tenant on mail for insert to zpm_app with check (true);
-- A certification body keeps its own certificates; recognition and sanctions are the province's (REQ-048).
create policy body on certificate to zpm_app using (body_id = (select zpm_organisation())) with check (body_id = (select zpm_organisation()));
create policy province on recognition to zpm_app using ((select zpm_province())) with check ((select zpm_province()));
create policy province on recognised_product to zpm_app using ((select zpm_province())) with check ((select zpm_province()));
create policy province on sanction to zpm_app using ((select zpm_province())) with check ((select zpm_province()));
create policy province on standard to zpm_app using ((select zpm_province())) with check ((select zpm_province()));
-- A person signs in for one organisation; what they may do there is theirs to see before.
create policy own on membership for select to zpm_app using (person_id = (select zpm_person()));

-- Everything belongs to the owner role, so that the forced policies hold for every login.
do $$
declare
    thing record;
begin
    for thing in
        select format('alter table %I owner to zpm_owner', c.relname) as sentence
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
           and c.relname not in ('schema_migrations', 'migration_digest')
        union all
        select format('alter sequence %I owner to zpm_owner', c.relname)
          from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'S'
           and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
        union all
        select format('alter function %s owner to zpm_owner', p.oid::regprocedure)
          from pg_proc p where p.pronamespace = 'public'::regnamespace
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        union all
        select 'alter type fact_source owner to zpm_owner'
    loop
        execute thing.sentence;
    end loop;
end $$;

-- migrate:down
do $$ begin raise exception 'isolation is not taken away again: restore a backup instead'; end $$;
