"""Assigning codes and issuing batches: once per key, only where the facts allow it, never changed."""

import asyncio
from datetime import date, timedelta

import asyncpg
import pytest
from asyncpg.exceptions import IntegrityConstraintViolationError

from app.edge.principals import NotYours, Principal
from app.issuing import actions
from app.issuing.errors import AssignmentUnknown, BatchUnknown, CodeEnded, GtinUnknown, KeyTaken
from app.issuing.shapes import Batch, NewBatch
from codes.errors import Refusal, Several
from tests.app.issuing.cast import HOOD, KETTLE, MISTYPED, NOBODYS, NOW, TODAY, UNRECOGNISED, Cast

REVOKE = (
    "insert into sanction (kind, enterprise_id, reason, effective_on) values ('recognition_revoked', $1, '违规', $2)"
)


async def issue(db: asyncpg.Connection, cast: Cast, new: NewBatch, key: str) -> Batch:
    return await actions.issue(db, new, key, cast.actor, cast.settings, NOW)


async def test_same_key_same_batch(db: asyncpg.Connection, cast: Cast) -> None:
    first = await issue(db, cast, cast.order(), "k1")
    retyped = cast.order(gtin=f"{HOOD[1:4]}-{HOOD[4:8]} {HOOD[8:]}")
    later = await actions.issue(db, retyped, "k1", cast.actor, cast.settings, NOW + timedelta(days=9))
    other = await issue(db, cast, cast.order(), "k2")
    with pytest.raises(KeyTaken) as taken:
        await issue(db, cast, cast.order(count=1001), "k1")
    assert later == first
    assert other.batch > first.batch
    assert taken.value.facts == {"field": "idempotency_key", "batch": first.batch}
    assert await db.fetchval("select count(*) from batch") == 2


async def test_a_retry_is_answered_after_a_revocation(db: asyncpg.Connection, cast: Cast) -> None:
    first = await issue(db, cast, cast.order(), "k1")
    await db.execute(REVOKE, cast.enterprise, TODAY)
    assert await issue(db, cast, cast.order(), "k1") == first
    with pytest.raises(Refusal, match="was revoked on 2026-11-22"):
        await issue(db, cast, cast.order(), "k2")


async def test_keys_of_two_enterprises_do_not_meet(db: asyncpg.Connection, cast: Cast) -> None:
    hood = await issue(db, cast, cast.order(), "k1")
    kettle = await issue(db, cast, cast.order(gtin=KETTLE), "k1")
    assert hood.enterprise_id != kettle.enterprise_id
    stranger = Principal("stranger", kettle.enterprise_id, frozenset({"issuing:write"}))
    with pytest.raises(NotYours):
        await actions.issue(db, cast.order(), "k3", stranger, cast.settings, NOW)
    with pytest.raises(NotYours):
        await actions.show_batch(db, hood.batch, stranger)
    assert [b.batch for b in (await actions.list_batches(db, None, None, stranger)).items] == [kettle.batch]


async def test_sixteen_clients_and_twice_the_keys(own: asyncpg.Connection, own_cast: Cast, cloned: str) -> None:
    clients = [await asyncpg.connect(cloned) for _ in range(16)]
    orders = [(own_cast.order(count=1 + n % 60), f"key-{n % 60}") for n in range(240)]
    waiting = iter(enumerate(orders))
    made: dict[int, Batch] = {}

    async def work(client: asyncpg.Connection) -> None:
        for number, (order, key) in waiting:
            made[number] = await issue(client, own_cast, order, key)

    try:
        await asyncio.gather(*map(work, clients))
    finally:
        for client in clients:
            await client.close()
    assert len(made) == 240
    assert all(made[n] == made[n % 60] for n in range(240))
    assert len({batch.batch for batch in made.values()}) == 60
    assert await own.fetchval("select count(*) from batch") == 60


