"""Bureaus: how many recognised models carry a code, and those that do not, with a reminder."""

from datetime import date
from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from app.catalogue.console import queries
from app.catalogue.console.answers import Asked, done_of, seen, told
from app.catalogue.console.reminding import remind
from app.catalogue.console.shapes import FINE, Coded, County, Told
from app.edge.asks import Actor, Db, Today
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.principals import Principal
from codes.errors import Refusal


class CoveragePage(Struct, frozen=True, kw_only=True):
    total: County
    counties: list[County]
    uncoded: list[Coded]
    today: date
    told: Told
    done: str


@get("/coverage", guards=[needs("coverage:read")])
async def show_coverage(request: Asked, db: Db, actor: Actor, today: Today) -> Response[Any]:
    return await _show(request, db, actor, today)


@post("/coverage/{product_id:uuid}/remind", guards=[needs("pages:review")])
async def remind_enterprise(
    request: Asked, db: Db, product_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        await remind(db, product_id, actor, request.app.state.settings.public_url + "/codes", today)
    except Refusal as refusal:
        return await _show(request, db, actor, today, told(request, refusal))
    return seen(request, "/coverage", "reminded")


async def _show(request: Asked, db: Connection, actor: Principal, today: date, wrong: Told = FINE) -> Response[Any]:
    counties = await queries.coverage.all(db, today, actor.region)
    total = County(
        region_code="", region="", recognised=sum(one.recognised for one in counties),
        coded=sum(one.coded for one in counties),
    )  # fmt: skip
    shown = CoveragePage(
        total=total,
        counties=counties,
        uncoded=await queries.uncoded.all(db, today, None, actor.region, None),
        today=today,
        told=wrong,
        done=done_of(request),
    )
    return page(request, "catalogue/coverage.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [show_coverage, remind_enterprise]
