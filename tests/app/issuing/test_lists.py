"""Lists scanned at the line: every bad line by its number, nothing half-done, against a model of plain sets."""

import asyncio
import csv
import io
import random
from collections.abc import AsyncIterator
from functools import cache
from uuid import uuid4

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.issuing import lists
from app.issuing.list_errors import ListEmpty, ListLineTooLong, ListTooLong
from app.issuing.shapes import Batch, Span
from codes.serial import Item, KeyRing, grouped, seal
from codes.serial.bulk import seal_lines
from tests.app.issuing.cast import HOOD, KETTLE, NOW
from tests.app.issuing.service import Client

RING = KeyRing.every_epoch(bytes(range(32)))
BATCH = Batch(
    batch=7, epoch=1, enterprise_id=uuid4(), gtin=HOOD, lot="L", count=30, made_on=None, expires_on=None,
    expiry_kind="best_before", policy="at_the_line", issued_at=NOW, statement="",
)  # fmt: skip
TEXT = {"Content-Type": "text/plain"}


@cache
def serial(index: int, batch: int = 7) -> str:
    return seal(RING, Item(1, batch, index))


def read(text: str, chunk: int = 100, batch: Batch = BATCH) -> lists.Reading:
    async def chunks() -> AsyncIterator[bytes]:
        data = text.encode()
        for at in range(0, len(data), chunk):
            yield data[at : at + chunk]

    return asyncio.run(lists.read_list(chunks(), batch, RING))


KINDS = st.one_of(
    st.tuples(st.just("good"), st.integers(0, 29)),
    st.tuples(st.just("foreign"), st.integers(0, 29)),
    st.tuples(st.just("beyond"), st.integers(30, 40)),
    st.tuples(st.sampled_from(["forged", "malformed", "product", "empty"]), st.just(0)),
)
WRITE = {
    "good": serial, "foreign": lambda n: serial(n, 8), "beyond": serial, "forged": lambda _: "0" * 20,
    "malformed": lambda _: "not a serial", "product": lambda n: f"https://zpm.example/01/{KETTLE}/21/{serial(n)}",
    "empty": lambda _: "",
}  # fmt: skip
WHY = {"beyond": "foreign"}


@given(st.lists(KINDS, max_size=40), st.sets(st.integers(0, 29)), st.integers(1, 2000))
def test_lines_follow_the_model(lines: list[tuple[str, int]], void: set[int], chunk: int) -> None:
    reading = read("\n".join(WRITE[kind](index) for kind, index in lines), chunk)
    good, bad = set(), {}
    for number, (kind, index) in enumerate(lines, 1):
        if kind == "good":
            if index in good:
                bad[number] = "doubled"
            good.add(index)
        elif kind != "empty":
            bad[number] = WHY.get(kind, kind)
    first = {index: number for number, (kind, index) in reversed(list(enumerate(lines, 1))) if kind == "good"}
    bad |= {first[index]: "void" for index in good & void}
    if not good and not bad:
        with pytest.raises(ListEmpty):
            reading.judged([])
        return
    spans = reading.judged([Span(index, index) for index in sorted(void)])
    assert {index for span in spans for index in range(span.first, span.last + 1)} == good - void
    assert {one.line: one.why for one in reading.bad} == bad
    assert reading.refused == len(bad)
    rows = list(csv.reader(io.StringIO(lists.told(reading.report()).decode("utf-8-sig"))))
    assert {int(row[0]): row[1] for row in rows[1:]} == bad


@pytest.mark.parametrize(
    "text",
    [
        serial(3),
        grouped(serial(3)).lower(),
        f"HTTPS://ZPM.EXAMPLE/01/{HOOD}/21/{serial(3)}",
        f"https://zpm.example/{serial(3)}?utm=x#y",
        f"\ufeff{serial(3)}\r\n\r\n",
        f'"serial"\n"{serial(3)}"\n',
        f"time,编号,line\n08:00,{serial(3)},2\n",
        f'"index","serial","uri"\r\n"3","{serial(3)}","https://zpm.example/x"\r\n',
        f"{serial(3)}\t2026-11-22 08:00\n",
        f"serial\r\n{serial(3)}\r\n",
        f"no,编号\r\n1,{serial(3)}\r\n",
    ],
)
def test_how_scanners_write(text: str) -> None:
    reading = read(text)
    assert (reading.judged([]), reading.bad) == ([Span(3, 3)], [])


def test_a_list_saved_by_a_spreadsheet_in_china() -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield f"产线,编号\r\n甲,{serial(3)}\r\n乙,坏\r\n".encode("gb18030")

    reading = asyncio.run(lists.read_list(chunks(), BATCH, RING))
    assert reading.judged([]) == [Span(3, 3)]
    assert [(one.line, one.why, one.given) for one in reading.bad] == [(3, "malformed", "坏")]


