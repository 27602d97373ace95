"""No code twice, also when the database moves backwards: the file outside of it knows better."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from msgspec import structs

from app.issuing import actions, high_water
from app.issuing.errors import DatabaseBehind, HighWaterDamaged, HighWaterUnusable
from app.issuing.shapes import Batch
from codes.serial import Item, seal
from tests.app.issuing.cast import NOW, Cast


async def issue(db: asyncpg.Connection, cast: Cast, key: str, **changes: object) -> Batch:
    return await actions.issue(db, cast.order(**changes), key, cast.actor, cast.settings, NOW)


def marks(cast: Cast) -> list[str]:
    return [line.rpartition(" ")[0] for line in cast.settings.high_water_file.read_text().splitlines()[1:]]


def under(cast: Cast, epoch: int) -> Cast:
    return structs.replace(cast, settings=structs.replace(cast.settings, issuing_epoch=epoch))


@asynccontextmanager
async def copy_of(url: str, name: str) -> AsyncIterator[asyncpg.Connection]:
    """A database as it is now, under another name: a backup, or the state one is restored to."""
    parts = urlsplit(url)
    admin = await asyncpg.connect(urlunsplit(parts._replace(path="/postgres")))
    await admin.execute(f'create database "{name}" template "{parts.path[1:]}" strategy file_copy')
    db = await asyncpg.connect(urlunsplit(parts._replace(path=f"/{name}")))
    try:
        yield db
    finally:
        await db.close()
        await admin.execute(f'drop database "{name}"')
        await admin.close()


async def test_a_restored_database_issues_nothing_until_a_fresh_epoch(
    own: asyncpg.Connection, own_cast: Cast, cloned: str
) -> None:
    kept = [await issue(own, own_cast, f"before-{n}") for n in range(2)]
    await own.close()  # a template has no users
    async with copy_of(cloned, f"{urlsplit(cloned).path[1:]}_restored") as restored:
        again = await asyncpg.connect(cloned)
        lost = [await issue(again, own_cast, f"after-{n}") for n in range(3)]
        lost.append(await issue(again, own_cast, "proof", proof=True))
        await again.close()
        for _ in range(6):  # trying again and again must not wear the refusal away
            with pytest.raises(DatabaseBehind) as behind:
                await issue(restored, own_cast, "after-0")
            with pytest.raises(DatabaseBehind):
                await issue(restored, own_cast, "another-proof", proof=True)
        with pytest.raises(DatabaseBehind):
            await high_water.require_in_step(restored, own_cast.settings)
        assert behind.value.facts == {"epoch": 1, "recorded": lost[2].batch, "next": kept[-1].batch + 1}
        assert "ZPM_ISSUING_EPOCH" in behind.value.say("en")
        assert "ZPM_ISSUING_EPOCH" in behind.value.say("zh")

        fresh = under(own_cast, 2)
        await high_water.require_in_step(restored, fresh.settings)
        new = [await issue(restored, fresh, f"after-{n}") for n in range(2)]
        new.append(await issue(restored, fresh, "proof", proof=True))
        assert new[0].batch == lost[0].batch  # the id comes again, the codes do not
        names = [(batch.epoch, batch.batch) for batch in kept + lost + new]
        assert len(set(names)) == len(names)
        ring = own_cast.settings.ring
        assert len({seal(ring, Item(*name, 0)) for name in names}) == len(names)


async def test_back_under_the_old_epoch_only_above_its_mark(own: asyncpg.Connection, own_cast: Cast) -> None:
    first = await issue(own, own_cast, "k1")
    async with high_water.held(own_cast.settings.high_water_file) as held:
        await held.record(1, first.batch + 2)
    second = await issue(own, under(own_cast, 2), "k2")
    with pytest.raises(DatabaseBehind):
        await issue(own, own_cast, "k3")
    await issue(own, under(own_cast, 2), "k4")
    assert (await issue(own, own_cast, "k3")).batch == second.batch + 2
    assert marks(own_cast)[-1] == f"1:{second.batch + 2} 2:{second.batch + 1}"


async def test_a_sequence_behind_the_rows_is_moved_past_them(own: asyncpg.Connection, own_cast: Cast) -> None:
    made = [await issue(own, own_cast, f"k{n}") for n in range(3)]
    await own.execute("select setval('batch_id', 1, false)")
    with pytest.raises(DatabaseBehind):
        await issue(own, own_cast, "next")
    own_cast.settings.high_water_file.unlink()
    assert (await issue(own, own_cast, "next")).batch == made[-1].batch + 1


async def test_an_id_is_never_recorded_twice(tmp_path: Path) -> None:
    async with high_water.held(tmp_path / "high-water") as held:
        await held.record(1, 7)
        with pytest.raises(RuntimeError):
            await held.record(1, 7)
        await held.record(2, 7)


async def test_a_gap_blocks_nothing(own: asyncpg.Connection, own_cast: Cast) -> None:
    first = await issue(own, own_cast, "k1")
    await own.execute(
        "create function fail() returns trigger language plpgsql as $$ begin raise exception 'disk full'; end $$; "
        "create trigger fail before insert on batch for each row execute function fail()"
    )
    for _ in range(3):
        with pytest.raises(asyncpg.RaiseError):
            await issue(own, own_cast, "k2")
    await own.execute("drop trigger fail on batch")
    assert (await issue(own, own_cast, "k2")).batch == first.batch + 4
    assert await own.fetchval("select count(*) from batch") == 2
    assert len(marks(own_cast)) == 5


async def test_ids_go_into_the_file_in_order(own_cast: Cast, cloned: str) -> None:
    clients = [await asyncpg.connect(cloned) for _ in range(8)]
    try:
        made = await asyncio.gather(*(issue(client, own_cast, f"k{n}") for n, client in enumerate(clients)))
    finally:
        for client in clients:
            await client.close()
    assert marks(own_cast) == [f"1:{batch}" for batch in sorted(batch.batch for batch in made)]


async def test_a_torn_line_is_cut_off_wherever_it_broke(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    for epoch, batch in ((1, 7), (0, 8), (1, 104)):
        async with high_water.held(whole) as held:
            await held.record(epoch, batch)
    written = whole.read_bytes()
    assert written.count(b"\n") == 4
    last = written.rindex(b"\n", 0, -1) + 1
    first = written.index(b"\n") + 1
    for cut in range(len(written) + 1):
        path = tmp_path / f"cut-{cut}"
        path.write_bytes(written[:cut])
        async with high_water.held(path) as held:
            known = held.highest(1), held.highest(0)
            await held.record(1, 200)
        if cut == len(written):
            assert known == (104, 8)
        elif cut >= last:
            assert known == (7, 8)
        elif cut < first:
            assert known == (0, 0)
        async with high_water.held(path) as held:
            assert (held.highest(1), held.highest(0)) == (200, known[1])
        assert path.read_bytes().startswith(high_water.HEADER)


async def test_a_last_line_of_zeros_counts_as_torn_and_anything_worse_as_damage(tmp_path: Path) -> None:
    path = tmp_path / "high-water"
    for batch in (7, 8, 9):
        async with high_water.held(path) as held:
            await held.record(1, batch)
    written = path.read_bytes()
    path.write_bytes(written + b"\0" * 12 + b"\n")
    async with high_water.held(path) as held:
        assert held.highest(1) == 9
    assert path.read_bytes() == written
    bad = bytearray(written)
    bad[-3] ^= 1
    path.write_bytes(bytes(bad) + b"1:1")
    with pytest.raises(HighWaterDamaged):
        async with high_water.held(path):
            pass
    assert path.read_bytes() == bytes(bad) + b"1:1"


@pytest.mark.parametrize("content", [b"00" * 32, b"00" * 32 + b"\n", b"zpm high wine", b"1:7 9f3a21bc\n", b"\xff\x00"])
async def test_another_file_is_never_touched(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "root.key"
    path.write_bytes(content)
    with pytest.raises(HighWaterDamaged, match="ZPM_HIGH_WATER_FILE"):
        async with high_water.held(path):
            pass
    assert path.read_bytes() == content


async def test_a_long_history_is_read_from_its_end(tmp_path: Path) -> None:
    path = tmp_path / "high-water"
    async with high_water.held(path) as held:
        for epoch in range(32):
            await held.record(epoch, 4294967000 + epoch)
    for batch in range(4294967040, 4294967060):
        async with high_water.held(path) as held:
            await held.record(31, batch)
    async with high_water.held(path) as held:
        assert [held.highest(epoch) for epoch in range(32)] == [*range(4294967000, 4294967031), 4294967059]


async def test_a_full_disk_refuses_and_needs_no_repair(
    own: asyncpg.Connection, own_cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await issue(own, own_cast, "k1")
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:5]))
    with pytest.raises(HighWaterUnusable, match="No space left"):
        await issue(own, own_cast, "k2")
    monkeypatch.undo()
    assert (await issue(own, own_cast, "k2")).batch == first.batch + 2
    assert len(marks(own_cast)) == 2


async def test_a_file_that_cannot_be_used_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(high_water, "LOCK_WAIT_S", 0.05)
    path = tmp_path / "high-water"
    with path.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(HighWaterUnusable, match="another process holds it"):
            async with high_water.held(path):
                pass
    async with high_water.held(path) as held:
        assert held.highest(1) == 0
    with pytest.raises(HighWaterUnusable, match="directory"):
        async with high_water.held(tmp_path):
            pass


async def test_a_cancelled_issuer_keeps_the_lock_until_its_line_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "high-water"
    async with high_water.held(path):
        pass
    loop, begun, go_on = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()
    fsync = os.fsync

    def slow(fd: int) -> None:
        loop.call_soon_threadsafe(begun.set)
        asyncio.run_coroutine_threadsafe(go_on.wait(), loop).result()
        fsync(fd)

    async def record() -> None:
        async with high_water.held(path) as held:
            monkeypatch.setattr(os, "fsync", slow)
            await held.record(1, 7)

    issuer = asyncio.create_task(record())
    await begun.wait()
    issuer.cancel()
    await asyncio.sleep(0)
    with path.open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await issuer
    async with high_water.held(path) as held:
        assert held.highest(1) == 7
