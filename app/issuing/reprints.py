"""Who may take the same serials again: the first taking is free and so is going on with it; each
further one has a reason, which is logged and which the bureau sees.

A taking is whole when all its bytes were sent, in whatever pieces. Our word that they were sent is
not the other side's that they arrived, so for a while whoever took it may still ask for its end.
"""

from datetime import datetime, timedelta
from uuid import UUID

from asyncpg import Connection

from app.edge import fields
from app.edge.principals import Principal
from app.issuing import queries, rules
from app.issuing.errors import NotADate
from app.issuing.file_errors import ReprintNeedsReason
from app.issuing.shapes import ExportFile, Reprints, TakenWhole
from codes.errors import refuse_all

END_MISSED = timedelta(minutes=15)
"""A download whose last bytes were lost on the way is resumed within this time without a reason."""
PAGE = 100


async def earlier(db: Connection, file: ExportFile) -> TakenWhole | None:
    """When any of the file's serials were last taken whole, in whatever format."""
    return await queries.taken_whole.first(db, file.batch, file.variant, file.first, file.last)


def checked_reason(reason: str | None) -> str | None:
    given = (reason or "").strip() or None
    refuse_all(list(fields.text("reason", given, fields.SENTENCE)))
    return given


async def require_reason(db: Connection, file: ExportFile, reason: str | None) -> str | None:
    """The reason where one is needed, None where none is."""
    given = checked_reason(reason)
    before = await earlier(db, file)
    if before is None:
        return None
    if given is None:
        day = fields.today_in_china(before.finished_at)
        raise ReprintNeedsReason(field="reason", on=day.isoformat(), by=before.begun_by)
    return given


async def grant(
    db: Connection, file: ExportFile, reason: str | None, link: UUID | None, actor: Principal, now: datetime,
    resuming: bool,
) -> UUID:  # fmt: skip
    """The copy this download belongs to: one begun before that is not whole, or a new one."""
    missed = now - END_MISSED if resuming else now
    going_on = await queries.open_copy.get(db, file.id, link, actor.name, missed)
    if going_on is not None:
        return going_on
    wanted = await require_reason(db, file, reason)
    return await queries.insert_copy.get(
        db, file.id, file.batch, file.variant, file.first, file.last, link, wanted, now, actor.name
    )


async def list_reprints(db: Connection, actor: Principal, before: datetime | None) -> Reprints:
    """What a bureau sees of its region, the platform of all."""
    upto = None if before is None else rules.in_utc(before)
    if before is not None and upto is None:
        raise NotADate(field="before", given=before.isoformat())
    found = await queries.reprints.all(db, actor.region, upto, PAGE + 1)
    return Reprints(found[:PAGE], found[PAGE - 1].begun_at if len(found) > PAGE else None)
