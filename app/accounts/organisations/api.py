"""Organisations over JSON: the platform's."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.accounts.organisations import actions, queries
from app.accounts.organisations.shapes import NewOrganisation, Organisation
from app.edge.asks import Db
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, Words, listing, looked_for

WRITE = needs("organisations:write")


@get("/organisations", guards=[WRITE])
async def list_organisations(
    db: Db, limit: Limit = USUAL, after: After = None, q: Words = None, kind: FromQuery[str | None] = None
) -> Listing[Organisation]:
    found = await queries.organisations.all(db, after, limit + 1, looked_for(kind), looked_for(q))
    return listing(found, limit)


@get("/organisations/{organisation_id:uuid}", guards=[WRITE])
async def show_organisation(db: Db, organisation_id: FromPath[UUID]) -> Organisation:
    return await actions.open_organisation(db, organisation_id)


@post("/organisations", guards=[WRITE])
async def register_organisation(db: Db, data: JSONBody[NewOrganisation]) -> Organisation:
    return await actions.register(db, data)


@post("/organisations/{organisation_id:uuid}/close", guards=[WRITE], status_code=200)
async def close_organisation(db: Db, organisation_id: FromPath[UUID]) -> Organisation:
    return await actions.close(db, organisation_id)


@post("/organisations/{organisation_id:uuid}/reopen", guards=[WRITE], status_code=200)
async def reopen_organisation(db: Db, organisation_id: FromPath[UUID]) -> Organisation:
    return await actions.reopen(db, organisation_id)


HANDLERS = [list_organisations, show_organisation, register_organisation, close_organisation, reopen_organisation]

router = Router("/api", route_handlers=HANDLERS, tags=["organisations"])
