"""What comes after publishing: the page as shoppers see it, what bureaus said of it, and its history."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from app.catalogue import actions
from app.catalogue.console import histories, queries, reviewing
from app.catalogue.console.answers import Asked, organisation_of, seen, told
from app.catalogue.console.shapes import FINE, Event, Review, Told
from app.catalogue.shapes import Product
from app.edge.asks import Actor, Db, Language
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page, view_of
from app.edge.refusals import Record, UnknownRecord
from codes.errors import Refusal

ACTS = 20
"""Acts on one page of a history."""

Before = Annotated[int | None, QueryParameter(ge=1, le=2**63 - 1, description="Older than this entry.")]


class HistoryPage(Struct, frozen=True, kw_only=True):
    product: Product | None
    """None for the enterprise's own facts."""
    events: list[Event]
    next: int | None
    first: bool


class AnswerForm(Struct, frozen=True, kw_only=True):
    product: Product
    reviews: list[Review]
    form: Form
    told: Told


@get("/products/{product_id:uuid}/preview", guards=[needs("registers:read")])
async def show_preview(request: Asked, db: Db, product_id: FromPath[UUID], language: Language) -> Response[bytes]:
    product = await actions.open_product(db, product_id)
    preview = request.app.state.preview
    body = await preview.page(
        db, product_id, published=product.published, language=language, large=view_of(request).large,
        path=request.scope["path"], now=datetime.now(UTC),
    )  # fmt: skip
    if body is None:
        raise UnknownRecord(record=Record.PRODUCT, id=product_id)
    return Response(body, media_type="text/html", headers=preview.headers | {"Content-Language": language})


@get("/products/{product_id:uuid}/history", guards=[needs("registers:read")])
async def show_product_history(
    request: Asked, db: Db, product_id: FromPath[UUID], before: Before = None
) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    keys = [str(product_id), *product.gtins]
    return await _history(request, db, product, histories.PRODUCT, keys, before)


@get("/profile/history", guards=[needs("registers:read")])
async def show_profile_history(request: Asked, db: Db, actor: Actor, before: Before = None) -> Response[Any]:
    enterprise_id = organisation_of(actor, "enterprise")
    return await _history(request, db, None, ("enterprise",), [str(enterprise_id)], before)


@get("/products/{product_id:uuid}/answer", guards=[needs("catalogue:write")])
async def show_answer_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    return await _answer(request, db, product_id, Form({}))


@post("/products/{product_id:uuid}/answer", guards=[needs("catalogue:write")])
async def answer_return(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, form: FormData
) -> Response[Any]:
    try:
        await reviewing.answer(db, product_id, form.text("answer"), actor)
    except Refusal as refusal:
        return await _answer(request, db, product_id, form, told(request, refusal, "answer"))
    return seen(request, f"/products/{product_id}", "answered")


async def _answer(request: Asked, db: Connection, product_id: UUID, form: Form, wrong: Told = FINE) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    shown = AnswerForm(product=product, reviews=await queries.reviews.all(db, product_id), form=form, told=wrong)
    return page(request, "catalogue/answer.html", shown, status=422 if wrong.wrong else 200)


async def _history(
    request: Asked, db: Connection, product: Product | None, relations: tuple[str, ...], keys: list[str],
    before: int | None,
) -> Response[Any]:  # fmt: skip
    rows = await queries.changes.all(db, list(relations), keys, before, ACTS)
    more = len({row.act for row in rows}) == ACTS
    oldest = min((row.id for row in rows), default=0)
    names = {one.id: one.name for one in await queries.names.all(db, product.id)} if product else {}
    shown = HistoryPage(
        product=product, events=histories.events(rows, names), next=oldest if more else None, first=before is None
    )
    return page(request, "catalogue/history.html", shown, "events")


HANDLERS = [show_preview, show_product_history, show_profile_history, show_answer_form, answer_return]
