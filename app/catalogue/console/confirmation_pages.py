"""Certification bodies: comparison tables of enterprises they certified, held against the test report."""

from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from app.catalogue import statements
from app.catalogue.console import confirming, queries
from app.catalogue.console.answers import Asked, done_of, organisation_of, seen, told
from app.catalogue.console.shapes import FINE, Confirmable, Confirmation, Told
from app.catalogue.shapes import ProductSheet
from app.edge.asks import Actor, Db, Today
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal

CONFIRM = needs("indicators:confirm")


class ConfirmationsPage(Struct, frozen=True):
    listed: list[Confirmable]
    done: str


class ConfirmationForm(Struct, frozen=True, kw_only=True):
    sheet: ProductSheet
    digest: str
    confirmations: list[Confirmation]
    form: Form
    told: Told


@get("/confirmations", guards=[CONFIRM])
async def list_confirmations(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    body_id = organisation_of(actor, "certification_body")
    listed = await queries.confirmable.all(db, body_id, None)
    return page(request, "catalogue/confirmations.html", ConfirmationsPage(listed, done_of(request)))


@get("/confirmations/{product_id:uuid}", guards=[CONFIRM])
async def show_confirmation_form(request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor) -> Response[Any]:
    organisation_of(actor, "certification_body")
    return await _form(request, db, product_id, Form({}))


@post("/confirmations/{product_id:uuid}", guards=[CONFIRM])
async def confirm_indicators(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    organisation_of(actor, "certification_body")
    try:
        await confirming.confirm(db, product_id, form.text("report"), form.text("digest"), actor, today)
    except Refusal as refusal:
        return await _form(request, db, product_id, form, told(request, refusal, "report"))
    return seen(request, "/confirmations", "confirmed")


async def _form(request: Asked, db: Connection, product_id: UUID, form: Form, wrong: Told = FINE) -> Response[Any]:
    # The digest first: should the table change before it is read, the confirmation is refused.
    digest = await queries.digest_of.get(db, product_id)
    sheet = await statements.open_sheet(db, product_id)
    confirmations = await queries.confirmations.all(db, product_id)
    shown = ConfirmationForm(sheet=sheet, digest=digest, confirmations=confirmations, form=form, told=wrong)
    return page(request, "catalogue/confirmation_form.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [list_confirmations, show_confirmation_form, confirm_indicators]