def test_a_case_is_not_the_item_of_its_number() -> None:
    inner, case, pallet = (seal(RING, Item(1, 7, index, index)) for index in (1, 2, 3))
    reading = read(f"{serial(0)}\n{inner}\n{case}\n{pallet}\n")
    assert reading.judged([]) == [Span(0, 1)]
    assert [(one.line, one.why) for one in reading.bad] == [(3, "packing"), (4, "packing")]


def test_lists_that_are_none() -> None:
    with pytest.raises(ListLineTooLong):
        read("x" * 5_000_000, 1 << 20)
    with pytest.raises(ListTooLong):
        read("\n" * 1_000_010, 1 << 20)
    assert read("\n" * 10 + serial(0)).judged([]) == [Span(0, 0)]


def test_a_million_lines_in_any_order() -> None:
    from msgspec import structs

    batch = structs.replace(BATCH, count=1_200_000)
    head = f"HTTPS://ZPM.EXAMPLE/01/{HOOD}/21/".encode()
    lines = b"".join(seal_lines(RING, 1, 7, 0, 1_000_000, prefix=head)).decode().splitlines()
    random.Random(1).shuffle(lines)
    reading = read("\n".join(lines), 1 << 16, batch)
    assert reading.judged([]) == [Span(0, 999_999)]
    assert (reading.lines, reading.refused) == (1_000_000, 0)


async def test_nothing_half_done_and_the_report_is_kept(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(policy="at_the_line")
    ring = client.cast.settings.ring
    path = f"/api/batches/{batch}/activations"
    good = [seal(ring, Item(1, batch, index)) for index in (0, 1, 2, 9)]
    await client.post(f"/api/batches/{batch}/voids", json={"reason": "破损", "ranges": [{"first": 9, "last": 9}]})
    sent = "\n".join([*good, "=cmd|x", good[0], seal(ring, Item(1, batch + 1, 0))])
    refused = await client.post(path + "/list", content=sent, headers=TEXT)
    told = refused.json()
    assert (refused.status_code, told["code"], told["facts"]["bad"]) == (409, "list-refused", 4)
    assert [one["field"] for one in told["errors"]] == ["line 4", "line 5", "line 6", "line 7"]
    assert await own.fetchval("select count(*) from batch_activation") == 0
    report = await client.get(f"{path}/{told['facts']['list']}/report")
    rows = list(csv.reader(io.StringIO(report.content.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["4", "void"], ["5", "malformed"], ["6", "doubled"], ["7", "foreign"]]
    assert rows[2][4].startswith("'=cmd")
    skipped = await client.post(path + "/list", params={"bad": "skip"}, content=sent, headers=TEXT)
    assert (skipped.status_code, skipped.json()["items"], skipped.json()["bad"]) == (201, 3, 4)
    assert (await client.get(skipped.json()["report"])).content == report.content
    again = await client.post(path + "/list", content="\n".join(good[:3]), headers=TEXT)
    assert (again.status_code, again.json()["items"]) == (201, 0)
    states = [(act["source"], act["state"]) for act in (await client.get(path)).json()]
    assert states == [("list", "done"), ("list", "done"), ("list", "refused")]


async def test_what_is_refused_before_it_is_read(client: Client) -> None:
    client.become("maker")
    batch, plain = await client.batch(policy="at_the_line"), await client.batch("p")
    path = f"/api/batches/{batch}/activations/list"
    one = seal(client.cast.settings.ring, Item(1, batch, 0))
    for answer, status, code in (
        (await client.post(path, content=one, headers={"Content-Type": "application/json"}), 400, "list-not-text"),
        (await client.post(path, content="\n\n", headers=TEXT), 400, "list-empty"),
        (await client.post(path, params={"bad": "maybe"}, content=one, headers=TEXT), 400, "wrong-parameter"),
        (await client.post(path, params={"lot": "A1"}, content=one, headers=TEXT), 409, "binding-refused"),
        (
            await client.post(f"/api/batches/{plain}/activations/list", content=one, headers=TEXT),
            409,
            "active-when-issued",
        ),
        (await client.post("/api/batches/9999/activations/list", content=one, headers=TEXT), 404, "batch-unknown"),
        (await client.get(path.replace("list", str(uuid4()) + "/report")), 404, "list-unknown"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert (await client.post(path, content=one, headers=TEXT)).status_code == 201
    client.become("other")
    assert (await client.post(path, content=one, headers=TEXT)).status_code == 404
