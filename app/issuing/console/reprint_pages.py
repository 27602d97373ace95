"""Serials printed a second time, as the bureau of the region sees them."""

from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.params import FromQuery

from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.edge.pages import page
from app.issuing import reprints
from app.issuing.console.answers import Asked
from app.issuing.console.shapes import ReprintsPage


@get("/reprints", guards=[needs("coverage:read")])
async def show_reprints(
    request: Asked, db: Db, actor: Actor, before: FromQuery[datetime | None] = None
) -> Response[Any]:
    found = await reprints.list_reprints(db, actor, before)
    return page(request, "issuing/reprints.html", ReprintsPage(found=found))


HANDLERS = [show_reprints]
