"""The pages of whoever manages an organisation's people."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from app.accounts.answers import NOTHING, Asked, Said, address, at, done_of, go, number_in, said_of
from app.accounts.organisations.actions import acted_on
from app.accounts.organisations.shapes import Organisation
from app.accounts.people import actions, queries, second_factors
from app.accounts.people.shapes import Invitation, Member, NewInvitation
from app.accounts.roles import ROLES
from app.edge import fields
from app.edge.asks import Actor, Db, Language
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL, listing
from app.edge.principals import Principal
from codes.errors import Refusal

WRITE = needs("people:write")
OPEN_LISTED = 200
TYPED = ("email", "name", "roles", "language")


class MemberLine(Struct, frozen=True):
    member: Member
    since: str
    link: str


class InvitationLine(Struct, frozen=True):
    invitation: Invitation
    until: str
    expired: bool


class PeoplePage(Struct, frozen=True):
    organisation: Organisation
    other: UUID | None
    """Set where the platform acts on another organisation: links and forms carry it on."""
    members: list[MemberLine]
    invitations: list[InvitationLine]
    roles: list[str]
    q: str
    next: str | None
    typed: dict[str, Any]
    done: str = ""
    said: Said = NOTHING


class MemberPage(Struct, frozen=True):
    organisation: Organisation
    other: UUID | None
    member: Member
    roles: list[str]
    chosen: list[str]
    back: str
    resets: bool
    """Can this member's second factor be reset by who looks?"""
    said: Said = NOTHING


@get("/people", guards=[WRITE])
async def show_people(request: Asked, db: Db, actor: Actor, language: Language) -> Response[str]:
    return page(request, "accounts/people.html", await _people(request, db, actor, done=done_of(request)))


@post("/people/invitations", guards=[WRITE])
async def invite_person(request: Asked, db: Db, actor: Actor, form: FormData, language: Language) -> Response[Any]:
    wanted = number_in(request, "organisation")
    try:
        await actions.invite(db, _typed(form, wanted), actor, request.app.state.settings.public_url)
    except Refusal as refusal:
        typed = {name: form.text(name) for name in TYPED} | {"roles": form.every("roles")}
        told = await _people(request, db, actor, typed, said_of(refusal, language, TYPED))
        return page(request, "accounts/people.html", told, status=422)
    return go(request, "/people", organisation=wanted, done="invited")


@post("/people/invitations/{invitation_id:uuid}/resend", guards=[WRITE])
async def resend_invitation(
    request: Asked, db: Db, actor: Actor, invitation_id: FromPath[UUID], form: FormData, language: Language
) -> Response[Any]:
    try:
        await actions.resend(db, invitation_id, actor, request.app.state.settings.public_url)
    except Refusal as refusal:
        told = await _people(request, db, actor, said=said_of(refusal, language, ()))
        return page(request, "accounts/people.html", told, status=422)
    return go(request, "/people", organisation=number_in(request, "organisation"), done="resent")


@post("/people/invitations/{invitation_id:uuid}/withdraw", guards=[WRITE])
async def withdraw_invitation(
    request: Asked, db: Db, actor: Actor, invitation_id: FromPath[UUID], form: FormData
) -> Redirect:
    await actions.withdraw(db, invitation_id, actor)
    return go(request, "/people", organisation=number_in(request, "organisation"), done="withdrawn")


@get("/people/{person_id:uuid}", guards=[WRITE])
async def show_member(request: Asked, db: Db, actor: Actor, person_id: FromPath[UUID]) -> Response[str]:
    return page(request, "accounts/member.html", await _member(request, db, actor, person_id))


@post("/people/{person_id:uuid}", guards=[WRITE])
async def change_roles(
    request: Asked, db: Db, actor: Actor, person_id: FromPath[UUID], form: FormData, language: Language
) -> Response[Any]:
    try:
        subject = await acted_on(db, actor, number_in(request, "organisation"))
        await actions.set_roles(db, subject, person_id, tuple(form.every("roles")), actor)
    except Refusal as refusal:
        told = await _member(request, db, actor, person_id, form.every("roles"), said_of(refusal, language, ("roles",)))
        return page(request, "accounts/member.html", told, status=422)
    return go(request, "/people", organisation=number_in(request, "organisation"), done="roles_changed")


