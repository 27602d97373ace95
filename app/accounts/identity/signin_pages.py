"""Signing in and out: password, code, organisation; and the forgotten password."""

from datetime import UTC, datetime

from litestar import get, post
from litestar.params import FromPath

from app.accounts.identity import resets, signing_in
from app.accounts.identity.answers import (
    Asked,
    Shown,
    again,
    desk_of,
    keep,
    me_of,
    on_the_way,
    onward,
    proceed,
    recognise,
    secret,
    session_of,
    visitor_of,
)
from app.accounts.identity.rules import Step, kept_way, way_on
from app.accounts.identity.sessions import Underway
from app.accounts.identity.shapes import CodePage, ForgottenPage, OrganisationsPage, ResetPage, SignInPage
from app.edge.forms import FormData
from app.edge.pages import page
from codes.errors import Refusal

SIGN_IN = "accounts/identity/signin.html"
CODE = "accounts/identity/code.html"
ORGANISATIONS = "accounts/identity/organisations.html"
FORGOTTEN = "accounts/identity/forgotten.html"
RESET = "accounts/identity/reset.html"

NO_REFERRER = {"Referrer-Policy": "same-origin"}
"""A link with a token is told to nobody else."""


@get("/signin", guards=[recognise])
async def show_sign_in(request: Asked) -> Shown:
    """Who is signed in goes on; who is on the way is sent to what is left to do."""
    wanted = kept_way(request.query_params.get("next"))
    me = request.scope.get("user")
    if me is None:
        return page(request, SIGN_IN, SignInPage(next=wanted, done=request.query_params.get("done", "")))
    if isinstance(me, Underway):
        return onward(request, me.step.value, next=wanted)
    return onward(request, way_on(wanted))


@post("/signin")
async def sign_in(request: Asked, form: FormData) -> Shown:
    typed, wanted = form.text("email"), kept_way(form.text("next"))
    visitor, before = visitor_of(request), session_of(request)
    try:
        opened = await signing_in.sign_in(desk_of(request), typed, secret(form, "password"), visitor, before)
    except Refusal as refused:
        return again(request, SIGN_IN, SignInPage(typed, wanted), refused)
    return proceed(request, opened, wanted)


@get("/signin/totp", guards=[on_the_way()])
async def show_code(request: Asked) -> Shown:
    me, wanted = me_of(request), kept_way(request.query_params.get("next"))
    if isinstance(me, Underway) and me.step is Step.CODE:
        return page(request, CODE, CodePage(wanted))
    return onward(request, "/signin", next=wanted)


@post("/signin/totp", guards=[on_the_way()])
async def pass_code(request: Asked, form: FormData) -> Shown:
    wanted = kept_way(form.text("next"))
    try:
        opened = await signing_in.pass_code(desk_of(request), me_of(request), form.text("code"), datetime.now(UTC))
    except Refusal as refused:
        return again(request, CODE, CodePage(wanted), refused)
    return proceed(request, opened, wanted)


@get("/signin/organisation", guards=[on_the_way()])
async def show_organisations(request: Asked) -> Shown:
    me, wanted = me_of(request), kept_way(request.query_params.get("next"))
    if isinstance(me, Underway) and me.step is not Step.ORGANISATION:
        return onward(request, me.step.value, next=wanted)
    memberships = await signing_in.organisations_of(desk_of(request), me)
    return page(request, ORGANISATIONS, OrganisationsPage(memberships, wanted))


@post("/signin/organisation", guards=[on_the_way()])
async def choose_organisation(request: Asked, form: FormData) -> Shown:
    desk, me, wanted = desk_of(request), me_of(request), kept_way(form.text("next"))
    try:
        opened = await signing_in.choose_organisation(desk, me, form.text("organisation"))
    except Refusal as refused:
        shown = OrganisationsPage(await signing_in.organisations_of(desk, me), wanted)
        return again(request, ORGANISATIONS, shown, refused)
    return proceed(request, opened, wanted)


@post("/signout", guards=[recognise])
async def sign_out(request: Asked, form: FormData) -> Shown:
    """Also for a session that has ended in the meantime: the cookie goes either way."""
    if request.scope.get("user") is not None:
        await signing_in.sign_out(desk_of(request), me_of(request))
    response = onward(request, "/signin", done="out")
    keep(request, response, "")
    return response


@get("/signin/forgotten")
async def show_forgotten(request: Asked) -> Shown:
    return page(request, FORGOTTEN, ForgottenPage(sent=request.query_params.get("done") == "sent"))


@post("/signin/forgotten")
async def ask_reset(request: Asked, form: FormData) -> Shown:
    typed = form.text("email")
    try:
        await resets.ask(desk_of(request), typed, visitor_of(request))
    except Refusal as refused:
        return again(request, FORGOTTEN, ForgottenPage(typed), refused)
    return onward(request, "/signin/forgotten", done="sent")


@get("/signin/reset/{token:str}", response_headers=NO_REFERRER)
async def show_reset(request: Asked, token: FromPath[str]) -> Shown:
    person = await resets.find(desk_of(request), token, visitor_of(request))
    return page(request, RESET, ResetPage(token, person.email))


@post("/signin/reset/{token:str}", response_headers=NO_REFERRER)
async def reset_password(request: Asked, token: FromPath[str], form: FormData) -> Shown:
    desk, visitor = desk_of(request), visitor_of(request)
    person = await resets.find(desk, token, visitor)
    try:
        new, twice = secret(form, "new"), secret(form, "again")
        await resets.reset(desk, token, new, twice, visitor, datetime.now(UTC))
    except Refusal as refused:
        return again(request, RESET, ResetPage(token, person.email), refused)
    return onward(request, "/signin", done="reset")


HANDLERS = [
    show_sign_in, sign_in, show_code, pass_code, show_organisations, choose_organisation, sign_out, show_forgotten,
    ask_reset, show_reset, reset_password,
]  # fmt: skip
