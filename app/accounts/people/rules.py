"""Who may be invited as what; links."""

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from hashlib import sha256

from app.accounts.errors import BadEmail, NoRoles, RoleBeyondKey, RoleOfAnotherKind
from app.accounts.people.shapes import NewInvitation
from app.accounts.roles import MANAGERS, ROLES, may_hold, scopes_of
from app.edge import fields
from app.edge.principals import Principal
from app.edge.refusals import shown
from codes.errors import Refusal

VALID = timedelta(days=7)
OPEN_MOST = 200
"""Invitations of one organisation that wait: more would be mail to strangers."""
RESEND_S = 60
EMAIL_MOST = 254
TOKEN_BYTES = 32

# What every mail server takes; no quotes, no comments, no address of a machine.
_EMAIL = re.compile(
    r"[a-z0-9](?:[a-z0-9._%+-]{0,62}[a-z0-9_+-])?@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)


def email_as_kept(typed: str) -> str:
    return typed.strip().lower()


def check_email(field: str, value: str) -> Iterator[Refusal]:
    if len(value) > EMAIL_MOST or ".." in value or not _EMAIL.fullmatch(value):
        yield BadEmail(field=field, given=shown(value))


def check_roles(kind: str, roles: Iterable[str], actor: Principal) -> list[Refusal]:
    """Roles of another kind, none at all, or more than the key that asks may do itself."""
    roles = tuple(roles)
    if not roles:
        return [NoRoles(field="roles")]
    refusals: list[Refusal] = [
        RoleOfAnotherKind(field="roles", given=shown(role), known=", ".join(ROLES.get(kind, ())))
        for role in roles
        if not may_hold(kind, role)
    ]
    return refusals or list(_beyond_key(kind, roles, actor))


def _beyond_key(kind: str, roles: Iterable[str], actor: Principal) -> Iterator[Refusal]:
    """A key that leaked must not make an owner of whoever found it; people answer for themselves."""
    if actor.person is None and not actor.platform:
        for role in roles:
            if any(not actor.may(scope) for scope in scopes_of(kind, [role]) if scope != "account"):
                yield RoleBeyondKey(field="roles", given=role)


def check_invitation(kind: str, new: NewInvitation, actor: Principal) -> list[Refusal]:
    return [
        *check_email("email", new.email),
        *fields.text("name", new.name, fields.NAME),
        *check_roles(kind, new.roles, actor),
    ]


def manages(kind: str, roles: Iterable[str]) -> bool:
    return MANAGERS[kind] in roles


def digest(token: str) -> bytes:
    """Only this is kept: whoever reads the table cannot follow a link."""
    return sha256(token.encode("utf-8", "surrogateescape")).digest()


def link_of(public_url: str, token: str, language: str) -> str:
    return f"{public_url}/invitation/{token}?lang={language}"