@post("/people/{person_id:uuid}/remove", guards=[WRITE])
async def remove_person(
    request: Asked, db: Db, actor: Actor, person_id: FromPath[UUID], form: FormData, language: Language
) -> Response[Any]:
    try:
        subject = await acted_on(db, actor, number_in(request, "organisation"))
        await actions.remove(db, subject, person_id, actor)
    except Refusal as refusal:
        told = await _member(request, db, actor, person_id, said=said_of(refusal, language, ("roles",)))
        return page(request, "accounts/member.html", told, status=422)
    return go(request, "/people", organisation=number_in(request, "organisation"), done="removed")


@post("/people/{person_id:uuid}/second-factor", guards=[WRITE])
async def reset_second_factor(
    request: Asked, db: Db, actor: Actor, person_id: FromPath[UUID], form: FormData, language: Language
) -> Response[Any]:
    public_url: str = request.app.state.settings.public_url
    try:
        subject = await acted_on(db, actor, number_in(request, "organisation"))
        await second_factors.reset(db, subject, person_id, actor, datetime.now(UTC), public_url)
    except Refusal as refusal:
        told = await _member(request, db, actor, person_id, said=said_of(refusal, language, ("roles",)))
        return page(request, "accounts/member.html", told, status=422)
    return go(request, "/people", organisation=number_in(request, "organisation"), done="second_factor_reset")


def _typed(form: Form, wanted: UUID | None) -> NewInvitation:
    return NewInvitation(
        email=form.text("email"),
        name=form.text("name"),
        roles=tuple(form.every("roles")),
        language="en" if form.text("language") == "en" else "zh",
        organisation_id=wanted,
    )


async def _people(
    request: Asked, db: Connection, actor: Principal, typed: dict[str, Any] | None = None, said: Said = NOTHING,
    done: str = "",
) -> PeoplePage:  # fmt: skip
    wanted = number_in(request, "organisation")
    subject = await acted_on(db, actor, wanted)
    q = "".join(filter(str.isprintable, request.query_params.get("q", "")))[: fields.NAME].strip()
    found = listing(await queries.members.all(db, subject.id, number_in(request, "after"), USUAL + 1, q or None), USUAL)
    following = address(request, "/people", organisation=wanted, q=q, after=found.next) if found.next else None
    open_ones = await queries.invitations.all(db, subject.id, True, None, OPEN_LISTED)
    now = datetime.now(UTC)
    return PeoplePage(
        subject,
        wanted,
        [
            MemberLine(one, at(one.since), address(request, f"/people/{one.id}", organisation=wanted))
            for one in found.items
        ],
        [InvitationLine(one, at(one.expires_at), one.expires_at <= now) for one in open_ones],
        list(ROLES[subject.kind]),
        q,
        following,
        typed or {"email": "", "name": "", "roles": [], "language": "zh"},
        done,
        said,
    )


async def _member(
    request: Asked, db: Connection, actor: Principal, person_id: UUID, chosen: list[str] | None = None,
    said: Said = NOTHING,
) -> MemberPage:  # fmt: skip
    wanted = number_in(request, "organisation")
    subject = await acted_on(db, actor, wanted)
    member = await actions.open_member(db, subject, person_id)
    back = address(request, "/people", organisation=wanted)
    resets = member.second_factor and person_id != actor.person
    return MemberPage(subject, wanted, member, list(ROLES[subject.kind]), chosen or member.roles, back, resets, said)


HANDLERS = [
    show_people, invite_person, resend_invitation, withdraw_invitation, show_member, change_roles, remove_person,
    reset_second_factor,
]  # fmt: skip
