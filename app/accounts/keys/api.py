"""API keys over JSON."""

from uuid import UUID

from litestar import Router, get, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.accounts.keys import actions
from app.accounts.keys.shapes import Key, MadeKey, NewKey
from app.edge.asks import Actor, Db
from app.edge.guards import needs

WRITE = needs("keys:write")


@get("/keys", guards=[WRITE])
async def list_keys(
    db: Db, actor: Actor, organisation: FromQuery[UUID | None] = None, ended: FromQuery[bool] = False
) -> list[Key]:
    return await actions.list_keys(db, actor, organisation, ended)


@post("/keys", guards=[WRITE])
async def make_key(db: Db, data: JSONBody[NewKey], actor: Actor) -> MadeKey:
    """The key itself stands in this answer and nowhere else."""
    return await actions.make(db, data, actor)


@post("/keys/{key_id:str}/revoke", guards=[WRITE], status_code=200)
async def revoke_key(db: Db, key_id: FromPath[str], actor: Actor) -> Key:
    return await actions.revoke(db, key_id, actor)


router = Router("/api", route_handlers=[list_keys, make_key, revoke_key], tags=["keys"])
