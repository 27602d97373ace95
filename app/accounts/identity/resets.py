"""A forgotten password: a link by mail, one use within half an hour.

Whoever asks gets the same answer, whether the address is known or not. The link opens a new
password and nothing else: it signs nobody in, and codes are asked as before.
"""

import re
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from app.accounts.identity import passwords, queries
from app.accounts.identity.account import keep_password, names_about, objections
from app.accounts.identity.errors import LinkEnded
from app.accounts.identity.letters import RESET, send, tell_change
from app.accounts.identity.rules import email_of, reset_limits, told
from app.accounts.identity.shapes import Desk, Known, Visitor
from app.accounts.identity.signing_in import GIVEN_MOST, note
from app.accounts.identity.tries import claim
from app.store.askers import LOGIN, Asker, borrowed_as, signing_in
from codes.errors import refuse_all

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


async def ask(desk: Desk, typed: str, visitor: Visitor) -> None:
    """Send a link, if somebody has this address."""
    email = email_of(typed)
    token = token_urlsafe(32)
    async with borrowed_as(desk.pool, signing_in(visitor.address)) as db:
        await claim(db, reset_limits(email, visitor.address))
        async with db.transaction():
            await queries.insert_reset.run(db, email, _digest(token))
            person = await queries.known_by_email.first(db, email, desk.demonstration)
            await note(db, person.id if person else None, "password-reset-asked", email=told(typed, GIVEN_MOST))
            if person is not None:
                await send(db, person, RESET, link=f"{desk.public_url}/signin/reset/{token}")


async def find(desk: Desk, token: str, visitor: Visitor) -> Known:
    """Whose link this is; looking at it does not use it up (mail filters open links)."""
    if _TOKEN.fullmatch(token) is None:
        raise LinkEnded
    async with borrowed_as(desk.pool, signing_in(visitor.address)) as db:
        person = await queries.known_by_reset.first(db, _digest(token))
    if person is None:
        raise LinkEnded
    return person


async def reset(desk: Desk, token: str, new: str, again: str, visitor: Visitor, now: datetime) -> None:
    """The new password; every session of the person ends."""
    person = await find(desk, token, visitor)
    asker = Asker(role=LOGIN, person=person.id, actor=person.name, address=visitor.address)
    async with borrowed_as(desk.pool, asker) as db:
        about = await names_about(db, person)
    refuse_all(objections(new, again, about))
    kept = await passwords.hashed(new)
    async with borrowed_as(desk.pool, asker) as db, db.transaction():
        if not await queries.use_reset.run(db, _digest(token)):
            raise LinkEnded
        await keep_password(db, person, kept)
        await queries.end_sessions.run(db, person.id, None)
        await note(db, person.id, "password-reset")
        await tell_change(db, person, "password", now, visitor.address, desk.public_url)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()
