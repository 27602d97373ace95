"""Tenants are kept apart by the database itself: here no check of the application's is in the way."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from msgspec import Struct

from app.store.askers import APP, LOGIN, READER, Asker, become, borrowed_as
from app.store.postgres import open_pool
from tests.world import World

OPEN = {
    "region", "industry", "photo", "facts_clock", "signing_key", "scan_rollup", "schema_migrations", "migration_digest",
}  # fmt: skip
"""Tables without a tenant. Photos are found by the digest of their content alone."""
PUBLIC = {"standard", "certification_body"}
"""Registers everybody reads."""

TABLES = """
    select c.relname as name, c.relrowsecurity and c.relforcerowsecurity as forced,
           pg_get_userbyid(c.relowner) as owner
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
"""


class Two(Struct):
    """Two enterprises with everything; the second's texts all carry the canary."""

    url: str
    mine: UUID
    theirs: UUID
    their_product: UUID
    their_batch: int


CANARY = "金丝雀"


@pytest.fixture
async def two(cloned: str) -> AsyncIterator[Two]:
    db = await asyncpg.connect(cloned)
    try:
        yield await _peopled(cloned, db)
    finally:
        await db.close()


async def _peopled(url: str, db: asyncpg.Connection) -> Two:
    world = World(db)
    mine, *_ = await world.recognised()
    theirs = await world.enterprise(name=f"{CANARY}有限公司", region_code="330102")
    product = await world.product(theirs.id, name=f"{CANARY}锅", model=f"{CANARY}-1")
    standard = await world.standard()
    certificate = await world.certificate(theirs.id, standard.id, number=f"{CANARY}-证书")
    await world.recognition(
        theirs.id, [(product.id, standard.id, certificate.id)], confirmation_number=f"{CANARY}〔2025〕1 号"
    )
    batch = await _fill(db, theirs.id, product.id, product.gtins[0])
    return Two(url, mine.id, theirs.id, product.id, batch)


async def _fill(db: asyncpg.Connection, enterprise: UUID, product: UUID, gtin: str) -> int:
    """A row in each table the world does not fill."""
    batch = 77
    person = await db.fetchval(
        "insert into person (email, name, password_hash) values ('c@demo.invalid', $1, 'x') returning id", CANARY
    )
    for sql, *args in (
        ("insert into test_report (product_id, number, laboratory, issued_on) values ($1, $2, $2, '2026-01-01')", product, CANARY),
        ("insert into key_indicator (product_id, position, name, unit, sense, product_value, as_of)"
         " values ($1, 1, $2, 'mm', 'ge', '1', '2026-01-01')", product, CANARY),
        ("insert into quality_commitment (product_id, text, remedy, telephone, valid_from, as_of)"
         " values ($1, $2, $2, '12315', '2026-01-01', '2026-01-01')", product, CANARY),
        ("insert into batch (batch, epoch, enterprise_id, gtin, lot, count, idempotency_key, request_digest, issued_at,"
         " statement) values ($1, 1, $2, $3, 'CANARY', 5, 'k', '', now(), $4)", batch, enterprise, gtin, CANARY),
        ("insert into batch_void (batch, first, last, reason, voided_at) values ($1, 0, 0, $2, now())", batch, CANARY),
        ("insert into batch_activation (batch, first, last, activated_at) values ($1, 1, 2, now())", batch),
        ("insert into item_suspicion (batch, index, views, provinces) values ($1, 3, 9, 9)", batch),
        ("insert into item_state (batch, index, views) values ($1, 3, 9)", batch),
        ("insert into view_event (paged_at, batch, index, view_id) values (now(), $1, 3, 1)", batch),
        ("insert into product_view_event (paged_at, gtin, view_id) values (now(), $1, 1)", gtin),
        ("insert into product_view (gtin, day, slot, n) values ($1, '2026-01-01', 0, 1)", gtin),
        ("insert into code_assignment (gtin, level, assigned_on) values ($1, 'item', '2026-01-01')", gtin),
        ("insert into recall (product_id, scope, reason, remedy, telephone, opened_on)"
         " values ($1, 'model', $2, $2, '12315', '2026-01-01')", product, CANARY),
        ("insert into sanction (kind, enterprise_id, product_id, reason, effective_on)"
         " values ('authorisation_withdrawn', $1, $2, $3, '2026-01-01')", enterprise, product, CANARY),
        ("insert into consumer_report (number, gtin, kind, text, language) values ('R-1', $1, 'quality', $2, 'zh')", gtin, CANARY),
        ("insert into organisation (id, kind, name, region_code, uscc) values ($1, 'enterprise', $2, '330102', '91330102MA2000001X')", enterprise, CANARY),
        ("insert into membership (person_id, organisation_id, role) values ($1, $2, 'owner')", person, enterprise),
        ("insert into invitation (token_sha256, organisation_id, email, name, roles, expires_at)"
         " values ('t', $1, 'd@demo.invalid', $2, '{owner}', now())", enterprise, CANARY),
        ("insert into api_key (id, sha256, organisation_id, name, scopes, expires_at)"
         " values ('canary01', 's', $1, $2, '{registers:read}', now())", enterprise, CANARY),
        ("insert into session (id_sha256, person_id, ends_at, agent) values ('s', $1, now(), $2)", person, CANARY),
        ("insert into recovery_code (person_id, sha256) values ($1, 'r')", person),
        ("insert into password_reset (token_sha256, person_id, expires_at) values ('p', $1, now())", person),
        ("insert into login_failure (key, count, last_at) values ('k', 1, now())",),
        ("insert into mail (recipient, language, subject, body) values ('c@demo.invalid', 'zh', $1, $1)", CANARY),
    ):  # fmt: skip
        await db.execute(sql, *args)
    return batch


