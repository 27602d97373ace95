"""The first page after signing in: what needs doing."""

from typing import Any

from litestar import Response, get

from app.catalogue.console import overview
from app.catalogue.console.answers import Asked, done_of
from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.pages import page


@get("/home", guards=[needs("account")])
async def show_home(request: Asked, db: Db, actor: Actor, today: Today) -> Response[Any]:
    if actor.kind == "enterprise" and actor.organisation is not None:
        home = await overview.of_enterprise(db, actor.organisation, actor, today, done_of(request))
        return page(request, "catalogue/home.html", home)
    return page(request, "catalogue/home_other.html", await overview.of_another(db, actor, today, done_of(request)))


HANDLERS = [show_home]
