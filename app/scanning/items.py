"""The state of an item in Valkey, and how it stays true.

A bucket is a hash of up to 128 items; a field's value is `views,first,province` (`first` in minutes
since 2020, province in two digits): about 20 bytes an item. Values merge by the higher count, which
the database gave: replays and races are harmless.

An empty Valkey must not read as "first view". A missing field means *never viewed* only under the
segment's completeness marker `run.nonce`, written after every viewed item of the segment was put
in; the run id is that of the server we speak to, and this worker must have met the nonce in an
earlier reply (so a flush and a refill between two commands cannot deceive it). In every other
case PostgreSQL is asked. An empty value says that a view is being committed: ask PostgreSQL.
"""

import asyncio
import contextlib
import logging
import secrets
from collections import OrderedDict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from asyncpg import Pool, Record

from app.scanning import queries
from app.store import keys
from app.store.postgres import AWAY, borrowed
from app.store.wire import Script, Wire, WireDown
from codes.verdict.facts import NEVER_VIEWED, ItemState

SEGMENT = 1 << 16
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TRUTH_WAIT_S = 1.0
FILL_MOST_S = 60
"""A filling that takes longer leaves no marker and is begun anew."""
SEGMENTS_MET = 50_000
"""Segments whose marker a worker remembers; a forgotten one costs one question to PostgreSQL."""

log = logging.getLogger(__name__)

MERGE = Script("""
for i = 1, #ARGV, 2 do
    local old = redis.call('HGET', KEYS[1], ARGV[i])
    local new = ARGV[i + 1]
    local had = old and tonumber(string.match(old, '^%d+'))
    if not had or had <= tonumber(string.match(new, '^%d+')) then
        redis.call('HSET', KEYS[1], ARGV[i], new)
    end
end
return 0
""")


# The marker is set only while the token of this filling is still there: a flush after the token was
# set, so after anything that was read or written for the marker, takes the token along.
MARK = Script("""
if redis.call('GET', KEYS[2]) == ARGV[1] then
    redis.call('DEL', KEYS[2])
    redis.call('SET', KEYS[1], ARGV[2])
end
return 0
""")


def pack(views: int, first_at: datetime, province: str | None) -> str:
    minutes = int((first_at - _SINCE).total_seconds()) // 60
    return f"{views},{minutes},{province[:2] if province else ''}"


def unpack(value: bytes) -> ItemState:
    views, minutes, province = value.decode().split(",")
    return ItemState(
        views=int(views),
        first_at=_SINCE + timedelta(minutes=int(minutes)),
        first_province=province + "0000" if province else None,
    )


def from_row(row: Record | None) -> ItemState:
    if row is None or not row["views"]:
        return NEVER_VIEWED
    return ItemState(views=row["views"], first_at=row["first_at"], first_province=row["first_province"])


class Items:
    """Item states: Valkey first, PostgreSQL whenever Valkey cannot be trusted."""

    def __init__(self, wire: Wire, pool: Pool) -> None:
        self.wire = wire
        self.pool = pool
        self._met: OrderedDict[str, bytes] = OrderedDict()
        self._filling: set[str] = set()
        self._broken: set[tuple[int, int]] = set()
        """Segments whose Valkey copy missed a write; they are repaired before they are trusted."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def state(self, batch: int, index: int) -> ItemState | None:
        """None when neither store can say."""
        marker_key = keys.marker(batch, index)
        try:
            field = self.wire.call("HGET", keys.bucket(batch, index), index & 127)
            mark = self.wire.call("GET", marker_key)
            value, marker = await asyncio.gather(field, mark)
        except WireDown:
            return await self._from_truth(batch, index)
        if marker is None or not marker.startswith(self._run) or (batch, index >> 16) in self._broken:
            self._spawn(self._fill(batch, index >> 16))
            return await self._from_truth(batch, index)
        if value:
            return unpack(value)
        if value is None and self._met.get(marker_key) == marker:
            return NEVER_VIEWED
        self._meet(marker_key, marker)
        return await self._from_truth(batch, index)

    @property
    def _run(self) -> bytes:
        return self.wire.run_id[:12].encode() + b"."

    def _meet(self, marker_key: str, marker: bytes) -> None:
        self._met[marker_key] = marker
        self._met.move_to_end(marker_key)
        while len(self._met) > SEGMENTS_MET:
            self._met.popitem(last=False)

    async def _from_truth(self, batch: int, index: int) -> ItemState | None:
        try:
            async with borrowed(self.pool, TRUTH_WAIT_S) as db:
                return from_row(await db.fetchrow(queries.item_state, batch, index, timeout=TRUTH_WAIT_S))
        except AWAY:
            return None

    async def announce(self, views: Iterable[tuple[int, int]]) -> None:
        """Before the commit: the items' fields, if missing, say "ask PostgreSQL"."""
        views = list(views)
        calls = [self.wire.call("HSETNX", keys.bucket(b, i), i & 127, b"") for b, i in views]
        for (batch, index), result in zip(views, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                self._break(batch, index >> 16)

    async def merge(self, rows: Iterable[Record]) -> None:
        """After the commit: put the committed states in."""
        rows = list(rows)
        calls = [
            self.wire.run_script(
                MERGE, [keys.bucket(r["batch"], r["index"])], r["index"] & 127,
                pack(r["views"], r["first_at"], r["first_province"]),
            )
            for r in rows
        ]  # fmt: skip
        for row, result in zip(rows, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                self._break(row["batch"], row["index"] >> 16)

    def _break(self, batch: int, segment: int) -> None:
        """A write was lost: until the segment is filled anew this worker does not trust it, and
        the marker is taken away so that nobody else does."""
        self._broken.add((batch, segment))
        self._spawn(self._repair(batch, segment))

    async def _repair(self, batch: int, segment: int) -> None:
        while (batch, segment) in self._broken:
            try:
                await self.wire.call("DEL", keys.marker(batch, segment << 16))
                self._broken.discard((batch, segment))
            except WireDown:
                await asyncio.sleep(0.25)

    async def _fill(self, batch: int, segment: int) -> None:
        """Put every viewed item of a segment into Valkey, then its marker."""
        first = segment << 16
        marker_key = keys.marker(batch, first)
        if marker_key in self._filling:
            return
        self._filling.add(marker_key)
        try:
            run, token = self._run, secrets.token_hex(8)
            token_key = keys.filling(batch, first)
            await self.wire.call("SET", token_key, token, "EX", FILL_MOST_S)
            async with borrowed(self.pool, FILL_MOST_S) as db:
                rows = await db.fetch(queries.segment_states, batch, first, first + SEGMENT - 1)
            buckets: dict[str, list[str | int]] = {}
            for row in rows:
                packed = pack(row["views"], row["first_at"], row["first_province"])
                buckets.setdefault(keys.bucket(batch, row["index"]), []).extend((row["index"] & 127, packed))
            for bucket, pairs in buckets.items():
                await self.wire.run_script(MERGE, [bucket], *pairs)
            await self.wire.run_script(MARK, [marker_key, token_key], token, run + secrets.token_hex(4).encode())
        except (WireDown, *AWAY) as error:
            log.info("segment %s of batch %s not filled: %s", segment, batch, type(error).__name__)
        finally:
            self._filling.discard(marker_key)

    def _spawn(self, work: "asyncio.Future[None] | object") -> None:
        task = asyncio.ensure_future(work)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._tasks, return_exceptions=True)
