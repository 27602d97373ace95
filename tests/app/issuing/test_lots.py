"""Many lots by one list: all of them or none, every bad cell by its line, one key for the whole."""

import asyncio
from datetime import date
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.issuing import actions, lots
from app.issuing.shapes import NewBatch
from codes.errors import Refusal, Several
from tests.app.issuing.cast import HOOD, KETTLE, MISTYPED, NOBODYS, NOW, UNRECOGNISED, Cast
from tests.app.issuing.service import Client, served

HEAD = "gtin,lot,count,made_on,expires_on,policy\n"
TWO = f"{HEAD}{HOOD},A1,100,2026-09-12,,\n{HOOD[1:]},A2,200,,2027-09-12,at_the_line\n"


async def send(client: Client, content: str | bytes, key: str = "k") -> tuple[int, dict]:
    answer = await client.post("/api/orders", content=content, headers={"Idempotency-Key": key})
    return answer.status_code, answer.json()


async def test_a_list_is_ordered_once_under_its_key(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    first, again, other = [await send(client, text) for text in (TWO, TWO, TWO.replace("100", "101"))]
    assert (first[0], again[0], other[0]) == (201, 201, 409)
    assert again[1] == first[1]
    assert other[1]["code"] == "list-key-taken"
    one, two = first[1]["batches"]
    assert (one["lot"], one["count"], one["made_on"], one["policy"]) == ("A1", 100, "2026-09-12", "when_issued")
    assert (two["lot"], two["expires_on"], two["policy"]) == ("A2", "2027-09-12", "at_the_line")
    assert two["batch"] == one["batch"] + 1
    assert await own.fetchval("select count(*) from batch") == 2
    assert (await client.get(f"/api/batches/{one['batch']}")).json() == one


async def test_every_bad_cell_is_named_by_its_line_and_nothing_is_ordered(
    client: Client, own: asyncpg.Connection
) -> None:
    client.become("maker")
    bad = f"{HEAD}{HOOD},A1,1,,,\n\n{MISTYPED},A2,2,,,\n{HOOD},批,x,2026-02-30,,sometime\n{HOOD},A1,1,,,\n"
    status, told = await send(client, bad)
    assert status == 400
    assert [one["field"] for one in told["errors"]] == ["line 5: count", "line 5: made_on", "line 5: policy"]
    status, told = await send(client, bad.replace("x,2026-02-30,,sometime", "0,,,"))
    assert [one["field"] for one in told["errors"]] == ["line 4: gtin", "line 5: lot", "line 5: count", "line 6: lot"]
    status, told = await send(
        client, f"{HEAD}{HOOD},A1,1,,,\n{UNRECOGNISED},A2,1,,,\n{NOBODYS},A3,1,,,\n{KETTLE},K,1,,,\n"
    )
    assert [one["field"] for one in told["errors"]] == ["line 4: gtin", "line 5: gtin"]
    status, told = await send(client, f"{HEAD}{HOOD},A1,1,,,\n{UNRECOGNISED},A2,1,,,\n")
    assert (status, told["field"], told["facts"]["because"]) == (400, "line 3: gtin", "not-recognised")
    assert await own.fetchval("select count(*) from batch") == 0
    assert (await send(client, TWO))[0] == 201


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "list-unreadable"),
        (b"\xff\xfe\x00", "list-unreadable"),
        (b"a,b,c\n1,2,3\n", "list-unreadable"),
        (HEAD.encode(), "no-lots"),
        (b"gtin,lot\n1,2\n", "columns-missing"),
        (b"gtin,lot,count,colour\n1,2,3,4\n", "column-unknown"),
        (b"gtin,lot,count,lot\n1,2,3,4\n", "column-unknown"),
        (HEAD.encode() + b"1,2,3\n" * 1001, "too-many-lots"),
        (HEAD.encode() + b'"1,2,3\n', "list-unreadable"),
        (b"gtin,lot,count\n1,2,3,4\n", "line-refused"),
    ],
)
def test_what_is_no_list(content: bytes, code: str) -> None:
    assert [order.lot for _, order in lots.read_list(TWO.encode())] == ["A1", "A2"]
    with pytest.raises(Refusal) as refusal:
        lots.read_list(content)
    assert refusal.value.code == code
    assert refusal.value.say("zh")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_chinese_headings_in_every_encoding_and_with_semicolons(encoding: str) -> None:
    text = f"商品条码;批号;数量;生产日期;启用方式;激活时绑定\r\n{HOOD};R-1;5;;产线激活;是\r\n"
    assert lots.read_list(text.encode(encoding)) == [
        (2, NewBatch(gtin=HOOD, lot="R-1", count=5, policy="at_the_line", bound_later=True))
    ]
    assert lots.template().decode("utf-8-sig").startswith("商品条码,批号,数量")


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: (HEAD + text).encode()))
def test_any_bytes_are_orders_or_a_refusal(content: bytes) -> None:
    try:
        lots.read_list(content)
    except Refusal as refusal:
        for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
            assert one.say("zh") != one.say("en")


