"""The codes of products: which have one, giving and ending them, artwork; and recalls of a product."""

from typing import Any, get_args
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from app.edge.asks import Actor, Db, Today
from app.edge.forms import Form, FormData
from app.edge.pages import page
from app.edge.principals import Principal
from app.issuing import actions, exports, recalls
from app.issuing.asks_api import READ, WRITE, Config
from app.issuing.console import forms, queries
from app.issuing.console.answers import FINE, Asked, Told, done_of, seen, told
from app.issuing.console.shapes import CodedGtin, ProductsPage, RecallsPage
from app.issuing.errors import GtinUnknown
from app.issuing.shapes import Level
from codes.errors import Refusal
from codes.gs1 import gtin14


@get("/codes/products", guards=[READ])
async def list_products(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    return await _products(request, db, actor)


@post("/codes/products/{gtin:str}/{level:str}", guards=[WRITE])
async def change_code(
    request: Asked, db: Db, actor: Actor, today: Today, gtin: FromPath[str], level: FromPath[str], form: FormData
) -> Response[Any] | Redirect:
    """Give the product a code of this level, or end it."""
    act = actions.end_assignment if form.text("act") == "end" else actions.assign
    try:
        await act(db, gtin, _level(level, gtin), today, actor)
    except Refusal as refusal:
        return await _products(request, db, actor, told(request, refusal))
    return seen(request, "/codes/products", "ended" if form.text("act") == "end" else "assigned")


@get("/codes/products/artwork", guards=[READ])
async def download_artwork(db: Db, actor: Actor, config: Config) -> Stream:
    uscc = await queries.uscc.get(db, actor.organisation) or ""
    archive = await exports.artwork(db, uscc, actor, config)
    headers = {"Content-Disposition": f'attachment; filename="zpm-artwork-{uscc}.zip"'}
    return Stream(exports.off_the_loop(archive), media_type="application/zip", headers=headers)


@get("/codes/products/{gtin:str}/recalls", guards=[READ])
async def list_recalls(request: Asked, db: Db, actor: Actor, gtin: FromPath[str]) -> Response[Any]:
    return await _recalls(request, db, actor, gtin)


@post("/codes/products/{gtin:str}/recalls", guards=[WRITE])
async def open_recall(
    request: Asked, db: Db, actor: Actor, today: Today, gtin: FromPath[str], form: FormData
) -> Response[Any] | Redirect:
    try:
        await recalls.open_recall(db, forms.new_recall(form, gtin), today, actor)
    except Refusal as refusal:
        return await _recalls(request, db, actor, gtin, form, told(request, refusal, *forms.RECALL))
    return seen(request, f"/codes/products/{gtin}/recalls", "recalled")


@post("/codes/products/{gtin:str}/recalls/{recall:uuid}", guards=[WRITE])
async def close_recall(
    request: Asked, db: Db, actor: Actor, today: Today, gtin: FromPath[str], recall: FromPath[UUID], form: FormData
) -> Response[Any] | Redirect:
    try:
        await recalls.close_recall(db, recall, forms.Reader(form).day("closed_on") or today, today, actor)
    except Refusal as refusal:
        return await _recalls(request, db, actor, gtin, form, told(request, refusal, *forms.RECALL))
    return seen(request, f"/codes/products/{gtin}/recalls", "recall_closed")


def _level(level: str, gtin: str) -> Level:
    if level not in get_args(Level):
        raise GtinUnknown(field="gtin", gtin=gtin)
    return level  # type: ignore[return-value]


async def _products(request: Asked, db: Connection, actor: Principal, wrong: Told = FINE) -> Response[Any]:
    shown = ProductsPage(
        gtins=await queries.gtins.all(db, actor.organisation, None),
        uscc=await queries.uscc.get(db, actor.organisation),
        may=actor.may("issuing:write"),
        told=wrong,
        done=done_of(request),
    )
    return page(request, "issuing/products.html", shown, status=422 if wrong.wrong else 200)


async def _recalls(
    request: Asked, db: Connection, actor: Principal, gtin: str, form: Form = forms.EMPTY, wrong: Told = FINE
) -> Response[Any]:
    known = gtin14(gtin)
    found: CodedGtin | None = await queries.gtins.first(db, actor.organisation, known)
    if found is None:
        raise GtinUnknown(field="gtin", gtin=gtin)
    listed = await recalls.list_recalls(db, known, actor)
    shown = RecallsPage(
        gtin=found, recalls=listed, may=actor.may("issuing:write"), form=form, told=wrong, done=done_of(request)
    )
    return page(request, "issuing/recalls.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [list_products, change_code, download_artwork, list_recalls, open_recall, close_recall]