@asynccontextmanager
async def asking(url: str, asker: Asker) -> AsyncIterator[asyncpg.Connection]:
    pool = await open_pool(url, 1)
    try:
        async with borrowed_as(pool, asker) as db:
            yield db
    finally:
        await pool.close()


async def _tables(db: asyncpg.Connection) -> list[asyncpg.Record]:
    return await db.fetch(TABLES)


async def _columns(db: asyncpg.Connection, table: str) -> str:
    """What the asker may read of it."""
    rows = await db.fetch(
        "select quote_ident(attname) as name from pg_attribute where attrelid = $1::regclass and attnum > 0 "
        "and not attisdropped and has_column_privilege(attrelid, attnum, 'select')",
        f'"{table}"',
    )
    return ", ".join(row["name"] for row in rows)


async def _read_everything(db: asyncpg.Connection) -> dict[str, list[str]]:
    """Every row of every table that may be asked, as text."""
    seen: dict[str, list[str]] = {}
    for table in await _tables(db):
        if columns := await _columns(db, table["name"]):
            rows = await db.fetch(f'select row({columns})::text as r from "{table["name"]}"')
            seen[table["name"]] = [row["r"] for row in rows]
    return seen


async def test_every_table_is_the_owners_and_has_forced_policies(db: asyncpg.Connection) -> None:
    tables = {row["name"]: row for row in await _tables(db)}
    assert {name for name, row in tables.items() if not row["forced"]} == OPEN
    managed = {"schema_migrations", "migration_digest"}
    assert {name for name, row in tables.items() if row["owner"] != "zpm_owner"} == managed


async def test_no_login_of_the_service_is_above_the_policies(db: asyncpg.Connection) -> None:
    roles = await db.fetch(
        "select rolname, rolsuper or rolbypassrls or rolcanlogin or rolcreaterole as above from pg_roles where rolname = any($1)",
        [APP, READER, LOGIN, "zpm_owner"],
    )
    assert {row["rolname"]: row["above"] for row in roles} == dict.fromkeys([APP, READER, LOGIN, "zpm_owner"], False)
    assert not await db.fetchval("select pg_has_role('zpm_app', 'zpm_owner', 'member')")


