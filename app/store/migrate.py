"""Bring a database to the schema of `migrations/`: dbmate's files, applied by dbmate.

An advisory lock makes two processes that start together take turns. It is polled: waiting inside
`pg_advisory_lock` holds a snapshot, which deadlocks with CREATE INDEX CONCURRENTLY. A digest table
of ours refuses a file that was edited after it was applied (dbmate knows only file names).
"""

import asyncio
import hashlib
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import asyncpg

FOLDER = Path(__file__).parents[2] / "migrations"
LOCK = 0x7A706D01  # "zpm" 01
LOCK_WAIT_S = 120
LOCK_TIMEOUT_MS = 4_000
"""A migration that cannot have its table lock soon gives way to the service, and is tried again."""


class MigrationFailed(Exception):
    """The database was left at the last whole migration; the message says why."""


def _digests() -> dict[str, str]:
    return {
        path.name.partition("_")[0]: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(FOLDER.glob("*.sql"))
    }


def _dbmate_url(url: str, plain: bool = False) -> str:
    """asyncpg's form of a URL in dbmate's words: a socket's folder is `socket`, TLS is asked for first."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    if (folder := query.pop("host", None)) is not None:
        query["socket"] = folder
    local = "socket" in query or parts.hostname in ("127.0.0.1", "::1", "localhost")
    if query.setdefault("sslmode", "prefer") in ("prefer", "allow"):  # lib/pq knows neither
        query["sslmode"] = "disable" if local or plain else "require"
    netloc = parts.netloc
    if user := query.pop("user", None):
        netloc = f"{user}@{netloc}"
    query["lock_timeout"] = str(LOCK_TIMEOUT_MS)
    return urlunsplit(("postgres", netloc, parts.path, urlencode(query), ""))


def _dbmate() -> str:
    beside = Path(sys.executable).with_name("dbmate")
    found = str(beside) if beside.exists() else shutil.which("dbmate")
    if found is None:
        raise MigrationFailed("dbmate is not installed: run `make setup`.")
    return found


async def migrate(url: str) -> int:
    """Apply what is missing; returns the number of migrations applied now."""
    connection = await asyncpg.connect(url, timeout=10)
    try:
        async with asyncio.timeout(LOCK_WAIT_S):
            while not await connection.fetchval("select pg_try_advisory_lock($1)", LOCK):
                await asyncio.sleep(0.2)
        return await _apply(connection, url)
    except TimeoutError:
        raise MigrationFailed(f"Another process has been migrating for {LOCK_WAIT_S} s.") from None
    finally:
        await connection.close()


async def _apply(connection: asyncpg.Connection, url: str) -> int:
    await connection.execute(
        "create table if not exists migration_digest (version text primary key, sha256 text not null)"
    )
    digests = _digests()
    known = {
        row["version"]: row["sha256"] for row in await connection.fetch("select version, sha256 from migration_digest")
    }
    if edited := [version for version, digest in known.items() if digests.get(version, digest) != digest]:
        raise MigrationFailed(f"Migration {edited[0]} was edited after it was applied; add a new one instead.")
    missing = sorted(set(digests) - set(known))
    if missing:
        failed, output = await _run(_dbmate_url(url))
        if failed and "SSL is not enabled on the server" in output:
            failed, output = await _run(_dbmate_url(url, plain=True))
        if failed:
            raise MigrationFailed(output)
        await connection.executemany(
            "insert into migration_digest (version, sha256) values ($1, $2)", [(v, digests[v]) for v in missing]
        )
    return len(missing)


async def _run(url: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        _dbmate(), "--url", url, "--migrations-dir", str(FOLDER), "--no-dump-schema", "migrate",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode(errors="replace").strip()


async def pending(connection: asyncpg.Connection) -> int:
    """How many migrations this program has that the database has not."""
    if await connection.fetchval("select to_regclass('migration_digest')") is None:
        return len(_digests())
    known = {row["version"] for row in await connection.fetch("select version from migration_digest")}
    return len(set(_digests()) - known)
