"""A lost device without recovery codes: whoever manages the people resets the second factor.

The person signs in with the password from then on, and where a second factor is obligatory sets one up
anew before anything opens. All their sessions end and a letter tells them, so that nobody does it unseen.
"""

from datetime import datetime
from uuid import UUID

from asyncpg import Connection

from app.accounts.errors import NoSuchAccount, OwnSecondFactor, SecondFactorElsewhere, SecondFactorOff
from app.accounts.identity import queries as identity
from app.accounts.identity.letters import tell_change
from app.accounts.identity.sessions import who
from app.accounts.identity.signing_in import note
from app.accounts.organisations.shapes import Organisation
from app.accounts.people import queries
from app.accounts.people.actions import open_member
from app.accounts.people.shapes import Member
from app.edge.principals import Principal
from app.edge.refusals import shown
from app.store.askers import become


async def reset(
    db: Connection, organisation: Organisation, person_id: UUID, actor: Principal, now: datetime, public_url: str
) -> Member:
    if actor.person == person_id:
        raise OwnSecondFactor
    async with db.transaction():
        member = await open_member(db, organisation, person_id)
        if not member.second_factor:
            raise SecondFactorOff(name=member.name)
        await become(db, who(actor))
        if not actor.platform and await queries.acts_elsewhere.get(db, person_id, organisation.id):
            raise SecondFactorElsewhere(name=member.name)
        await _forget(db, person_id, organisation.id, actor, now, public_url)
        await become(db, actor.asker)
    return member


async def reset_by_email(db: Connection, email: str, actor: Principal, now: datetime, public_url: str) -> None:
    """From the command line: for the platform's last administrator nobody else could do it."""
    await become(db, who(actor))
    async with db.transaction():
        person_id = await queries.person_by_email.get(db, email)
        if person_id is None:
            raise NoSuchAccount(field="email", given=shown(email))
        if await identity.second_factor.first(db, person_id) is None:
            raise SecondFactorOff(name=shown(email))
        await _forget(db, person_id, None, actor, now, public_url)


async def _forget(
    db: Connection, person_id: UUID, organisation_id: UUID | None, actor: Principal, now: datetime, public_url: str
) -> None:
    await identity.drop_second_factor.run(db, person_id)
    await identity.drop_recovery_codes.run(db, person_id)
    await identity.end_sessions.run(db, person_id, None)
    await note(db, person_id, "second-factor-reset", organisation_id)
    if (person := await identity.known_by_id.first(db, person_id)) is not None:
        await tell_change(db, person, "totp-reset", now, actor.address, public_url)
