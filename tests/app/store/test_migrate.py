"""Migrations: applied once, by one at a time; an edited one is refused."""

import asyncio
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from app.store import migrate
from app.store.embedded.use import Stores
from tests.app.databases import run, with_database


@pytest.fixture
def empty(stores: Stores) -> Iterator[str]:
    name = f"zpm_empty_{secrets.token_hex(6)}"
    run(stores.database_url, f'create database "{name}"')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


async def test_two_that_migrate_together_take_turns(empty: str) -> None:
    counts = await asyncio.gather(migrate.migrate(empty), migrate.migrate(empty))
    assert sorted(counts) == [0, len(list(migrate.FOLDER.glob("*.sql")))]
    connection = await asyncpg.connect(empty)
    assert await migrate.pending(connection) == 0
    assert await connection.fetchval("select count(*) from region") == 102
    await connection.close()


async def test_a_file_edited_after_it_was_applied_is_refused(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    assert await migrate.migrate(empty) > 0
    edited = sorted(folder.glob("*.sql"))[1]
    edited.write_text(edited.read_text() + "\n-- a thought that came too late\n")
    with pytest.raises(migrate.MigrationFailed, match="edited after it was applied"):
        await migrate.migrate(empty)
    (folder / "20991231000000_more.sql").write_text("-- migrate:up\ncreate table more (id int);\n-- migrate:down\n")
    shutil.copy(Path(__file__).parents[3] / "migrations" / edited.name, edited)
    assert await migrate.migrate(empty) == 1


async def test_a_migration_that_fails_leaves_the_last_whole_one(
    empty: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, folder)
    monkeypatch.setattr(migrate, "FOLDER", folder)
    bad = folder / "20991231000000_bad.sql"
    bad.write_text("-- migrate:up\ncreate table half (id int);\nselect no_such_function();\n-- migrate:down\n")
    with pytest.raises(migrate.MigrationFailed, match="no_such_function"):
        await migrate.migrate(empty)
    connection = await asyncpg.connect(empty)
    assert await connection.fetchval("select to_regclass('half')") is None
    assert await connection.fetchval("select count(*) from region") == 102
    await connection.close()
    bad.write_text("-- migrate:up\ncreate table whole (id int);\n-- migrate:down\n")
    assert await migrate.migrate(empty) >= 1  # the good ones were applied, though their count was not told


async def test_a_database_nobody_migrated_is_behind(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    assert await migrate.pending(connection) == len(list(migrate.FOLDER.glob("*.sql")))
    await connection.close()


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("postgresql:///zpm?host=/run/pg&user=zpm", ["postgres://zpm@/zpm?", "socket=%2Frun%2Fpg", "sslmode=disable"]),
        ("postgres://u:p@db.example:5433/zpm?sslmode=verify-full", ["u:p@db.example:5433", "sslmode=verify-full"]),
        ("postgresql://u@127.0.0.1/zpm", ["sslmode=disable"]),
        ("postgresql://u@db.example/zpm", ["sslmode=require"]),
    ],
)
def test_urls_are_said_in_dbmates_words(url: str, parts: list[str]) -> None:
    said = migrate._dbmate_url(url)
    assert all(part in said for part in parts), said
