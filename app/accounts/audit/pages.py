"""The audit log's page: what is looked for, the lines, the file, the check of the chain."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from msgspec import Struct

from app.accounts.answers import NOTHING, Asked, Said, address, at, said_of
from app.accounts.audit import actions, queries
from app.accounts.audit.api import as_file
from app.accounts.audit.rules import differences
from app.accounts.audit.shapes import AuditRow, Difference, Proof, Wanted
from app.accounts.errors import BadDay, Kept
from app.edge.asks import Actor, Db, Language
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL
from app.edge.refusals import UnknownReference, shown
from codes.errors import Refusal, refuse_all
from codes.verdict.facts import CHINA

READ = needs("audit:read")
EARLIEST, LATEST = date(1970, 1, 1), date(2999, 12, 31)
SOUGHT = ("person", "organisation", "relation", "key", "since", "until", "q")


class ActLine(Struct, frozen=True):
    row: AuditRow
    when: str
    differences: list[Difference]


class AuditPage(Struct, frozen=True):
    lines: list[ActLine]
    sought: dict[str, str]
    relations: list[str]
    next: str | None
    export: str
    platform: bool
    proof: Proof | None = None
    said: Said = NOTHING


@get("/audit", guards=[READ])
async def show_log(request: Asked, db: Db, actor: Actor, language: Language) -> Response[str]:
    sought = _sought(request)
    try:
        rows, following = await actions.look_at_rows(db, _wanted(sought), _before(request), USUAL)
    except Refusal as refusal:
        told = _page(request, sought, [], None, actor.platform, [], said_of(refusal, language, SOUGHT))
        return page(request, "accounts/audit.html", told, status=422)
    relations = await queries.relations.column(db)
    return page(request, "accounts/audit.html", _page(request, sought, rows, following, actor.platform, relations))


@get("/audit.csv", guards=[READ])
async def export_log(request: Asked, db: Db, actor: Actor) -> Response[bytes]:
    return as_file(await actions.export(db, _wanted(_sought(request)), actor))


@post("/audit/verify", guards=[READ])
async def verify_log(request: Asked, db: Db, actor: Actor, form: FormData) -> Response[str]:
    proof = await actions.verify(db, actor)
    rows, following = await actions.look_at_rows(db, Wanted(), None, USUAL)
    told = _page(request, _sought(request), rows, following, actor.platform, await queries.relations.column(db))
    return page(request, "accounts/audit.html", _with(told, proof))


def _with(told: AuditPage, proof: Proof) -> AuditPage:
    return AuditPage(told.lines, told.sought, told.relations, told.next, told.export, told.platform, proof)


def _sought(request: Asked) -> dict[str, str]:
    return {name: request.query_params.get(name, "").strip() for name in SOUGHT}


def _before(request: Asked) -> int | None:
    given = request.query_params.get("before", "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) <= 18 else None


def _wanted(sought: Mapping[str, str]) -> Wanted:
    """Raises with all that cannot be read."""
    refusals: list[Refusal] = []
    organisation = _number(sought["organisation"], refusals)
    since, until = (_day(name, sought[name], refusals) for name in ("since", "until"))
    refuse_all(refusals)
    return actions.wanted(
        sought["person"], organisation, sought["relation"], sought["key"],
        since and _midnight(since), until and _midnight(until + timedelta(days=1)), sought["q"],
    )  # fmt: skip


def _number(given: str, refusals: list[Refusal]) -> UUID | None:
    try:
        return UUID(given) if given else None
    except ValueError:
        refusals.append(UnknownReference(field="organisation", record=Kept.ORGANISATION, given=shown(given)))
        return None


def _day(field: str, given: str, refusals: list[Refusal]) -> date | None:
    try:
        day = date.fromisoformat(given) if given else None
    except ValueError:
        day = date.max
    if day is not None and not EARLIEST <= day <= LATEST:
        refusals.append(BadDay(field=field, given=shown(given)))
        return None
    return day


def _midnight(day: date) -> datetime:
    """Where the day begins in China."""
    return datetime.combine(day, time(), CHINA)


def _page(
    request: Asked, sought: dict[str, str], rows: list[AuditRow], following: int | None, platform: bool,
    relations: list[Any], said: Said = NOTHING,
) -> AuditPage:  # fmt: skip
    lines = [ActLine(row, at(row.changed_at), differences(row)) for row in rows]
    onward = address(request, "/audit", **sought, before=following) if following else None
    return AuditPage(lines, sought, relations, onward, address(request, "/audit.csv", **sought), platform, None, said)


HANDLERS = [show_log, export_log, verify_log]
