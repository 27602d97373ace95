"""Acts on shoppers' reports: find, take up, answer, close; hold the item suspect that one names."""

from datetime import datetime, timedelta

from asyncpg import Connection

from app.edge.principals import Principal
from app.edge.refusals import UnknownRecord, shown
from app.statistics.reports import queries, rules
from app.statistics.reports.errors import (
    Filed,
    HeldSuspect,
    NoContact,
    NoItemNamed,
    NoPhoto,
    NotCheckedOften,
    NotHeldSuspect,
    TooManyReports,
)
from app.statistics.reports.shapes import (
    Act,
    Checks,
    Held,
    NewStatus,
    NewSuspicion,
    Report,
    Reports,
    ReportSheet,
    Wanted,
)
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all

DOWNLOAD_MOST = 5_000
"""Reports of one download: with 2,000 characters each it is 30 MB, made in memory."""
EVENTS = timedelta(days=90)
"""How far back provinces are looked for; older events have expired in the usual setting."""
HOUR = timedelta(hours=1)


async def find(db: Connection, wanted: Wanted, many: int) -> Reports:
    rows = await _rows(db, wanted, many + 1)
    page = rows[:many]
    return Reports(page, page[-1].number if len(rows) > many else None)


async def download(db: Connection, wanted: Wanted) -> list[Report]:
    rows = await _rows(db, wanted, DOWNLOAD_MOST + 1)
    if len(rows) > DOWNLOAD_MOST:
        raise TooManyReports(most=DOWNLOAD_MOST)
    return rows


async def _rows(db: Connection, wanted: Wanted, many: int) -> list[Report]:
    return await queries.reports.all(db, wanted.status, wanted.kind, wanted.gtin, wanted.words, wanted.before, many)


async def open_report(db: Connection, number: str) -> Report:
    report = await queries.report.first(db, number) if rules.is_number(number) else None
    if report is None:
        raise UnknownRecord(record=Filed.REPORT, id=shown(number))
    return report


async def open_sheet(db: Connection, number: str, now: datetime) -> ReportSheet:
    report = await open_report(db, number)
    checks = suspicion = None
    if report.batch is not None and report.index is not None:
        checks = await _checks(db, report.batch, report.index, now)
        suspicion = await queries.suspicion.first(db, report.batch, report.index)
    steps = await queries.steps.all(db, number)
    return ReportSheet(report=report, steps=steps, checks=checks, suspicion=suspicion)


async def open_photo(db: Connection, number: str) -> bytes:
    report = await open_report(db, number)
    if not report.has_photo:
        raise NoPhoto(number=number)
    photo: bytes = await queries.photo.get(db, number)
    return photo


async def reveal_contact(db: Connection, number: str, actor: Principal, now: datetime) -> str:
    """The database gives it only with a line in the audit log."""
    report = await open_report(db, number)
    async with db.transaction():
        contact: str | None = await queries.reveal_contact.get(db, number, actor.name, acting_for(actor), now)
    if contact is None:
        raise NoContact(number=report.number)
    return contact


async def set_status(db: Connection, number: str, new: NewStatus, actor: Principal, now: datetime) -> None:
    async with db.transaction():
        report = await _lock(db, number)
        refuse_all([
            *rules.check_step(report.status, new.status),
            *rules.check_note(new.note, rules.needs_note(new.status)),
        ])  # fmt: skip
        await queries.set_status.run(db, number, new.status, now, actor.name)
        await _note(db, report, "status", new.note, actor, now, new.status)


async def add_note(db: Connection, number: str, note: str, actor: Principal, now: datetime) -> None:
    refuse_all(list(rules.check_note(note, wanted=True)))
    async with db.transaction():
        await _note(db, await _lock(db, number), "note", note, actor, now)


async def suspect(db: Connection, number: str, new: NewSuspicion, actor: Principal, now: datetime) -> None:
    """Hold the item suspect that the report names, or no longer; its page says so from the next scan on."""
    refuse_all(list(rules.check_note(new.note, wanted=True)))
    async with changing_facts(db, (), actor.name) as changed:
        report = await _lock(db, number)
        if report.batch is None or report.index is None:
            raise NoItemNamed(number=number)
        changed.add(keys.batch(report.batch))
        if new.held:
            await _hold(db, report.batch, report.index, now)
        elif not await queries.clear_suspect.run(db, report.batch, report.index):
            raise NotHeldSuspect
        await _note(db, report, "suspect" if new.held else "clear", new.note, actor, now)


async def _hold(db: Connection, batch: int, index: int, now: datetime) -> None:
    checks = await _checks(db, batch, index, now)
    if checks.views < rules.SUSPECT_LEAST:
        raise NotCheckedOften(views=checks.views, least=rules.SUSPECT_LEAST)
    if not await queries.hold_suspect.run(db, batch, index, checks.views, max(1, checks.provinces), now):
        raise HeldSuspect


async def _checks(db: Connection, batch: int, index: int, now: datetime) -> Checks:
    hour = now.replace(minute=0, second=0, microsecond=0)
    checks = await queries.checks.first(db, batch, index, hour - EVENTS, hour + HOUR)
    assert checks is not None
    return checks


async def _lock(db: Connection, number: str) -> Held:
    held = await queries.locked.first(db, number) if rules.is_number(number) else None
    if held is None:
        raise UnknownRecord(record=Filed.REPORT, id=shown(number))
    return held


async def _note(
    db: Connection, report: Held, act: Act, note: str | None, actor: Principal, now: datetime, status: str | None = None
) -> None:
    told = (act, status, note or None, now, actor.name, acting_for(actor))
    await queries.note_step.run(db, report.number, report.gtin, *told)


def acting_for(actor: Principal) -> str:
    return actor.organisation_name or "浙品码"
