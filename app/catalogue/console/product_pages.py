"""Product models: the list, a model with its four blocks, its own facts, and its life."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from app.catalogue import actions, statements
from app.catalogue.console import forms, queries
from app.catalogue.console.answers import Asked, done_of, organisation_of, seen, told
from app.catalogue.console.shapes import FINE, Confirmation, ListedProduct, Review, Standing, Told
from app.catalogue.errors import Missing
from app.catalogue.queries import completeness, completeness_of_all, product_by_id, product_by_model
from app.catalogue.rules import missing
from app.catalogue.shapes import Product, ProductSheet
from app.edge import fields
from app.edge.asks import Actor, Db, Today
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import After, Listing, Words, listing, looked_for
from app.edge.principals import Principal
from app.edge.refusals import Record, UnknownReference, shown
from codes.errors import Refusal, refuse_all

READ, WRITE = needs("registers:read"), needs("catalogue:write")
LISTED = 25
FILTERS = ("published", "draft", "missing", "returned", "archived")
FIELDS = ("model", "name", "name_en", "brand", "brand_en", "mark_variant", "features", "features_en", "gtins")

Filter = Annotated[str, QueryParameter(description="published, draft, missing, returned, archived; else all.")]


class ProductsPage(Struct, frozen=True, kw_only=True):
    found: Listing[ListedProduct]
    q: str
    show: str
    filters: tuple[str, ...]
    done: str


class ProductForm(Struct, frozen=True, kw_only=True):
    product: Product | None
    """None for a new one."""
    form: Form
    told: Told


class ProductPage(Struct, frozen=True, kw_only=True):
    sheet: ProductSheet
    standing: Standing | None
    missing: list[Missing]
    draft: bool
    coded: bool
    reviews: list[Review]
    confirmations: list[Confirmation]
    successor: Product | None
    form: Form
    told: Told
    done: str

    @property
    def returned(self) -> Review | None:
        """The return that waits for an answer."""
        return self.reviews[0] if self.reviews and self.reviews[0].open else None

    def lacks(self, block: str) -> list[Missing]:
        return [one for one in self.missing if one.block == block]


@get("/products", guards=[READ])
async def list_products(
    request: Asked, db: Db, actor: Actor, today: Today, q: Words = None, show: Filter = "", after: After = None
) -> Response[Any]:
    enterprise_id = organisation_of(actor, "enterprise")
    show = show if show in FILTERS else ""
    only = await _lacking(db, enterprise_id, today) if show == "missing" else None
    rows = await queries.products.all(db, enterprise_id, looked_for(q), show, only, after, LISTED + 1)
    found = listing(rows, LISTED)
    shown = ProductsPage(found=found, q=q or "", show=show, filters=FILTERS, done=done_of(request))
    return page(request, "catalogue/products.html", shown, "found")


@get("/products/new", guards=[WRITE])
async def show_new_product(request: Asked, actor: Actor) -> Response[Any]:
    organisation_of(actor, "enterprise")
    return _form(request, None, Form({"mark_variant": ["zhejiang_made"]}))


@post("/products/new", guards=[WRITE])
async def register_product(request: Asked, db: Db, actor: Actor, today: Today, form: FormData) -> Response[Any]:
    enterprise_id = organisation_of(actor, "enterprise")
    try:
        product = await actions.register_product(db, forms.new_product(form, enterprise_id), actor, today)
    except Refusal as refusal:
        return _form(request, None, form, told(request, refusal, *FIELDS))
    return seen(request, f"/products/{product.id}", "registered")


@get("/products/{product_id:uuid}", guards=[READ])
async def show_product(request: Asked, db: Db, product_id: FromPath[UUID], today: Today) -> Response[Any]:
    return await _show(request, db, product_id, today)


@get("/products/{product_id:uuid}/edit", guards=[WRITE])
async def show_product_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    return _form(request, product, forms.filled(product))


@post("/products/{product_id:uuid}/edit", guards=[WRITE])
async def change_product(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    try:
        await actions.change_product(db, product_id, forms.product_change(form), actor, today)
    except Refusal as refusal:
        return _form(request, product, form, told(request, refusal, *FIELDS))
    return seen(request, f"/products/{product_id}", "saved")


@post("/products/{product_id:uuid}/gtins", guards=[WRITE])
async def add_gtin(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await actions.add_gtin(db, product_id, form.text("gtin"), actor)
    except Refusal as refusal:
        return await _show(request, db, product_id, today, form, told(request, refusal, "gtin"))
    return seen(request, f"/products/{product_id}", "gtin_added")


@post("/products/{product_id:uuid}/successor", guards=[WRITE])
async def set_successor(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await actions.set_successor(db, product_id, await _named(db, form.text("successor_id"), actor), actor)
    except Refusal as refusal:
        return await _show(request, db, product_id, today, form, told(request, refusal, "successor_id"))
    return seen(request, f"/products/{product_id}", "saved")


@post("/products/{product_id:uuid}/publish", guards=[WRITE])
async def publish_product(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await actions.publish(db, product_id, actor, today)
    except Refusal as refusal:
        return await _show(request, db, product_id, today, form, told(request, refusal))
    return seen(request, f"/products/{product_id}", "published")


@post("/products/{product_id:uuid}/archive", guards=[WRITE])
async def archive_product(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await actions.archive(db, product_id, actor)
    except Refusal as refusal:
        return await _show(request, db, product_id, today, form, told(request, refusal))
    return seen(request, f"/products/{product_id}", "archived")


async def _named(db: Connection, model: str, actor: Principal) -> UUID | None:
    """The id of the enterprise's model of this name; None where no name is given."""
    if not model:
        return None
    refuse_all(list(fields.text("successor_id", model, fields.NAME)))
    product = await product_by_model.first(db, organisation_of(actor, "enterprise"), model)
    if product is None:
        raise UnknownReference(field="successor_id", record=Record.PRODUCT, given=shown(model))
    return product.id


async def _lacking(db: Connection, enterprise_id: UUID, today: date) -> list[UUID]:
    return [one.id for one in await completeness_of_all.all(db, enterprise_id) if missing(one, today)]


def _form(request: Asked, product: Product | None, form: Form, wrong: Told = FINE) -> Response[Any]:
    shown = ProductForm(product=product, form=form, told=wrong)
    return page(request, "catalogue/product_form.html", shown, status=422 if wrong.wrong else 200)


async def _show(
    request: Asked, db: Connection, product_id: UUID, today: date, form: Form = forms.EMPTY, wrong: Told = FINE
) -> Response[Any]:
    sheet = await statements.open_sheet(db, product_id)
    whole = await completeness.first(db, product_id)
    shown = ProductPage(
        sheet=sheet,
        standing=await queries.standing.first(db, product_id),
        missing=missing(whole, today) if whole else [],
        draft=await queries.is_draft.get(db, product_id),
        coded=await queries.has_code.get(db, product_id),
        reviews=await queries.reviews.all(db, product_id),
        confirmations=await queries.confirmations.all(db, product_id),
        successor=await product_by_id.first(db, sheet.product.successor_id),
        form=form,
        told=wrong,
        done=done_of(request),
    )
    return page(request, "catalogue/product.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [
    list_products, show_new_product, register_product, show_product, show_product_form, change_product, add_gtin,
    set_successor, publish_product, archive_product,
]  # fmt: skip
