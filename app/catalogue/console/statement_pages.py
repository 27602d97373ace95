"""What is stated of one model: its photo, comparison table, test reports and commitment."""

from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from app.catalogue import actions, statements
from app.catalogue.console import forms
from app.catalogue.console.answers import Asked, organisation_of, seen, told, told_at
from app.catalogue.console.photos import ARCHIVE_MOST, PHOTOS_MOST, Matched, set_photos
from app.catalogue.console.shapes import FINE, Told
from app.catalogue.errors import NoFile
from app.catalogue.pictures import UPLOAD_MOST
from app.catalogue.queries import commitment, indicators, test_reports
from app.catalogue.shapes import Commitment, Product, TestReport
from app.edge.asks import Actor, Db, Today
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal

WRITE = needs("catalogue:write")
FORM_MORE = 2**20
"""A form is a little larger than the file in it."""
COMMITMENT = ("text", "text_en", "remedy", "remedy_en", "telephone", "valid_from")
REPORT = ("number", "laboratory", "laboratory_en", "issued_on")


class PhotoForm(Struct, frozen=True, kw_only=True):
    product: Product
    told: Told


class PhotosForm(Struct, frozen=True, kw_only=True):
    told: Told
    matched: list[Matched]
    most: int


class IndicatorsForm(Struct, frozen=True, kw_only=True):
    product: Product
    rows: list[dict[str, str]]
    senses: tuple[str, ...]
    reports: list[TestReport]
    told: Told


class ReportsForm(Struct, frozen=True, kw_only=True):
    product: Product
    reports: list[TestReport]
    form: Form
    told: Told


class CommitmentForm(Struct, frozen=True, kw_only=True):
    product: Product
    commitment: Commitment | None
    form: Form
    told: Told


@get("/products/{product_id:uuid}/photo", guards=[WRITE])
async def show_photo_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    return await _photo(request, db, product_id)


@post("/products/{product_id:uuid}/photo", guards=[WRITE], request_max_body_size=UPLOAD_MOST + FORM_MORE)
async def set_photo(request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, form: FormData) -> Response[Any]:
    try:
        await statements.set_photo(db, product_id, _file(form, "photo"), actor)
    except Refusal as refusal:
        return await _photo(request, db, product_id, told_at(request, refusal, lambda _: "photo"))
    return seen(request, f"/products/{product_id}", "photo_set")


@get("/products/photos", guards=[WRITE])
async def show_photos_form(request: Asked, actor: Actor) -> Response[Any]:
    organisation_of(actor, "enterprise")
    return _photos(request)


@post("/products/photos", guards=[WRITE], request_max_body_size=ARCHIVE_MOST + FORM_MORE)
async def set_photos_of_many(request: Asked, db: Db, actor: Actor, form: FormData) -> Response[Any]:
    try:
        matched = await set_photos(db, organisation_of(actor, "enterprise"), _file(form, "archive"), actor)
    except Refusal as refusal:
        return _photos(request, wrong=told(request, refusal, "archive"))
    return _photos(request, matched)


@get("/products/{product_id:uuid}/indicators", guards=[WRITE])
async def show_indicators_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    return await _indicators(request, db, product_id, forms.rows_of(await indicators.all(db, product_id)))


@post("/products/{product_id:uuid}/indicators", guards=[WRITE])
async def set_indicators(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    """A row more or less is asked for by the same form, so that nothing typed is lost without scripts."""
    rows = forms.typed_rows(form)
    if form.text("more") or form.text("remove"):
        rows = [*rows, forms.empty_row()] if form.text("more") else forms.without(rows, form.text("remove"))
        return await _indicators(request, db, product_id, rows)
    try:
        await statements.set_indicators(db, product_id, forms.new_indicators(rows), actor, today)
    except Refusal as refusal:
        return await _indicators(request, db, product_id, rows, told_at(request, refusal, forms.beside(rows)))
    return seen(request, f"/products/{product_id}", "indicators_set")


@get("/products/{product_id:uuid}/test-reports", guards=[WRITE])
async def show_reports_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    return await _reports(request, db, product_id)


@post("/products/{product_id:uuid}/test-reports", guards=[WRITE])
async def add_test_report(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await statements.add_test_report(db, product_id, forms.new_test_report(form), actor, today)
    except Refusal as refusal:
        return await _reports(request, db, product_id, form, told(request, refusal, *REPORT))
    return seen(request, f"/products/{product_id}", "report_added")


@get("/products/{product_id:uuid}/commitment", guards=[WRITE])
async def show_commitment_form(request: Asked, db: Db, product_id: FromPath[UUID]) -> Response[Any]:
    there = await commitment.first(db, product_id)
    return await _commitment(request, db, product_id, forms.filled(there) if there else forms.EMPTY)


@post("/products/{product_id:uuid}/commitment", guards=[WRITE])
async def set_commitment(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await statements.set_commitment(db, product_id, forms.new_commitment(form), actor, today)
    except Refusal as refusal:
        return await _commitment(request, db, product_id, form, told(request, refusal, *COMMITMENT))
    return seen(request, f"/products/{product_id}", "commitment_set")


def _file(form: Form, name: str) -> bytes:
    chosen = form.file(name)
    if chosen is None or not chosen.content:
        raise NoFile(field=name)
    return chosen.content


def _status(wrong: Told) -> int:
    return 422 if wrong.wrong else 200


async def _photo(request: Asked, db: Connection, product_id: UUID, wrong: Told = FINE) -> Response[Any]:
    shown = PhotoForm(product=await actions.open_product(db, product_id), told=wrong)
    return page(request, "catalogue/photo.html", shown, status=_status(wrong))


def _photos(request: Asked, matched: list[Matched] | None = None, wrong: Told = FINE) -> Response[Any]:
    shown = PhotosForm(told=wrong, matched=matched or [], most=PHOTOS_MOST)
    return page(request, "catalogue/photos.html", shown, status=_status(wrong))


async def _indicators(
    request: Asked, db: Connection, product_id: UUID, rows: list[dict[str, str]], wrong: Told = FINE
) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    reports = await test_reports.all(db, product_id)
    shown = IndicatorsForm(product=product, rows=rows, senses=forms.SENSES, reports=reports, told=wrong)
    return page(request, "catalogue/indicators.html", shown, "rows", _status(wrong))


async def _reports(
    request: Asked, db: Connection, product_id: UUID, form: Form = forms.EMPTY, wrong: Told = FINE
) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    shown = ReportsForm(product=product, reports=await test_reports.all(db, product_id), form=form, told=wrong)
    return page(request, "catalogue/test_reports.html", shown, status=_status(wrong))


async def _commitment(
    request: Asked, db: Connection, product_id: UUID, form: Form, wrong: Told = FINE
) -> Response[Any]:
    product = await actions.open_product(db, product_id)
    shown = CommitmentForm(product=product, commitment=await commitment.first(db, product_id), form=form, told=wrong)
    return page(request, "catalogue/commitment.html", shown, status=_status(wrong))


HANDLERS = [
    show_photo_form, set_photo, show_photos_form, set_photos_of_many, show_indicators_form, set_indicators,
    show_reports_form, add_test_report, show_commitment_form, set_commitment,
]  # fmt: skip
