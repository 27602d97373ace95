"""Read the audit log, take it out as a file, check its chain.

A bureau's auditor reads what concerns the enterprises of the region and the bureau itself, the
platform everything: the rows' own policies see to it.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from asyncpg import Connection
from msgspec import Raw, structs

from app.accounts.audit import queries
from app.accounts.audit.rules import HEAD, line
from app.accounts.audit.shapes import Act, Acts, AuditRow, Proof, Wanted
from app.accounts.errors import PlatformOnly
from app.edge import fields
from app.edge.principals import Principal
from codes.errors import refuse_all

EXPORT_MOST = 20_000
"""Newest first; who needs more asks for a shorter time: a line has about a kilobyte."""
PATIENCE = timedelta(minutes=5)
PER_STATEMENT = 2_000


async def look(db: Connection, wanted: Wanted, before: int | None, limit: int) -> Acts:
    rows, following = await look_at_rows(db, wanted, before, limit)
    return Acts([_act(row) for row in rows], following)


async def look_at_rows(
    db: Connection, wanted: Wanted, before: int | None, limit: int
) -> tuple[list[AuditRow], int | None]:
    """The rows and where the following page begins."""
    check(wanted)
    rows = await _rows(db, wanted, before, limit + 1)
    page = rows[:limit]
    return page, page[-1].id if len(rows) > limit else None


def check(wanted: Wanted) -> None:
    most = dict.fromkeys(("person", "relation", "key", "words"), fields.NAME)
    times = [*fields.moment("since", wanted.since), *fields.moment("until", wanted.until)]
    refuse_all([*fields.texts(wanted, most), *times])


async def export(db: Connection, wanted: Wanted, actor: Principal) -> bytes:
    """CSV with a byte-order mark, so that Excel reads it as UTF-8; taking it out is an act of the log itself."""
    check(wanted)
    async with db.transaction():
        lines = [HEAD]
        before: int | None = None
        while len(lines) <= EXPORT_MOST and (rows := await _rows(db, wanted, before, PER_STATEMENT)):
            lines += map(line, rows)
            before = rows[-1].id
        lines = lines[: EXPORT_MOST + 1]
        facts = {name: value for name, value in structs.asdict(wanted).items() if value is not None}
        told = msgspec.json.encode(facts | {"rows": len(lines) - 1}).decode()
        await queries.note.get(db, "history", "", "export", actor.organisation, told)
    return b"\xef\xbb\xbf" + "".join(lines).encode()


async def verify(db: Connection, actor: Principal) -> Proof:
    """Recompute every link from the rows themselves."""
    if not actor.platform:
        raise PlatformOnly
    async with db.transaction():
        await queries.patience.get(db, str(int(PATIENCE.total_seconds() * 1000)))
        length = await queries.length.first(db)
        assert length is not None
        rows = await db.fetch(queries.broken_at.sql, timeout=PATIENCE.total_seconds())
    breaks = [queries.broken_at.shape(**row) for row in rows]
    return Proof(not breaks, length.rows, length.links, length.head, breaks)


async def _rows(db: Connection, wanted: Wanted, before: int | None, limit: int) -> list[AuditRow]:
    return await queries.acts.all(
        db, before, limit, wanted.person, wanted.organisation, wanted.relation, wanted.key, wanted.since,
        wanted.until, wanted.words,
    )  # fmt: skip


def _act(row: AuditRow) -> Act:
    told: dict[str, object] = structs.asdict(row)
    return Act(**told | {"before": Raw(row.before or "null"), "after": Raw(row.after or "null")})  # type: ignore[arg-type]


def wanted(
    person: str | None, organisation: UUID | None, relation: str | None, key: str | None, since: datetime | None,
    until: datetime | None, words: str | None,
) -> Wanted:  # fmt: skip
    """Empty texts mean whatever."""
    texts = {"person": person, "relation": relation, "key": key, "words": words}
    told = {name: text.strip() or None for name, text in texts.items() if text is not None}
    return Wanted(organisation=organisation, since=since, until=until, **told)
