"""The second factor: setting it up, recovery codes, giving it up."""

from datetime import UTC, datetime
from urllib.parse import urlencode

from litestar import get, post

from app.accounts.identity import account
from app.accounts.identity.answers import Asked, Shown, again, desk_of, keep, me_of, on_the_way, onward, secret
from app.accounts.identity.lines import codes_page, enrol_page
from app.accounts.identity.rules import Step, kept_way, way_on
from app.accounts.identity.sessions import Sessions, Underway
from app.accounts.identity.shapes import EnrolPage, Opened, RecoveryPage, RemovalPage
from app.edge.asks import Actor
from app.edge.forms import FormData
from app.edge.guards import address_of, needs
from app.edge.pages import page
from app.edge.principals import Principal
from codes.errors import Refusal

ENROL = "accounts/identity/enrol.html"
CODES = "accounts/identity/codes.html"
RECOVERY = "accounts/identity/recovery.html"
REMOVAL = "accounts/identity/removal.html"


@get("/account/totp", guards=[on_the_way()])
async def show_enrolment(request: Asked) -> Shown:
    me, wanted = me_of(request), kept_way(request.query_params.get("next"))
    if isinstance(me, Underway) and me.step is not Step.ENROL:
        return onward(request, me.step.value, next=wanted)
    return page(request, ENROL, await _offer(request, me, wanted))


@post("/account/totp", guards=[on_the_way()])
async def enrol(request: Asked, form: FormData) -> Shown:
    """The recovery codes are shown in the answer itself: nothing keeps them for another page."""
    me, wanted, now = me_of(request), kept_way(form.text("next")), datetime.now(UTC)
    try:
        password = secret(form, "password")
        codes, opened = await account.enrol(desk_of(request), me, form.text("code"), password, now)
    except Refusal as refused:
        return again(request, ENROL, await _offer(request, me, wanted), refused)
    return await _codes(request, opened.session_id, codes, _goal(me, opened, wanted), now)


@get("/account/recovery", guards=[needs("account")])
async def show_recovery(request: Asked, actor: Actor) -> Shown:
    return page(request, RECOVERY, RecoveryPage((await account.open_account(desk_of(request), actor)).codes_left))


@post("/account/recovery", guards=[needs("account")])
async def renew_recovery_codes(request: Asked, actor: Actor, form: FormData) -> Shown:
    desk, now = desk_of(request), datetime.now(UTC)
    try:
        codes = await account.renew_recovery_codes(desk, actor, form.text("code"), now)
    except Refusal as refused:
        shown = RecoveryPage((await account.open_account(desk, actor)).codes_left)
        return again(request, RECOVERY, shown, refused)
    return await _codes(request, None, codes, "/account", now)


@get("/account/totp/remove", guards=[needs("account")])
async def show_removal(request: Asked, actor: Actor) -> Shown:
    return page(request, REMOVAL, RemovalPage())


@post("/account/totp/remove", guards=[needs("account")])
async def remove_second_factor(request: Asked, actor: Actor, form: FormData) -> Shown:
    desk, password, code = desk_of(request), secret(form, "password"), form.text("code")
    try:
        opened = await account.remove_second_factor(desk, actor, password, code, datetime.now(UTC))
    except Refusal as refused:
        return again(request, REMOVAL, RemovalPage(), refused)
    return onward(request, "/account", opened.session_id, done="removed")


def _goal(me: Principal, opened: Opened, wanted: str) -> str:
    """From the recovery codes to what is left to do, to where the person was going, or back to the account."""
    if opened.step is not None:
        return f"{opened.step}?{urlencode({'next': way_on(wanted)})}"
    return way_on(wanted) if isinstance(me, Underway) else "/account"


async def _offer(request: Asked, me: Principal, wanted: str) -> EnrolPage:
    desk = desk_of(request)
    return enrol_page(desk, me, await account.open_account(desk, me), wanted)


async def _codes(request: Asked, session_id: str | None, codes: list[str], goal: str, now: datetime) -> Shown:
    """The codes, on a page of the session as it goes on."""
    me = me_of(request)
    if session_id is not None:
        sessions: Sessions = request.app.state.sessions
        me = await sessions.holder_of(session_id, address_of(request)) or me
        request.scope["user"] = me
    found = await account.open_account(desk_of(request), me)
    response = page(request, CODES, codes_page(codes, found, goal, now))
    if session_id is not None:
        keep(request, response, session_id)
    return response


HANDLERS = [show_enrolment, enrol, show_recovery, renew_recovery_codes, show_removal, remove_second_factor]
