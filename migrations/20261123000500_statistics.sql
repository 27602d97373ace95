-- migrate:up
-- What comes back: scans counted by day for ever, and what becomes of shoppers' reports.

-- Days of statistics are days of UTC+8, a fixed offset without summer time.
create function china_day(at timestamptz) returns date language sql immutable as
    $$ select (at at time zone 'UTC' + interval '8 hours')::date $$;
create function china_midnight(day date) returns timestamptz language sql immutable as
    $$ select (day::timestamp - interval '8 hours') at time zone 'UTC' $$;
-- A province by the first two digits of whatever code of GB/T 2260 the proxy gave; 000000 where none is known.
create function province_of(code char(6)) returns char(6) language sql immutable as
    $$ select coalesce(rpad(left(code, 2), 6, '0'), '000000') $$;

-- Views of one day: of the items of a batch by province, and under batch 0 those of the product's and its
-- lots' pages, whose place is not asked. Print proofs are not counted. Sums made by the service itself from
-- view_event and product_view_event, so without history of their own: what they rest on expires, they stay.
create table scan_day (
    enterprise_id uuid not null references enterprise,
    day           date not null,
    gtin          char(14) not null references gtin,
    batch         bigint not null,
    province      char(6) not null,
    views         bigint not null check (views > 0),
    primary key (enterprise_id, day, gtin, batch, province)
);
create index scan_day_of_day on scan_day (day);

-- The last day counted for good: no late view of it can come any more. Later days are counted from the events
-- when they are asked for, also those that scan_day has already: so figures are whole at any moment.
create table scan_rollup (
    only_row boolean primary key default true check (only_row),
    settled  date
);
insert into scan_rollup default values;

-- One day counted from its events. Doing it again changes nothing but what came late; counts never fall, so a
-- day whose events have begun to expire keeps what it had.
create function roll_up_scans(wanted date, is_settled boolean) returns bigint
language plpgsql security definer set search_path = public as $$
declare
    changed bigint;
begin
    insert into scan_day as s (enterprise_id, day, gtin, batch, province, views)
    select b.enterprise_id, wanted, b.gtin, b.batch, v.province, v.views
      from (select e.batch, province_of(e.province) as province, count(*) as views from view_event e
             where e.paged_at >= china_midnight(wanted) and e.paged_at < china_midnight(wanted + 1)
             group by 1, 2) v
      join batch b on b.batch = v.batch and b.epoch <> 0
    union all
    select p.enterprise_id, wanted, g.gtin, 0, '000000', v.views
      from (select e.gtin, count(*) as views from product_view_event e
             where e.paged_at >= china_midnight(wanted) and e.paged_at < china_midnight(wanted + 1)
             group by 1) v
      join gtin g on g.gtin = v.gtin join product p on p.id = g.product_id
    on conflict (enterprise_id, day, gtin, batch, province) do update
       set views = excluded.views where s.views < excluded.views;
    get diagnostics changed = row_count;
    if is_settled then
        update scan_rollup set settled = greatest(settled, wanted) where settled is distinct from greatest(settled, wanted);
    end if;
    return changed;
end $$;
revoke execute on function roll_up_scans(date, boolean) from public;
grant execute on function roll_up_scans(date, boolean) to zpm_reader, zpm_owner;

-- Views since the last day counted for good, from the events, of the enterprises that the asker's settings open
-- (as the policies of scan_day do). Asked through those policies, every event of every tenant would be put to the
-- question (1,000,000 events: 3 s). An enterprise's own batches are few: the key is asked for each of their
-- hours (`paged_at` is a full hour), and what is not theirs is never read.
create function live_scans(first date, last date) returns table
    (enterprise_id uuid, day date, province char(6), gtin char(14), batch bigint, views bigint)
