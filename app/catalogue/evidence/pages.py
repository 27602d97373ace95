"""The console's pages of the four 100 % and of the registers they are reckoned from."""

from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from msgspec import Struct

from app.catalogue.evidence import actions, documents, documents_pages, queries, reading
from app.catalogue.evidence.answers import Asked, Told, desk_of, go, looked_at, may_write, told, typed
from app.catalogue.evidence.documents_pages import FORM_MOST, Of
from app.catalogue.evidence.entering import enter
from app.catalogue.evidence.registers import REGISTERS, Register
from app.catalogue.evidence.shapes import Document, Entry, Model, Rates, Region
from app.edge.asks import Actor, Db, Today
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL, After, Words, listing, looked_for
from app.edge.principals import Principal
from app.store.askers import borrowed_as
from codes.errors import Refusal

READ, WRITE = needs("registers:read"), needs("catalogue:write")


class RatesPage(Struct, frozen=True):
    rates: Rates
    own: bool
    enterprise: str
    """What links carry on where the evidence is another's."""


class EnterprisesPage(Struct, frozen=True):
    enterprises: list[Rates]
    q: str
    next: UUID | None


class EntriesPage(Struct, frozen=True, kw_only=True):
    register: str
    entries: list[Entry]
    next: UUID | None
    own: bool
    enterprise: str
    done: str
    today: str


class EntryForm(Struct, frozen=True, kw_only=True):
    register: str
    entry: Entry | None
    values: dict[str, str]
    told: Told
    choices: tuple[str, ...]
    documents: list[Document]
    models: list[Model]
    regions: list[Region]
    today: str


@get("/evidence", guards=[READ])
async def show_evidence(
    request: Asked, db: Db, actor: Actor, today: Today, after: After = None, q: Words = None
) -> Response[Any]:
    """An enterprise's own four 100 %; for others the list of those they may see."""
    if actor.kind == "enterprise" and actor.organisation is not None:
        rates = await actions.reckon_rates(db, actor.organisation, today)
        return page(request, "evidence/show.html", RatesPage(rates, actor.may("catalogue:write"), ""))
    found = listing(await actions.list_rates(db, today, after, USUAL + 1, looked_for(q)), USUAL)
    return page(request, "evidence/enterprises.html", EnterprisesPage(found.items, q or "", found.next))


@get("/evidence/of/{enterprise_id:uuid}", guards=[READ])
async def show_evidence_of(
    request: Asked, db: Db, actor: Actor, today: Today, enterprise_id: FromPath[UUID]
) -> Response[Any]:
    rates = await actions.reckon_rates(db, looked_at(actor, enterprise_id), today)
    return page(request, "evidence/show.html", RatesPage(rates, False, str(rates.id)))


@get("/evidence/{name:str}", guards=[READ])
async def list_entries(
    request: Asked, db: Db, actor: Actor, today: Today, name: FromPath[str], after: After = None, enterprise: Of = None
) -> Response[Any]:
    register, of = _register(name), looked_at(actor, enterprise)
    found = listing(await register.listing.all(db, after, USUAL + 1, of), USUAL)
    shown = EntriesPage(
        register=name, entries=found.items, next=found.next, own=may_write(actor), today=today.isoformat(),
        enterprise="" if of == actor.organisation else str(of), done=request.query_params.get("done", ""),
    )  # fmt: skip
    return page(request, "evidence/entries.html", shown)


@get("/evidence/{name:str}/new", guards=[WRITE])
async def show_new(request: Asked, db: Db, actor: Actor, today: Today, name: FromPath[str]) -> Response[Any]:
    return await _form(request, db, _register(name), actor, {}, today.isoformat())


@post("/evidence/{name:str}/new", guards=[WRITE], request_max_body_size=FORM_MOST)
async def add_entry(
    request: Asked, state: State, actor: Actor, today: Today, form: FormData, name: FromPath[str]
) -> Response[Any]:
    register = _register(name)
    try:
        await enter(desk_of(state), register, form, actor, today)
    except Refusal as refusal:
        async with borrowed_as(state.pool, actor.asker) as db:
            return await _form(request, db, register, actor, typed(form), today.isoformat(), refusal=refusal)
    return go(request, f"/evidence/{name}", done="added")


@get("/evidence/{name:str}/{entry_id:uuid}", guards=[WRITE])
async def show_entry(
    request: Asked, db: Db, actor: Actor, today: Today, name: FromPath[str], entry_id: FromPath[UUID]
) -> Response[Any]:
    register = _register(name)
    entry = await actions.open_entry(db, register, entry_id)
    return await _form(request, db, register, actor, reading.filled(entry), today.isoformat(), entry)


@post("/evidence/{name:str}/{entry_id:uuid}", guards=[WRITE], request_max_body_size=FORM_MOST)
async def change_entry(
    request: Asked, state: State, actor: Actor, today: Today, form: FormData, name: FromPath[str],
    entry_id: FromPath[UUID],
) -> Response[Any]:  # fmt: skip
    register = _register(name)
    try:
        await enter(desk_of(state), register, form, actor, today, entry_id)
    except Refusal as refusal:
        async with borrowed_as(state.pool, actor.asker) as db:
            entry = await actions.open_entry(db, register, entry_id)
            return await _form(request, db, register, actor, typed(form), today.isoformat(), entry, refusal)
    return go(request, f"/evidence/{name}", done="changed")


@post("/evidence/{name:str}/{entry_id:uuid}/end", guards=[WRITE])
async def end_entry(
    request: Asked, db: Db, actor: Actor, today: Today, form: FormData, name: FromPath[str], entry_id: FromPath[UUID]
) -> Response[Any]:
    register = _register(name)
    entry = await actions.open_entry(db, register, entry_id)
    try:
        await actions.end(db, register, entry_id, reading.read_end(form), actor, today)
    except Refusal as refusal:
        values = reading.filled(entry) | typed(form)
        return await _form(request, db, register, actor, values, today.isoformat(), entry, refusal)
    return go(request, f"/evidence/{name}", done="ended")


def _register(name: str) -> Register:
    if name not in REGISTERS:
        raise NotFoundException
    return REGISTERS[name]


async def _form(
    request: Asked,
    db: Connection,
    register: Register,
    actor: Principal,
    values: dict[str, str],
    today: str,
    entry: Entry | None = None,
    refusal: Refusal | None = None,
) -> Response[Any]:
    of = documents.acted_for(actor, entry and entry.enterprise_id)
    fields = (*register.new.__struct_fields__, "file", *(("on",) if entry else ()))
    wrong = Told() if refusal is None else told(request, refusal, fields)
    shown = EntryForm(
        register=register.name, entry=entry, values=values, told=wrong, today=today,
        choices=reading.CHOICES[register.name][1],
        documents=await queries.documents_to_choose.all(db, of, register.document_kind),
        models=await queries.models.all(db, of) if "product_id" in fields else [],
        regions=await queries.regions.all(db) if "region_code" in fields else [],
    )  # fmt: skip
    return page(request, "evidence/form.html", shown, status=wrong.status)


HANDLERS = [
    show_evidence, show_evidence_of, list_entries, show_new, add_entry, show_entry, change_entry, end_entry,
    *documents_pages.HANDLERS,
]  # fmt: skip
