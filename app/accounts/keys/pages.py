"""The page on API keys: made, shown once, listed, revoked."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from app.accounts.answers import NOTHING, Asked, Said, address, at, done_of, go, number_in, said_of
from app.accounts.keys import actions
from app.accounts.keys.rules import DAYS_MOST, scopes_to_give
from app.accounts.keys.shapes import Key, NewKey
from app.accounts.organisations.actions import acted_on
from app.accounts.organisations.shapes import Organisation
from app.edge.asks import Actor, Db, Language
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.principals import Principal
from codes.errors import Refusal

WRITE = needs("keys:write")
TYPED = ("name", "scopes", "networks", "days")
USUAL_DAYS = "365"


class KeyLine(Struct, frozen=True):
    key: Key
    created: str
    expires: str
    used: str
    ended: str
    """`state_revoked`, `state_expired`, or nothing."""


class KeysPage(Struct, frozen=True):
    organisation: Organisation
    other: UUID | None
    keys: list[KeyLine]
    scopes: list[str]
    typed: dict[str, Any]
    with_ended: bool
    switch: str
    """Address that shows the ended ones too, or no longer."""
    done: str = ""
    said: Said = NOTHING


class MadePage(Struct, frozen=True):
    organisation: Organisation
    key: Key
    token: str
    expires: str
    back: str


@get("/keys", guards=[WRITE])
async def show_keys(request: Asked, db: Db, actor: Actor) -> Response[str]:
    return page(request, "accounts/keys.html", await _keys(request, db, actor, done=done_of(request)))


@post("/keys", guards=[WRITE])
async def make_key(request: Asked, db: Db, actor: Actor, form: FormData, language: Language) -> Response[Any]:
    wanted = number_in(request, "organisation")
    try:
        made = await actions.make(db, _typed(form, wanted), actor)
    except Refusal as refusal:
        told = await _keys(request, db, actor, _as_typed(form), said_of(refusal, language, TYPED))
        return page(request, "accounts/keys.html", told, status=422)
    subject = await acted_on(db, actor, wanted)
    back = address(request, "/keys", organisation=wanted)
    return page(
        request, "accounts/key_made.html", MadePage(subject, made.key, made.token, at(made.key.expires_at), back)
    )


@post("/keys/{key_id:str}/revoke", guards=[WRITE])
async def revoke_key(request: Asked, db: Db, actor: Actor, key_id: FromPath[str], form: FormData) -> Redirect:
    await actions.revoke(db, key_id, actor)
    return go(request, "/keys", organisation=number_in(request, "organisation"), done="revoked")


def _typed(form: Form, wanted: UUID | None) -> NewKey:
    days = form.text("days")
    return NewKey(
        name=form.text("name"),
        scopes=tuple(form.every("scopes")),
        days=int(days) if days.isascii() and days.isdecimal() and len(days) <= len(str(DAYS_MOST)) else 0,
        networks=tuple(filter(None, map(str.strip, form.text("networks").splitlines()))),
        organisation_id=wanted,
    )


def _as_typed(form: Form) -> dict[str, Any]:
    return {name: form.text(name) for name in TYPED} | {"scopes": form.every("scopes")}


async def _keys(
    request: Asked, db: Connection, actor: Principal, typed: dict[str, Any] | None = None, said: Said = NOTHING,
    done: str = "",
) -> KeysPage:  # fmt: skip
    wanted, with_ended = number_in(request, "organisation"), bool(request.query_params.get("ended"))
    subject = await acted_on(db, actor, wanted)
    now = datetime.now(UTC)
    lines = [_line(one, now) for one in await actions.list_keys(db, actor, wanted, with_ended)]
    switch = address(request, "/keys", organisation=wanted, ended=None if with_ended else "1")
    blank = {"name": "", "scopes": [], "networks": "", "days": USUAL_DAYS}
    scopes = scopes_to_give(subject.kind, actor)
    return KeysPage(subject, wanted, lines, scopes, typed or blank, with_ended, switch, done, said)


def _line(key: Key, now: datetime) -> KeyLine:
    ended = "state_revoked" if key.revoked_at else "state_expired" if key.expires_at <= now else ""
    return KeyLine(key, at(key.created_at), at(key.expires_at), at(key.last_used_at), ended)


HANDLERS = [show_keys, make_key, revoke_key]