language plpgsql stable security definer set search_path = public as $$
#variable_conflict use_column
declare
    since timestamptz := (select china_midnight(greatest(first, coalesce(r.settled + 1, first))) from scan_rollup r);
    until timestamptz := least(china_midnight(last + 1), now() + interval '2 hours');
    mine  uuid := zpm_organisation();
    wide  boolean := zpm_platform() or zpm_region() is not null;
begin
    if since >= until then
        return;
    end if;
    if not wide and (select count(*) from batch b where b.enterprise_id = mine)
                    * extract(epoch from until - since) / 3600 < 200000 then
        return query
        select mine, china_day(h.at), province_of(v.province), b.gtin, b.batch, count(*)
          from generate_series(since, until, interval '1 hour') h (at)
          cross join batch b
          cross join lateral (select e.province from view_event e
                               where e.paged_at = h.at and e.paged_at < until and e.batch = b.batch offset 0) v
         where b.enterprise_id = mine and b.epoch <> 0
         group by 2, 3, 4, 5
        union all
        select mine, china_day(h.at), '000000', g.gtin, 0::bigint, count(*)
          from generate_series(since, until, interval '1 hour') h (at)
          cross join gtin g join product p on p.id = g.product_id and p.enterprise_id = mine
          cross join lateral (select e.view_id from product_view_event e
                               where e.paged_at = h.at and e.paged_at < until and e.gtin = g.gtin offset 0) v
         group by 2, 4;
        return;
    end if;
    return query
    with seen as materialized (
        select e.id from enterprise e
         where e.id = mine or zpm_platform() or e.region_code like zpm_region() || '%'
    )
    select b.enterprise_id, v.day, v.province, b.gtin, b.batch, v.views
      from (select china_day(e.paged_at) as day, e.batch, province_of(e.province) as province, count(*) as views
              from view_event e where e.paged_at >= since and e.paged_at < until
             group by 1, 2, 3) v
      join batch b on b.batch = v.batch and b.epoch <> 0
     where b.enterprise_id in (select s.id from seen s)
    union all
    select p.enterprise_id, v.day, '000000', g.gtin, 0, v.views
      from (select china_day(e.paged_at) as day, e.gtin, count(*) as views
              from product_view_event e where e.paged_at >= since and e.paged_at < until
             group by 1, 2) v
      join gtin g on g.gtin = v.gtin join product p on p.id = g.product_id
     where p.enterprise_id in (select s.id from seen s);
end $$;
revoke execute on function live_scans(date, date) from public;
grant execute on function live_scans(date, date) to zpm_app, zpm_owner;

-- What becomes of a report.
alter table consumer_report
    add column status      text not null default 'new' check (status in ('new', 'in_work', 'answered', 'closed')),
    add column status_at   timestamptz,
    add column status_by   text,
    add column has_contact boolean not null generated always as (contact is not null) stored;
create index consumer_report_of_gtin on consumer_report (gtin, id);
create index consumer_report_open on consumer_report (id) where status in ('new', 'in_work');

create table report_step (
    id            bigint generated always as identity primary key,
    number        text not null references consumer_report (number),
    enterprise_id uuid references enterprise,   -- of the product it is about; whose record the log says it is
    act           text not null check (act in ('status', 'note', 'suspect', 'clear', 'contact')),
    status        text check (status in ('new', 'in_work', 'answered', 'closed')),
    note          text,
    acted_at      timestamptz not null,
    acted_by      text not null,
    acted_for     text not null,
    check ((act = 'status') = (status is not null))
);
create index report_step_of_report on report_step (number, id);
create trigger append_only before update or delete on report_step for each row execute function refuse_change();

-- The log says who did what and when; what shoppers wrote, and what was noted about it, does not go into it.
create trigger history after update of status on consumer_report for each row
    execute function keep_history('number', 'text', 'contact', 'photo', 'form_token', 'code', 'has_contact');
create trigger history after insert on report_step for each row execute function keep_history('number', 'note');

