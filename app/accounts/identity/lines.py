"""What the account's pages say: sessions in words, times as clocks in China show them, the secret in groups."""

from datetime import datetime

from app.accounts.identity import totp
from app.accounts.identity.rules import base32, browser_of, obliged
from app.accounts.identity.sessions import Underway
from app.accounts.identity.shapes import (
    Account,
    AccountPage,
    CodesPage,
    Desk,
    EnrolPage,
    Membership,
    OpenSession,
    SessionLine,
)
from app.edge.principals import Principal
from codes.verdict.facts import CHINA


def account_page(
    me: Principal, found: Account, sessions: list[OpenSession], memberships: list[Membership], done: str
) -> AccountPage:
    bound = obliged(found.kinds)
    return AccountPage(
        account=found,
        password_changed=shown_time(found.password_changed_at),
        totp_since=shown_time(found.totp_since) if found.totp_since else None,
        obliged=bound,
        hint=found.totp_since is None and not bound and me.may("people:write"),
        memberships=memberships,
        sessions=[session_line(one) for one in sessions],
        done=done,
    )


def session_line(one: OpenSession) -> SessionLine:
    browser, system = browser_of(one.agent)
    began, seen = shown_time(one.created_at), shown_time(one.seen_at)
    return SessionLine(one.handle, began, seen, one.address or "", browser, system, one.present)


def shown_time(moment: datetime) -> str:
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"


def enrol_page(desk: Desk, me: Principal, found: Account, wanted: str) -> EnrolPage:
    """The same secret at every look, until a code of it is right."""
    assert me.session is not None
    secret = totp.offered(desk.root_key, me.session)
    letters = base32(secret)
    return EnrolPage(
        picture=totp.picture_of(totp.address_of(secret, found.email, desk.operator)),
        groups=[letters[at : at + 4] for at in range(0, len(letters), 4)],
        account=found.email,
        renewing=found.totp_since is not None,
        with_password=not isinstance(me, Underway),
        next=wanted,
    )


def codes_page(codes: list[str], found: Account, goal: str, now: datetime) -> CodesPage:
    return CodesPage(codes, found.email, shown_time(now), goal)
