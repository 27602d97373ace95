"""Bureaus: a random sample of the published pages of their region, and what they decide about each."""

import secrets
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from app.catalogue import statements
from app.catalogue.console import forms, queries, reviewing
from app.catalogue.console.answers import Asked, done_of, seen, told
from app.catalogue.console.shapes import FINE, PublishedPage, Review, Told
from app.catalogue.shapes import ProductSheet
from app.edge import fields
from app.edge.asks import Actor, Db
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal, refuse_all

REVIEW = needs("pages:review")
SAMPLED = 10
SAMPLED_MOST = 50
SEED_MOST = 40
FIELDS = ("outcome", "reasons", "reasons_en")

Seed = Annotated[
    str, QueryParameter(max_length=SEED_MOST, description="The sample's seed: the same one draws it again.")
]
HowMany = Annotated[int, QueryParameter(ge=1, le=SAMPLED_MOST, description="How many pages are drawn.")]


class SamplePage(Struct, frozen=True, kw_only=True):
    seed: str
    n: int
    unseen: bool
    sample: list[PublishedPage]
    answered: list[PublishedPage]
    done: str


class ReviewForm(Struct, frozen=True, kw_only=True):
    sheet: ProductSheet
    reviews: list[Review]
    form: Form
    told: Told


@get("/review", guards=[REVIEW])
async def show_sample(
    request: Asked, db: Db, seed: Seed = "", n: HowMany = SAMPLED, unseen: FromQuery[str] = ""
) -> Response[Any]:
    seed = seed.strip() or secrets.token_hex(4)
    refuse_all(list(fields.text("seed", seed, SEED_MOST)))
    sample = await queries.sample.all(db, seed, n, bool(unseen))
    answered = await queries.answered_pages.all(db)
    shown = SamplePage(seed=seed, n=n, unseen=bool(unseen), sample=sample, answered=answered, done=done_of(request))
    return page(request, "catalogue/review.html", shown, "sample")


@get("/review/{product_id:uuid}", guards=[REVIEW])
async def show_review_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    return await _form(request, db, product_id, forms.EMPTY)


@post("/review/{product_id:uuid}", guards=[REVIEW])
async def review_page(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, form: FormData
) -> Response[Any]:
    try:
        await reviewing.review(db, product_id, forms.new_review(form), actor)
    except Refusal as refusal:
        return await _form(request, db, product_id, form, told(request, refusal, *FIELDS))
    return seen(request, "/review", "reviewed")


async def _form(request: Asked, db: Connection, product_id: UUID, form: Form, wrong: Told = FINE) -> Response[Any]:
    sheet = await statements.open_sheet(db, product_id)
    shown = ReviewForm(sheet=sheet, reviews=await queries.reviews.all(db, product_id), form=form, told=wrong)
    return page(request, "catalogue/review_form.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [show_sample, show_review_form, review_page]
