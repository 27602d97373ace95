-- migrate:up
-- What the four blocks show: enterprise and product, standard and certificate, indicators, commitment.
-- `stated_by` and `as_of` on every fact: who says so, and as of when.

create table enterprise (
    id            uuid primary key default gen_random_uuid(),
    uscc          char(18) not null unique,
    name          text not null,
    name_en       text,
    region_code   char(6) not null references region,
    industry_code char(2) not null references industry,
    telephone     text,
    website       text,
    demonstration boolean not null default false,
    stated_by     fact_source not null default 'enterprise',
    as_of         date not null,
    created_at    timestamptz not null default now()
);

-- Pictures as re-encoded by us, addressed by content.
create table photo (
    sha256     char(64) primary key,
    media_type text not null,
    width      int not null,
    height     int not null,
    content    bytea not null,
    created_at timestamptz not null default now()
);

create table product (
    id            uuid primary key default gen_random_uuid(),
    enterprise_id uuid not null references enterprise,
    brand         text,
    brand_en      text,
    name          text not null,
    name_en       text,
    model         text not null,
    mark_variant  text not null default 'zhejiang_made'
                  check (mark_variant in ('zhejiang_made', 'agri', 'service', 'construction')),
    edible        boolean not null default false,
    features      text[] not null default '{}',
    features_en   text[] not null default '{}',
    photo_sha256  char(64) references photo,
    successor_id  uuid references product check (successor_id <> id),
    published     boolean not null default true,
    demonstration boolean not null default false,
    stated_by     fact_source not null default 'enterprise',
    as_of         date not null,
    created_at    timestamptz not null default now(),
    unique (enterprise_id, model)
);

create table gtin (
    gtin       char(14) primary key check (gtin ~ '^[0-9]{14}$'),
    product_id uuid not null references product,
    created_at timestamptz not null default now()
);
create index gtin_of_product on gtin (product_id);

create table test_report (
    id            uuid primary key default gen_random_uuid(),
    product_id    uuid not null references product,
    number        text not null,
    laboratory    text not null,
    laboratory_en text,
    issued_on     date not null,
    created_at    timestamptz not null default now(),
    unique (product_id, number)
);

-- Values are text as published ("26", "35–40", "IPX4"); a limit's value is null where the
-- reference has no requirement, and the reference is null where none is compared with.
create table key_indicator (
    id                      uuid primary key default gen_random_uuid(),
    product_id              uuid not null references product,
    position                int not null,
    name                    text not null,
    name_en                 text,
    unit                    text not null,
    sense                   text not null check (sense in ('ge', 'le', 'range', 'text', 'grade')),
    product_value           text not null,
    zhejiang_made_limit     text,
    national_limit          text,
    national_reference      text,
    industry_limit          text,
    industry_reference      text,
    international_limit     text,
    international_reference text,
    test_report_id          uuid references test_report,
    stated_by               fact_source not null default 'enterprise',
    as_of                   date not null,
    unique (product_id, position)
);

create table quality_commitment (
    id         uuid primary key default gen_random_uuid(),
    product_id uuid not null unique references product,
    text       text not null,
    text_en    text,
    remedy     text not null,
    remedy_en  text,
    telephone  text not null,
    valid_from date not null,
    stated_by  fact_source not null default 'enterprise',
    as_of      date not null
);

create table standard (
    id                  uuid primary key default gen_random_uuid(),
    number              text not null unique,
    registration_number text unique check (registration_number ~ '^ZZB [DQT][0-9]{4,}-[0-9]{4}$'),  -- REQ-031
    level               text not null check (level in ('local', 'enterprise', 'group')),
    title               text not null,
    title_en            text,
    issued_on           date,
    effective_on        date,
    publisher           text,
    register_url        text,
    state               text not null default 'in_force'
                        check (state in ('in_force', 'recognition_cancelled', 'abolished')),
    state_on            date,
    successor_id        uuid references standard check (successor_id <> id),
    demonstration       boolean not null default false,
    stated_by           fact_source not null default 'provincial_amr',
    as_of               date not null,
    created_at          timestamptz not null default now(),
    check (state = 'in_force' or state_on is not null)
);

