"""Whose key is this? Asked with every request of a program, of the database itself: a key that was
revoked opens nothing from the next request on."""

from asyncpg import Pool

from app.accounts.errors import KeyElsewhere, KeyExpired, KeyMalformed, KeyOfClosed, KeyRevoked, KeyUnknown
from app.accounts.keys import queries
from app.accounts.keys.rules import plain_address, scopes_of_kind
from app.accounts.keys.shapes import Holder
from app.accounts.keys.tokens import is_ours, read_token
from app.accounts.roles import region_prefix
from app.edge.principals import Keys, Principal
from app.store.askers import borrowed_as, signing_in

SECONDS = 3.0
"""A request that has waited this long for a connection is better told to come back."""


class ApiKeys:
    """Keys of the register; every other token is asked of `otherwise` (the platform's own key)."""

    def __init__(self, pool: Pool, otherwise: Keys) -> None:
        self.pool = pool
        self.otherwise = otherwise

    async def principal_of(self, token: str, address: str | None) -> Principal | None:
        """Raises a Refusal that says why a key may not be used now."""
        if not is_ours(token):
            return await self.otherwise.principal_of(token, address)
        if (read := read_token(token)) is None:
            raise KeyMalformed
        where = plain_address(address)
        try:
            async with borrowed_as(self.pool, signing_in(where), SECONDS) as db:
                holder = await queries.holder.first(db, read.id, read.digest, where)
        except OSError as error:  # refused, no such socket, timed out
            raise ConnectionError from error
        if holder is None:
            raise KeyUnknown
        _must_be_usable(holder, where)
        return principal_of(holder, where)


def _must_be_usable(holder: Holder, address: str | None) -> None:
    if holder.revoked:
        raise KeyRevoked(id=holder.id)
    if holder.expired:
        raise KeyExpired(id=holder.id, expired_at=f"{holder.expires_at:%Y-%m-%d %H:%M} UTC")
    if holder.closed:
        raise KeyOfClosed(id=holder.id)
    if holder.elsewhere:
        raise KeyElsewhere(id=holder.id, address=address or "?")


def principal_of(holder: Holder, address: str | None) -> Principal:
    """The rights of the key, as far as its kind of organisation still has them."""
    return Principal(
        name=f"key {holder.id} ({holder.name})",
        organisation=None if holder.kind == "platform" else holder.organisation_id,
        scopes=frozenset(holder.scopes) & scopes_of_kind(holder.kind),
        kind=holder.kind,
        region=region_prefix(holder.region_code) if holder.kind == "bureau" else None,
        address=address,
        organisation_name=holder.organisation_name,
        key=holder.id,
    )
