"""Where the pages behind the scan page get their records: snapshots like the scan's own, and photos.

The same caches and the same clock: a withdrawal is on the standard's page the moment it is on the
scan page. While PostgreSQL is away the last record known is shown as what it is.
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable
from datetime import UTC, datetime
from typing import Generic, NamedTuple, TypeVar
from uuid import UUID

from asyncpg import Pool

from app.scanning.behind import queries
from app.scanning.behind.shapes import (
    AnnouncementSheet,
    CertificateSheet,
    EnterpriseSheet,
    RecallSheet,
    StandardSheet,
    StoredPhoto,
)
from app.scanning.facts import STATEMENT_WAIT_S
from app.store.clock import FactsClock
from app.store.postgres import AWAY, borrowed
from app.store.snapshots import Snapshot, Snapshots, Unavailable
from app.store.wire import Wire

SHEETS_BYTES = 32 * 2**20
PHOTOS_BYTES = 32 * 2**20
"""About 1,600 pack photos of 20 KB in each worker."""

S = TypeVar("S", bound=Snapshot)


class NoRecord(Exception):
    """There is nothing (public) at this address."""


class Look(NamedTuple, Generic[S]):
    """A record, and whether it is what the database says now."""

    record: S
    fresh: bool
    now: datetime
    as_of: datetime | None
    """When the record was last known to be right, where it may be so no longer."""


class Behind:
    """Sheets by address; `offers` are the rooms' `queries` modules, as for `Facts`."""

    def __init__(self, pool: Pool, clock: FactsClock, wire: Wire, offers: Iterable[object]) -> None:
        self.pool = pool
        self.clock = clock
        status = queries.status_members(offers)

        def sheets(kind: str, shape: type[S], sql: str, read: Callable[[str], object]) -> Snapshots[S]:
            return Snapshots(kind, shape, self._load(sql, read), clock, wire, SHEETS_BYTES)

        self.enterprises = sheets("be", EnterpriseSheet, queries.enterprise_sheet(status), str)
        self.standards = sheets("bs", StandardSheet, queries.standard_sheet(status), UUID)
        self.certificates = sheets("bc", CertificateSheet, queries.certificate_sheet(status), UUID)
        self.recalls = sheets("br", RecallSheet, queries.RECALL_SHEET, UUID)
        self.announcements = sheets("ba", AnnouncementSheet, queries.ANNOUNCEMENT_SHEET, UUID)
        self._photos: OrderedDict[str, StoredPhoto] = OrderedDict()
        self.photo_bytes = 0

    def _load(self, sql: str, read: Callable[[str], object]) -> Callable[[str], Awaitable[bytes | None]]:
        async def load(name: str) -> bytes | None:
            try:
                async with borrowed(self.pool, STATEMENT_WAIT_S) as db:
                    text = await db.fetchval(sql, read(name), timeout=STATEMENT_WAIT_S)
            except AWAY as error:
                raise Unavailable(type(error).__name__) from error
            return None if text is None else text.encode()

        return load

    async def look(self, snapshots: Snapshots[S], name: str) -> Look[S]:
        """The record as it is, or as it was last known; raises `NoRecord` and `Unavailable`."""
        now = datetime.fromtimestamp(time.time(), UTC)
        try:
            record, fresh = await snapshots.get(name), self.clock.fresh
        except Unavailable:
            record, fresh = snapshots.stale(name), False
            if record is None:
                raise
        if record is None:
            raise NoRecord(name)
        # A clock that is read and a statement that fails: the record has changed, nobody knows how.
        known = not fresh and not self.clock.fresh
        as_of = datetime.fromtimestamp(now.timestamp() - min(self.clock.as_of, now.timestamp()), UTC) if known else None
        return Look(record, fresh, now, as_of)

    async def photo(self, sha256: str) -> StoredPhoto:
        """A picture by its content's digest; what was read once never changes."""
        photo = self._photos.get(sha256)
        if photo is not None:
            self._photos.move_to_end(sha256)
            return photo
        try:
            async with borrowed(self.pool, STATEMENT_WAIT_S) as db:
                photo = await queries.photo.first(db, sha256)
        except AWAY as error:
            raise Unavailable(type(error).__name__) from error
        if photo is None:
            raise NoRecord(sha256)
        self._keep(sha256, photo)
        return photo

    def _keep(self, sha256: str, photo: StoredPhoto) -> None:
        if sha256 not in self._photos:
            self._photos[sha256] = photo
            self.photo_bytes += len(photo.content)
        while self.photo_bytes > PHOTOS_BYTES and len(self._photos) > 1:
            _, gone = self._photos.popitem(last=False)
            self.photo_bytes -= len(gone.content)