async def test_two_orders_race_for_one_key(own: asyncpg.Connection, own_cast: Cast, cloned: str) -> None:
    clients = [await asyncpg.connect(cloned) for _ in range(8)]
    try:
        ends = await asyncio.gather(
            *(issue(client, own_cast, own_cast.order(count=1 + n % 2), "same") for n, client in enumerate(clients)),
            return_exceptions=True,
        )
    finally:
        for client in clients:
            await client.close()
    batches = {end for end in ends if isinstance(end, Batch)}
    assert len(batches) == 1
    assert sum(isinstance(end, KeyTaken) for end in ends) == 4
    assert await own.fetchval("select count(*) from batch") == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"gtin": MISTYPED}, "gtin"),
        ({"gtin": "69012345678９2"}, "gtin"),
        ({"lot": ""}, "lot"),
        ({"lot": "x" * 21}, "lot"),
        ({"lot": "批次一"}, "lot"),
        ({"count": 0}, "count"),
        ({"count": -1}, "count"),
        ({"count": 2**30 + 1}, "count"),
        ({"made_on": date(2062, 9, 12)}, "made_on"),
        ({"made_on": date(2026, 9, 12), "expires_on": date(2026, 9, 11)}, "expires_on"),
    ],
)
async def test_an_order_is_refused_by_the_name_of_its_field(
    db: asyncpg.Connection, cast: Cast, wrong: dict[str, object], field: str
) -> None:
    good = cast.order(made_on=date(2026, 9, 12), expires_on=date(2026, 9, 12), lot="x" * 20, count=2**30)
    assert (await issue(db, cast, good, "good")).count == 2**30
    with pytest.raises(Refusal) as refusal:
        await issue(db, cast, cast.order(**wrong), "wrong")
    assert refusal.value.field == field
    assert refusal.value.say("zh") != refusal.value.say("en")
    assert await db.fetchval("select count(*) from batch") == 1


async def test_all_that_is_wrong_is_said_at_once(db: asyncpg.Connection, cast: Cast) -> None:
    with pytest.raises(Several) as several:
        await issue(db, cast, cast.order(gtin="1", lot="", count=0), "k")
    assert [one.field for one in several.value.refusals] == ["gtin", "lot", "count"]


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "schlüssel", "a\x00b"])
async def test_keys_are_printable_ascii(db: asyncpg.Connection, cast: Cast, key: str) -> None:
    assert await issue(db, cast, cast.order(), "x" * 200)
    with pytest.raises(Refusal) as refusal:
        await issue(db, cast, cast.order(), key)
    assert refusal.value.field == "idempotency_key"


FACTS = [
    ("update product set published = false where id = $1", "product", "product-not-published", None),
    ("delete from recognised_product where product_id = $1", "product", "not-recognised", None),
    (REVOKE.replace("$2", "'2026-11-22'"), "enterprise", "recognition-revoked", "2026-11-22"),
    ("insert into sanction (kind, enterprise_id, product_id, reason, effective_on) "
     "select 'authorisation_withdrawn', enterprise_id, id, '绩效', '2026-11-01' from product where id = $1",
     "product", "authorisation-withdrawn", "2026-11-01"),
    ("update certificate set state = 'suspended', state_on = '2026-10-01' where id = $1",
     "certificate", "certificate-suspended", "2026-10-01"),
    ("update certificate set state = 'withdrawn', state_on = '2026-10-02' where id = $1",
     "certificate", "certificate-withdrawn", "2026-10-02"),
    ("update certificate set state = 'cancelled', state_on = '2026-10-03' where id = $1",
     "certificate", "certificate-cancelled", "2026-10-03"),
    ("update certificate set valid_until = '2026-11-21' where id = $1",
     "certificate", "certificate-expired", "2026-11-21"),
    ("update standard set state = 'abolished', state_on = '2026-10-04' where id = $1",
     "standard", "standard-abolished", "2026-10-04"),
    ("update standard set state = 'recognition_cancelled', state_on = '2026-10-05' where id = $1",
     "standard", "standard-recognition-cancelled", "2026-10-05"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "of", "code", "day"), FACTS, ids=[fact[2] for fact in FACTS])
async def test_codes_are_given_only_while_every_fact_holds(
    db: asyncpg.Connection, cast: Cast, sql: str, of: str, code: str, day: str | None
) -> None:
    assert (await actions.assign(db, HOOD, "product", TODAY, cast.actor)).state == "in_use"
    assert await issue(db, cast, cast.order(), "before")
    await db.execute(sql, getattr(cast, of))
    for act in (actions.assign(db, HOOD, "lot", TODAY, cast.actor), issue(db, cast, cast.order(), "after")):
        with pytest.raises(Refusal) as refusal:
            await act
        assert (refusal.value.code, refusal.value.field) == (code, "gtin")
        assert day is None or (day in refusal.value.say("en") and day in refusal.value.say("zh"))


async def test_limits_of_days(db: asyncpg.Connection, cast: Cast) -> None:
    """A certificate holds through its last day, a decision from its first."""
    await db.execute("update certificate set valid_until = $1", TODAY)
    await db.execute(REVOKE, cast.enterprise, TODAY + timedelta(days=1))
    assert await actions.assign(db, HOOD, "product", TODAY, cast.actor)


async def test_proofs_need_no_recognition_and_are_never_valid(db: asyncpg.Connection, cast: Cast) -> None:
    proof = await issue(db, cast, cast.order(gtin=UNRECOGNISED, proof=True), "k1")
    with pytest.raises(Refusal, match="No recognition"):
        await issue(db, cast, cast.order(gtin=UNRECOGNISED), "k2")
    real = await issue(db, cast, cast.order(), "k3")
    assert (proof.epoch, real.epoch) == (0, 1)
    assert proof.batch != real.batch
    assert await actions.assignments(db, UNRECOGNISED, TODAY, cast.actor) == []


