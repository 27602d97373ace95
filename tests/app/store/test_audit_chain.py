"""The audit log is a chain: a link a transaction, and no row can be changed, taken out or slipped in unseen."""

import asyncio

import asyncpg
import pytest

from app.store.askers import Asker, become
from tests.world import World

BROKEN = "select seq, history_id from audit_broken_at()"


async def _acted(url: str) -> None:
    """Three transactions with several rows each."""
    db = await asyncpg.connect(url)
    world = World(db)
    enterprise = await world.enterprise()
    await world.product(enterprise.id)
    await world.product(enterprise.id)
    await db.close()


async def test_every_transaction_makes_one_link(cloned: str) -> None:
    await _acted(cloned)
    db = await asyncpg.connect(cloned)
    links = await db.fetch("select seq, first_id, last_id, rows from audit_link order by seq")
    assert [link["seq"] for link in links] == [1, 2, 3]
    assert sum(link["rows"] for link in links) == await db.fetchval(
        "select count(*) from history where xact is not null"
    )
    assert await db.fetch(BROKEN) == []
    await db.close()


@pytest.mark.parametrize(
    "tampering",
    [
        "update history set actor = 'somebody else' where id = (select max(id) - 1 from history)",
        'update history set after = after || \'{"name": "x"}\' where id = (select min(id) from history where xact is not null)',
        "delete from history where id = (select max(id) from history)",
        "delete from audit_link where seq = 2",
        "delete from audit_link where seq = 3",
        "update audit_link set digest = sha256('x') where seq = 1",
        "insert into history (relation, row_key, operation) values ('product', 'x', 'insert');"
        " delete from audit_link where seq = 4; update audit_head set seq = 3, hash = (select hash from audit_link where seq = 3)",
    ],
)
async def test_tampering_shows(cloned: str, tampering: str) -> None:
    await _acted(cloned)
    db = await asyncpg.connect(cloned)
    assert await db.fetch(BROKEN) == []
    for table in ("history", "audit_link"):
        await db.execute(f"alter table {table} disable trigger append_only")
    for sentence in tampering.split(";"):
        await db.execute(sentence)
    assert len(await db.fetch(BROKEN)) >= 1
    await db.close()


async def test_the_log_is_append_only(cloned: str) -> None:
    await _acted(cloned)
    db = await asyncpg.connect(cloned)
    for sql in ("update history set actor = 'x'", "delete from history", "delete from audit_link"):
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await db.execute(sql)
    await db.close()


async def test_it_says_who_from_where_and_whose(cloned: str) -> None:
    db = await asyncpg.connect(cloned)
    enterprise = await World(db).enterprise()
    person = await db.fetchval(
        "insert into person (email, name, password_hash) values ('a@demo.invalid', '甲', 'secret') returning id"
    )
    asker = Asker(organisation=enterprise.id, person=person, actor="甲", address="192.0.2.7")
    await become(db, asker)
    await db.execute("update enterprise set telephone = '12345'")
    await db.execute("reset role")
    row = await db.fetchrow(
        "select actor, actor_id, acting_for, organisation_id, address, before ->> 'telephone' as before, "
        "after ->> 'telephone' as after from history order by id desc limit 1"
    )
    assert tuple(row) == ("甲", person, enterprise.id, enterprise.id, "192.0.2.7", None, "12345")
    assert "secret" not in str(await db.fetch("select after from history where relation = 'person'"))
    await db.close()


async def test_many_at_once_keep_one_chain(cloned: str) -> None:
    async def act(n: int) -> None:
        db = await asyncpg.connect(cloned)
        for m in range(10):
            await db.execute(
                "insert into person (email, name, password_hash) values ($1, 'x', 'x')", f"p{n}-{m}@demo.invalid"
            )
        await db.close()

    await asyncio.gather(*map(act, range(8)))
    db = await asyncpg.connect(cloned)
    assert await db.fetchval("select count(*) from audit_link") == 80
    assert await db.fetch(BROKEN) == []
    await db.close()
