"""`zpm migrate` and `zpm check`."""

import argparse
import asyncio
import sys

import asyncpg
import redis

from app.commands import context
from app.issuing import high_water
from app.settings import SETTINGS, Settings, SettingsRefused, WrongSetting
from app.store.migrate import migrate, pending
from app.store.postgres import AWAY
from codes.errors import Refusal

POSTGRES_LEAST = 150_000
REDIS_LEAST = (7, 0)


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    move = subparsers.add_parser("migrate", help="bring the database to this program's schema")
    context.add_store_options(move)
    move.set_defaults(run=run_migrate)
    check = subparsers.add_parser(
        "check",
        help="name every wrong setting",
        description="Read every setting, ask both stores, and name what is wrong by its stable id. "
        "Ends with 1 if anything is.",
    )
    context.add_store_options(check)
    check.set_defaults(run=run_check)


def run_migrate(namespace: argparse.Namespace) -> int:
    with context.settings_for(namespace) as settings:
        count = asyncio.run(migrate(settings.database_url))
    print(f"{count} migration{'' if count == 1 else 's'} applied." if count else "The schema is up to date.")
    return 0


def run_check(namespace: argparse.Namespace) -> int:
    notes: list[str] = []
    try:
        with context.settings_for(namespace) as settings:
            wrong = asyncio.run(_everything(settings))
            notes = _notes(settings)
    except SettingsRefused as refused:
        wrong = refused.wrong
    for item in wrong:
        print(item, file=sys.stderr)
    if not wrong:
        print("\n".join([f"{len(SETTINGS)} settings read, both stores answer: nothing is wrong.", *notes]))
    return 1 if wrong else 0


def _notes(settings: Settings) -> list[str]:
    """What is not wrong and still should be known."""
    if settings.smtp is None and not settings.demonstration:
        return ["note: Z14 ZPM_SMTP_URL is not set: invitations and other letters stay queued until it is."]
    return []


async def wrong_stores(settings: Settings) -> list[WrongSetting]:
    """What only asking tells: can pages be served from these two?"""
    wrong = []
    if problem := await _postgres(settings.database_url):
        wrong.append(WrongSetting("Z01", "DATABASE_URL", problem))
    if problem := await asyncio.to_thread(_valkey, settings.redis_url):
        wrong.append(WrongSetting("Z02", "REDIS_URL", problem))
    return wrong


async def _everything(settings: Settings) -> list[WrongSetting]:
    """Also what keeps only from issuing."""
    wrong = await wrong_stores(settings)
    if not settings.high_water_file.resolve().parent.is_dir():
        wrong.append(WrongSetting("Z07", "ZPM_HIGH_WATER_FILE", "its folder does not exist"))
    elif not wrong and (problem := await _high_water(settings)):
        wrong.append(WrongSetting("Z07", "ZPM_HIGH_WATER_FILE", problem))
    return wrong


async def _high_water(settings: Settings) -> str | None:
    connection = await asyncpg.connect(settings.database_url, timeout=5)
    try:
        await high_water.require_in_step(connection, settings)
    except Refusal as refusal:
        return str(refusal)
    finally:
        await connection.close()
    return None


async def _postgres(url: str) -> str | None:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (*AWAY, ValueError) as error:
        return f"cannot be reached: {error or type(error).__name__}"
    try:
        version = int(await connection.fetchval("show server_version_num"))
        if version < POSTGRES_LEAST:
            return f"is PostgreSQL {version // 10000}; 15 or newer is needed"
        if count := await pending(connection):
            return f"{count} migrations are missing; run `zpm migrate`"
    finally:
        await connection.close()
    return None


def _valkey(url: str) -> str | None:
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as server:
            info = server.info("server")
            version = tuple(int(part) for part in str(info["redis_version"]).split(".")[:2])
            policy = server.config_get("maxmemory-policy").get("maxmemory-policy")
    except (redis.RedisError, OSError, ValueError, TypeError) as error:  # the last two: of the URL's own form
        return f"cannot be reached: {error}"
    if version < REDIS_LEAST:
        return f"is version {info['redis_version']}; Redis 7 or Valkey is needed"
    if policy != "noeviction":
        return f"has maxmemory-policy {policy}; item state needs noeviction"
    return None
