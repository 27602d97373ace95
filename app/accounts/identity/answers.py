"""What sign-in's pages share: who is on the way, forms shown again, the cookie, the way on."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.handlers import BaseRouteHandler
from litestar.response import Redirect
from msgspec import Struct, structs

from app.accounts.identity.rules import HOME, way_on
from app.accounts.identity.sessions import Sessions
from app.accounts.identity.shapes import Desk, Opened, Said, Visitor
from app.edge.asks import language_of
from app.edge.forms import Form
from app.edge.guards import Guard, address_of
from app.edge.pages import page, view_of
from app.edge.principals import Principal, SignInFirst
from codes.errors import Kind, Refusal, Several

Asked = Request[Any, Any, Any]
Shown = Response[Any]

SHOWN_AGAIN = frozenset({Kind.MALFORMED, Kind.NOT_ALLOWED, Kind.CONFLICT, Kind.TOO_MANY})
"""Refusals that are said beside the form; the others are pages of their own."""


def on_the_way() -> Guard:
    """A guard for the pages that finish sign-in: they also let those through who are signed in."""

    async def guard(connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
        holder = await holder_of(connection)
        if holder is None:
            raise SignInFirst
        connection.scope["user"] = holder

    guard.scope = "signin"  # type: ignore[attr-defined]
    return guard


async def recognise(connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
    """A guard that refuses nobody: a public page that is another for who has a session."""
    if (holder := await holder_of(connection)) is not None:
        connection.scope["user"] = holder


async def holder_of(connection: ASGIConnection) -> Principal | None:
    cookie = session_of(connection)
    sessions: Sessions = connection.app.state.sessions
    return await sessions.holder_of(cookie, address_of(connection)) if cookie else None


def session_of(connection: ASGIConnection) -> str | None:
    """The id the browser brings, under the one name that is ours at this address."""
    return connection.cookies.get(cookie_name(connection.app.state.settings.public_url))


def cookie_name(public_url: str) -> str:
    """With the prefix, browsers take the cookie over https and from this very host only."""
    return "__Host-zpm" if public_url.startswith("https://") else "zpm"


def desk_of(request: Asked) -> Desk:
    settings = request.app.state.settings
    return Desk(request.app.state.pool, settings.root_key, settings.public_url, demonstration=settings.demonstration)


def visitor_of(request: Asked) -> Visitor:
    return Visitor(address_of(request), request.headers.get("user-agent"))


def me_of(request: Asked) -> Principal:
    me: Principal = request.scope["user"]
    return me


def secret(form: Form, name: str) -> str:
    """A password exactly as it was typed, spaces at its ends too."""
    values = form.texts.get(name)
    return values[-1] if values else ""


def onward(request: Asked, path: str, session_id: str | None = None, **query: str) -> Shown:
    """On to this page in the same language, with the session's new id where it has one."""
    view = view_of(request)
    carried = ({"lang": view.language} if view.chosen else {}) | {name: text for name, text in query.items() if text}
    joint = "&" if "?" in path else "?"
    address = path + (joint + urlencode(carried) if carried else "")
    response = Redirect(address, status_code=303, headers={"Cache-Control": "no-store"})
    if session_id is not None:
        keep(request, response, session_id)
    return response


def proceed(request: Asked, opened: Opened, wanted: str) -> Shown:
    """To what is left to do, else to where the person was going."""
    goal = way_on(wanted)
    if opened.step is None:
        return onward(request, goal, opened.session_id)
    return onward(request, opened.step, opened.session_id, next="" if goal == HOME else goal)


def keep(request: Asked, response: Shown, session_id: str) -> None:
    """The cookie with the session's id; an empty one is taken away."""
    public_url = request.app.state.settings.public_url
    response.set_cookie(
        Cookie(
            key=cookie_name(public_url),
            value=session_id,
            path="/",
            httponly=True,
            secure=public_url.startswith("https://"),
            samesite="lax",
            max_age=None if session_id else 0,
        )
    )


def again(request: Asked, template: str, data: Struct, refused: Refusal) -> Shown:
    """The same form with what is wrong beside its fields."""
    if refused.kind not in SHOWN_AGAIN or isinstance(refused, SignInFirst):
        raise refused
    said = said_of(refused, language_of(request))
    too_many = refused.kind is Kind.TOO_MANY
    response = page(request, template, structs.replace(data, said=said), "content", 429 if too_many else 422)
    if too_many:
        response.headers["Retry-After"] = str(refused.facts["retry_after"])
    return response


def said_of(refused: Refusal, language: str) -> Said:
    ones = refused.refusals if isinstance(refused, Several) else (refused,)
    told: dict[str, list[str]] = {}
    for one in ones:
        told.setdefault(one.field or "", []).append(one.say(language))
    others = told.pop("", [])
    return Said({name: " ".join(sentences) for name, sentences in told.items()}, others)
