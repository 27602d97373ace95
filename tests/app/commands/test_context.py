"""Which stores a command uses, and what every command has in common."""

import asyncio
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.__main__ import COMMANDS
from app.commands.up import refuse_wrong_stores
from app.settings import SettingsRefused, from_environment
from app.store.embedded.use import Stores, wait_until_stopped
from app.store.migrate import migrate
from tests.app.commands.conftest import WAIT_S, ZPM, Start, Up, all_gone, environment, free_port, headline, zpm
from tests.app.databases import run, with_database


def test_every_command_explains_itself_and_others_are_wrong_usage() -> None:
    asked = [["--help"], ["--version"], *([command, "--help"] for command in COMMANDS), ["frobnicate"], []]
    processes = [
        subprocess.Popen([*ZPM, *words], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for words in asked
    ]
    said = [process.communicate(timeout=WAIT_S) for process in processes]
    assert [process.returncode for process in processes] == [0] * (len(asked) - 2) + [2, 2]
    for words, (out, err) in zip(asked[:-2], said, strict=False):
        assert err == ""
        assert out.startswith("zpm " if words == ["--version"] else " ".join(["usage: zpm", *words[:-1]]))
    assert all(command in said[0][0] for command in COMMANDS)
    assert "frobnicate" in said[-2][1]


# The stores of a folder.


def codes_of(batch: str, data: Path, **more: str) -> list[str]:
    done = zpm("export", batch, "--data", str(data), "--format", "txt", "-o", "-", **more)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


def issue(gtin: str, data: Path, **more: str) -> str:
    done = zpm("issue", "--gtin", gtin, "--lot", "C1", "--count", "3", "--data", str(data), **more)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_codes_issued_while_up_runs_are_live_at_once(running: Up) -> None:
    batch = issue(running.gtin, running.data)
    codes = codes_of(batch, running.data)
    assert len(codes) == 3
    assert codes[0].startswith(f"{running.base.upper()}/01/{running.gtin}/21/")
    page = running.get("/01/" + codes[0].partition("/01/")[2], headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    assert "此前没有消费者查询记录" in headline(page)


def test_a_named_folder_wins_over_the_environment(running: Up, tmp_path: Path) -> None:
    (tmp_path / "url").write_text("postgresql://127.0.0.1:1/elsewhere")
    elsewhere = {"DATABASE_URL_FILE": str(tmp_path / "url"), "REDIS_URL": "redis://127.0.0.1:1"}
    assert len(codes_of(issue(running.gtin, running.data, **elsewhere), running.data, **elsewhere)) == 3


def test_a_folder_that_nobody_serves_is_used_too(folder: Path, start: Start) -> None:
    data = folder / "data"
    demo = zpm("demo", "--data", str(data))
    assert demo.returncode == 0, demo.stderr
    states = dict(line.split("\t") for line in demo.stdout.splitlines())
    gtin = states["valid_first"].partition("/01/")[2][:14]
    codes = codes_of(issue(gtin, data), data)
    assert [code.partition("/01/")[0] for code in codes] == ["HTTP://127.0.0.1:8000"] * 3
    assert wait_until_stopped(data)
    assert not (data / "run" / "ready.json").exists()


# The stores of the environment.


@pytest.fixture
def given(stores: Stores, cloned: str, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": cloned, "REDIS_URL": stores.redis_url, "ZPM_ROOT_KEY_HEX": secrets.token_hex(32),
        "ZPM_HIGH_WATER_FILE": str(tmp_path / "high-water"), "ZPM_FILES": str(tmp_path / "files"),
        "ZPM_PUBLIC_URL": "https://zpm.example",
    }  # fmt: skip


@pytest.fixture
def empty(stores: Stores) -> Iterator[str]:
    name = f"zpm_empty_{secrets.token_hex(4)}"
    run(stores.database_url, f'create database "{name}"')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


def connections(url: str) -> int:
    async def count() -> Any:
        db = await asyncpg.connect(url)
        try:
            named = "application_name like 'zpm%' and datname = current_database()"
            return await db.fetchval(f"select count(*) from pg_stat_activity where {named}")
        finally:
            await db.close()

    return asyncio.run(count())


def test_serve_uses_the_stores_of_the_environment(start: Start, given: dict[str, str]) -> None:
    up = start(command=(*ZPM, "serve"), data=False, env=environment(**given))
    assert up.said("serving: ") == "https://zpm.example/"
    assert up.get("/healthz").json() == {"status": "serving", "database": True, "cache": True}
    assert connections(given["DATABASE_URL"]) > 0
    assert list(up.folder.iterdir()) == []
    everything = up.everything()
    assert up.end() == 0
    assert all_gone(everything)


def refused(command: str, given: dict[str, str], folder: Path) -> str:
    done = zpm(command, "--port", str(free_port()), cwd=folder, **given)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Traceback" not in done.stderr
    assert list(folder.iterdir()) == []
    return done.stderr


def test_serve_refuses_a_database_without_the_schema(given: dict[str, str], empty: str, folder: Path) -> None:
    said = refused("serve", given | {"DATABASE_URL": empty}, folder)
    assert said.startswith("zpm: Z01 DATABASE_URL: ")
    assert "`zpm migrate`" in said
    asyncio.run(migrate(empty))  # …and `zpm up` would have brought it


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"DATABASE_URL": "postgresql://127.0.0.1:1/zpm"}, "Z01 DATABASE_URL: cannot be reached"),
        ({"REDIS_URL": ""}, "Z02 REDIS_URL: "),
        ({"ZPM_ROOT_KEY_HEX": "00"}, "Z03 ZPM_ROOT_KEY_HEX: "),
    ],
    ids=["no database", "one without the other", "a wrong key"],
)
def test_serve_refuses_what_it_cannot_rely_on(
    given: dict[str, str], folder: Path, wrong: dict[str, str], named: str
) -> None:
    assert refused("serve", given | wrong, folder).startswith(f"zpm: {named}")


def test_serve_says_that_valkey_is_away_and_starts(given: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """Everything is then answered from PostgreSQL: a restart must not wait for the cache."""
    settings = from_environment(given | {"REDIS_URL": "redis://127.0.0.1:1"})
    refuse_wrong_stores(settings, without=("Z02",))
    assert capsys.readouterr().err.startswith("zpm: Z02 REDIS_URL: cannot be reached")
    with pytest.raises(SettingsRefused, match="Z02"):
        refuse_wrong_stores(settings)


def test_up_refuses_stores_of_the_environment_that_are_away(given: dict[str, str], folder: Path) -> None:
    assert "127.0.0.1" in refused("up", given | {"DATABASE_URL": "postgresql://127.0.0.1:1/zpm"}, folder)
    assert refused("up", given | {"REDIS_URL": "redis://127.0.0.1:1"}, folder).startswith("zpm: Z02 REDIS_URL")


ASK_THE_KEY = """
import argparse, pathlib, sys
from app.commands.context import settings_for
with settings_for(argparse.Namespace(data=pathlib.Path(sys.argv[1]))) as settings:
    print(settings.root_key.hex())
"""


def test_two_commands_that_start_together_share_one_key(folder: Path) -> None:
    """The first use of a folder makes its keys; nobody may go on with others than the folder's."""
    command = [sys.executable, "-c", ASK_THE_KEY, str(folder / "data")]
    processes = [subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) for _ in range(2)]
    keys = {process.communicate(timeout=WAIT_S)[0] for process in processes}
    assert keys == {(folder / "data" / "root.key").read_text()}
    assert wait_until_stopped(folder / "data")
