"""The standards register over JSON."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, Words, listing, looked_for
from app.standards import actions, queries
from app.standards.shapes import NewStandard, NewState, NewSuccessor, Standard, State
from app.store.history import Change, history_of

READ, WRITE = needs("registers:read"), needs("standards:write")


@get("/standards", guards=[READ])
async def list_standards(
    db: Db, limit: Limit = USUAL, after: After = None, q: Words = None, in_state: FromQuery[State | None] = None
) -> Listing[Standard]:
    return listing(await queries.standards.all(db, after, limit + 1, looked_for(q), in_state), limit)


@get("/standards/{standard_id:uuid}", guards=[READ])
async def show_standard(db: Db, standard_id: FromPath[UUID]) -> Standard:
    return await actions.open_standard(db, standard_id)


@get("/standards/{standard_id:uuid}/history", guards=[READ])
async def list_standard_changes(db: Db, standard_id: FromPath[UUID]) -> list[Change]:
    standard = await actions.open_standard(db, standard_id)
    return await history_of(db, ["standard"], standard.id)


@post("/standards", guards=[WRITE])
async def register_standard(db: Db, data: JSONBody[NewStandard], actor: Actor, today: Today) -> Standard:
    return await actions.register(db, data, actor, today)


@put("/standards/{standard_id:uuid}/state", guards=[WRITE])
async def set_standard_state(
    db: Db, standard_id: FromPath[UUID], data: JSONBody[NewState], actor: Actor, today: Today
) -> Standard:
    return await actions.set_state(db, standard_id, data, actor, today)


@put("/standards/{standard_id:uuid}/successor", guards=[WRITE])
async def set_standard_successor(
    db: Db, standard_id: FromPath[UUID], data: JSONBody[NewSuccessor], actor: Actor
) -> Standard:
    return await actions.set_successor(db, standard_id, data.successor_id, actor)


router = Router(
    "/api",
    route_handlers=[
        list_standards, show_standard, list_standard_changes, register_standard, set_standard_state,
        set_standard_successor,
    ],
    tags=["standards"],
)  # fmt: skip
