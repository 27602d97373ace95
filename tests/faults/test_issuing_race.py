"""Two issuers, many workers, half of the keys sent twice: no code twice, no order lost (F13).

`ZPM_RACE=2,8,10000` runs the whole of it; `python -m loadtest.orders` does the same over HTTP.
"""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import asyncpg

from app.issuing import high_water, statements
from tests.app.issuing.cast import HOOD, KETTLE, play, settings_of

ROOT = Path(__file__).parents[2]
ISSUERS, WORKERS, ORDERS = map(int, os.environ.get("ZPM_RACE", "2,4,300").split(","))

# Orders of one tenant, by its own role: key n stands for the same order whoever sends it.
WORKER = """
import asyncio, random, sys
from pathlib import Path
from uuid import UUID
import asyncpg
from app.edge.principals import Principal
from app.issuing import actions
from app.issuing.shapes import NewBatch
from app.store.askers import become
from tests.app.issuing.cast import NOW, settings_of

async def work(url, folder, enterprise, gtin, worker, orders):
    actor = Principal("race", UUID(enterprise), frozenset({"issuing:write"}), "enterprise")
    settings, chance = settings_of(url, Path(folder)), random.Random(int(worker))
    db = await asyncpg.connect(url)
    await become(db, actor.asker)
    mine = [n // 2 for n in range(int(orders))]
    chance.shuffle(mine)
    for n in mine:
        order = NewBatch(gtin=gtin, lot=f"L{n}", count=1 + n)
        batch = await actions.issue(db, order, f"key-{n}", actor, settings, NOW)
        print(n, batch.batch, flush=True)

asyncio.run(work(*sys.argv[1:]))
"""


async def test_no_code_twice_and_no_order_lost(cloned: str, tmp_path: Path) -> None:
    db = await asyncpg.connect(cloned)
    try:
        cast = await play(db, settings_of(cloned, tmp_path))
        other = await db.fetchval(
            "select p.enterprise_id from gtin g join product p on p.id = g.product_id where g.gtin = $1", KETTLE
        )
        issuers = [(str(cast.enterprise), HOOD), (str(other), KETTLE)][:ISSUERS]
        processes = [
            (enterprise, _start(cloned, tmp_path, enterprise, gtin, worker))
            for enterprise, gtin in issuers
            for worker in range(WORKERS)
        ]
        heard: dict[tuple[str, int], set[int]] = {}
        for enterprise, process in processes:
            said, wrong = await asyncio.to_thread(process.communicate)
            assert process.returncode == 0, wrong
            for line in said.splitlines():
                n, batch = map(int, line.split())
                heard.setdefault((enterprise, n), set()).add(batch)
        assert len(heard) == len(issuers) * (ORDERS // 2)
        assert all(len(batches) == 1 for batches in heard.values())  # one key, one batch, whoever asked
        given = {batch for batches in heard.values() for batch in batches}
        assert len(given) == len(heard)  # no batch for two orders
        rows = await db.fetch("select batch, count, statement from batch")
        assert {row["batch"] for row in rows} == given  # none lost, none that nobody was told of
        keys = await statements.public_keys(db)
        assert all(statements.verify(row["statement"], keys).count == row["count"] for row in rows)
        await high_water.require_in_step(db, cast.settings)
    finally:
        await db.close()


def _start(url: str, folder: Path, enterprise: str, gtin: str, worker: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, url, str(folder), enterprise, gtin, str(worker), str(ORDERS)],
        cwd=ROOT, env=dict(os.environ, PYTHONPATH=str(ROOT)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
