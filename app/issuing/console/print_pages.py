"""A printer's page: one file for whoever holds the link, without an account. Every download is logged."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from asyncpg import Connection
from litestar import Response, get
from litestar.params import FromPath, FromQuery

from app.edge.asks import Db
from app.edge.guards import address_of
from app.edge.pages import page
from app.edge.principals import Principal
from app.issuing import actions, download_answers, files, links, progress, reprints
from app.issuing.asks_api import Config, Now
from app.issuing.console.answers import Asked
from app.issuing.console.shapes import PrintPage
from app.issuing.shapes import ExportFile, PrinterLink
from app.store.askers import THE_PUBLIC, become


@get("/print/{token:str}")
async def show_link(request: Asked, db: Db, now: Now, token: FromPath[str]) -> Response[Any]:
    async with _held(request, db, token, now) as (holder, link, file):
        order = files.order_behind(file)
        shown = PrintPage(
            token=token, link=link, file=file, batch=await actions.show_batch(db, file.batch, holder),
            progress=progress.progress_of(file, now), earlier=await reprints.earlier(db, file), form=order.form,
            encoding=order.encoding, dpi=order.dpi,
        )  # fmt: skip
    return page(request, "issuing/print.html", shown, "moving")


@get("/print/{token:str}/file")
async def take_file(
    request: Asked, db: Db, config: Config, now: Now, token: FromPath[str], reason: FromQuery[str | None] = None
) -> Response[Any]:
    async with _held(request, db, token, now) as (holder, link, file):
        again = reason or await links.agreed_reason(db, link)
        return await download_answers.taken(request, db, holder, config, now, file, again, link.id)


@get("/print/{token:str}/manifest")
async def take_manifest(request: Asked, db: Db, config: Config, now: Now, token: FromPath[str]) -> Response[str]:
    async with _held(request, db, token, now) as (holder, _, file):
        return await download_answers.manifest(request, db, holder, config, now, file)


@asynccontextmanager
async def _held(
    request: Asked, db: Connection, token: str, now: datetime
) -> AsyncIterator[tuple[Principal, PrinterLink, ExportFile]]:
    """The connection asks as the link's enterprise meanwhile, and as nobody again afterwards."""
    found = await links.find(db, token, now)
    holder = links.bearer(found, address_of(request))
    await become(db, holder.asker)
    try:
        yield holder, *await links.open_link(db, found, holder)
    finally:
        await become(db, THE_PUBLIC)


HANDLERS = [show_link, take_file, take_manifest]
