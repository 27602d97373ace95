"""Who may ask: every handler carries `needs(scope)` or stands on the `PUBLIC` list (held by a test)."""

import logging
from collections.abc import Awaitable, Callable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.edge.principals import Keys, NoCredentials, NotPermitted, Principal, Sessions, SignInFirst

log = logging.getLogger(__name__)

API = "/api"
Networks = tuple[IPv4Network | IPv6Network, ...]
Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]

PUBLIC = frozenset({
    # Sign-in itself; what they do is held to the browser's word and, with a session, to its token.
    "app.accounts.identity.signin_pages.ask_reset",
    "app.accounts.identity.signin_pages.reset_password",
    "app.accounts.identity.signin_pages.show_forgotten",
    "app.accounts.identity.signin_pages.show_reset",
    "app.accounts.identity.signin_pages.show_sign_in",
    "app.accounts.identity.signin_pages.sign_in",
    "app.accounts.identity.signin_pages.sign_out",
    # An invitation's link is for whoever holds it.
    "app.accounts.people.invitation_pages.accept_invitation",
    "app.accounts.people.invitation_pages.show_invitation",
    "app.asgi.show_health",
    "app.edge.assets_pages.show_asset",
    "app.issuing.api.show_keys",
    # A printer's link is for whoever holds it.
    "app.issuing.console.print_pages.show_link",
    "app.issuing.console.print_pages.take_file",
    "app.issuing.console.print_pages.take_manifest",
    # What a shopper may open without a log-in (REQ-007).
    "app.scanning.behind.pages.show_announcement",
    "app.scanning.behind.pages.show_certificate",
    "app.scanning.behind.pages.show_check",
    "app.scanning.behind.pages.show_commitment",
    "app.scanning.behind.pages.show_comparison",
    "app.scanning.behind.pages.show_enterprise",
    "app.scanning.behind.pages.show_home",
    "app.scanning.behind.pages.show_photo",
    "app.scanning.behind.pages.show_recall",
    "app.scanning.behind.pages.show_standard",
    "app.scanning.reports.pages.file_report",
    "app.scanning.reports.pages.show_receipt",
    "app.scanning.reports.pages.show_report",
})  # fmt: skip
"""Handlers anybody may ask, by module and name."""


def needs(scope: str) -> Guard:
    """A guard that lets through who has this right, and leaves the principal for `Actor` and `Db`."""

    async def guard(connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
        principal = await identify(connection)
        if not principal.may(scope):
            log.info("denied %s to %s at %s", scope, principal.name, connection.scope["path"])
            raise NotPermitted(scope=scope)
        connection.scope["user"] = principal

    guard.scope = scope  # type: ignore[attr-defined]
    return guard


async def identify(connection: ASGIConnection) -> Principal:
    """The principal of the key or the session in the request; raises NoCredentials or SignInFirst.

    A program's addresses take keys and never a cookie, so no page of others can use a session
    there; pages take sessions and never a key.
    """
    if is_program(connection.scope["path"]):
        return await _key_holder(connection)
    if (principal := await signed_in(connection)) is None:
        raise SignInFirst
    return principal


async def signed_in(connection: ASGIConnection) -> Principal | None:
    """Whose session the cookie names, if it is one."""
    sessions: Sessions = connection.app.state.sessions
    # On https the name without the prefix is not taken: a neighbouring host could set it.
    https = connection.app.state.settings.public_url.startswith("https://")
    if cookie := connection.cookies.get("__Host-zpm" if https else "zpm"):
        return await sessions.principal_of(cookie, address_of(connection))
    return None


async def _key_holder(connection: ASGIConnection) -> Principal:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    keys: Keys = connection.app.state.api_keys
    given = token.strip() if scheme.lower() == "bearer" else ""
    principal = await keys.principal_of(given, address_of(connection)) if given else None
    if principal is None:
        raise NoCredentials
    await connection.app.state.limits.take(principal.key or principal.name)
    return principal


def address_of(connection: ASGIConnection) -> str | None:
    """Where staff and keys come from: the connection's own word, and behind our proxies what the first
    of them wrote down (the last entry of X-Forwarded-For that is no proxy of ours)."""
    client = connection.scope.get("client")
    address = client[0] if client else None
    proxies = connection.app.state.settings.proxies
    if address is None or not proxies:
        return address
    before = [one.strip() for one in connection.headers.get("x-forwarded-for", "").split(",") if one.strip()]
    while before and _is_within(address, proxies):
        address = before.pop()
    return address if _parsed(address) else (client[0] if client else None)


def _is_within(address: str, networks: Networks) -> bool:
    parsed = _parsed(address)
    return parsed is not None and any(parsed in network for network in networks)


def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(address)
    except ValueError:
        return None


def is_program(path: str) -> bool:
    return path == API or path.startswith(API + "/")
