"""What a key may be given."""

from collections.abc import Iterable, Iterator
from ipaddress import IPv6Address, ip_address, ip_network

from app.accounts.errors import BadNetwork, KeyDays, NoScopes, ScopeBeyondYou
from app.accounts.keys.shapes import NewKey
from app.accounts.roles import ROLES, SCOPES, scopes_of
from app.edge import fields
from app.edge.principals import Principal
from app.edge.refusals import shown
from codes.errors import Refusal

DAYS_MOST = 400
"""A year and a month to replace it in."""
KEYS_MOST = 50
NETWORKS_MOST = 20

PEOPLE_ONLY = frozenset({"account", "keys:write"})
"""A program has no account of its own, and a leaked key must not be able to make itself others."""


def scopes_to_give(kind: str, actor: Principal) -> list[str]:
    """What `actor` may give a key of an organisation of this kind: of their own rights, what the kind has."""
    return sorted(scope for scope in scopes_of_kind(kind) - PEOPLE_ONLY if actor.may(scope))


def scopes_of_kind(kind: str) -> frozenset[str]:
    """All rights somebody of such an organisation can have."""
    return SCOPES if kind == "platform" else scopes_of(kind, ROLES.get(kind, ()))


def check_key(kind: str, new: NewKey, actor: Principal) -> list[Refusal]:
    return [
        *fields.text("name", new.name, fields.NAME),
        *_scopes(new.scopes, scopes_to_give(kind, actor)),
        *((KeyDays(field="days", most=DAYS_MOST),) if not 1 <= new.days <= DAYS_MOST else ()),
        *fields.at_most("networks", new.networks, NETWORKS_MOST),
        *_networks(new.networks[:NETWORKS_MOST]),
    ]


def _scopes(wanted: Iterable[str], known: list[str]) -> Iterator[Refusal]:
    wanted = tuple(wanted)
    if not wanted:
        yield NoScopes(field="scopes")
    for scope in wanted:
        if scope not in known:
            yield ScopeBeyondYou(field="scopes", given=shown(scope), known=", ".join(known))


def _networks(given: Iterable[str]) -> Iterator[Refusal]:
    for index, one in enumerate(given):
        if network(one) is None:
            yield BadNetwork(field=f"networks[{index}]", given=shown(one))


def network(text: str) -> str | None:
    """The range as PostgreSQL takes it; the bits behind the mask are dropped, as people mean it."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        return None


def plain_address(address: str | None) -> str | None:
    """An IPv4 address also where the socket shows it as IPv6 (::ffff:192.0.2.1)."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return str(mapped or parsed)
