"""Acts on a batch's items: into use by range or by a list scanned at the line, void, and both taken back."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from app.edge.asks import Actor, Db
from app.edge.forms import FormData
from app.issuing import activations, items, lists
from app.issuing.asks_api import RANGES_BODY, READ, WRITE, Config, Now
from app.issuing.console import forms
from app.issuing.console.answers import Asked, seen, told
from app.issuing.console.batch_pages import batch_page
from app.issuing.errors import NoSuchVoid
from app.issuing.items_api import csv_file
from app.issuing.list_errors import ListEmpty
from codes.errors import Refusal

CHUNK = 1024 * 1024


@post("/codes/{batch:int}/activate", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def activate_items(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], form: FormData
) -> Response[Any] | Redirect:
    try:
        await items.activate(db, batch, forms.new_activation(form), actor, config.ring, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "activate", form, told(request, refusal, *forms.RANGES))
    return seen(request, f"/codes/{batch}", "activated")


@post("/codes/{batch:int}/list", guards=[WRITE], request_max_body_size=lists.LIST_BYTES + RANGES_BODY)
async def activate_list(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], form: FormData
) -> Response[Any] | Redirect:
    try:
        given, file = forms.new_activation(form), form.file("list")
        chunks = _chunks(file.content) if file else _nothing()
        pool, skip = request.app.state.pool, form.ticked("skip")
        await activations.activate_list(pool, batch, chunks, given, skip, actor, config.ring, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "list", form, told(request, refusal, *forms.RANGES))
    return seen(request, f"/codes/{batch}", "list_activated")


@get("/codes/{batch:int}/lists/{act:uuid}", guards=[READ])
async def download_report(db: Db, actor: Actor, batch: FromPath[int], act: FromPath[UUID]) -> Response[bytes]:
    return csv_file(await activations.show_report(db, batch, act, actor), f"zpm-list-{act}.csv")


@post("/codes/{batch:int}/undo/{act:uuid}", guards=[WRITE])
async def undo_activation(
    request: Asked, db: Db, actor: Actor, now: Now, batch: FromPath[int], act: FromPath[UUID], form: FormData
) -> Response[Any] | Redirect:
    try:
        await activations.undo(db, batch, act, actor, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "acts", form, told(request, refusal))
    return seen(request, f"/codes/{batch}", "activation_undone")


@post("/codes/{batch:int}/void", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def void_items(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], form: FormData
) -> Response[Any] | Redirect:
    try:
        await items.void(db, batch, forms.new_void(form), actor, config.ring, now)
    except Refusal as refusal:
        wrong = told(request, refusal, "ranges", "serials", *forms.VOID)
        return await batch_page(request, db, actor, batch, now, "void", form, wrong)
    return seen(request, f"/codes/{batch}", "voided")


@post("/codes/{batch:int}/unvoid", guards=[WRITE])
async def unvoid_items(
    request: Asked, db: Db, actor: Actor, now: Now, batch: FromPath[int], form: FormData
) -> Response[Any] | Redirect:
    try:
        await items.unvoid(db, batch, _instant(form.text("voided_at"), batch), actor, now)
    except Refusal as refusal:
        return await batch_page(request, db, actor, batch, now, "voids", form, told(request, refusal))
    return seen(request, f"/codes/{batch}", "unvoided")


def _instant(text: str, batch: int) -> datetime:
    """An instant our own page put into the form, to the microsecond."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise NoSuchVoid(field="voided_at", batch=batch) from None
    if found.tzinfo is None:
        raise NoSuchVoid(field="voided_at", batch=batch)
    return found


async def _chunks(content: bytes) -> AsyncIterator[bytes]:
    for at in range(0, len(content), CHUNK):
        yield content[at : at + CHUNK]


async def _nothing() -> AsyncIterator[bytes]:
    raise ListEmpty(field="list")
    yield b""


HANDLERS = [activate_items, activate_list, download_report, undo_activation, void_items, unvoid_items]