async def test_a_thousand_lots_and_other_clients_between(own: asyncpg.Connection, own_cast: Cast, cloned: str) -> None:
    lines = [(n + 2, own_cast.order(lot=f"L{n}", made_on=date(2026, 9, 12))) for n in range(1000)]
    clients = [await asyncpg.connect(cloned) for _ in range(4)]
    try:
        same = [lots.order_lots(db, lines, "list", own_cast.actor, own_cast.settings, NOW) for db in clients[:2]]
        single = [actions.issue(db, own_cast.order(), f"s{n}", own_cast.actor, own_cast.settings, NOW)
                  for n, db in enumerate(clients[2:])]  # fmt: skip
        one, two, *others = await asyncio.gather(*same, *single)
    finally:
        for db in clients:
            await db.close()
    assert one == two
    assert len({batch.batch for batch in one.batches} | {batch.batch for batch in others}) == 1002
    assert await own.fetchval("select count(*) from batch") == 1002


async def test_a_list_that_fails_in_the_middle_leaves_nothing(own: asyncpg.Connection, own_cast: Cast) -> None:
    await own.execute(
        "create function fail() returns trigger language plpgsql as $$ begin "
        "if new.lot = 'L3' then raise exception 'disk full'; end if; return new; end $$; "
        "create trigger fail before insert on batch for each row execute function fail()"
    )
    lines = [(n + 2, own_cast.order(lot=f"L{n}")) for n in range(5)]
    with pytest.raises(asyncpg.RaiseError):
        await lots.order_lots(own, lines, "k", own_cast.actor, own_cast.settings, NOW)
    assert await own.fetchval("select (select count(*) from batch) + (select count(*) from order_list)") == 0
    await own.execute("drop trigger fail on batch")
    done = await lots.order_lots(own, lines, "k", own_cast.actor, own_cast.settings, NOW)
    assert [batch.lot for batch in done.batches] == ["L0", "L1", "L2", "L3", "L4"]


async def test_a_restored_database_takes_no_list_either(cloned: str, own: asyncpg.Connection, tmp_path: Path) -> None:
    async with served(cloned, own, tmp_path) as client:
        assert (await send(client, TWO, "one"))[0] == 201
        # What a backup of yesterday would say: the rows and the sequence as they were before.
        await own.execute("alter table batch disable trigger kept; delete from batch; delete from order_list")
        await own.execute("select setval('batch_id', 1, false)")
        for _ in range(3):
            status, told = await send(client, TWO, "one")
            assert (status, told["code"]) == (503, "database-behind")
            assert (await client.issue()).status_code == 503
    async with served(cloned, own, tmp_path, cast=client.cast, issuing_epoch=2) as client:
        status, told = await send(client, TWO, "one")
        assert (status, {one["epoch"] for one in told["batches"]}) == (201, {2})