async def test_a_tenant_sees_its_own_and_nothing_foreign(two: Two) -> None:
    async with asking(two.url, Asker(organisation=two.theirs)) as db:
        theirs = await _read_everything(db)
        assert sum(CANARY in row for rows in theirs.values() for row in rows) > 10
    async with asking(two.url, Asker(organisation=two.mine)) as db:
        seen = await _read_everything(db)
    assert seen["enterprise"]
    assert seen["product"]
    leaks = {name: row for name, rows in seen.items() for row in rows if CANARY in row or str(two.theirs) in row}
    assert leaks == {}
    for name in set(theirs) - OPEN - PUBLIC:
        assert not set(theirs[name]) & set(seen[name]), name


async def test_without_a_setting_there_are_no_rows(two: Two) -> None:
    async with asking(two.url, Asker()) as db:
        seen = await _read_everything(db)
    assert {name for name, rows in seen.items() if rows} <= OPEN | PUBLIC
    async with asking(two.url, Asker(role=LOGIN)) as db:
        assert "product" not in await _read_everything(db)


async def test_a_bureau_sees_its_region_and_no_other(two: Two) -> None:
    async with asking(two.url, Asker(organisation=UUID(int=1), region="3302")) as db:
        ningbo = await _read_everything(db)
    async with asking(two.url, Asker(organisation=UUID(int=1), region="330102")) as db:
        shangcheng = await _read_everything(db)
    assert ningbo["product"]
    assert not any(CANARY in row for rows in ningbo.values() for row in rows)
    assert any(CANARY in row for row in shangcheng["product"])
    assert not any(CANARY in row for name in ("api_key", "invitation", "session") for row in shangcheng[name])


@pytest.mark.parametrize(
    "act",
    [
        "update product set name = 'x' where id = '{product}'",
        "delete from key_indicator where product_id = '{product}'",
        "update batch set lot = 'x' where batch = {batch}",
        "delete from batch_void where batch = {batch}",
        "delete from membership where organisation_id = '{theirs}'",
    ],
)
@pytest.mark.parametrize("region", [None, "3301"])
async def test_nobody_changes_what_is_foreign(two: Two, act: str, region: str | None) -> None:
    """Neither another enterprise nor the bureau that may read it."""
    sql = act.format(product=two.their_product, batch=two.their_batch, theirs=two.theirs)
    async with asking(two.url, Asker(organisation=two.mine, region=region)) as db:
        assert (await db.execute(sql)).endswith(" 0")
    async with asking(two.url, Asker(organisation=two.theirs)) as db:
        assert not (await db.execute(sql)).endswith(" 0")


@pytest.mark.parametrize(
    "act",
    [
        "insert into product (enterprise_id, name, model, as_of) values ('{theirs}', 'x', 'x', '2026-01-01')",
        "insert into gtin (gtin, product_id) values ('06900000000014', '{product}')",
        "insert into batch_void (batch, first, last, reason, voided_at) values ({batch}, 4, 4, 'x', now())",
        "insert into api_key (id, sha256, organisation_id, name, scopes, expires_at) values ('a', 'b', '{theirs}', 'x', '{{x}}', now())",
        "insert into sanction (kind, enterprise_id, product_id, reason, effective_on)"
        " values ('authorisation_withdrawn', '{theirs}', '{product}', 'x', '2026-01-01')",
        "insert into history (relation, row_key, operation) values ('x', 'x', 'x')",
        "update history set actor = 'x'",
        "delete from audit_link",
        "select totp_secret from person",
        "select password_hash from person",
        "select body from mail",
        "select sha256 from recovery_code",
        "select idempotency_key from batch where false; set role zpm_reader; select idempotency_key from batch",
    ],
)
async def test_what_policies_and_privileges_refuse(two: Two, act: str) -> None:
    sql = act.format(product=two.their_product, batch=two.their_batch, theirs=two.theirs)
    async with asking(two.url, Asker(organisation=two.mine)) as db:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await db.execute(sql)