create table certification_body (
    id            uuid primary key default gen_random_uuid(),
    name          text not null unique,
    name_en       text,
    demonstration boolean not null default false,
    created_at    timestamptz not null default now()
);

create table certificate (
    id            uuid primary key default gen_random_uuid(),
    number        text not null unique,
    body_id       uuid not null references certification_body,
    enterprise_id uuid not null references enterprise,
    standard_id   uuid not null references standard,
    valid_from    date not null,
    valid_until   date not null,
    state         text not null default 'valid' check (state in ('valid', 'suspended', 'withdrawn', 'cancelled')),
    state_on      date,
    register_url  text,
    demonstration boolean not null default false,
    stated_by     fact_source not null default 'certification_body',
    as_of         date not null,
    created_at    timestamptz not null default now(),
    check (valid_from <= valid_until),
    check (state = 'valid' or state_on is not null)
);

-- A confirmation by the provincial bureau (REQ-048) by one of three routes (REQ-047).
create table recognition (
    id                  uuid primary key default gen_random_uuid(),
    enterprise_id       uuid not null references enterprise,
    route               text not null check (route in ('certification', 'self_declaration', 'conversion')),
    confirmation_number text not null unique,
    confirmed_on        date not null,
    declaration_url     text,
    basis               text,
    announcement_url    text,
    demonstration       boolean not null default false,
    stated_by           fact_source not null default 'provincial_amr',
    as_of               date not null,
    created_at          timestamptz not null default now(),
    check (route <> 'self_declaration' or declaration_url is not null),
    check (route <> 'conversion' or basis is not null)
);

-- One recognition may cover many models, each against its standard.
create table recognised_product (
    recognition_id uuid not null references recognition,
    product_id     uuid not null references product,
    standard_id    uuid not null references standard,
    certificate_id uuid references certificate,
    primary key (recognition_id, product_id)
);
create index recognised_product_of_product on recognised_product (product_id);
create index recognised_product_of_standard on recognised_product (standard_id);
create index recognised_product_of_certificate on recognised_product (certificate_id);
create index recognition_of_enterprise on recognition (enterprise_id);

-- Revocation stands over the whole enterprise, withdrawal and measures over one product.
create table sanction (
    id                  uuid primary key default gen_random_uuid(),
    kind                text not null check (kind in ('recognition_revoked', 'authorisation_withdrawn', 'measure')),
    enterprise_id       uuid not null references enterprise,
    product_id          uuid references product,
    measure             text,
    measure_en          text,
    reason              text not null,
    reason_en           text,
    effective_on        date not null,
    ended_on            date,
    announcement_number text,
    announcement_url    text,
    stated_by           fact_source not null default 'provincial_amr',
    created_at          timestamptz not null default now(),
    check ((kind = 'recognition_revoked') = (product_id is null)),
    check ((kind = 'measure') = (measure is not null)),
    check (ended_on is null or ended_on >= effective_on)
);
create index sanction_of_enterprise on sanction (enterprise_id);
create index sanction_of_product on sanction (product_id);

create trigger history after insert or update or delete on enterprise for each row execute function keep_history('id');
create trigger history after insert or update or delete on product for each row execute function keep_history('id');
create trigger history after insert or update or delete on gtin for each row execute function keep_history('gtin');
create trigger history after insert or update or delete on test_report for each row execute function keep_history('product_id');
create trigger history after insert or update or delete on key_indicator for each row execute function keep_history('product_id');
create trigger history after insert or update or delete on quality_commitment for each row execute function keep_history('product_id');
create trigger history after insert or update or delete on standard for each row execute function keep_history('id');
create trigger history after insert or update or delete on certification_body for each row execute function keep_history('id');
create trigger history after insert or update or delete on certificate for each row execute function keep_history('id');
create trigger history after insert or update or delete on recognition for each row execute function keep_history('id');
create trigger history after insert or update or delete on recognised_product for each row execute function keep_history('product_id');
create trigger history after insert or update or delete on sanction for each row execute function keep_history('id');

-- migrate:down
drop table sanction, recognised_product, recognition, certificate, certification_body, standard,
    quality_commitment, key_indicator, test_report, gtin, product, photo, enterprise;
