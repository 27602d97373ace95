"""Who may ask: every handler carries `needs(scope)` or stands on the `PUBLIC` list (held by a test)."""

from collections.abc import Awaitable, Callable

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from app.edge.principals import Keys, NoCredentials, NotPermitted, Principal

Guard = Callable[[ASGIConnection, BaseRouteHandler], Awaitable[None]]

PUBLIC = frozenset({
    "app.asgi.show_health",
    "app.issuing.api.show_keys",
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
    """A guard that lets through who has this right, and leaves the principal for `Actor`."""

    async def guard(connection: ASGIConnection, _handler: BaseRouteHandler) -> None:
        principal = await identify(connection)
        if not principal.may(scope):
            raise NotPermitted(scope=scope)
        connection.scope["user"] = principal

    guard.scope = scope  # type: ignore[attr-defined]
    return guard


async def identify(connection: ASGIConnection) -> Principal:
    """The principal of the key in the request; raises NoCredentials."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    keys: Keys = connection.app.state.api_keys
    principal = await keys.principal_of(token.strip()) if scheme.lower() == "bearer" and token.strip() else None
    if principal is None:
        raise NoCredentials
    return principal
