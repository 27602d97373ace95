"""The state of an item in Valkey, and how it stays true.

A bucket is a hash of up to 128 items; a field's value is `views,first,province` (`first` in minutes
since 2020, province in two digits): about 20 bytes an item. Values merge by the higher count, which
the database gave: replays and races are harmless.

An empty Valkey must not read as "first view". A missing field means *never viewed* only under the
segment's completeness marker `run.v.nonce`, written after every viewed item of the segment was put
in. It is believed when the run id is that of the server we speak to, when no view was committed
since `v` that Valkey could not be told of (such a commit ticks the facts clock for the segment),
and when this worker has met the nonce in an earlier reply (so a flush and a refill between two
commands cannot deceive it). In every other case PostgreSQL is asked. An empty value says that a
view is being committed: ask PostgreSQL. See docs/decisions/0004-item-state.md.
"""

import asyncio
import logging
import secrets
from collections import OrderedDict
from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime, timedelta

from asyncpg import Pool, Record

from app.scanning import queries
from app.store import keys
from app.store.clock import FactsClock
from app.store.postgres import AWAY, Breaker, borrowed
from app.store.wire import Script, Wire, WireDown
from codes.verdict.facts import NEVER_VIEWED, ItemState

SEGMENT = 1 << 16
_SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TRUTH_WAIT_S = 0.5
SLICE = 2_000
"""Rows of a filling read and packed in one go: the loop must not stand still."""
FILLS_MOST = 64
"""Segments that wait to be filled; the next scan of another asks for it again."""
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
    """Raises ValueError for what we did not write."""
    views, minutes, province = value.decode("ascii").split(",")
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

    def __init__(self, wire: Wire, pool: Pool, clock: FactsClock, breaker: Breaker) -> None:
        self.wire = wire
        self.pool = pool
        self.clock = clock
        self.breaker = breaker
        self._met: OrderedDict[str, bytes] = OrderedDict()
        self._filling: set[str] = set()
        self._one_fill = asyncio.Semaphore(1)
        self._broken: set[tuple[int, int]] = set()
        """Segments whose Valkey copy missed a write of ours; not trusted until it was repaired."""
        self._repairing: asyncio.Task[None] | None = None
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
        if not self._believable(marker, batch, index):
            self._fill_soon(batch, index >> 16)
            return await self._from_truth(batch, index)
        if value:
            try:
                return unpack(value)
            except ValueError:  # not ours, or damaged
                self._break(batch, index >> 16)
                return await self._from_truth(batch, index)
        if value is None and self._met.get(marker_key) == marker:
            return NEVER_VIEWED
        self._meet(marker_key, marker)
        return await self._from_truth(batch, index)

    def _believable(self, marker: bytes | None, batch: int, index: int) -> bool:
        if marker is None or not marker.startswith(self._run) or (batch, index >> 16) in self._broken:
            return False
        v = marker[len(self._run) :].partition(b".")[0]
        return v.isdigit() and self.clock.usable(int(v), (keys.segment(batch, index),))

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
            async with borrowed(self.pool, TRUTH_WAIT_S, self.breaker) as db:
                return from_row(await db.fetchrow(queries.item_state, batch, index, timeout=TRUTH_WAIT_S))
        except AWAY:
            return None

    async def announce(self, views: Iterable[tuple[int, int]]) -> set[str]:
        """Before the commit: the items' fields, if missing, say "ask PostgreSQL".

        Gives the facts-clock names of the segments that could not be told: the commit ticks them.
        """
        views = list(views)
        calls = [self.wire.call("HSETNX", keys.bucket(b, i), i & 127, b"") for b, i in views]
        untold = set()
        for (batch, index), result in zip(views, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                self._break(batch, index >> 16)
                untold.add(keys.segment(batch, index))
        return untold

    async def merge(self, rows: Iterable[Record]) -> None:
        """After the commit: put the committed states in."""
        rows = list(rows)
        calls = [
            self.wire.run_script(
                MERGE,
                [keys.bucket(r["batch"], r["index"])],
                r["index"] & 127,
                pack(r["views"], r["first_at"], r["first_province"]),
            )
            for r in rows
        ]
        for row, result in zip(rows, await asyncio.gather(*calls, return_exceptions=True), strict=True):
            if isinstance(result, BaseException):
                self._break(row["batch"], row["index"] >> 16)

    def _break(self, batch: int, segment: int) -> None:
        """A write was lost: this worker asks PostgreSQL until the segment is to be filled anew."""
        self._broken.add((batch, segment))
        if self._repairing is None or self._repairing.done():
            self._repairing = self._spawn(self._repair())

    async def _repair(self) -> None:
        """Take away the marker, and the token of a filling that may have read too early."""
        while self._broken:
            batch, segment = next(iter(self._broken))
            try:
                first = segment << 16
                await self.wire.call("DEL", keys.marker(batch, first), keys.filling(batch, first))
                self._broken.discard((batch, segment))
            except WireDown:
                await asyncio.sleep(0.25)

    def _fill_soon(self, batch: int, segment: int) -> None:
        marker_key = keys.marker(batch, segment << 16)
        if marker_key not in self._filling and len(self._filling) < FILLS_MOST and self.wire.up:
            self._filling.add(marker_key)
            self._spawn(self._fill(batch, segment, marker_key))

    async def _fill(self, batch: int, segment: int, marker_key: str) -> None:
        """Put every viewed item of a segment into Valkey, then its marker; one segment at a time."""
        try:
            async with self._one_fill:
                await self._fill_now(batch, segment << 16, marker_key)
        except (WireDown, *AWAY) as error:
            log.info("segment %s of batch %s not filled: %s", segment, batch, type(error).__name__)
        finally:
            self._filling.discard(marker_key)

    async def _fill_now(self, batch: int, first: int, marker_key: str) -> None:
        run, token = self._run, secrets.token_hex(8)
        token_key = keys.filling(batch, first)
        await self.wire.call("SET", token_key, token, "EX", FILL_MOST_S)
        async with borrowed(self.pool, FILL_MOST_S, self.breaker) as db:
            v = await db.fetchval("/* scan.clock */ select v from facts_clock", timeout=TRUTH_WAIT_S)
            after = first - 1
            while rows := await db.fetch(queries.segment_states, batch, after, first + SEGMENT - 1, SLICE):
                await self._put(batch, rows)
                after = rows[-1]["index"]
                if len(rows) < SLICE:
                    break
        mark = run + b"%d.%s" % (v, secrets.token_hex(4).encode())
        await self.wire.run_script(MARK, [marker_key, token_key], token, mark)

    async def _put(self, batch: int, rows: list[Record]) -> None:
        buckets: dict[str, list[str | int]] = {}
        for row in rows:
            packed = pack(row["views"], row["first_at"], row["first_province"])
            buckets.setdefault(keys.bucket(batch, row["index"]), []).extend((row["index"] & 127, packed))
        await asyncio.gather(*(self.wire.run_script(MERGE, [key], *pairs) for key, pairs in buckets.items()))

    def _spawn(self, work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
