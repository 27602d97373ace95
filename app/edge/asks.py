"""What handlers ask for by name: `db: Db`, `actor: Actor`, `today: Today`, `language: Language`."""

from collections.abc import AsyncGenerator
from datetime import UTC, date, datetime
from typing import Any

from asyncpg import Connection
from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.types import Scope

from app.edge.fields import today_in_china
from app.edge.forms import DEPENDENCIES as FORMS
from app.edge.forms import Sent
from app.edge.language import choose
from app.edge.principals import Principal
from app.store.askers import THE_PUBLIC, become

ACQUIRE_S = 3.0
"""A request that has waited this long for a connection is better told to come back."""

Db = NamedDependency[Connection]
Actor = NamedDependency[Principal]
Today = NamedDependency[date]
Language = NamedDependency[str]


async def _db(state: State, scope: Scope, sent: Sent) -> AsyncGenerator[Connection, None]:
    """One connection that asks as whoever asks us, borrowed after the body has been read and given back
    with the answer; a public handler's sees what the public sees."""
    principal: Principal | None = scope.get("user")
    try:
        connection = await state.pool.acquire(timeout=ACQUIRE_S)
    except OSError as error:  # refused, no such socket, no such host, timed out
        raise ConnectionError from error
    try:
        await become(connection, THE_PUBLIC if principal is None else principal.asker)
        yield connection
    finally:
        await state.pool.release(connection)


def _actor(request: Request[Any, Any, Any]) -> Principal:
    principal: Principal = request.scope["user"]
    return principal


def _today() -> date:
    return today_in_china(datetime.now(UTC))


def _language(request: Request[Any, Any, Any]) -> str:
    return language_of(request)


def language_of(request: Request[Any, Any, Any]) -> str:
    return choose(request.query_params.get("lang"), request.headers.get("accept-language"))


DEPENDENCIES = {
    "db": Provide(_db),
    "actor": Provide(_actor, sync_to_thread=False),
    "today": Provide(_today, sync_to_thread=False),
    "language": Provide(_language, sync_to_thread=False),
    **FORMS,
}
