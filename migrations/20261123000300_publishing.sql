-- migrate:up
-- Publishing is the enterprise's own act: since when a model stands on the lists, what bureaus found
-- when they sampled its page, what bodies confirmed of its indicators, and who was reminded of a code.

-- The day the model was first published: null is a draft, and without `published` it is archived.
alter table product add column published_on date;
alter table product disable trigger history;   -- no fact changes: what was registered so far was published
update product set published_on = (created_at at time zone 'UTC' + interval '8 hours')::date;
alter table product enable trigger history;

create function keep_first_published() returns trigger language plpgsql as $$
begin
    if new.published and new.published_on is null then
        new.published_on := (now() at time zone 'UTC' + interval '8 hours')::date;
    end if;
    return new;
end $$;
create trigger first_published before insert or update on product
    for each row execute function keep_first_published();

-- A bureau looked at a published page. Rows are only added; the newest of a product counts.
create table page_review (
    id          uuid primary key default gen_random_uuid(),
    product_id  uuid not null references product,
    bureau_id   uuid references organisation,      -- null: the platform
    bureau      text not null,                     -- its name that day: enterprises do not see organisations
    reviewer    text not null,
    outcome     text not null check (outcome in ('in_order', 'returned')),
    reasons     text,
    reasons_en  text,
    reviewed_at timestamptz not null default clock_timestamp(),
    unique (id, product_id),
    check ((outcome = 'returned') = (reasons is not null))
);
create index page_review_of_product on page_review (product_id, reviewed_at desc);

-- The enterprise's answer to a return; there is one.
create table page_answer (
    review_id   uuid primary key,
    product_id  uuid not null,
    answer      text not null,
    answered_by text not null,
    answered_at timestamptz not null default clock_timestamp(),
    foreign key (review_id, product_id) references page_review (id, product_id)
);

-- A certification body held the comparison table against the test report. `digest` is of the table as
-- it was: after a change of an indicator it is another, and the confirmation no longer holds.
create table indicator_confirmation (
    id             uuid primary key default gen_random_uuid(),
    product_id     uuid not null references product,
    body_id        uuid not null references certification_body,
    test_report_id uuid not null references test_report,
    digest         bytea not null check (length(digest) = 32),
    confirmed_on   date not null,
    certifier      text not null,
    created_at     timestamptz not null default now(),
    unique (product_id, body_id, digest)
);

-- What is compared and with what, in its order: everything of the table that a reader sees.
create function indicators_digest(of_product uuid) returns bytea language sql stable as $$
    select sha256(convert_to(coalesce(jsonb_agg(jsonb_build_array(
               k.name, k.name_en, k.unit, k.sense, k.product_value, k.zhejiang_made_limit,
               k.national_limit, k.national_reference, k.industry_limit, k.industry_reference,
               k.international_limit, k.international_reference, t.number, t.issued_on)
               order by k.position), '[]')::text, 'UTF8'))
      from key_indicator k
      left join test_report t on t.id = k.test_report_id
     where k.product_id = of_product
$$;

create table code_reminder (
    id          bigint generated always as identity primary key,
    product_id  uuid not null references product,
    bureau      text not null,
    reminded_by text not null,
    mails       int not null check (mails > 0),
    reminded_at timestamptz not null default clock_timestamp()
);
create index code_reminder_of_product on code_reminder (product_id, reminded_at desc);

-- A file between its dry run and its confirmation: for a day, and the newest five of an enterprise.
create table pending_import (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    kind          text not null check (kind in ('products', 'indicators')),
    name          text not null,
    content       bytea not null,
    created_at    timestamptz not null default now()
);
create index pending_import_of_enterprise on pending_import (enterprise_id, created_at);

-- Mail to those who manage the enterprise's people, each in their language. Runs as the owner: a
-- bureau may remind an enterprise of its region without learning anybody's address.
create function mail_owners(of_enterprise uuid, subject_zh text, body_zh text, subject_en text, body_en text)
returns int language plpgsql security definer set search_path = public as $$
declare
    n int;
