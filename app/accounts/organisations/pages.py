"""The platform's pages on organisations."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from app.accounts.answers import NOTHING, Asked, Said, address, at, done_of, go, number_in, said_of
from app.accounts.organisations import actions, queries
from app.accounts.organisations.shapes import NewOrganisation, Organisation, Region
from app.accounts.roles import ROLES
from app.edge.asks import Db, Language
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL, listing, looked_for
from codes.errors import Refusal

WRITE = needs("organisations:write")
KINDS = [kind for kind in ROLES if kind != "platform"]
TYPED = ("kind", "name", "name_en", "region_code", "uscc")
BLANK = dict.fromkeys(TYPED, "")


class OrganisationsPage(Struct, frozen=True):
    organisations: list[Organisation]
    kinds: list[str]
    kind: str
    q: str
    next: str | None
    said: Said = NOTHING


class NewPage(Struct, frozen=True):
    kinds: list[str]
    regions: list[Region]
    typed: dict[str, str]
    said: Said = NOTHING


class OrganisationPage(Struct, frozen=True):
    organisation: Organisation
    created: str
    closed: str
    people: str
    keys: str
    done: str = ""
    said: Said = NOTHING


@get("/organisations", guards=[WRITE])
async def show_organisations(request: Asked, db: Db, language: Language) -> Response[str]:
    kind, q = (request.query_params.get(name, "").strip() for name in ("kind", "q"))
    try:
        words = looked_for(q)
    except Refusal as refusal:
        said = said_of(refusal, language, ("q",))
        return page(
            request, "accounts/organisations.html", OrganisationsPage([], KINDS, kind, q, None, said), status=422
        )
    chosen = kind if kind in ROLES else None
    found = listing(await queries.organisations.all(db, number_in(request, "after"), USUAL + 1, chosen, words), USUAL)
    following = address(request, "/organisations", kind=kind, q=q, after=found.next) if found.next else None
    return page(request, "accounts/organisations.html", OrganisationsPage(found.items, KINDS, kind, q, following))


@get("/organisations/new", guards=[WRITE])
async def show_form(request: Asked, db: Db) -> Response[str]:
    return page(request, "accounts/organisation_new.html", NewPage(KINDS, await queries.regions.all(db), BLANK))


@post("/organisations", guards=[WRITE])
async def register_organisation(request: Asked, db: Db, form: FormData, language: Language) -> Response[Any]:
    try:
        organisation = await actions.register(db, _typed(form))
    except Refusal as refusal:
        typed = {name: form.text(name) for name in TYPED}
        told = NewPage(KINDS, await queries.regions.all(db), typed, said_of(refusal, language, TYPED))
        return page(request, "accounts/organisation_new.html", told, status=422)
    return go(request, f"/organisations/{organisation.id}", done="registered")


@get("/organisations/{organisation_id:uuid}", guards=[WRITE])
async def show_organisation(request: Asked, db: Db, organisation_id: FromPath[UUID]) -> Response[str]:
    organisation = await actions.open_organisation(db, organisation_id)
    return page(request, "accounts/organisation.html", _page(request, organisation, done=done_of(request)))


@post("/organisations/{organisation_id:uuid}/close", guards=[WRITE])
async def close_organisation(request: Asked, db: Db, organisation_id: FromPath[UUID], form: FormData) -> Redirect:
    await actions.close(db, organisation_id)
    return go(request, f"/organisations/{organisation_id}", done="closed")


@post("/organisations/{organisation_id:uuid}/reopen", guards=[WRITE])
async def reopen_organisation(request: Asked, db: Db, organisation_id: FromPath[UUID], form: FormData) -> Redirect:
    await actions.reopen(db, organisation_id)
    return go(request, f"/organisations/{organisation_id}", done="reopened")


def _typed(form: Form) -> NewOrganisation:
    kind = form.text("kind")
    return NewOrganisation(
        kind=kind if kind in KINDS else "bureau",  # type: ignore[arg-type]
        name=form.optional("name"),
        name_en=form.optional("name_en"),
        region_code=form.optional("region_code"),
        uscc=form.optional("uscc"),
        demonstration=False,
    )


def _page(request: Asked, organisation: Organisation, done: str) -> OrganisationPage:
    closed: datetime | None = organisation.closed_at
    people, keys = (address(request, path, organisation=organisation.id) for path in ("/people", "/keys"))
    return OrganisationPage(organisation, at(organisation.created_at), at(closed), people, keys, done)


HANDLERS = [
    show_organisations, show_form, register_organisation, show_organisation, close_organisation, reopen_organisation,
]  # fmt: skip
