-- migrate:up
-- Rights and policies drawn closer to what is used.

-- A temporary table is looked up before `public` unless the path says otherwise: what runs as the owner
-- must not be led to a table the asker made.
do $$
declare
    definer regprocedure;
begin
    for definer in
        select p.oid::regprocedure from pg_proc p
         where p.pronamespace = 'public'::regnamespace and p.prosecdef
           and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    loop
        execute format('alter function %s set search_path = public, pg_temp', definer);
    end loop;
end $$;

-- What only the owner's own functions and triggers call, or one role.
drop function take_batch_id(bigint);   -- ids are taken in runs (0400)
revoke execute on function tenant_of(text, jsonb), history_digest(bigint, bigint, bigint) from zpm_app, zpm_reader, zpm_login;
revoke execute on function note_act(text, text, text, uuid, jsonb) from zpm_reader;
revoke execute on function audit_broken_at() from zpm_reader, zpm_login;
revoke execute on function keep_view_partitions(date, int) from zpm_app, zpm_login;
revoke execute on function facts_tick(text[]) from zpm_login;
revoke execute on function file_report(text, text, text, bigint, int, int, text, text, text, bytea, text, text) from zpm_app, zpm_login;

-- A certification body reads what it certifies: products, indicators, certificates. How many codes an
-- enterprise orders, where they are seen, and what its people did in the audit log are for the bureaus.
drop policy wide on batch;
create policy wide on batch for select to zpm_app
    using ((select zpm_region()) is not null and zpm_sees_enterprise(enterprise_id));
drop policy wide on history;
create policy wide on history for select to zpm_app
    using ((select zpm_region()) is not null and zpm_sees_enterprise(organisation_id));
drop policy wide on product_view;
create policy wide on product_view for select to zpm_app
    using ((select zpm_region()) is not null and exists (select from gtin g where g.gtin = product_view.gtin));
drop policy wide on product_view_event;
create policy wide on product_view_event for select to zpm_app
    using ((select zpm_region()) is not null and exists (select from gtin g where g.gtin = product_view_event.gtin));
-- `tenant` asked only for a GTIN that is seen, and a body sees those of others.
drop policy tenant on product_view;
create policy tenant on product_view for select to zpm_app
    using (exists (select from gtin g join product p on p.id = g.product_id
                    where g.gtin = product_view.gtin and p.enterprise_id = (select zpm_organisation())));
drop policy tenant on product_view_event;
create policy tenant on product_view_event for select to zpm_app
    using (exists (select from gtin g join product p on p.id = g.product_id
                    where g.gtin = product_view_event.gtin and p.enterprise_id = (select zpm_organisation())));

-- migrate:down
do $$ begin raise exception 'isolation is not taken away again: restore a backup instead'; end $$;