async def test_a_connection_given_back_is_nobodys(two: Two) -> None:
    pool = await open_pool(two.url, 1)
    async with borrowed_as(pool, Asker(organisation=two.theirs, platform=True)) as db:
        assert await db.fetchval("select count(*) from product where name like $1", f"{CANARY}%") == 1
    async with pool.acquire() as db:
        assert await db.fetchval("select current_user::text") == READER
        assert await db.fetchval("select current_setting('zpm.organisation', true)") == ""
        await become(db, Asker())
        assert await db.fetchval("select count(*) from product") == 0
    await pool.close()


async def test_a_body_sees_what_it_certified_and_no_trade_of_it(two: Two) -> None:
    """Products and indicators; not how many codes are ordered, where they are seen, who acted."""
    db = await asyncpg.connect(two.url)
    body = await db.fetchval("select body_id from certificate where enterprise_id = $1", two.theirs)
    await db.close()
    async with asking(two.url, Asker(organisation=body)) as db:
        seen = await _read_everything(db)
    async with asking(two.url, Asker(organisation=UUID(int=1), region="330102")) as db:
        bureau = await _read_everything(db)
    assert any(CANARY in row for row in seen["product"])
    assert any(CANARY in row for row in seen["key_indicator"])
    trade = (
        "batch",
        "batch_void",
        "batch_activation",
        "item_state",
        "view_event",
        "product_view",
        "product_view_event",
    )
    for name in (*trade, "history"):
        assert bureau[name], name
        assert not any(str(two.theirs) in row for row in seen[name]), name
        assert not set(seen[name]) & set(bureau[name]), name


async def test_the_owners_functions_are_not_led_astray(two: Two) -> None:
    """A table of the asker's own, of a name the policies' functions ask, opens nothing."""
    async with asking(two.url, Asker(organisation=two.mine)) as db:
        for table in ("enterprise", "certificate", "certification_body"):
            await db.execute(f"create temp table {table} (id uuid, region_code text, enterprise_id uuid, body_id uuid)")
            await db.execute(f"insert into pg_temp.{table} values ($1, '3301', $2, $1)", two.mine, two.theirs)
            await db.execute(f"grant select on pg_temp.{table} to public")
        assert await db.fetchval("select count(*) from pg_temp.certificate") == 1
        assert not await db.fetchval("select zpm_wide() or zpm_sees_enterprise($1)", two.theirs)
        assert await db.fetchval("select count(*) from public.product where id = $1", two.their_product) == 0


ONLY = {
    "tenant_of": set(),
    "history_digest": set(),
    "note_act": {APP, LOGIN},
    "audit_broken_at": {APP},
    "keep_view_partitions": {READER},
    "facts_tick": {APP, READER},
    "file_report": {READER},
    "take_batch_ids": {APP},
    "mail_owners": {APP},
    "reveal_contact": {APP},
    "live_scans": {APP},
    "roll_up_scans": {READER},
}
"""Functions that act beyond the asker's own rows, and which of the service's roles call them."""


async def test_functions_of_the_owner_are_for_who_needs_them(db: asyncpg.Connection) -> None:
    allowed = await db.fetch(
        "select p.proname as name, r.rolname as role from pg_proc p, pg_roles r"
        " where p.pronamespace = 'public'::regnamespace and r.rolname = any($1) and p.proname = any($2)"
        " and has_function_privilege(r.oid, p.oid, 'execute')",
        [APP, READER, LOGIN], list(ONLY),
    )  # fmt: skip
    assert {name: {row["role"] for row in allowed if row["name"] == name} for name in ONLY} == ONLY
    loose = await db.fetch(
        "select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef"
        " and not exists (select from unnest(p.proconfig) c where c = 'search_path=public, pg_temp')"
    )
    assert loose == []
