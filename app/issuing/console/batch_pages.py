"""Batches: the list, ordering one or many, and a batch with all that was done with it."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from app.edge.asks import Actor, Db
from app.edge.fields import today_in_china
from app.edge.forms import Form, FormData
from app.edge.pages import page
from app.edge.paging import Words, looked_for
from app.edge.principals import Principal
from app.issuing import actions, activations, files, items, links, lots, rules
from app.issuing.asks_api import READ, WRITE, Config, Now
from app.issuing.console import forms, queries
from app.issuing.console.answers import FINE, Asked, Told, done_of, seen, told
from app.issuing.console.refusing import why_not
from app.issuing.console.shapes import BatchesPage, BatchPage, LotsForm, OrderForm
from app.issuing.console.sizes import sizes_of
from app.issuing.errors import BatchUnknown
from app.issuing.items import UNVOID_WITHIN
from app.settings import Settings
from codes.errors import Refusal
from codes.gs1 import gtin14
from codes.labels import FORMATS, LAYOUTS
from codes.labels.orders import DPIS, ENCODINGS

LISTED = 25
VOIDS_SHOWN = 100


@get("/codes", guards=[READ])
async def list_batches(
    request: Asked, db: Db, actor: Actor, q: Words = None, gtin: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[Any]:  # fmt: skip
    words, only = looked_for(q), gtin14(gtin) if gtin else None
    rows = await queries.batches.all(db, actor.organisation, only, words, rules.page_before(before), LISTED + 1)
    gtins = await queries.gtins.all(db, actor.organisation, None)
    more = rows[LISTED - 1].batch if len(rows) > LISTED else None
    shown = BatchesPage(found=rows[:LISTED], next=more, q=q or "", gtin=only or "", gtins=gtins, done=done_of(request))
    return page(request, "issuing/batches.html", shown, "found")


@get("/codes/new", guards=[WRITE])
async def show_order_form(
    request: Asked, db: Db, actor: Actor, config: Config, gtin: FromQuery[str] = ""
) -> Response[Any]:
    return await _order_form(request, db, actor, config, Form({"gtin": [gtin]}), uuid4().hex)


@get("/codes/new/sizes", guards=[WRITE])
async def show_sizes(
    request: Asked, db: Db, actor: Actor, config: Config, gtin: FromQuery[str] = "",
    label_case: FromQuery[str] = "",
) -> Response[Any]:  # fmt: skip
    """The block of the form that says how small the symbol may be printed."""
    form = Form({"gtin": [gtin], "label_case": [label_case]})
    return await _order_form(request, db, actor, config, form, "")


@post("/codes/new", guards=[WRITE])
async def order_batch(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, form: FormData
) -> Response[Any] | Redirect:
    key = form.text("key")
    try:
        batch = await actions.issue(db, forms.new_batch(form), key, actor, config, now)
    except Refusal as refusal:
        wrong = told(request, refusal, *forms.ORDER)
        return await _order_form(request, db, actor, config, form, key or uuid4().hex, wrong)
    return seen(request, f"/codes/{batch.batch}", "ordered")


@get("/codes/lots", guards=[WRITE], sync_to_thread=False)
def show_lots_form(request: Asked) -> Response[Any]:
    return _lots_form(request, uuid4().hex)


@get("/codes/lots/template.csv", guards=[READ], sync_to_thread=False)
def download_template() -> Response[bytes]:
    headers = {"Content-Disposition": 'attachment; filename="zpm-lots.csv"', "Content-Type": "text/csv; charset=utf-8"}
    return Response(lots.template(), headers=headers)


@post("/codes/lots", guards=[WRITE], request_max_body_size=2 * lots.LIST_BYTES)
async def order_lots(
    request: Asked, db: Db, actor: Actor, config: Config, now: Now, form: FormData
) -> Response[Any] | Redirect:
    file, key = form.file("list"), form.text("key")
    try:
        lines = lots.read_list(file.content if file else b"")
        await lots.order_lots(db, lines, key, actor, config, now)
    except Refusal as refusal:
        return _lots_form(request, key or uuid4().hex, told(request, refusal))
    return seen(request, "/codes", "lots_ordered")


@get("/codes/{batch:int}", guards=[READ])
async def show_batch(request: Asked, db: Db, actor: Actor, batch: FromPath[int], now: Now) -> Response[Any]:
    return await batch_page(request, db, actor, batch, now)


@get("/codes/{batch:int}/statement", guards=[READ])
async def download_statement(db: Db, actor: Actor, batch: FromPath[int]) -> Response[bytes]:
    found = await actions.show_batch(db, batch, actor)
    headers = {"Content-Disposition": f'attachment; filename="zpm-batch-{batch}.jws"'}
    return Response(found.statement.encode(), media_type="application/jose", headers=headers)


async def batch_page(
    request: Asked, db: Connection, actor: Principal, number: int, now: datetime, section: str = "",
    form: Form = forms.EMPTY, wrong: Told = FINE,
) -> Response[Any]:  # fmt: skip
    """The batch; with a form that was refused, that form's section says why."""
    batch = await actions.show_batch(db, number, actor)
    listed = await queries.batch.first(db, number)
    if listed is None:
        raise BatchUnknown(field="batch", batch=number)
    voids = await items.list_voids(db, number, actor)
    acts = await activations.list_acts(db, number, actor)
    shown = BatchPage(
        batch=batch, listed=listed, refused=await why_not(request, db, batch, today_in_china(now), actor),
        voids=voids[:VOIDS_SHOWN],
        void_acts=sorted({one.voided_at for one in voids if now - one.voided_at < UNVOID_WITHIN}, reverse=True),
        acts=acts, undoable=_undoable(acts, now), bound=(await activations.list_bound(db, number, actor))[:VOIDS_SHOWN],
        files=await files.list_files(db, number, actor),
        downloads=(await files.list_downloads(db, number, None, actor))[:20],
        links=await links.list_links(db, number, None, actor), formats=tuple(FORMATS), layouts=tuple(LAYOUTS),
        encodings=ENCODINGS, dpis=DPIS, may=actor.may("issuing:write"), form=form, told=wrong, section=section,
        done=done_of(request),
    )  # fmt: skip
    return page(request, "issuing/batch.html", shown, status=422 if wrong.wrong else 200)


def _undoable(acts: list[Any], now: datetime) -> UUID | None:
    newest = next((one for one in acts if one.state == "done"), None)
    return newest.id if newest is not None and now - newest.acted_at < activations.UNDO_WITHIN else None


async def _order_form(
    request: Asked, db: Connection, actor: Principal, settings: Settings, form: Form, key: str, wrong: Told = FINE
) -> Response[Any]:
    gtins = [one for one in await queries.gtins.all(db, actor.organisation, None) if one.published]
    shown = OrderForm(
        gtins=gtins, form=form, told=wrong, key=key, layouts=tuple(LAYOUTS),
        sizes=sizes_of(form.text("gtin"), form.text("label_case"), settings),
    )  # fmt: skip
    return page(request, "issuing/order.html", shown, "sizes", status=422 if wrong.wrong else 200)


def _lots_form(request: Asked, key: str, wrong: Told = FINE) -> Response[Any]:
    shown = LotsForm(told=wrong, key=key, columns=lots.COLUMNS, required=lots.REQUIRED)
    return page(request, "issuing/lots.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [
    list_batches, show_order_form, show_sizes, order_batch, show_lots_form, download_template, order_lots, show_batch,
    download_statement,
]  # fmt: skip
