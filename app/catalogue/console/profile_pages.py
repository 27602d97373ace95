"""The enterprise's own facts."""

from typing import Any

from asyncpg import Connection
from litestar import Response, get, post
from msgspec import Struct

from app.catalogue import actions
from app.catalogue.console import forms, queries
from app.catalogue.console.answers import Asked, done_of, organisation_of, seen, told
from app.catalogue.console.shapes import FINE, Place, Told
from app.catalogue.shapes import Enterprise
from app.edge.asks import Actor, Db, Today
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal

FIELDS = ("name", "name_en", "region_code", "industry_code", "telephone", "website")


class ProfilePage(Struct, frozen=True):
    enterprise: Enterprise
    done: str


class ProfileForm(Struct, frozen=True, kw_only=True):
    enterprise: Enterprise
    form: Form
    told: Told
    regions: list[Place]
    industries: list[Place]


@get("/profile", guards=[needs("registers:read")])
async def show_profile(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    enterprise = await actions.open_enterprise(db, organisation_of(actor, "enterprise"))
    return page(request, "catalogue/profile.html", ProfilePage(enterprise, done_of(request)))


@get("/profile/edit", guards=[needs("catalogue:write")])
async def show_profile_form(request: Asked, db: Db, actor: Actor) -> Response[Any]:
    enterprise = await actions.open_enterprise(db, organisation_of(actor, "enterprise"))
    return await _form(request, db, enterprise, forms.filled(enterprise))


@post("/profile/edit", guards=[needs("catalogue:write")])
async def change_profile(request: Asked, db: Db, actor: Actor, today: Today, form: FormData) -> Response[Any]:
    enterprise = await actions.open_enterprise(db, organisation_of(actor, "enterprise"))
    try:
        await actions.change_enterprise(db, enterprise.id, forms.enterprise_change(form), actor, today)
    except Refusal as refusal:
        return await _form(request, db, enterprise, form, told(request, refusal, *FIELDS))
    return seen(request, "/profile", "saved")


async def _form(
    request: Asked, db: Connection, enterprise: Enterprise, form: Form, wrong: Told = FINE
) -> Response[Any]:
    regions, industries = await queries.regions.all(db), await queries.industries.all(db)
    shown = ProfileForm(enterprise=enterprise, form=form, told=wrong, regions=regions, industries=industries)
    return page(request, "catalogue/profile_form.html", shown, status=422 if wrong.wrong else 200)


HANDLERS = [show_profile, show_profile_form, change_profile]
