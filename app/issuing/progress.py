"""Reading a file from one end to the other in the background, for its digest and its manifest.

The pass belongs to the worker that claimed it; its row says how far it is. A worker that dies stops
ticking, and whoever asks next has the pass begun again: the file follows from its order, so nothing
is lost but time. A download that went through in one piece has read the file as well.
"""

import asyncio
import logging
from datetime import UTC, datetime, timedelta

from asyncpg import Connection, Pool
from msgspec import Struct

from app.edge.principals import Principal
from app.issuing import exports, files, queries
from app.issuing.manifests import Tally
from app.issuing.shapes import ExportFile
from app.settings import Settings
from app.store.askers import borrowed_as
from codes.errors import Refusal

log = logging.getLogger(__name__)

TICK_S = 1.0
SILENT = timedelta(seconds=30)
"""A pass that has not ticked for so long has lost its worker."""
AT_ONCE = 2
"""Passes a worker makes at a time; the others wait for their turn, ticking."""

_passes: set[asyncio.Task[None]] = set()
_turns: dict[asyncio.AbstractEventLoop, asyncio.Semaphore] = {}


class Progress(Struct, frozen=True, kw_only=True):
    """How far a file is; `left_s` is a guess from the rate so far."""

    done: int
    total: int
    running: bool
    made: bool
    failed: str | None
    rate: int | None
    left_s: int | None

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total


def progress_of(file: ExportFile, now: datetime) -> Progress:
    running = file.made_at is None and file.ticked_at is not None and now - file.ticked_at < SILENT
    rate = left = None
    if running and file.begun_at and file.ticked_at and file.done:
        seconds = max((file.ticked_at - file.begun_at).total_seconds(), 0.001)
        rate = round(file.done / seconds)
        left = round((file.total - file.done) / max(rate, 1))
    return Progress(
        done=file.done, total=file.total, running=running, made=file.made_at is not None, failed=file.failed,
        rate=rate, left_s=left,
    )  # fmt: skip


async def begin(
    db: Connection, pool: Pool, file: ExportFile, actor: Principal, settings: Settings, now: datetime
) -> None:
    """Have the file read, unless it was or somebody is at it."""
    if file.made_at is not None or await queries.claim_pass.get(db, file.id, now - SILENT, now) is None:
        return
    task = asyncio.create_task(_pass(pool, file, actor, settings))
    _passes.add(task)
    task.add_done_callback(_passes.discard)


async def _pass(pool: Pool, file: ExportFile, actor: Principal, settings: Settings) -> None:
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    try:
        await _wait_for(turn, pool, file, actor)
        try:
            tally = await _read(pool, file, actor, settings)
        finally:
            turn.release()
        async with borrowed_as(pool, actor.asker) as db:
            await files.keep(db, file, tally, settings, datetime.now(UTC))
    except Exception as error:  # nobody awaits this task; the row says that it failed, the log why
        log.exception("the pass over file %s failed", file.id)
        reason = error.code if isinstance(error, Refusal) else "internal"
        async with borrowed_as(pool, actor.asker) as db:
            await queries.fail_pass.run(db, file.id, reason)


async def _wait_for(turn: asyncio.Semaphore, pool: Pool, file: ExportFile, actor: Principal) -> None:
    """Until it is our turn; whoever gives up in between takes none away from the others."""
    waiting = asyncio.create_task(turn.acquire())
    try:
        while not (await asyncio.wait([waiting], timeout=TICK_S))[0]:
            await _tick(pool, file, actor, 0)
    except BaseException:
        if not waiting.cancel():  # it came meanwhile
            turn.release()
        raise


async def _read(pool: Pool, file: ExportFile, actor: Principal, settings: Settings) -> Tally:
    passing, ticked = files.Passing(file), datetime.now(UTC)
    chunks = exports.stream(files.order_behind(file), file.format, settings.ring)
    async for _ in exports.off_the_loop(passing.watch(chunks)):
        if (datetime.now(UTC) - ticked).total_seconds() > TICK_S:
            ticked = datetime.now(UTC)
            await _tick(pool, file, actor, passing.tally.labels)
    return passing.tally


async def _tick(pool: Pool, file: ExportFile, actor: Principal, done: int) -> None:
    async with borrowed_as(pool, actor.asker) as db:
        await queries.tick_pass.run(db, file.id, done, datetime.now(UTC))
