-- migrate:up
-- Evidence an enterprise keeps, and what it is evidence of: the four 100 % (REQ-010 to REQ-013).
-- What the enterprise says of itself stands here; what audits count on site stands elsewhere and
-- is never added to it.

-- A file as it is kept, drawn or written anew; its content lies in the file storage under `sha256`.
create table evidence_document (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    kind          text not null check (kind in ('test_report', 'certificate', 'label_photo', 'site_photo', 'advertisement',
                                                'commitment_publication', 'other')),
    title         text not null,
    sha256        char(64) not null check (sha256 ~ '^[0-9a-f]{64}$'),
    given_sha256  char(64) not null check (given_sha256 ~ '^[0-9a-f]{64}$'),   -- of the file as it was handed in
    media_type    text not null check (media_type in ('application/pdf', 'image/jpeg', 'image/png')),
    size          int not null check (size > 0),                                  -- bytes
    pages         int check (pages > 0),                                          -- of a PDF
    width         int check (width > 0),                                          -- of a picture
    height        int check (height > 0),
    uploaded_by   text not null,
    uploaded_at   timestamptz not null default now(),
    withdrawn_by  text,
    withdrawn_at  timestamptz,
    unique (enterprise_id, id),
    check ((media_type = 'application/pdf') = (pages is not null)),
    check ((media_type = 'application/pdf') = (width is null and height is null)),
    check ((withdrawn_by is null) = (withdrawn_at is null))
);
-- The same file handed in twice for the same purpose is one document.
create unique index evidence_document_once on evidence_document (enterprise_id, kind, sha256) where withdrawn_at is null;
create index evidence_document_of_enterprise on evidence_document (enterprise_id, uploaded_at desc);
create index evidence_document_by_content on evidence_document (sha256);

alter table product add constraint product_of_enterprise unique (enterprise_id, id);

-- In every table below the document belongs to the same enterprise: the key says so, not the program.
-- 100 % (3): plants and workshops that display the mark.
create table site (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    name          text not null,
    kind          text not null check (kind in ('plant', 'workshop')),
    address       text not null,
    region_code   char(6) references region,                                      -- null: outside the province
    mark_since    date,                                                           -- null: the mark is not displayed
    document_id   uuid,
    closed_on     date,
    created_at    timestamptz not null default now(),
    foreign key (enterprise_id, document_id) references evidence_document (enterprise_id, id)
);
create index site_of_enterprise on site (enterprise_id, created_at);

-- 100 % (4): advertising that carries the mark.
create table advertisement (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    title         text not null,
    medium        text not null check (medium in ('online', 'video', 'print', 'outdoor', 'exhibition', 'other')),
    place         text,
    url           text,
    starts_on     date not null,
    ends_on       date,                                                           -- its last day
    carries_mark  boolean not null,
    document_id   uuid,
    created_at    timestamptz not null default now(),
    check (ends_on is null or ends_on >= starts_on),
    check (place is not null or url is not null),
    foreign key (enterprise_id, document_id) references evidence_document (enterprise_id, id)
);
create index advertisement_of_enterprise on advertisement (enterprise_id, created_at);

-- 100 % (2): products labelled with the mark.
create table labelled_product (
    id             uuid primary key default gen_random_uuid(),
    enterprise_id  uuid not null references enterprise,
    product_id     uuid not null,
    carrier        text not null check (carrier in ('product', 'packaging', 'both')),
    labelled_since date not null,
    document_id    uuid,
    ended_on       date,
    created_at     timestamptz not null default now(),
    check (ended_on is null or ended_on >= labelled_since),
    foreign key (enterprise_id, product_id) references product (enterprise_id, id),
    foreign key (enterprise_id, document_id) references evidence_document (enterprise_id, id)
);
create unique index labelled_product_once on labelled_product (enterprise_id, product_id) where ended_on is null;
create index labelled_product_of_enterprise on labelled_product (enterprise_id, created_at);

-- 100 % (1): the quality commitment publicised, for one model or (product_id null) for all of them.
create table commitment_publication (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    product_id    uuid,
    channel       text not null check (channel in ('website', 'shop', 'site_board', 'packaging', 'media', 'other')),
    place         text,
    url           text,
    published_on  date not null,
    document_id   uuid,
    ended_on      date,
    created_at    timestamptz not null default now(),
    check (place is not null or url is not null),
    check (ended_on is null or ended_on >= published_on),
    foreign key (enterprise_id, product_id) references product (enterprise_id, id),
    foreign key (enterprise_id, document_id) references evidence_document (enterprise_id, id)
);
create index commitment_publication_of_enterprise on commitment_publication (enterprise_id, created_at);

create index site_on_document on site (document_id) where document_id is not null;
create index advertisement_on_document on advertisement (document_id) where document_id is not null;
create index labelled_product_on_document on labelled_product (document_id) where document_id is not null;
create index commitment_publication_on_document on commitment_publication (document_id) where document_id is not null;

do $$
declare
    name text;
begin
    foreach name in array array['evidence_document', 'site', 'advertisement', 'labelled_product', 'commitment_publication'] loop
        execute format('create trigger history after insert or update or delete on %I
                        for each row execute function keep_history(''id'')', name);
        execute format('alter table %I enable row level security, force row level security', name);
        execute format('create policy owner on %I to zpm_owner using (true) with check (true)', name);
        execute format('create policy tenant on %I to zpm_app using (enterprise_id = (select zpm_organisation()))
                        with check (enterprise_id = (select zpm_organisation()))', name);
        execute format('create policy wide on %I for select to zpm_app
                        using ((select zpm_wide()) and zpm_sees_enterprise(enterprise_id))', name);
        execute format('create policy platform on %I to zpm_app using ((select zpm_platform()))
                        with check ((select zpm_platform()))', name);
        -- Nothing here is ever deleted: it is withdrawn or ended.
        execute format('grant select, insert, update on %I to zpm_app', name);
        execute format('alter table %I owner to zpm_owner', name);
    end loop;
end $$;

-- migrate:down
drop table commitment_publication, labelled_product, advertisement, site, evidence_document;
alter table product drop constraint product_of_enterprise;
