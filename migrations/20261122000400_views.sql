-- migrate:up
-- Views by people. No address and no user agent of a shopper has a column here.

-- One row a counted view; the same view id counts once. Partitioned by the day of the page
-- (`paged_at` is the hour the page was made, carried in the view id); partitions expire.
create table view_event (
    paged_at timestamptz not null,
    batch    bigint not null,
    index    int not null,
    view_id  bigint not null,
    province char(6),
    primary key (paged_at, batch, index, view_id)
) partition by range (paged_at);
create table view_event_default partition of view_event default;

-- What is known of an item: counts never fall, the first view never moves later.
create table item_state (
    batch              bigint not null,
    index              int not null,
    views              int not null default 0,
    first_at           timestamptz,
    first_province     char(6),
    primary key (batch, index)
);

-- Items a person holds suspect (consumer-page §3 row 9), with what the page then says.
create table item_suspicion (
    batch     bigint not null references batch,
    index     int not null,
    views     int not null check (views > 0),
    provinces int not null check (provinces > 0),
    since     timestamptz not null default now(),
    primary key (batch, index)
);
create trigger history after insert or update or delete on item_suspicion for each row execute function keep_history('batch');

-- Views of product and lot pages, counted by day in a few slots so that no row is hot.
create table product_view_event (
    paged_at timestamptz not null,
    gtin     char(14) not null,
    view_id  bigint not null,
    primary key (paged_at, gtin, view_id)
) partition by range (paged_at);
create table product_view_event_default partition of product_view_event default;

create table product_view (
    gtin char(14) not null,
    day  date not null,
    slot smallint not null,
    n    bigint not null,
    primary key (gtin, day, slot)
);

-- Problems reported by shoppers; contact only where the shopper gave one.
create table consumer_report (
    id         bigint generated always as identity primary key,
    number     text not null unique,
    code       text,
    gtin       char(14) references gtin,
    batch      bigint,
    index      int,
    kind       text not null check (kind in ('label', 'quality', 'suspect', 'after_sales', 'page', 'other')),
    text       text not null,
    contact    text,
    photo      bytea,
    language   char(2) not null,
    form_token text unique,   -- the same form sent twice is one report
    created_at timestamptz not null default now()
);

-- Partitions of one day for the days around `today`; expired ones are dropped whole.
create function keep_view_partitions(today date, keep_days int) returns int language plpgsql as $$
declare
    parent text;
    d      date;
    name   text;
    dropped int := 0;
begin
    foreach parent in array array['view_event', 'product_view_event'] loop
        for d in select generate_series(today - 1, today + 7, interval '1 day')::date loop
            name := parent || '_' || to_char(d, 'YYYYMMDD');
            if to_regclass(name) is null then
                begin
                    execute format('create table %I partition of %I for values from (%L) to (%L)',
                                   name, parent, d::timestamp at time zone 'UTC', (d + 1)::timestamp at time zone 'UTC');
                exception when check_violation then
                    null;   -- rows of that day stand in the default partition already: they stay there
                end;
            end if;
        end loop;
        for name in
            select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
             where i.inhparent = parent::regclass and c.relname ~ '_[0-9]{8}$'
               and to_date(right(c.relname, 8), 'YYYYMMDD') < today - keep_days
        loop
            execute format('drop table %I', name);
            dropped := dropped + 1;
        end loop;
        execute format('delete from %I where paged_at < %L', parent || '_default', (today - keep_days)::timestamp at time zone 'UTC');
    end loop;
    return dropped;
end $$;

-- migrate:down
drop function keep_view_partitions;
drop table consumer_report, product_view, product_view_event, item_suspicion, item_state, view_event;
