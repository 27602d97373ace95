"""The high-water file: what keeps "no code twice" true when a database moves backwards.

A batch id is the sequence's next value, and every code is a function of (epoch, batch id, index).
A restored backup or a lagging standby that was promoted has an older sequence: it would give ids
away a second time. So each id is written to an append-only file of the issuing host, outside the
database and its backups, before the batch is committed, and nothing is issued while that file is
ahead of the database.

*The file.* One line a batch: the highest id of every epoch so far and a CRC, `0:14 1:157 9f3a21bc`.
The last line says everything, so reading it costs the same after ten batches and after a million;
the lines above it are the history. Lines are appended under `flock` and fsynced one at a time:
only the last can be torn (power cut, disk full). A torn line was never acknowledged, hence its id
never committed; it is cut off. A damaged line above a torn one stops issuing.

*In step.* Under the lock the sequence is read without advancing it. Its next value must lie above
the highest id recorded **under the epoch of issue**, else `DatabaseBehind` says what to do: switch
to a fresh epoch. Under a fresh epoch nothing is recorded, ids may repeat those that were lost,
and no code does, since each epoch has its own key. (Ids stay unique within the database by its
primary key, and a sequence that lies behind the rows is moved past them.) Proofs (epoch 0) are refused
too while the issuing epoch is behind, and skip ahead of what was recorded under epoch 0.

*An aborted transaction* leaves a recorded id without a row, but the sequence does not roll back:
a gap, and the next issue goes on. *A crash of PostgreSQL* could take back a value the sequence
gave, since nextval alone is not flushed (kill -9: 12 of 12 lost); that would look like a restore. So
the value is taken in a transaction of its own that writes (`setval`, which is logged every time) and
is flushed by its commit (kill -9: 0 of 12 lost), and only then goes into the file: what the file
knows, the database has on disk.

*Limits.* One issuing host, or the file on storage that host shares (flock must work there). Never
restore the file from a backup, never keep it in the database's volume snapshot.
"""

import asyncio
import errno
import fcntl
import logging
import os
import zlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from weakref import WeakKeyDictionary

from asyncpg import Connection

from app.issuing import queries
from app.issuing.errors import DatabaseBehind, HighWaterDamaged, HighWaterUnusable
from app.settings import Settings

log = logging.getLogger(__name__)

HEADER = b"zpm high water 1\n"
"""Tells our file from any other that the setting may name by mistake: that one is never touched."""
LONGEST_LINE = 32 * len("31:4294967295 ") + 9
LOCK_WAIT_S = 8.0
"""Below the database's statement timeout; a holder needs a few milliseconds."""
LOOK_EVERY_S = 0.002

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Lock] = WeakKeyDictionary()
"""Within a process issuers queue; polling alone would let some wait a hundred times longer than others."""


