"""Certification bodies and certificates over JSON."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from app.certification import actions, queries
from app.certification.shapes import Body, Certificate, NewBody, NewCertificate, NewState, State
from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, listing
from app.store.history import Change, history_of

READ, WRITE = needs("registers:read"), needs("certification:write")


@get("/certification-bodies", guards=[READ])
async def list_bodies(db: Db, limit: Limit = USUAL, after: After = None) -> Listing[Body]:
    return listing(await queries.bodies.all(db, after, limit + 1), limit)


@get("/certification-bodies/{body_id:uuid}", guards=[READ])
async def show_body(db: Db, body_id: FromPath[UUID]) -> Body:
    return await actions.open_body(db, body_id)


@get("/certification-bodies/{body_id:uuid}/history", guards=[READ])
async def list_body_changes(db: Db, body_id: FromPath[UUID]) -> list[Change]:
    body = await actions.open_body(db, body_id)
    return await history_of(db, ["certification_body"], body.id)


@post("/certification-bodies", guards=[WRITE])
async def register_body(db: Db, data: JSONBody[NewBody], actor: Actor) -> Body:
    return await actions.register_body(db, data, actor)


@get("/certificates", guards=[READ])
async def list_certificates(
    db: Db,
    limit: Limit = USUAL,
    after: After = None,
    enterprise_id: FromQuery[UUID | None] = None,
    in_state: FromQuery[State | None] = None,
) -> Listing[Certificate]:
    return listing(await queries.certificates.all(db, after, limit + 1, enterprise_id, in_state), limit)


@get("/certificates/{certificate_id:uuid}", guards=[READ])
async def show_certificate(db: Db, certificate_id: FromPath[UUID]) -> Certificate:
    return await actions.open_certificate(db, certificate_id)


@get("/certificates/{certificate_id:uuid}/history", guards=[READ])
async def list_certificate_changes(db: Db, certificate_id: FromPath[UUID]) -> list[Change]:
    certificate = await actions.open_certificate(db, certificate_id)
    return await history_of(db, ["certificate"], certificate.id)


@post("/certificates", guards=[WRITE])
async def register_certificate(db: Db, data: JSONBody[NewCertificate], actor: Actor, today: Today) -> Certificate:
    return await actions.register(db, data, actor, today)


@put("/certificates/{certificate_id:uuid}/state", guards=[WRITE])
async def set_certificate_state(
    db: Db, certificate_id: FromPath[UUID], data: JSONBody[NewState], actor: Actor, today: Today
) -> Certificate:
    return await actions.set_state(db, certificate_id, data, actor, today)


router = Router(
    "/api",
    route_handlers=[
        list_bodies, show_body, list_body_changes, register_body, list_certificates, show_certificate,
        list_certificate_changes, register_certificate, set_certificate_state,
    ],
    tags=["certification"],
)  # fmt: skip
