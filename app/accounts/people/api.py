"""Members and invitations over JSON."""

from uuid import UUID

from litestar import Router, delete, get, post, put
from litestar.datastructures import State
from litestar.params import FromPath, FromQuery, JSONBody

from app.accounts.organisations.actions import acted_on
from app.accounts.people import actions, queries
from app.accounts.people.shapes import Invitation, Member, NewInvitation, Roles
from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, Words, listing, looked_for

WRITE = needs("people:write")


@get("/people", guards=[WRITE])
async def list_people(
    db: Db, actor: Actor, limit: Limit = USUAL, after: After = None, q: Words = None,
    organisation: FromQuery[UUID | None] = None,
) -> Listing[Member]:  # fmt: skip
    subject = await acted_on(db, actor, organisation)
    return listing(await queries.members.all(db, subject.id, after, limit + 1, looked_for(q)), limit)


@put("/people/{person_id:uuid}/roles", guards=[WRITE])
async def set_roles(
    db: Db, person_id: FromPath[UUID], data: JSONBody[Roles], actor: Actor, organisation: FromQuery[UUID | None] = None
) -> Member:
    subject = await acted_on(db, actor, organisation)
    return await actions.set_roles(db, subject, person_id, data.roles, actor)


@delete("/people/{person_id:uuid}", guards=[WRITE])
async def remove_person(
    db: Db, person_id: FromPath[UUID], actor: Actor, organisation: FromQuery[UUID | None] = None
) -> None:
    subject = await acted_on(db, actor, organisation)
    await actions.remove(db, subject, person_id, actor)


@get("/invitations", guards=[WRITE])
async def list_invitations(
    db: Db, actor: Actor, limit: Limit = USUAL, after: After = None, ended: FromQuery[bool] = False,
    organisation: FromQuery[UUID | None] = None,
) -> Listing[Invitation]:  # fmt: skip
    subject = await acted_on(db, actor, organisation)
    return listing(await queries.invitations.all(db, subject.id, not ended, after, limit + 1), limit)


@post("/invitations", guards=[WRITE])
async def invite_person(db: Db, data: JSONBody[NewInvitation], actor: Actor, state: State) -> Invitation:
    """The link goes to the invited person by mail, and to nobody else."""
    invited = await actions.invite(db, data, actor, state.settings.public_url)
    return invited.invitation


@post("/invitations/{invitation_id:uuid}/resend", guards=[WRITE], status_code=200)
async def resend_invitation(db: Db, invitation_id: FromPath[UUID], actor: Actor, state: State) -> Invitation:
    invited = await actions.resend(db, invitation_id, actor, state.settings.public_url)
    return invited.invitation


@post("/invitations/{invitation_id:uuid}/withdraw", guards=[WRITE], status_code=200)
async def withdraw_invitation(db: Db, invitation_id: FromPath[UUID], actor: Actor) -> Invitation:
    return await actions.withdraw(db, invitation_id, actor)


HANDLERS = [
    list_people, set_roles, remove_person, list_invitations, invite_person, resend_invitation, withdraw_invitation,
]  # fmt: skip
router = Router("/api", route_handlers=HANDLERS, tags=["people"])
