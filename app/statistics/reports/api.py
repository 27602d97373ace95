"""Shoppers' reports over JSON."""

from datetime import UTC, datetime
from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.edge.paging import USUAL, Limit, Words, looked_for
from app.statistics.reports import actions
from app.statistics.reports.shapes import (
    Contact,
    Kind,
    NewNote,
    NewStatus,
    NewSuspicion,
    Reports,
    ReportSheet,
    Status,
    Wanted,
)
from codes.gs1 import gtin14

READ, WRITE = needs("reports:read"), needs("reports:write")
Before = Annotated[str | None, QueryParameter(description="The number of the last report of the page before.")]
PHOTO_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "Cache-Control": "private, no-store"}
"""A shopper's photo was drawn anew when it came; opened on its own it still may do nothing."""


@get("/reports", guards=[READ])
async def list_reports(
    db: Db, limit: Limit = USUAL, before: Before = None, q: Words = None, gtin: FromQuery[str | None] = None,
    status: FromQuery[Status | None] = None, kind: FromQuery[Kind | None] = None,
) -> Reports:  # fmt: skip
    words, code = looked_for(q), gtin14(gtin) if gtin else None
    return await actions.find(db, Wanted(status=status, kind=kind, gtin=code, words=words, before=before), limit)


@get("/reports/{number:str}", guards=[READ])
async def show_report(db: Db, number: FromPath[str]) -> ReportSheet:
    return await actions.open_sheet(db, number, datetime.now(UTC))


@get("/reports/{number:str}/photo", guards=[READ])
async def download_photo(db: Db, number: FromPath[str]) -> Response[bytes]:
    return photo_answer(number, await actions.open_photo(db, number))


@post("/reports/{number:str}/contact", guards=[WRITE], status_code=200)
async def reveal_contact(db: Db, actor: Actor, number: FromPath[str]) -> Contact:
    """Who asked is written into the audit log."""
    return Contact(await actions.reveal_contact(db, number, actor, datetime.now(UTC)))


@put("/reports/{number:str}/status", guards=[WRITE])
async def change_status(db: Db, actor: Actor, number: FromPath[str], data: JSONBody[NewStatus]) -> ReportSheet:
    now = datetime.now(UTC)
    await actions.set_status(db, number, data, actor, now)
    return await actions.open_sheet(db, number, now)


@post("/reports/{number:str}/notes", guards=[WRITE])
async def add_note(db: Db, actor: Actor, number: FromPath[str], data: JSONBody[NewNote]) -> ReportSheet:
    now = datetime.now(UTC)
    await actions.add_note(db, number, data.note, actor, now)
    return await actions.open_sheet(db, number, now)


@put("/reports/{number:str}/suspicion", guards=[WRITE])
async def hold_suspect(db: Db, actor: Actor, number: FromPath[str], data: JSONBody[NewSuspicion]) -> ReportSheet:
    """Whether the page of the item that the report names says “checked unusually often”."""
    now = datetime.now(UTC)
    await actions.suspect(db, number, data, actor, now)
    return await actions.open_sheet(db, number, now)


def photo_answer(number: str, photo: bytes) -> Response[bytes]:
    headers = PHOTO_HEADERS | {"Content-Disposition": f'attachment; filename="{number}.webp"'}
    return Response(photo, media_type="image/webp", headers=headers)


HANDLERS = [list_reports, show_report, download_photo, reveal_contact, change_status, add_note, hold_suspect]