-- Nobody but the service's own functions writes a report, and a contact is read by no statement but this
-- function's, which leaves a line in the audit log.
revoke all on consumer_report from zpm_app;
grant select (id, number, code, gtin, batch, index, kind, text, photo, language, created_at, status, status_at,
              status_by, has_contact) on consumer_report to zpm_app;
grant update (status, status_at, status_by) on consumer_report to zpm_app;

create function reveal_contact(wanted text, shown_by text, shown_for text, shown_at timestamptz) returns text
language plpgsql security definer set search_path = public as $$
declare
    told record;
begin
    select c.contact, p.enterprise_id into told
      from consumer_report c left join gtin g on g.gtin = c.gtin left join product p on p.id = g.product_id
     where c.number = wanted and c.contact is not null
       and (zpm_platform() or p.enterprise_id = zpm_organisation()
            or (zpm_region() is not null and zpm_sees_enterprise(p.enterprise_id))
            or (zpm_province() and c.gtin is null));
    if not found then
        return null;
    end if;
    insert into report_step (number, enterprise_id, act, acted_at, acted_by, acted_for)
    values (wanted, told.enterprise_id, 'contact', shown_at, shown_by, shown_for);
    return told.contact;
end $$;
revoke execute on function reveal_contact(text, text, text, timestamptz) from public;
grant execute on function reveal_contact(text, text, text, timestamptz) to zpm_app, zpm_owner;

grant select on scan_rollup to zpm_app, zpm_reader;
grant select on scan_day to zpm_app;
grant select, insert on report_step to zpm_app;

alter table scan_day enable row level security, force row level security;
create policy owner on scan_day to zpm_owner using (true) with check (true);
create policy tenant on scan_day for select to zpm_app using (enterprise_id = (select zpm_organisation()));
-- The list of enterprises is made once a statement, not asked row by row.
create policy wide on scan_day for select to zpm_app
    using ((select zpm_region()) is not null and enterprise_id in (select e.id from enterprise e));
create policy platform on scan_day for select to zpm_app using ((select zpm_platform()));

-- Reports: the maker's own, those of a bureau's region, and without a product those of the province. What
-- shoppers write is not for certification bodies.
drop policy tenant on consumer_report;
drop policy wide on consumer_report;
create policy tenant on consumer_report to zpm_app
    using (exists (select from gtin g join product p on p.id = g.product_id
                    where g.gtin = consumer_report.gtin and p.enterprise_id = (select zpm_organisation())));
create policy bureau on consumer_report to zpm_app
    using ((select zpm_region()) is not null and exists (select from gtin g where g.gtin = consumer_report.gtin));
create policy province on consumer_report to zpm_app using ((select zpm_province()) and gtin is null);

alter table report_step enable row level security, force row level security;
create policy owner on report_step to zpm_owner using (true) with check (true);
create policy seen on report_step to zpm_app
    using (exists (select from consumer_report c where c.number = report_step.number))
    with check (exists (select from consumer_report c where c.number = report_step.number));

-- Who may hold an item suspect: its maker, and the bureaus of its region.
create policy maker on item_suspicion to zpm_app
    using (exists (select from batch b where b.batch = item_suspicion.batch and b.enterprise_id = (select zpm_organisation())));
create policy bureau on item_suspicion to zpm_app
    using ((select zpm_region()) is not null and exists (select from batch b where b.batch = item_suspicion.batch));

do $$
declare
    thing text;
begin
    foreach thing in array array['table scan_day', 'table scan_rollup', 'table report_step',
        'function china_day(timestamptz)', 'function china_midnight(date)', 'function province_of(char)',
        'function roll_up_scans(date, boolean)', 'function live_scans(date, date)',
        'function reveal_contact(text, text, text, timestamptz)'] loop
        execute format('alter %s owner to zpm_owner', thing);
    end loop;
end $$;

-- migrate:down
do $$ begin raise exception 'reports answered and days counted are not taken away again: restore a backup instead'; end $$;
