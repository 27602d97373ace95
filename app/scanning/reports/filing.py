"""Filing what shoppers report: resolved to what the code names, numbered, kept once per form."""

import asyncio
import secrets
from datetime import datetime

import asyncpg
from asyncpg import Pool

from app.scanning.behind import queries
from app.scanning.behind.records import NoRecord
from app.scanning.behind.shapes import FiledReport
from app.scanning.behind.typed import Meant, understand
from app.scanning.reports.form import Form
from app.scanning.reports.photo import redraw
from app.store.postgres import AWAY, borrowed
from app.store.snapshots import Unavailable
from codes.serial import Item, KeyRing, open_serial
from codes.verdict import CHINA

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN = 6
"""Characters of a number beside its day: 30 bits, so that nobody meets another's report by trying."""
TRIES = 3
DRAWING_AT_ONCE = 1
"""Photos decoded at one time by one worker."""
WAIT_S = 5


class Reports:
    """`await file(form, language, now)` gives the report's number; `host` is the one of our addresses."""

    def __init__(self, pool: Pool, ring: KeyRing, host: str) -> None:
        self.pool = pool
        self.ring = ring
        self.host = host
        self._drawing = asyncio.Semaphore(DRAWING_AT_ONCE)

    async def file(self, form: Form, language: str, now: datetime) -> str:
        """The same form sent again gives the same number; raises `PhotoRefused` and `Unavailable`."""
        photo = await self._redrawn(form.photo)
        gtin, item = self._named(form.code)
        place = (item.batch, item.epoch, item.index) if item else (None, None, None)
        try:
            async with borrowed(self.pool, WAIT_S) as db:
                for _ in range(TRIES):
                    try:
                        number: str = await queries.file_report.get(
                            db, draw(now), form.code or None, gtin, *place, form.kind, form.text,
                            form.contact or None, photo, language, form.token,
                        )  # fmt: skip
                    except asyncpg.UniqueViolationError:  # the number was drawn before
                        continue
                    return number
        except AWAY as error:
            raise Unavailable(type(error).__name__) from error
        raise Unavailable("no free number")

    async def find(self, number: str) -> FiledReport:
        try:
            async with borrowed(self.pool, WAIT_S) as db:
                report = await queries.filed_report.first(db, number)
        except AWAY as error:
            raise Unavailable(type(error).__name__) from error
        if report is None:
            raise NoRecord(number)
        return report

    async def _redrawn(self, photo: bytes | None) -> bytes | None:
        if not photo:
            return None
        async with self._drawing:
            return await asyncio.to_thread(redraw, photo)

    def _named(self, code: str) -> tuple[str | None, Item | None]:
        """What the code names where it opens; else its text alone is kept."""
        meant = understand(code, self.host)
        if not isinstance(meant, Meant):
            return None, None
        item = open_serial(self.ring, meant.serial) if meant.serial else None
        return meant.gtin, item if isinstance(item, Item) else None


def draw(now: datetime) -> str:
    """A number such as R-20261122-7K2M9Q."""
    return f"R-{now.astimezone(CHINA):%Y%m%d}-{''.join(secrets.choice(SYMBOLS) for _ in range(DRAWN))}"
