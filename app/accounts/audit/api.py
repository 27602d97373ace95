"""The audit log over JSON."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, Router, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from app.accounts.audit import actions
from app.accounts.audit.shapes import Acts, Proof, Wanted
from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.edge.paging import USUAL, Limit

READ = needs("audit:read")

Before = Annotated[
    int | None, QueryParameter(ge=1, le=2**63 - 1, description="The id of the last one of the page before.")
]
Looked = NamedDependency[Wanted]


def looked(
    person: FromQuery[str | None] = None, organisation: FromQuery[UUID | None] = None,
    relation: FromQuery[str | None] = None, key: FromQuery[str | None] = None,
    since: FromQuery[datetime | None] = None, until: FromQuery[datetime | None] = None,
    q: FromQuery[str | None] = None,
) -> Wanted:  # fmt: skip
    return actions.wanted(person, organisation, relation, key, since, until, q)


LOOKED = {"looked": Provide(looked, sync_to_thread=False)}


@get("/audit", guards=[READ], dependencies=LOOKED)
async def list_acts(db: Db, looked: Looked, limit: Limit = USUAL, before: Before = None) -> Acts:
    return await actions.look(db, looked, before, limit)


@get("/audit.csv", guards=[READ], dependencies=LOOKED)
async def export_acts(db: Db, looked: Looked, actor: Actor) -> Response[bytes]:
    return as_file(await actions.export(db, looked, actor))


@post("/audit/verify", guards=[READ], status_code=200)
async def verify_log(db: Db, actor: Actor) -> Proof:
    return await actions.verify(db, actor)


def as_file(content: bytes) -> Response[bytes]:
    headers = {"Content-Disposition": 'attachment; filename="audit.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


router = Router("/api", route_handlers=[list_acts, export_acts, verify_log], tags=["audit"])
