"""One's own account: name, password, second factor, sessions."""

from datetime import datetime

from asyncpg import Connection

from app.accounts.identity import passwords, queries, totp
from app.accounts.identity.errors import (
    CodeFirst,
    NoSecondFactor,
    PasswordsDiffer,
    PasswordUnchanged,
    SecondFactorObligatory,
    SessionGone,
    WrongCode,
    WrongPassword,
)
from app.accounts.identity.letters import tell_change
from app.accounts.identity.rules import Step, obliged, password_limits, right_step
from app.accounts.identity.sessions import Underway, rotate, step_after, who
from app.accounts.identity.shapes import Account, Desk, Known, Opened, OpenSession
from app.accounts.identity.signing_in import note, prove
from app.accounts.identity.tries import claim, forgive
from app.edge import fields
from app.edge.language import LANGUAGES
from app.edge.principals import Principal, SignInFirst
from app.edge.refusals import WrongParameter
from app.store.askers import borrowed_as
from codes.errors import Refusal, refuse_all


async def open_account(desk: Desk, me: Principal) -> Account:
    async with borrowed_as(desk.pool, who(me)) as db:
        found = await queries.account.first(db, me.person, me.session)
    if found is None:
        raise SignInFirst
    return found


async def sessions_of(desk: Desk, me: Principal) -> list[OpenSession]:
    async with borrowed_as(desk.pool, who(me)) as db:
        return await queries.sessions_of.all(db, me.person, me.session)


async def change_profile(desk: Desk, me: Principal, name: str, language: str) -> None:
    refusals: list[Refusal] = list(fields.text("name", name, fields.NAME))
    if language not in LANGUAGES:
        refusals.append(WrongParameter(field="language", reason="give zh or en", reason_zh="请选择中文或英文"))
    refuse_all(refusals)
    async with borrowed_as(desk.pool, who(me)) as db:
        await queries.change_profile.run(db, me.person, name, language)


async def change_password(desk: Desk, me: Principal, present: str, new: str, again: str, now: datetime) -> Opened:
    """Another password, for who knows the present one; all other sessions end."""
    person, about = await _known(desk, me)
    refuse_all(objections(new, again, about))
    await prove_password(desk, me, person, present)
    if new == present:
        raise PasswordUnchanged(field="new")
    kept = await passwords.hashed(new)
    async with borrowed_as(desk.pool, who(me)) as db, db.transaction():
        await keep_password(db, person, kept)
        await queries.end_sessions.run(db, me.person, me.session)
        session_id = await rotate(db, me)
        await note(db, me.person, "password-changed", me.organisation)
        await tell_change(db, person, "password", now, me.address, desk.public_url)
    return Opened(session_id, None)


async def keep_password(db: Connection, person: Known, kept: str) -> None:
    """Links that were sent for the password before end with it."""
    await queries.keep_password.run(db, person.id, kept)
    await queries.end_resets.run(db, person.id)


def objections(new: str, again: str, about: list[str]) -> list[Refusal]:
    """All that speaks against a new password that was typed twice."""
    differ: list[Refusal] = [PasswordsDiffer(field="again")] if new != again else []
    return passwords.check(new, about, field="new") + differ


async def _known(desk: Desk, me: Principal) -> tuple[Known, list[str]]:
    async with borrowed_as(desk.pool, who(me)) as db:
        person = await queries.known_by_id.first(db, me.person)
        if person is None:
            raise SignInFirst
        return person, await names_about(db, person)


async def names_about(db: Connection, person: Known) -> list[str]:
    """What others know of the person: a password must not contain it."""
    return [person.email, person.name, *await queries.names_about.column(db, person.id)]


async def prove_password(desk: Desk, me: Principal, person: Known, present: str) -> None:
    """Refuse who does not know the present password; guesses are slowed as at sign-in."""
    limits = password_limits(person.email, me.address)
    passwords.refuse_crowd()
    async with borrowed_as(desk.pool, who(me)) as db:
        await claim(db, limits)
    right = await passwords.verified(person.password_hash, present)
    async with borrowed_as(desk.pool, who(me)) as db:
        if right:
            await forgive(db, limits)
            return
        await note(db, me.person, "password-refused", me.organisation)
    raise WrongPassword(field="password")


async def enrol(desk: Desk, me: Principal, code: str, password: str | None, now: datetime) -> tuple[list[str], Opened]:
    """Keep the secret this session was offered, once its first code is right; gives the recovery codes.

    Who is signed in says the password again, so that a session left open gives nobody a second factor;
    who has one already must have passed it.
    """
    assert me.session is not None
    before = await open_account(desk, me)
    if isinstance(me, Underway) and me.step is not Step.ENROL:
        raise CodeFirst
    person, _ = await _known(desk, me)
    if not isinstance(me, Underway):
        await prove_password(desk, me, person, password or "")
    secret = totp.offered(desk.root_key, me.session)
    step = right_step(secret, code, now, 0)
    if step is None:
        raise WrongCode(field="code")
    async with borrowed_as(desk.pool, who(me)) as db, db.transaction():
        kept = totp.sealed(desk.root_key, person.id, secret)
        if not await queries.keep_second_factor.run(db, person.id, kept, step, before.totp_since is not None):
            raise CodeFirst  # another window was quicker
        codes = await totp.new_recovery_codes(db, person.id)
        session_id = await rotate(db, me, passed=True)
        await note(db, person.id, "second-factor-set", me.organisation)
        await tell_change(db, person, "totp-set", now, me.address, desk.public_url)
        return codes, Opened(session_id, await step_after(db, session_id))


async def remove_second_factor(desk: Desk, me: Principal, password: str, code: str, now: datetime) -> Opened:
    """Sign in with the password alone from now on, where that is allowed."""
    account = await open_account(desk, me)
    if obliged(account.kinds):
        raise SecondFactorObligatory
    if account.totp_since is None:
        raise NoSecondFactor
    person, _ = await _known(desk, me)
    await prove_password(desk, me, person, password)
    await prove(desk, me, code, now)
    async with borrowed_as(desk.pool, who(me)) as db, db.transaction():
        await queries.drop_second_factor.run(db, person.id)
        await queries.drop_recovery_codes.run(db, person.id)
        session_id = await rotate(db, me)
        await note(db, person.id, "second-factor-removed", me.organisation)
        await tell_change(db, person, "totp-removed", now, me.address, desk.public_url)
        return Opened(session_id, None)


async def renew_recovery_codes(desk: Desk, me: Principal, code: str, now: datetime) -> list[str]:
    """Ten new recovery codes for who has the device; those before end."""
    if (await open_account(desk, me)).totp_since is None:
        raise NoSecondFactor
    await prove(desk, me, code, now)
    person, _ = await _known(desk, me)
    async with borrowed_as(desk.pool, who(me)) as db, db.transaction():
        codes = await totp.new_recovery_codes(db, person.id)
        await note(db, person.id, "recovery-codes-made", me.organisation)
        await tell_change(db, person, "recovery-new", now, me.address, desk.public_url)
        return codes


async def end_one_session(desk: Desk, me: Principal, handle: str) -> None:
    async with borrowed_as(desk.pool, who(me)) as db:
        if not await queries.end_session_by_handle.run(db, me.person, handle.replace("\0", "")):
            raise SessionGone


async def end_other_sessions(desk: Desk, me: Principal) -> None:
    async with borrowed_as(desk.pool, who(me)) as db:
        await queries.end_sessions.run(db, me.person, me.session)
