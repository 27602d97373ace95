"""Files of codes: naming one or a roll's each, its progress, its download, and printers' links to it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from app.edge.asks import Actor, Db
from app.edge.fields import today_in_china
from app.edge.forms import Form, FormData
from app.edge.pages import page
from app.edge.principals import Principal
from app.issuing import actions, download_answers, files, links, progress, reprints
from app.issuing.asks_api import READ, WRITE, Config, Now
from app.issuing.console import forms
from app.issuing.console.answers import FINE, Asked, Told, done_of, seen, told
from app.issuing.console.batch_pages import batch_page
from app.issuing.console.refusing import why_not
from app.issuing.console.shapes import FilePage
from codes.errors import Refusal


@post("/codes/{batch:int}/files", guards=[WRITE])
async def name_files(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], form: FormData
) -> Response[Any] | Redirect:
    try:
        named = await files.name_files(db, batch, files.checked_wanted(forms.wanted(form)), actor, config, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "files", form, told(request, refusal, *forms.FILE))
    path = f"/codes/{batch}"
    return seen(request, f"{path}/files/{named[0].id}") if len(named) == 1 else seen(request, path, "files_named")


@get("/codes/{batch:int}/files/{file:uuid}", guards=[READ])
async def show_file(
    request: Asked, db: Db, actor: Actor, now: Now, batch: FromPath[int], file: FromPath[UUID]
) -> Response[Any]:
    return await _page(request, db, actor, now, batch, file)


@post("/codes/{batch:int}/files/{file:uuid}/manifest", guards=[WRITE])
async def make_manifest(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID],
    form: FormData,
) -> Response[Any] | Redirect:  # fmt: skip
    """Have the file read for its manifest; the page shows how far it is."""
    found = await files.show_file(db, batch, file, actor)
    await progress.begin(db, request.app.state.pool, found, actor, config, now)
    return seen(request, f"/codes/{batch}/files/{file}")


@get("/codes/{batch:int}/files/{file:uuid}/manifest", guards=[WRITE])
async def download_manifest(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID]
) -> Response[str]:
    found = await files.show_file(db, batch, file, actor)
    return await download_answers.manifest(request, db, actor, config, now, found)


@get("/codes/{batch:int}/files/{file:uuid}/download", guards=[WRITE])
async def download_file(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID],
    reason: FromQuery[str | None] = None,
) -> Response[Any]:  # fmt: skip
    found = await files.show_file(db, batch, file, actor)
    return await download_answers.taken(request, db, actor, config, now, found, reason)


@post("/codes/{batch:int}/files/{file:uuid}/links", guards=[WRITE])
async def make_link(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID],
    form: FormData,
) -> Response[Any]:  # fmt: skip
    """The address is shown on this answer and never again."""
    try:
        link = await links.make(db, batch, file, forms.new_link(form), actor, config, now)
    except Refusal as refusal:
        return await _page(request, db, actor, now, batch, file, form, told(request, refusal, *forms.LINK))
    found = await files.show_file(db, batch, file, actor)
    await progress.begin(db, request.app.state.pool, found, actor, config, now)  # a printer compares by the digest
    return await _page(request, db, actor, now, batch, file, made=link.address)


@post("/codes/{batch:int}/links/{link:uuid}/revoke", guards=[WRITE])
async def revoke_link(
    request: Asked, db: Db, actor: Actor, now: Now, batch: FromPath[int], link: FromPath[UUID], form: FormData
) -> Response[Any] | Redirect:
    try:
        revoked = await links.revoke(db, batch, link, actor, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "links", form, told(request, refusal))
    return seen(request, f"/codes/{batch}/files/{revoked.file_id}", "link_revoked")


async def _page(
    request: Asked, db: Connection, actor: Principal, now: datetime, number: int, file: UUID,
    form: Form = forms.EMPTY, wrong: Told = FINE, made: str = "",
) -> Response[Any]:  # fmt: skip
    batch, found = await actions.show_batch(db, number, actor), await files.show_file(db, number, file, actor)
    shown = FilePage(
        batch=batch, file=found, progress=progress.progress_of(found, now),
        downloads=await files.list_downloads(db, number, file, actor),
        links=await links.list_links(db, number, file, actor),
        earlier=await reprints.earlier(db, found),
        refused=await why_not(request, db, batch, today_in_china(now), actor), may=actor.may("issuing:write"),
        form=form, told=wrong, done=done_of(request), made=made, now=now,
    )  # fmt: skip
    return page(request, "issuing/file.html", shown, "moving", status=422 if wrong.wrong else 200)


HANDLERS = [
    name_files, show_file, make_manifest, download_manifest, download_file, make_link, revoke_link,
]  # fmt: skip
