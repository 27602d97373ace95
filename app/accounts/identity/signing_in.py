"""Signing in and out: password, then the code, then the organisation; each turns the session's id."""

from datetime import datetime
from uuid import UUID

from asyncpg import Connection
from msgspec import json

from app.accounts.identity import passwords, queries, totp
from app.accounts.identity.errors import NotAMember, WrongCode, WrongCredentials, WrongRecoveryCode
from app.accounts.identity.letters import tell_change
from app.accounts.identity.rules import (
    as_recovery_code,
    code_limits,
    email_of,
    password_limits,
    told,
)
from app.accounts.identity.sessions import digest_of, open_for, rotate, step_after, who
from app.accounts.identity.shapes import Desk, Known, Membership, Opened, Visitor
from app.accounts.identity.tries import claim, forgive
from app.edge.principals import Principal
from app.store.askers import LOGIN, Asker, borrowed_as, signing_in

GIVEN_MOST = 100
"""What was typed as a name goes into the audit log up to here; a password never does."""


async def note(
    db: Connection, person_id: UUID | None, act: str, organisation: UUID | None = None, **facts: str
) -> None:
    """An act in the audit log that changes no row of its own."""
    key = str(person_id) if person_id is not None else ""
    await queries.note.get(db, "session", key, act, organisation, json.encode(facts).decode())


async def sign_in(desk: Desk, typed: str, password: str, visitor: Visitor, before: str | None) -> Opened:
    """A new session for who knows the password; `before` is the browser's present one, which ends."""
    email = email_of(typed)
    limits = password_limits(email, visitor.address)
    passwords.refuse_crowd()
    async with borrowed_as(desk.pool, signing_in(visitor.address)) as db:
        await claim(db, limits)
        person = await queries.known_by_email.first(db, email, desk.demonstration)
    if not await passwords.verified(person.password_hash if person else None, password) or person is None:
        async with borrowed_as(desk.pool, signing_in(visitor.address)) as db:
            await note(db, person.id if person else None, "sign-in-refused", email=told(typed, GIVEN_MOST))
        raise WrongCredentials
    again = await passwords.hashed(password) if passwords.outdated(person.password_hash) else None
    asker = Asker(role=LOGIN, person=person.id, actor=person.name, address=visitor.address)
    async with borrowed_as(desk.pool, asker) as db, db.transaction():
        await forgive(db, limits)
        await queries.forget_failures.run(db)
        if again is not None:
            await queries.rehash_password.run(db, person.id, person.password_hash, again)
        return await _opened(db, person, visitor, before)


async def _opened(db: Connection, person: Known, visitor: Visitor, before: str | None) -> Opened:
    """The only organisation is chosen already; several are asked about."""
    if before is not None:
        await queries.end_session.run(db, digest_of(before))
    await queries.drop_ended_sessions.run(db, person.id)
    memberships = await queries.memberships_of.all(db, person.id)
    only = memberships[0].id if len(memberships) == 1 else None
    session_id = await open_for(db, person.id, only, visitor)
    return Opened(session_id, await step_after(db, session_id))


async def pass_code(desk: Desk, holder: Principal, typed: str, now: datetime) -> Opened:
    """The second factor: six digits of now, or a recovery code."""
    recovery = as_recovery_code(typed)
    await prove(desk, holder, typed, now, recovery)
    async with borrowed_as(desk.pool, who(holder)) as db, db.transaction():
        session_id = await rotate(db, holder, passed=True)
        by = "code" if recovery is None else "recovery-code"
        await note(db, holder.person, "second-factor-passed", holder.organisation, by=by)
        if recovery is not None and (person := await queries.known_by_id.first(db, holder.person)) is not None:
            await tell_change(db, person, "recovery-used", now, holder.address, desk.public_url)
        return Opened(session_id, await step_after(db, session_id))


async def prove(desk: Desk, holder: Principal, typed: str, now: datetime, recovery: str | None = None) -> None:
    """Refuse what is neither the person's code of now nor (where given) one of their recovery codes."""
    assert holder.person is not None
    limits = code_limits(holder.person, holder.address)
    async with borrowed_as(desk.pool, who(holder)) as db:
        await claim(db, limits)
        if recovery is not None:
            right = await totp.recovers(db, holder.person, recovery)
        else:
            right = await totp.proves(db, desk.root_key, holder.person, typed, now)
        if right:
            await forgive(db, limits)
            return
        await note(db, holder.person, "second-factor-refused", holder.organisation)
    raise (WrongCode if recovery is None else WrongRecoveryCode)(field="code")


async def organisations_of(desk: Desk, holder: Principal) -> list[Membership]:
    """Those one may act for."""
    async with borrowed_as(desk.pool, who(holder)) as db:
        return await queries.memberships_of.all(db, holder.person)


async def choose_organisation(desk: Desk, holder: Principal, chosen: str) -> Opened:
    """Act for another of one's organisations from now on."""
    async with borrowed_as(desk.pool, who(holder)) as db, db.transaction():
        memberships = await queries.memberships_of.all(db, holder.person)
        one = next((one for one in memberships if str(one.id) == chosen), None)
        if one is None:
            raise NotAMember(field="organisation")
        session_id = await rotate(db, holder, organisation_id=one.id)
        await note(db, holder.person, "organisation-chosen", one.id, name=one.name)
        return Opened(session_id, await step_after(db, session_id))


async def sign_out(desk: Desk, holder: Principal) -> None:
    async with borrowed_as(desk.pool, who(holder)) as db:
        await queries.end_session.run(db, holder.session)
