"""Facts snapshots through three levels: process → Valkey → PostgreSQL, truth being the last.

A snapshot is kept as the JSON its statement gave and decoded once; what it rests on is asked of
the facts clock at every use, so an old one is never shown. A cold name is loaded once however
many ask at the same time. The process keeps at most `most_bytes` of JSON, the least used leave.
"""

import asyncio
import contextlib
import zlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

import msgspec

from app.store import keys as names
from app.store.clock import FactsClock
from app.store.wire import Wire, WireDown


class Snapshot(Protocol):
    """What every snapshot carries."""

    v: int
    keys: tuple[str, ...]


S = TypeVar("S", bound=Snapshot)
VALKEY_SECONDS = 3600
DECODED = 4
OVERHEAD = 1000
"""A snapshot in memory takes about four times its JSON, and an entry a kilobyte beside it."""
_CHECK = 8


class Unavailable(Exception):
    """Neither a cache nor PostgreSQL could say."""


class Snapshots(Generic[S]):
    """Snapshots of one kind. `load(name)` runs the facts statement: its JSON, or None."""

    def __init__(
        self,
        kind: str,
        shape: type[S],
        load: Callable[[str], Awaitable[bytes | None]],
        clock: FactsClock,
        wire: Wire,
        most_bytes: int = 64 * 2**20,
    ) -> None:
        self.kind = kind
        self.decode = msgspec.json.Decoder(shape).decode
        self.load = load
        self.clock = clock
        self.wire = wire
        self.most_bytes = most_bytes
        self.bytes = 0
        self.hits = self.misses = self.evictions = 0
        self._kept: OrderedDict[str, tuple[S, int]] = OrderedDict()
        self._loading: dict[str, asyncio.Task[S | None]] = {}
        clock.on_reset.append(self._forget_all)

    def kept(self, name: str) -> S | None:
        """From the process, if it may still be shown; costs about a microsecond."""
        entry = self._kept.get(name)
        if entry is None:
            return None
        snapshot = entry[0]
        if not self.clock.usable(snapshot.v, snapshot.keys):
            return None
        self.hits += 1
        self._kept.move_to_end(name)
        return snapshot

    def stale(self, name: str) -> S | None:
        """The last one known, however old: only for pages that say so."""
        entry = self._kept.get(name)
        return entry[0] if entry else None

    async def get(self, name: str) -> S | None:
        """The snapshot, or None when there is no such record; raises `Unavailable`."""
        snapshot = self.kept(name)
        if snapshot is not None:
            return snapshot
        self.misses += 1
        task = self._loading.get(name)
        if task is None:
            task = asyncio.create_task(self._fetch(name))
            self._loading[name] = task
            task.add_done_callback(lambda _: self._loading.pop(name, None))
        # One caller that goes away must not take the load from the others.
        return await asyncio.shield(task)

    async def _fetch(self, name: str) -> S | None:
        key = names.snapshot(self.kind, name)
        try:
            text = await self.wire.call("GET", key)
        except WireDown:
            text = None
        snapshot = self._read(text) if text is not None else None
        # One that is ahead of the clock is not believed: it may come from a state that was lost.
        if snapshot is not None and snapshot.v <= self.clock.announced and self.clock.usable(snapshot.v, snapshot.keys):
            self._keep(name, snapshot, len(text))
            return snapshot
        return await self._from_truth(name, key)

    def _read(self, text: bytes) -> S | None:
        """None for what was damaged or written by another release: truth decides."""
        body = text[_CHECK:]
        if text[:_CHECK] != _checksum(body):
            return None
        try:
            return self.decode(body)
        except msgspec.MsgspecError:
            return None

    async def _from_truth(self, name: str, key: str) -> S | None:
        snapshot = None
        # A change that commits while we read makes even this reading old: read again.
        for _ in range(3):
            text = await self.load(name)
            if text is None:
                self._forget(name)
                return None
            snapshot = self.decode(text)
            if self.clock.usable(snapshot.v, snapshot.keys):
                break
        assert snapshot is not None
        self._keep(name, snapshot, len(text))
        with contextlib.suppress(WireDown):
            await self.wire.call("SET", key, _checksum(text) + text, "EX", VALKEY_SECONDS)
        return snapshot

    def _keep(self, name: str, snapshot: S, length: int) -> None:
        self._forget(name)
        size = length * DECODED + OVERHEAD
        self._kept[name] = (snapshot, size)
        self.bytes += size
        while self.bytes > self.most_bytes and len(self._kept) > 1:
            _, (_, gone) = self._kept.popitem(last=False)
            self.bytes -= gone
            self.evictions += 1

    def _forget(self, name: str) -> None:
        entry = self._kept.pop(name, None)
        if entry:
            self.bytes -= entry[1]

    def _forget_all(self) -> None:
        self._kept.clear()
        self.bytes = 0


def _checksum(body: bytes) -> bytes:
    return b"%08x" % zlib.crc32(body)
