"""What a role may do, by the kind of organisation it is held in (docs/decisions/0006-roles.md)."""

from collections.abc import Iterable

EVERYBODY = frozenset({"account"})
"""What each signed-in person may: their own name, password, sessions."""

EVERYTHING = frozenset({"*"})

READING = frozenset({"registers:read"})
PEOPLE = frozenset({"people:write", "keys:write", "registers:read"})
"""The owner of an organisation that is no enterprise: they manage people and keys, the trade is others'."""

EDITOR = frozenset({
    "registers:read", "catalogue:write", "reports:read", "reports:write", "issuing:read", "statistics:read",
})  # fmt: skip
CODES = frozenset({"registers:read", "issuing:read", "issuing:write", "statistics:read"})
LOOKING = frozenset({"registers:read", "issuing:read", "statistics:read", "reports:read"})

ROLES: dict[str, dict[str, frozenset[str]]] = {
    "enterprise": {
        "owner": EDITOR | CODES | LOOKING | PEOPLE,
        "product_editor": EDITOR,
        "code_officer": CODES,
        "viewer": LOOKING,
    },
    "bureau": {
        "owner": PEOPLE,
        "reviewer": READING | {"pages:review", "coverage:read", "reports:read", "reports:write", "statistics:read"},
        "inspector": READING | {"coverage:read"},
        "decision_maker": READING
        | {"pages:review", "coverage:read", "recognition:write", "recognition:sanction", "standards:write"},
        "auditor": READING | {"audit:read", "coverage:read"},
    },
    "certification_body": {
        "owner": PEOPLE,
        "certifier": READING | {"indicators:confirm", "certification:write"},
    },
    "drafting_unit": {"owner": PEOPLE, "viewer": READING},
    "laboratory": {"owner": PEOPLE, "viewer": READING},
    "association": {"owner": PEOPLE, "viewer": READING},
    "platform": {"administrator": EVERYTHING},
}

MANAGERS = {kind: "administrator" if kind == "platform" else "owner" for kind in ROLES}
"""The role of each kind that manages people; an organisation never loses its last holder."""

TOTP_KINDS = frozenset({"bureau", "certification_body", "platform"})
"""Where a second factor is obligatory: what they do binds others."""

SCOPES = (
    frozenset({"organisations:write"}).union(
        EVERYBODY, *(scopes for roles in ROLES.values() for scopes in roles.values())
    )
    - EVERYTHING
)
"""Every right there is by name; the first is the platform's alone."""


def scopes_of(kind: str, roles: Iterable[str]) -> frozenset[str]:
    """The rights of somebody with these roles in an organisation of this kind."""
    of_kind = ROLES.get(kind, {})
    return EVERYBODY.union(*(of_kind.get(role, frozenset()) for role in roles))


def may_hold(kind: str, role: str) -> bool:
    return role in ROLES.get(kind, {})


def needs_totp(kind: str) -> bool:
    return kind in TOTP_KINDS


def region_prefix(code: str) -> str:
    """Leading digits that all regions under this one share: '330000' → '33', '330200' → '3302'."""
    if code.endswith("0000"):
        return code[:2]
    return code[:4] if code.endswith("00") else code
