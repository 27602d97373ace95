"""An issuer dies at each named point: I1–I4 hold, and the client that asks again converges."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from app.issuing import actions, failpoints, files, high_water, lots, statements
from app.issuing.shapes import Wanted
from app.store.askers import become
from codes.serial import Item, open_serial
from tests.app.issuing.cast import NOW, Cast, play, settings_of

ROOT = Path(__file__).parents[2]
COMMIT_POINTS = failpoints.POINTS[:-1]

ISSUE = """
import asyncio, sys
from collections.abc import AsyncIterator
from pathlib import Path
import asyncpg
from app.issuing import actions, lots
from tests.app.issuing.cast import ACTOR, HOOD, NOW, settings_of
from app.issuing.shapes import NewBatch

async def issue(url, folder, what):
    db, settings = await asyncpg.connect(url), settings_of(url, Path(folder))
    order = NewBatch(gtin=HOOD, lot="L", count=7)
    if what == "one":
        await actions.issue(db, order, "key", ACTOR, settings, NOW)
    else:
        lines = [(n + 2, NewBatch(gtin=HOOD, lot=f"L{n}", count=7)) for n in range(5)]
        await lots.order_lots(db, lines, "key", ACTOR, settings, NOW)
    print("done")

asyncio.run(issue(*sys.argv[1:]))
"""

EXPORT = """
import asyncio, sys
from collections.abc import AsyncIterator
from pathlib import Path
import asyncpg
from app.issuing import files
from app.issuing.shapes import Wanted
from app.store.askers import become
from tests.app.issuing.cast import ACTOR, NOW, settings_of

async def export(url, folder, batch, out):
    settings = settings_of(url, Path(folder))
    async with asyncpg.create_pool(url, min_size=1, max_size=2) as pool:
        async with pool.acquire() as db:
            await become(db, ACTOR.asker)
            (file,) = await files.name_files(db, int(batch), Wanted(format="csv"), ACTOR, settings, NOW)
            there = Path(out).stat().st_size if Path(out).exists() else 0
            asked = f"bytes={there}-" if there else None
            taking = await files.take(db, file, files.piece_of(file, asked, files.etag(file)), None, None, ACTOR, NOW)
        with open(out, "ab") as sink:
            async for chunk in files.flow(pool, taking, ACTOR, settings):
                sink.write(chunk)
                sink.flush()
    print("done")

asyncio.run(export(*sys.argv[1:]))
"""


def run(program: str, *arguments: str, point: str | None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ, PYTHONPATH=str(ROOT))
    if point is not None:
        environment |= {"ZPM_TESTING": "1", "ZPM_FAILPOINT": point}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


@pytest.fixture
async def own(cloned: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(cloned)
    yield connection
    await connection.close()


@pytest.fixture
async def cast(own: asyncpg.Connection, cloned: str, tmp_path: Path) -> Cast:
    return await play(own, settings_of(cloned, tmp_path))


@pytest.mark.parametrize("what", ["one", "list"])
@pytest.mark.parametrize("point", COMMIT_POINTS)
async def test_a_kill_at_a_point_leaves_one_order_or_none(
    own: asyncpg.Connection, cast: Cast, cloned: str, tmp_path: Path, point: str, what: str
) -> None:
    killed = await asyncio.to_thread(run, ISSUE, cloned, str(tmp_path), what, point=point)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert "done" not in killed.stdout
    many = 1 if what == "one" else 5
    rows = await own.fetchval("select count(*) from batch")
    assert rows == (many if point == "after_commit" else 0)
    await high_water.require_in_step(own, cast.settings)
    settled = await _again(own, cast, what)
    again = await _again(own, cast, what)
    assert again == settled  # I3
    assert await own.fetchval("select count(*) from batch") == many
    keys = await statements.public_keys(own)
    for batch in settled:  # I2
        assert statements.verify(batch.statement, keys).batch == batch.batch
    other = await actions.issue(own, cast.order(), "another", cast.actor, cast.settings, NOW)
    assert other.batch > max(batch.batch for batch in settled)  # I1: what the dead one had claimed is never given


async def _again(db: asyncpg.Connection, cast: Cast, what: str) -> list[actions.Batch]:
    if what == "one":
        return [await actions.issue(db, cast.order(lot="L", count=7), "key", cast.actor, cast.settings, NOW)]
    lines = [(n + 2, cast.order(lot=f"L{n}", count=7)) for n in range(5)]
    return (await lots.order_lots(db, lines, "key", cast.actor, cast.settings, NOW)).batches


async def test_an_export_killed_in_the_middle_goes_on_byte_for_byte(
    own: asyncpg.Connection, cast: Cast, cloned: str, tmp_path: Path
) -> None:
    batch = await actions.issue(own, cast.order(count=200_000), "k", cast.actor, cast.settings, NOW)
    out = tmp_path / "codes.csv"
    ways = [cloned, str(tmp_path), str(batch.batch), str(out)]
    killed = await asyncio.to_thread(run, EXPORT, *ways, point="mid_export")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    half = out.stat().st_size
    rest = await asyncio.to_thread(run, EXPORT, *ways, point=None)
    assert rest.returncode == 0, rest.stderr
    await become(own, cast.actor.asker)
    (file,) = await files.name_files(own, batch.batch, Wanted(format="csv"), cast.actor, cast.settings, NOW)
    whole = b"".join(chunk for _, chunk in files.exports.stream(files.order_behind(file), "csv", cast.settings.ring))
    assert 0 < half < len(whole)
    assert out.read_bytes() == whole  # I4
    assert await own.fetchval("select count(*) from export_copy") == 1  # going on was free
    assert await own.fetchval("select count(*) from export_copy where finished_at is not null") == 1
    lines = whole.decode().splitlines()[1:]
    found = {open_serial(cast.settings.ring, line.split('"')[3]) for line in lines[:: len(lines) // 1000]}
    assert all(isinstance(item, Item) and item.batch == batch.batch for item in found)


def test_production_passes_by() -> None:
    done = run("from app.issuing import failpoints\nfor one in failpoints.POINTS: failpoints.pass_by(one)", point=None)
    assert done.returncode == 0
    environment = dict(os.environ, PYTHONPATH=str(ROOT), ZPM_FAILPOINT="after_claim")  # without ZPM_TESTING
    program = "from app.issuing import failpoints; failpoints.pass_by('after_claim')"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=environment, check=False).returncode == 0
