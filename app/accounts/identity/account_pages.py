"""One's own account: name, password, organisation acted for, sessions."""

from datetime import UTC, datetime

from litestar import get, post

from app.accounts.identity import account, signing_in
from app.accounts.identity.account import change_profile as keep_profile
from app.accounts.identity.answers import Asked, Shown, again, desk_of, onward, secret
from app.accounts.identity.lines import account_page
from app.accounts.identity.shapes import PasswordPage, ProfilePage
from app.edge.asks import Actor
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal

ACCOUNT = "accounts/identity/account.html"
PROFILE = "accounts/identity/profile.html"
PASSWORD = "accounts/identity/password.html"  # noqa: S105 - a template
MINE = [needs("account")]


@get("/account", guards=MINE)
async def show_account(request: Asked, actor: Actor) -> Shown:
    desk = desk_of(request)
    found = await account.open_account(desk, actor)
    sessions = await account.sessions_of(desk, actor)
    memberships = await signing_in.organisations_of(desk, actor)
    done = request.query_params.get("done", "")
    return page(request, ACCOUNT, account_page(actor, found, sessions, memberships, done))


@get("/account/profile", guards=MINE)
async def show_profile(request: Asked, actor: Actor) -> Shown:
    found = await account.open_account(desk_of(request), actor)
    return page(request, PROFILE, ProfilePage(found.name, found.language))


@post("/account/profile", guards=MINE)
async def change_profile(request: Asked, actor: Actor, form: FormData) -> Shown:
    name, language = form.text("name"), form.text("language")
    try:
        await keep_profile(desk_of(request), actor, name, language)
    except Refusal as refused:
        return again(request, PROFILE, ProfilePage(name, language), refused)
    return onward(request, "/account", done="profile")


@get("/account/password", guards=MINE)
async def show_password(request: Asked, actor: Actor) -> Shown:
    return page(request, PASSWORD, PasswordPage((await account.open_account(desk_of(request), actor)).email))


@post("/account/password", guards=MINE)
async def change_password(request: Asked, actor: Actor, form: FormData) -> Shown:
    desk = desk_of(request)
    present, new, twice = (secret(form, name) for name in ("password", "new", "again"))
    try:
        opened = await account.change_password(desk, actor, present, new, twice, datetime.now(UTC))
    except Refusal as refused:
        shown = PasswordPage((await account.open_account(desk, actor)).email)
        return again(request, PASSWORD, shown, refused)
    return onward(request, "/account", opened.session_id, done="password")


@post("/account/organisation", guards=MINE)
async def switch_organisation(request: Asked, actor: Actor, form: FormData) -> Shown:
    opened = await signing_in.choose_organisation(desk_of(request), actor, form.text("organisation"))
    return onward(request, "/home", opened.session_id)


@post("/account/sessions/end", guards=MINE)
async def end_session(request: Asked, actor: Actor, form: FormData) -> Shown:
    await account.end_one_session(desk_of(request), actor, form.text("session"))
    return onward(request, "/account", done="ended")


@post("/account/sessions/end-others", guards=MINE)
async def end_other_sessions(request: Asked, actor: Actor, form: FormData) -> Shown:
    await account.end_other_sessions(desk_of(request), actor)
    return onward(request, "/account", done="ended")


HANDLERS = [
    show_account, show_profile, change_profile, show_password, change_password, switch_organisation, end_session,
    end_other_sessions,
]  # fmt: skip
