"""The embedded servers live as long as somebody uses their folder, however the users end."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from app.store.embedded.use import stores_of, wait_until_stopped

HOLD = """
import sys, time, pathlib
from app.store.embedded.use import stores_of
with stores_of(pathlib.Path(sys.argv[1])) as stores:
    print(stores.database_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="zpm-e"))
    yield path
    assert wait_until_stopped(path)
    shutil.rmtree(path)


def ask(url: str, question: str = "select 1") -> object:
    async def go() -> object:
        connection = await asyncpg.connect(url, timeout=5)
        try:
            return await connection.fetchval(question)
        finally:
            await connection.close()

    return asyncio.run(go())


def pids(folder: Path) -> dict[str, int]:
    return json.loads((folder / "run" / "ready.json").read_text())


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def hold(folder: Path) -> "subprocess.Popen[str]":
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().startswith("postgresql://")
    return process


def test_servers_stop_after_the_last_user_and_keep_their_data(folder: Path) -> None:
    with stores_of(folder) as first:
        ask(first.database_url, "create table kept as select 7 as n")
        with stores_of(folder) as second:
            assert second == first
        assert ask(first.database_url, "select n from kept") == 7  # the inner user's end stopped nothing
        servers = pids(folder)
    assert wait_until_stopped(folder)
    assert eventually(lambda: all(gone(servers[name]) for name in ("postgres", "valkey", "guardian")))
    with stores_of(folder) as again:
        assert ask(again.database_url, "select n from kept") == 7


def test_a_user_killed_with_9_leaves_nothing(folder: Path) -> None:
    holder = hold(folder)
    servers = pids(folder)
    holder.kill()
    holder.communicate()
    assert eventually(lambda: all(gone(servers[name]) for name in ("postgres", "valkey", "guardian")))
    with stores_of(folder) as stores:
        assert ask(stores.database_url) == 1


def test_a_killed_guardian_is_replaced_and_its_servers_are_taken_down_first(folder: Path) -> None:
    holder = hold(folder)
    before = pids(folder)
    os.kill(before["guardian"], signal.SIGKILL)
    holder.kill()
    holder.communicate()
    assert eventually(lambda: gone(before["guardian"]))
    assert not gone(before["postgres"])  # nobody was left to stop it
    with stores_of(folder) as stores:
        assert ask(stores.database_url) == 1
        assert pids(folder)["postgres"] != before["postgres"]
        assert gone(before["postgres"])
        assert gone(before["valkey"])


def test_a_server_that_dies_comes_back(folder: Path) -> None:
    with stores_of(folder) as stores:
        ask(stores.database_url, "create table kept as select 1 as n")
        os.kill(pids(folder)["postgres"], signal.SIGKILL)

        def answers() -> bool:
            try:
                return ask(stores.database_url, "select n from kept") == 1
            except (OSError, TimeoutError, asyncpg.PostgresError):
                return False

        assert eventually(answers)


def test_two_that_start_together_share_one_pair(folder: Path) -> None:
    processes = [
        subprocess.Popen([sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    try:
        urls = {process.stdout.readline() for process in processes if process.stdout}
        assert len(urls) == 1
        assert urls.pop().startswith("postgresql://")
    finally:
        for process in processes:
            process.kill()
            process.communicate()


def test_a_long_folder_name_still_has_a_short_socket(folder: Path) -> None:
    deep = folder / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    with stores_of(deep) as stores:
        assert ask(stores.database_url) == 1
    assert wait_until_stopped(deep)
