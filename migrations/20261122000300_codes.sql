-- migrate:up
-- Giving codes: the act of assignment, item batches (one row whatever the count), recalls.

-- Assigning a code to a product is an act of its own (REQ-001, REQ-002).
create table code_assignment (
    gtin        char(14) not null references gtin,
    level       text not null check (level in ('product', 'lot', 'item')),
    assigned_on date not null,
    state       text not null default 'in_use' check (state in ('in_use', 'ended')),
    primary key (gtin, level)
);

-- Public halves of the keys that signed statements; old ones stay, so that old statements verify.
create table signing_key (
    kid        text primary key,
    public_key bytea not null check (length(public_key) = 32),   -- Ed25519
    first_used timestamptz not null default now()
);

-- serial-format.md: a batch id is never used twice and never goes back; see app.issuing.
create sequence batch_id as bigint minvalue 1 maxvalue 4294967295 no cycle;

create table batch (
    batch           bigint primary key check (batch between 1 and 4294967295),
    epoch           smallint not null check (epoch between 0 and 31),
    enterprise_id   uuid not null references enterprise,
    gtin            char(14) not null references gtin,
    lot             text not null,
    count           bigint not null check (count between 1 and 1073741824),
    made_on         date,
    expires_on      date check (expires_on >= made_on),
    expiry_kind     text not null default 'best_before' check (expiry_kind in ('best_before', 'use_by')),
    policy          text not null default 'when_issued' check (policy in ('when_issued', 'at_the_line')),
    idempotency_key text not null,
    request_digest  bytea not null,
    issued_at       timestamptz not null,
    statement       text not null,
    unique (enterprise_id, idempotency_key)
);
create index batch_of_gtin on batch (gtin, batch);
create index batch_of_lot on batch (gtin, lot);

create function keep_batch_identity() returns trigger language plpgsql as $$
begin
    if (old.batch, old.epoch, old.gtin, old.count, old.enterprise_id, old.issued_at, old.statement)
       is distinct from (new.batch, new.epoch, new.gtin, new.count, new.enterprise_id, new.issued_at, new.statement) then
        raise exception 'batch, epoch, gtin, count, enterprise, issued_at and statement of a batch never change'
            using errcode = 'integrity_constraint_violation';
    end if;
    return new;
end $$;
create trigger identity before update on batch for each row execute function keep_batch_identity();
create trigger kept before delete on batch for each row execute function refuse_change();

-- Cancelled by the maker: ranges of indexes (both inclusive), never overlapping within a batch.
create table batch_void (
    batch     bigint not null references batch,
    first     bigint not null check (first >= 0),
    last      bigint not null check (last >= first),
    reason    text not null,
    reason_en text,
    voided_at timestamptz not null,
    primary key (batch, first)
);

-- Under the policy `at_the_line`: ranges registered as in use, merged where they touch.
create table batch_activation (
    batch        bigint not null references batch,
    first        bigint not null check (first >= 0),
    last         bigint not null check (last >= first),
    activated_at timestamptz not null,
    primary key (batch, first)
);

-- A recall names a product, lots or a made-on range, with or without item batches.
create table recall (
    id         uuid primary key default gen_random_uuid(),
    product_id uuid not null references product,
    scope      text not null check (scope in ('model', 'lots', 'made_on')),
    lots       text[] not null default '{}',
    made_from  date,
    made_to    date,
    reason     text not null,
    reason_en  text,
    remedy     text not null,
    remedy_en  text,
    telephone  text not null,
    notice_url text,
    opened_on  date not null,
    closed_on  date check (closed_on >= opened_on),
    stated_by  fact_source not null default 'enterprise',
    created_at timestamptz not null default now(),
    check ((scope = 'lots') = (cardinality(lots) > 0)),
    check ((scope = 'made_on') = (made_from is not null and made_to is not null)),
    check (made_from <= made_to)
);
create index recall_open on recall (product_id) where closed_on is null;

create trigger history after insert or update or delete on code_assignment for each row execute function keep_history('gtin');
create trigger history after insert or update or delete on batch_void for each row execute function keep_history('batch');
create trigger history after insert or update or delete on batch_activation for each row execute function keep_history('batch');
create trigger history after insert or update or delete on recall for each row execute function keep_history('id');

-- migrate:down
drop table recall, batch_activation, batch_void, batch, signing_key, code_assignment;
drop function keep_batch_identity;
drop sequence batch_id;