begin
    if not (zpm_platform() or (zpm_region() is not null and zpm_sees_enterprise(of_enterprise))) then
        return 0;
    end if;
    insert into mail (recipient, language, subject, body)
    select distinct p.email, p.language,
           case p.language when 'en' then subject_en else subject_zh end,
           case p.language when 'en' then body_en else body_zh end
      from membership m
      join person p on p.id = m.person_id and p.closed_at is null
      join organisation o on o.id = m.organisation_id and o.closed_at is null
     where m.organisation_id = of_enterprise and m.role = 'owner';
    get diagnostics n = row_count;
    return n;
end $$;

create trigger history after insert on page_review for each row execute function keep_history('product_id');
create trigger history after insert on page_answer for each row execute function keep_history('product_id');
create trigger history after insert on indicator_confirmation for each row execute function keep_history('product_id', 'digest');
create trigger history after insert on code_reminder for each row execute function keep_history('product_id');

grant select, insert on page_review, page_answer, indicator_confirmation, code_reminder to zpm_app;
grant select, insert, delete on pending_import to zpm_app;
grant select on indicator_confirmation to zpm_reader;

do $$
declare
    spec record;
begin
    for spec in
        select * from (values
            -- table, by whom it is written
            ('page_review',            'bureau'),
            ('page_answer',            'tenant'),
            ('indicator_confirmation', 'body'),
            ('code_reminder',          'bureau')
        ) as s (name, writer)
    loop
        execute format('alter table %I enable row level security, force row level security', spec.name);
        execute format('create policy owner on %I to zpm_owner using (true) with check (true)', spec.name);
        execute format('create policy platform on %I to zpm_app using ((select zpm_platform())) with check ((select zpm_platform()))', spec.name);
        execute format('create policy wide on %I for select to zpm_app using ((select zpm_wide()) and exists (select from product p where p.id = product_id))', spec.name);
        execute format('create policy tenant on %I for %s to zpm_app %s', spec.name,
            case spec.writer when 'tenant' then 'all' else 'select' end,
            format('using (exists (select from product p where p.id = %1$I.product_id and p.enterprise_id = (select zpm_organisation())))', spec.name)
            || case spec.writer when 'tenant' then
                format(' with check (exists (select from product p where p.id = %1$I.product_id and p.enterprise_id = (select zpm_organisation())))', spec.name)
               else '' end);
        execute format('alter table %I owner to zpm_owner', spec.name);
    end loop;
end $$;
create policy bureau on page_review for insert to zpm_app
    with check ((select zpm_region()) is not null and bureau_id = (select zpm_organisation())
                and exists (select from product p where p.id = product_id));
create policy bureau on code_reminder for insert to zpm_app
    with check ((select zpm_region()) is not null and exists (select from product p where p.id = product_id));
create policy body on indicator_confirmation for insert to zpm_app
    with check (body_id = (select zpm_organisation()) and exists (select from product p where p.id = product_id));
create policy reader on indicator_confirmation for select to zpm_reader using (true);

alter table pending_import enable row level security, force row level security;
create policy owner on pending_import to zpm_owner using (true) with check (true);
create policy tenant on pending_import to zpm_app using (enterprise_id = (select zpm_organisation()))
    with check (enterprise_id = (select zpm_organisation()));
alter table pending_import owner to zpm_owner;

alter function keep_first_published() owner to zpm_owner;
alter function indicators_digest(uuid) owner to zpm_owner;
alter function mail_owners(uuid, text, text, text, text) owner to zpm_owner;
revoke execute on function mail_owners(uuid, text, text, text, text) from public;
grant execute on function mail_owners(uuid, text, text, text, text) to zpm_app;

-- migrate:down
drop table pending_import, code_reminder, indicator_confirmation, page_answer, page_review;
drop function mail_owners, indicators_digest;
drop trigger first_published on product;
drop function keep_first_published;
alter table product drop column published_on;
