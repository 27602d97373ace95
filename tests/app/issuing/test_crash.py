"""An issuer that is killed at any moment: every key ends with one batch, nothing is given twice."""

import asyncio
import os
import random
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from app.issuing import actions, high_water, statements
from tests.app.issuing.cast import NOW, Cast, play, settings_of

ROOT = Path(__file__).parents[3]
ISSUER = """
import asyncio, sys
from pathlib import Path
import asyncpg
from app.issuing import actions
from app.issuing.shapes import NewBatch
from tests.app.issuing.cast import ACTOR, HOOD, NOW, settings_of

async def issue(url, folder, start):
    db = await asyncpg.connect(url)
    print("begun", flush=True)
    for number in range(int(start), 10**6):
        order = NewBatch(gtin=HOOD, lot="L", count=1 + number)
        batch = await actions.issue(db, order, f"key-{number}", ACTOR, settings_of(url, Path(folder)), NOW)
        print(number, batch.batch, flush=True)

asyncio.run(issue(*sys.argv[1:]))
"""


@pytest.mark.parametrize("seed", range(4))
def test_killed_anywhere(cloned: str, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    with asyncio.Runner() as runner:
        db = runner.run(asyncpg.connect(cloned))
        try:
            cast = runner.run(play(db, settings_of(cloned, tmp_path)))
            acknowledged: dict[int, int] = {}
            for _ in range(2):
                acknowledged |= _issue_until_killed(cloned, tmp_path, len(acknowledged), chance)
            runner.run(_check(db, cast, acknowledged))
        finally:
            runner.run(db.close())


def _issue_until_killed(url: str, folder: Path, start: int, chance: random.Random) -> dict[int, int]:
    """What was acknowledged before the kill, which falls somewhere into the next order."""
    process = subprocess.Popen(
        [sys.executable, "-c", ISSUER, url, str(folder), str(start)],
        cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    heard = [process.stdout.readline() for _ in range(chance.randrange(3, 33))]
    for _ in range(chance.randrange(50_000)):  # a random fraction of the few milliseconds an order takes
        pass
    process.kill()
    heard += process.communicate()[0].splitlines(keepends=True)
    whole = [line.split() for line in heard[1:] if line.endswith("\n")]
    return {int(number): int(batch) for number, batch in whole}


async def _check(db: asyncpg.Connection, cast: Cast, acknowledged: dict[int, int]) -> None:
    await high_water.require_in_step(db, cast.settings)
    rows = {row["idempotency_key"]: row["batch"] for row in await db.fetch("select idempotency_key, batch from batch")}
    assert {f"key-{number}": batch for number, batch in acknowledged.items()}.items() <= rows.items()
    keys = await statements.public_keys(db)
    for number in range(len(acknowledged) + 1):  # the client tries again, the one it had no answer to as well
        order = cast.order(lot="L", count=1 + number)
        batch = await actions.issue(db, order, f"key-{number}", cast.actor, cast.settings, NOW)
        assert acknowledged.get(number, batch.batch) == batch.batch
        assert statements.verify(batch.statement, keys).batch == batch.batch
    assert await db.fetchval("select count(*) from batch") == len(acknowledged) + 1
