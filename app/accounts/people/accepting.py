"""Follow an invitation's link: a new account, or one more organisation for an account there is.

All of it is asked as `zpm_login`. A known e-mail joins with its own password, and guesses at it are
slowed exactly as at the sign-in page.
"""

from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Connection

from app.accounts.errors import InvitationOver
from app.accounts.identity import passwords
from app.accounts.identity.errors import PasswordsDiffer, WrongCredentials
from app.accounts.identity.queries import known_by_email
from app.accounts.identity.rules import password_limits
from app.accounts.identity.tries import claim, forgive
from app.accounts.people import queries
from app.accounts.people.rules import digest
from app.accounts.people.shapes import Joining, Offer
from app.edge import fields
from app.store.askers import LOGIN, Asker, become, signing_in
from codes.errors import refuse_all

TOKEN_MOST = 100


async def look(db: Connection, token: str, address: str | None) -> Offer:
    """What the link offers; raises `InvitationOver` whatever is wrong with it."""
    await become(db, signing_in(address))
    return await _offer(db, token)


async def accept(db: Connection, token: str, joining: Joining, address: str | None) -> Offer:
    offer = await look(db, token, address)
    if offer.person_id is None:
        refuse_all(_check(offer, joining))
        password_hash = await passwords.hashed(joining.password)
        async with db.transaction():
            offer = await _offer(db, token)  # locked: whoever else holds the link waits, and is then too late
            person_id = await _new_person(db, offer, joining.name, password_hash)
            await _join(db, offer, person_id, joining.name, address)
        return offer
    await _prove(db, offer, joining.password, address)
    async with db.transaction():
        offer = await _offer(db, token)
        assert offer.person_id is not None
        await _join(db, offer, offer.person_id, offer.name, address)
    return offer


def _check(offer: Offer, joining: Joining) -> list[Exception]:
    differ = [PasswordsDiffer(field="again")] if joining.password != joining.again else []
    about = (offer.email, joining.name, offer.organisation)
    return [*fields.text("name", joining.name, fields.NAME), *passwords.check(joining.password, about), *differ]


async def _offer(db: Connection, token: str) -> Offer:
    found = await queries.offer.first(db, digest(token), datetime.now(UTC)) if len(token) <= TOKEN_MOST else None
    if found is None:
        raise InvitationOver
    return found


async def _new_person(db: Connection, offer: Offer, name: str, password_hash: str) -> UUID:
    person_id = await queries.insert_person.get(db, offer.email, name, offer.language, password_hash)
    if person_id is None:  # made through another invitation a moment ago: that account's password is asked now
        raise WrongCredentials
    return person_id


async def _prove(db: Connection, offer: Offer, password: str, address: str | None) -> None:
    """The password of the account there is; raises `TooManyTries`, `WrongCredentials`."""
    limits = password_limits(offer.email, address)
    await claim(db, limits)
    person = await known_by_email.first(db, offer.email, True)
    if not await passwords.verified(person and person.password_hash, password) or person is None:
        raise WrongCredentials(field="password")
    await forgive(db, limits)


async def _join(db: Connection, offer: Offer, person_id: UUID, name: str, address: str | None) -> None:
    """The audit log names the person who has come in."""
    await become(
        db, Asker(role=LOGIN, organisation=offer.organisation_id, person=person_id, actor=name, address=address)
    )
    await queries.give_roles.run(db, offer.organisation_id, person_id, offer.roles, offer.invited_by)
    await queries.accept_invitation.run(db, offer.id, person_id, datetime.now(UTC))