async def test_assignment_is_an_act_of_its_own(db: asyncpg.Connection, cast: Cast) -> None:
    first = await actions.assign(db, HOOD[1:], "product", TODAY, cast.actor)
    assert await actions.assign(db, HOOD, "product", TODAY + timedelta(days=3), cast.actor) == first
    ended = await actions.end_assignment(db, HOOD, "product", TODAY, cast.actor)
    assert (first.state, ended.state) == ("in_use", "ended")
    with pytest.raises(AssignmentUnknown):
        await actions.end_assignment(db, HOOD, "product", TODAY, cast.actor)
    again = await actions.assign(db, HOOD, "product", TODAY + timedelta(days=3), cast.actor)
    assert (again.state, again.assigned_on) == ("in_use", TODAY + timedelta(days=3))
    with pytest.raises(GtinUnknown):
        await actions.assign(db, NOBODYS, "product", TODAY, cast.actor)


async def test_a_first_batch_assigns_the_item_code(db: asyncpg.Connection, cast: Cast) -> None:
    await issue(db, cast, cast.order(), "k1")
    assert [a.level for a in await actions.assignments(db, HOOD, TODAY, cast.actor)] == ["item"]
    await actions.end_assignment(db, HOOD, "item", TODAY, cast.actor)
    with pytest.raises(CodeEnded):
        await issue(db, cast, cast.order(), "k2")


@pytest.mark.parametrize(
    "change",
    ["count = count + 1", "epoch = 2", f"gtin = '{KETTLE}'", "batch = batch + 1", "statement = 'x'", None],
)
async def test_what_codes_rest_on_never_changes(db: asyncpg.Connection, cast: Cast, change: str | None) -> None:
    batch = await issue(db, cast, cast.order(), "k1")
    await issue(db, cast, cast.order(gtin=KETTLE), "k2")
    await db.execute("update batch set made_on = '2026-09-12' where batch = $1", batch.batch)
    sql = "delete from batch where batch = $1" if change is None else f"update batch set {change} where batch = $1"
    with pytest.raises(IntegrityConstraintViolationError):
        async with db.transaction():
            await db.execute(sql, batch.batch)


async def test_the_facts_clock_tells_of_a_new_batch(own: asyncpg.Connection, own_cast: Cast) -> None:
    heard: asyncio.Queue[object] = asyncio.Queue()
    await own.add_listener("facts", lambda *news: heard.put_nowait(news[3]))
    batch = await issue(own, own_cast, own_cast.order(), "k1")
    assert f'"b:{batch.batch}"' in str(await asyncio.wait_for(heard.get(), 5))


async def test_batches_are_listed_newest_first_by_the_page(
    db: asyncpg.Connection, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "PAGE", 2)
    made = [(await issue(db, cast, cast.order(), f"k{n}")).batch for n in range(3)]
    page = await actions.list_batches(db, HOOD[1:], None, cast.actor)
    rest = await actions.list_batches(db, HOOD, page.next, cast.actor)
    assert [b.batch for b in (*page.items, *rest.items)] == made[::-1]
    assert rest.next is None
    assert (await actions.list_batches(db, KETTLE, None, cast.actor)).items == []
    with pytest.raises(BatchUnknown):
        await actions.show_batch(db, 2**40, cast.actor)


async def test_an_end_under_way_is_not_overtaken(own: asyncpg.Connection, own_cast: Cast, cloned: str) -> None:
    """The certificate is withdrawn while an order is being written: one waits for the other, and then looks again."""
    ending = await asyncpg.connect(cloned)
    async with ending.transaction():
        await ending.execute(
            "update certificate set state = 'withdrawn', state_on = '2026-10-02' where id = $1", own_cast.certificate
        )
        await ending.execute("select facts_tick('{}')")
        ordering = asyncio.create_task(issue(own, own_cast, own_cast.order(), "late"))
        async with asyncio.timeout(30):
            while not await ending.fetchval(
                "select exists (select from pg_locks where pid = $1 and not granted)", own.get_server_pid()
            ):
                await asyncio.sleep(0.01)
    with pytest.raises(Refusal) as refused:
        await ordering
    assert refused.value.code == "certificate-withdrawn"
    assert await own.fetchval("select count(*) from batch") == 0
    await own.execute("update certificate set state = 'valid', state_on = null")
    assert (await issue(own, own_cast, own_cast.order(), "late")).lot == own_cast.order().lot
    await ending.close()
