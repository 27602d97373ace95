"""Acts on the people of an organisation: change roles, remove, invite, send again, withdraw."""

import secrets
from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Connection
from msgspec import structs

from app.accounts.errors import (
    AlreadyInvited,
    AlreadyMember,
    InvitationSettled,
    Kept,
    LastManager,
    SentJustNow,
    TooManyInvitations,
)
from app.accounts.mail.actions import letters, write
from app.accounts.organisations.actions import acted_on, acted_on_open
from app.accounts.organisations.queries import one_at_a_time
from app.accounts.organisations.shapes import Organisation
from app.accounts.people import queries
from app.accounts.people.rules import (
    OPEN_MOST,
    RESEND_S,
    TOKEN_BYTES,
    VALID,
    check_invitation,
    check_roles,
    digest,
    email_as_kept,
    link_of,
    manages,
)
from app.accounts.people.shapes import Invitation, Invited, Member, NewInvitation
from app.accounts.roles import MANAGERS
from app.edge.principals import Principal
from app.edge.refusals import UnknownRecord
from codes.errors import refuse_all


async def open_member(db: Connection, organisation: Organisation, person_id: UUID) -> Member:
    found = await queries.member.first(db, organisation.id, person_id)
    if found is None:
        raise UnknownRecord(record=Kept.MEMBER, id=person_id)
    return found


async def set_roles(
    db: Connection, organisation: Organisation, person_id: UUID, roles: tuple[str, ...], actor: Principal
) -> Member:
    """Counts from the member's next request on: rights are read with every one."""
    refuse_all(check_roles(organisation.kind, roles, actor))
    async with db.transaction():
        member = await _without_leaving_nobody(db, organisation, person_id, roles)
        refuse_all(check_roles(organisation.kind, member.roles, actor))  # a key may not take away more either
        await queries.take_roles.run(db, organisation.id, person_id, list(roles))
        await queries.give_roles.run(db, organisation.id, person_id, list(roles), actor.person)
    return await open_member(db, organisation, person_id)


async def remove(db: Connection, organisation: Organisation, person_id: UUID, actor: Principal) -> None:
    async with db.transaction():
        member = await _without_leaving_nobody(db, organisation, person_id, ())
        refuse_all(check_roles(organisation.kind, member.roles, actor))
        await queries.take_roles.run(db, organisation.id, person_id, [])


async def _without_leaving_nobody(
    db: Connection, organisation: Organisation, person_id: UUID, roles: tuple[str, ...]
) -> Member:
    """The member, once it is sure that somebody goes on managing the people; writers take turns."""
    await one_at_a_time.get(db, organisation.id)
    member = await open_member(db, organisation, person_id)
    if manages(organisation.kind, member.roles) and not manages(organisation.kind, roles):
        manager = MANAGERS[organisation.kind]
        if not await queries.other_managers.get(db, organisation.id, manager, person_id):
            raise LastManager(name=member.name, role=manager)
    return member


async def invite(
    db: Connection, given: NewInvitation, actor: Principal, public_url: str, by_mail: bool = True
) -> Invited:
    """Into one's own organisation; the platform names any."""
    organisation = await acted_on_open(db, actor, given.organisation_id)
    new = structs.replace(given, email=email_as_kept(given.email), roles=tuple(dict.fromkeys(given.roles)))
    refuse_all(check_invitation(organisation.kind, new, actor))
    now, token = datetime.now(UTC), secrets.token_urlsafe(TOKEN_BYTES)
    async with db.transaction():
        await one_at_a_time.get(db, organisation.id)
        await _make_room(db, organisation, new.email, now)
        invitation_id = await queries.insert_invitation.get(
            db, digest(token), organisation.id, new.email, new.name, list(new.roles), new.language, actor.person,
            now + VALID,
        )  # fmt: skip
        return await _sent(db, organisation, invitation_id, token, public_url, by_mail)


async def resend(db: Connection, invitation_id: UUID, actor: Principal, public_url: str) -> Invited:
    """A new link; the one before no longer opens anything."""
    now, token = datetime.now(UTC), secrets.token_urlsafe(TOKEN_BYTES)
    async with db.transaction():
        invitation = await _unsettled(db, invitation_id)
        organisation = await acted_on_open(db, actor, invitation.organisation_id)
        refuse_all(check_roles(organisation.kind, invitation.roles, actor))
        if (waited := int((now - invitation.invited_at).total_seconds())) < RESEND_S:
            raise SentJustNow(retry_after=RESEND_S - max(waited, 0))
        await queries.renew_invitation.run(db, invitation_id, digest(token), now, now + VALID)
        return await _sent(db, organisation, invitation_id, token, public_url)


async def withdraw(db: Connection, invitation_id: UUID, actor: Principal) -> Invitation:
    async with db.transaction():
        invitation = await _unsettled(db, invitation_id)
        await acted_on(db, actor, invitation.organisation_id)
        await queries.withdraw_invitation.run(db, invitation_id, datetime.now(UTC))
        return await _open_invitation(db, invitation_id)


async def _make_room(db: Connection, organisation: Organisation, email: str, now: datetime) -> None:
    """Nobody is invited twice at once; an invitation that has run out makes way."""
    if await queries.member_by_email.first(db, organisation.id, email) is not None:
        raise AlreadyMember(field="email", given=email)
    there = await queries.open_invitation.first(db, organisation.id, email)
    if there is not None and there.expires_at > now:
        raise AlreadyInvited(field="email", given=email)
    if there is not None:
        await queries.withdraw_invitation.run(db, there.id, now)
    if await queries.open_invitations.get(db, organisation.id) >= OPEN_MOST:
        raise TooManyInvitations(most=OPEN_MOST)


async def _sent(
    db: Connection, organisation: Organisation, invitation_id: UUID, token: str, public_url: str, by_mail: bool = True
) -> Invited:
    """The invitation with its link: told in a letter of the same transaction, or by who asked for it."""
    invitation = await _open_invitation(db, invitation_id)
    invited = Invited(invitation, link_of(public_url, token, invitation.language))
    if by_mail:
        await _write(db, organisation, invited)
    return invited


async def _write(db: Connection, organisation: Organisation, invited: Invited) -> None:
    invitation, words = invited.invitation, letters(invited.invitation.language)
    await write(
        db, invitation.email, invitation.language, "invitation", name=invitation.name, link=invited.link,
        organisation=words_of(organisation, invitation.language),
        roles=words["and"].join(words["roles"][role] for role in invitation.roles),
    )  # fmt: skip


def words_of(organisation: Organisation, language: str) -> str:
    return organisation.name if language == "zh" else organisation.name_en or organisation.name


async def _open_invitation(db: Connection, invitation_id: UUID) -> Invitation:
    invitation = await queries.invitation.first(db, invitation_id)
    if invitation is None:
        raise UnknownRecord(record=Kept.INVITATION, id=invitation_id)
    return invitation


async def _unsettled(db: Connection, invitation_id: UUID) -> Invitation:
    invitation = await _open_invitation(db, invitation_id)
    if invitation.settled:
        raise InvitationSettled
    return invitation