class Marks:
    """The file while it is locked: the highest id of each epoch."""

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self._fd = fd
        self._highest, whole = _read(path, fd)
        if whole < os.fstat(fd).st_size:
            os.ftruncate(fd, whole)
        if whole == 0:
            self._append(HEADER)

    def highest(self, epoch: int) -> int:
        return self._highest.get(epoch, 0)

    async def record(self, epoch: int, batch: int) -> None:
        """Append and fsync. An id that is not above the highest of its epoch is a fault of ours."""
        if batch <= self.highest(epoch):  # not an assertion: `python -O` must not take it away
            raise RuntimeError(f"batch {batch} is not above {self.highest(epoch)} under epoch {epoch}")
        self._highest[epoch] = batch
        marks = " ".join(f"{e}:{b}" for e, b in sorted(self._highest.items())).encode()
        append = asyncio.ensure_future(asyncio.to_thread(self._append, marks + b" %08x\n" % zlib.crc32(marks)))
        try:
            await asyncio.shield(append)
        except asyncio.CancelledError:
            await asyncio.wait([append])  # the lock must outlive the write
            raise
        except OSError as error:
            raise _unusable(self._path, error) from error

    def _append(self, line: bytes) -> None:
        if os.write(self._fd, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(self._fd)


def _read(path: Path, fd: int) -> tuple[dict[int, int], int]:
    """The marks of the last whole line, and the length of the file up to its end."""
    size, head = os.fstat(fd).st_size, os.pread(fd, len(HEADER), 0)
    if head != HEADER:
        if HEADER.startswith(head):
            return {}, 0  # new, or its first write was torn
        raise _damaged(path)
    start = max(len(HEADER), size - 3 * LONGEST_LINE)
    *lines, torn = os.pread(fd, size - start, start).split(b"\n")
    end = size - len(torn)
    if not lines and start == len(HEADER):
        return {}, end
    if (marks := _marks(lines[-1])) is not None:
        return marks, end
    # A power cut may leave the last line whole in length but not in content.
    end -= len(lines[-1]) + 1
    if not torn and end == len(HEADER):
        return {}, end
    if not torn and len(lines) > 1 and (marks := _marks(lines[-2])) is not None:
        return marks, end
    raise _damaged(path)


def _marks(line: bytes) -> dict[int, int] | None:
    marks, _, crc = line.rpartition(b" ")
    try:
        if int(crc, 16) != zlib.crc32(marks):
            return None
        pairs = [pair.split(b":") for pair in marks.split(b" ")]
        return {int(epoch): int(batch) for epoch, batch in pairs}
    except ValueError:
        return None


@asynccontextmanager
async def held(path: Path) -> AsyncIterator[Marks]:
    """Lock the file against every other issuer of this host, and read it."""
    turn = _turns.setdefault(asyncio.get_running_loop(), asyncio.Lock())
    async with turn:
        try:
            fd = _open(path)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            yield await _locked(path, fd)
        finally:
            os.close(fd)  # drops the lock


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    new = not path.exists()
    fd = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    if new:
        folder = os.open(path.parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)
    return fd


async def _locked(path: Path, fd: int) -> Marks:
    try:
        async with asyncio.timeout(LOCK_WAIT_S):
            while not _try_lock(fd):
                await asyncio.sleep(LOOK_EVERY_S)
        return Marks(path, fd)
    except TimeoutError as error:
        raise HighWaterUnusable(problem="another process holds it") from error
    except OSError as error:
        raise _unusable(path, error) from error


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unusable(path: Path, error: OSError) -> HighWaterUnusable:
    log.error("the high-water file %s cannot be used: %s", path, error)
    return HighWaterUnusable(problem=error.strerror or type(error).__name__)


def _damaged(path: Path) -> HighWaterDamaged:
    log.error("%s is damaged or not a high-water file", path)
    return HighWaterDamaged()


async def require_in_step(db: Connection, settings: Settings) -> None:
    """Start-up's question: would anything be issued? Raises what `take_id` would."""
    async with held(settings.high_water_file) as marks:
        await _require_in_step(db, settings, marks)


async def _require_in_step(db: Connection, settings: Settings, marks: Marks) -> None:
    epoch = settings.issuing_epoch
    upcoming = await queries.upcoming_id.get(db)
    if upcoming <= marks.highest(epoch):
        raise DatabaseBehind(epoch=epoch, recorded=marks.highest(epoch), next=upcoming)


async def take_id(db: Connection, settings: Settings, epoch: int) -> int:
    """The next batch id, above every id ever recorded under `epoch`, on disk here and there."""
    return (await take_ids(db, settings, epoch, 1))[0]


async def take_ids(db: Connection, settings: Settings, epoch: int, many: int) -> range:
    """The next ids in a row; one line of the file says them all, since it says the highest."""
    async with held(settings.high_water_file) as marks:
        await _require_in_step(db, settings, marks)
        async with db.transaction():
            await queries.lock_allocation.get(db, queries.ALLOCATION)
            last = await queries.take_ids.get(db, marks.highest(epoch) + 1, many)
        await marks.record(epoch, last)
    return range(last - many + 1, last + 1)
