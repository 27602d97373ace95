"""Sessions: an id the browser keeps, of which only the digest is kept here.

An id is made here or it is none: what a browser brings is looked up, never adopted. It changes with
every right that is won (signed in, code passed, organisation chosen, password changed). A session
that has not passed all of sign-in is nobody everywhere but on the pages that finish it.
"""

import hmac
import re
from hashlib import sha256
from secrets import token_urlsafe
from uuid import UUID

from asyncpg import Connection, Pool

from app.accounts.identity import queries
from app.accounts.identity.rules import Step, next_step, told
from app.accounts.identity.shapes import Standing, Visitor
from app.accounts.roles import region_prefix, scopes_of
from app.edge.principals import Principal, SignInFirst
from app.store.askers import LOGIN, Asker, borrowed_as, signing_in

UNDERWAY = frozenset({"signin"})
"""The only right of a session that is not through sign-in."""

_ID = re.compile(r"[A-Za-z0-9_-]{43}")
_AGENT_MOST = 300


class Underway(Principal, frozen=True):
    """Somebody whose password was right, with something left to do."""

    step: Step = Step.CODE

    @property
    def platform(self) -> bool:
        """Acting for no organisation yet is not acting for the platform."""
        return False


class Sessions:
    """Whose session is this? One statement a request, nothing remembered between them."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def principal_of(self, session_id: str, address: str | None) -> Principal | None:
        """Who is signed in; None for who is only on the way."""
        holder = await self.holder_of(session_id, address)
        return None if isinstance(holder, Underway) else holder

    async def holder_of(self, session_id: str, address: str | None) -> Principal | None:
        """Whose session it is, through sign-in or on the way."""
        if not _ID.fullmatch(session_id):
            return None
        async with borrowed_as(self._pool, signing_in(address)) as db:
            standing = await queries.standing.first(db, digest_of(session_id))
        return None if standing is None else holder(standing, session_id, address)


def holder(standing: Standing, session_id: str, address: str | None) -> Principal:
    """Who holds a session that stands like this."""
    facts = {
        "person": standing.person_id, "address": address, "session": digest_of(session_id), "csrf": csrf_of(session_id),
        "organisation_name": standing.organisation_name or "",
    }  # fmt: skip
    if (step := next_step(standing)) is not None:
        return Underway(standing.name, scopes=UNDERWAY, step=step, **facts)
    kind = standing.kind or ""
    return Principal(
        standing.name,
        None if kind == "platform" else standing.organisation_id,
        scopes_of(kind, standing.roles) | UNDERWAY,
        kind,
        region_prefix(standing.region_code or "") if kind == "bureau" else None,
        **facts,
    )


def digest_of(session_id: str) -> bytes:
    return sha256(session_id.encode()).digest()


def csrf_of(session_id: str) -> str:
    """What the session's forms carry: nobody knows it who does not know the id, and it does not tell the id."""
    return hmac.new(session_id.encode(), b"zpm/csrf/1", sha256).hexdigest()


def who(principal: Principal) -> Asker:
    """As whom sign-in's own tables are asked for somebody known: the audit log names them."""
    return Asker(
        role=LOGIN,
        organisation=principal.organisation,
        person=principal.person,
        actor=principal.name,
        address=principal.address,
    )


async def open_for(db: Connection, person_id: UUID, organisation_id: UUID | None, visitor: Visitor) -> str:
    """A new session; the id that the browser keeps."""
    session_id = token_urlsafe(32)
    agent = told(visitor.agent, _AGENT_MOST) if visitor.agent else None
    await queries.open_session.run(db, digest_of(session_id), person_id, organisation_id, visitor.address, agent)
    return session_id


async def rotate(
    db: Connection, principal: Principal, passed: bool = False, organisation_id: UUID | None = None
) -> str:
    """The session goes on under a new id; the old one is nobody's from this commit on."""
    session_id = token_urlsafe(32)
    turned = await queries.rotate_session.run(db, principal.session, digest_of(session_id), passed, organisation_id)
    if not turned:  # ended, or turned by another window, in the meantime
        raise SignInFirst
    return session_id


async def step_after(db: Connection, session_id: str) -> str | None:
    """The page of what is left to do in this session."""
    standing = await queries.standing.first(db, digest_of(session_id))
    step = next_step(standing) if standing is not None else None
    return None if step is None else step.value
