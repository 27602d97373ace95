"""Exports are a pure function of the batch row: again byte for byte, any part, also under old keys."""

import hashlib
import io
import zipfile

import asyncpg
import pytest
from msgspec import structs

from app.edge.principals import NotYours, Principal
from app.issuing import actions, exports
from app.issuing.errors import BatchUnknown, EnterpriseHasNoCodes, RangeRefused
from app.issuing.exports import Part
from app.issuing.shapes import Batch
from codes.labels import TooManyLabels
from codes.serial import CountOutOfRange, EpochState, Item, KeyRing, open_serial, seal
from codes.serial.errors import EpochWithoutKey
from tests.app.issuing.cast import HOOD, MAKER, NOW, TODAY, Cast


async def issue(db: asyncpg.Connection, cast: Cast, **changes: object) -> Batch:
    return await actions.issue(db, cast.order(**changes), "k", cast.actor, cast.settings, NOW)


async def made(
    db: asyncpg.Connection, cast: Cast, batch: Batch, fmt: str, ring: KeyRing | None = None, **part: object
) -> bytes:
    order = await exports.order(db, batch.batch, Part(**part), cast.actor, cast.settings)
    return b"".join(chunk for _, chunk in exports.stream(order, fmt, ring or cast.settings.ring))


@pytest.mark.parametrize("fmt", ["txt", "csv", "zpl", "xlsx", "svg", "svg-zip", "png-zip", "pdf"])
async def test_the_same_bytes_again_and_under_a_verify_only_epoch(db: asyncpg.Connection, cast: Cast, fmt: str) -> None:
    batch = await issue(db, cast, count=30)
    root, epochs = cast.settings.root_key, cast.settings.epochs
    first = await made(db, cast, batch, fmt)
    again = await made(db, cast, batch, fmt, KeyRing(root, epochs))
    later = await made(db, cast, batch, fmt, KeyRing(root, epochs | {1: EpochState.VERIFY_ONLY}))
    assert {hashlib.sha256(data).hexdigest() for data in (first, again, later)} == {hashlib.sha256(first).hexdigest()}
    assert await made(db, cast, batch, fmt, KeyRing(bytes(32), epochs)) != first
    with pytest.raises(EpochWithoutKey):
        await made(db, cast, batch, fmt, KeyRing(root, epochs | {1: EpochState.RETIRED}))


async def test_parts_make_the_whole(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await issue(db, cast)
    whole = await made(db, cast, batch, "txt")
    ends = ((0, 1), (1, 998), (999, None))
    parts = [await made(db, cast, batch, "txt", first=first, count=count) for first, count in ends]
    assert b"".join(parts) == whole
    ring = cast.settings.ring
    lines = whole.decode().splitlines()
    assert lines[500] == f"HTTPS://ZPM.EXAMPLE/01/{HOOD}/21/{seal(ring, Item(1, batch.batch, 500))}"
    short = await made(db, cast, batch, "txt", first=500, count=1, form="short", variant=1)
    assert short.decode() == f"HTTPS://ZPM.EXAMPLE/{seal(ring, Item(1, batch.batch, 500, 1))}\n"


async def test_a_million_lines_open_to_the_same_batch_and_indexes(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await issue(db, cast, count=1_000_000)
    ring, prefix = cast.settings.ring, f"HTTPS://ZPM.EXAMPLE/01/{HOOD}/21/"
    lines = (await made(db, cast, batch, "txt")).decode().splitlines()
    assert len(lines) == 1_000_000
    assert all(line.startswith(prefix) and len(line) == len(prefix) + 20 for line in lines)
    assert len(set(lines)) == 1_000_000
    for index in (*range(0, 1_000_000, 10), *range(999_000, 1_000_000)):  # all of them would take 12 s
        assert open_serial(ring, lines[index][len(prefix) :]) == Item(1, batch.batch, index)


async def test_what_lies_outside_the_batch_is_refused(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await issue(db, cast, count=5000)
    assert await made(db, cast, batch, "txt", first=4999, count=1)
    for part, error, field in (
        ({"first": 5000}, RangeRefused, "first"),
        ({"first": -1, "count": 3}, RangeRefused, "first"),
        ({"first": 4999, "count": 2}, CountOutOfRange, "count"),
        ({"count": 0}, CountOutOfRange, "count"),
    ):
        with pytest.raises(error) as refusal:
            await made(db, cast, batch, "txt", **part)
        assert refusal.value.field == field
    with pytest.raises(TooManyLabels):
        await made(db, cast, batch, "svg")
    with pytest.raises(BatchUnknown):
        await made(db, cast, structs.replace(batch, batch=2**32 - 1), "txt")
    stranger = structs.replace(cast, actor=Principal("stranger", cast.product, frozenset()))
    with pytest.raises(NotYours):
        await made(db, stranger, batch, "txt")


async def test_chunks_come_off_the_loop_in_order(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await issue(db, cast, count=100_000)
    order = await exports.order(db, batch.batch, exports.WHOLE, cast.actor, cast.settings)
    sent = [chunk async for chunk in exports.off_the_loop(exports.stream(order, "txt", cast.settings.ring))]
    assert len(sent) > 1
    assert b"".join(sent) == await made(db, cast, batch, "txt")


async def test_labels_of_a_demonstration_say_so(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await issue(db, cast, count=1)
    plain = await exports.order(db, batch.batch, exports.WHOLE, cast.actor, cast.settings)
    await db.execute("update enterprise set demonstration = true")
    marked = await exports.order(db, batch.batch, exports.WHOLE, cast.actor, cast.settings)
    assert (plain.demo, marked.demo, plain.proof) == (False, True, False)
    proof = await actions.issue(db, cast.order(proof=True), "p", cast.actor, cast.settings, NOW)
    assert (await exports.order(db, proof.batch, exports.WHOLE, cast.actor, cast.settings)).proof


async def test_artwork_of_all_coded_products(db: asyncpg.Connection, cast: Cast) -> None:
    uscc = MAKER
    with pytest.raises(EnterpriseHasNoCodes):
        await exports.artwork(db, uscc, cast.actor, cast.settings)
    await actions.assign(db, HOOD, "product", TODAY, cast.actor)
    archive = await exports.artwork(db, uscc, cast.actor, cast.settings)
    data = b"".join([chunk async for chunk in exports.off_the_loop(archive)])
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    assert {name.partition("/")[0] for name in names} == {f"{HOOD} 吸油烟机 X1"}
    with pytest.raises(NotYours):
        await exports.artwork(db, uscc, Principal("stranger", cast.product, frozenset()), cast.settings)
