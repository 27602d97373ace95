"""Acts on API keys: make, list, revoke."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from asyncpg import Connection
from msgspec import structs

from app.accounts.errors import Kept, TooManyKeys
from app.accounts.keys import queries
from app.accounts.keys.rules import KEYS_MOST, check_key, network
from app.accounts.keys.shapes import Key, MadeKey, NewKey
from app.accounts.keys.tokens import new_token
from app.accounts.organisations.actions import acted_on, acted_on_open
from app.accounts.organisations.queries import one_at_a_time
from app.edge.principals import Principal
from app.edge.refusals import AlreadySo, UnknownRecord, shown
from codes.errors import refuse_all

LISTED_MOST = 500


async def list_keys(db: Connection, actor: Principal, wanted: UUID | None, all_of_them: bool) -> list[Key]:
    organisation = await acted_on(db, actor, wanted)
    return await queries.keys.all(db, organisation.id, all_of_them, LISTED_MOST)


async def make(db: Connection, given: NewKey, actor: Principal) -> MadeKey:
    organisation = await acted_on_open(db, actor, given.organisation_id)
    new = structs.replace(given, scopes=tuple(dict.fromkeys(given.scopes)))
    refuse_all(check_key(organisation.kind, new, actor))
    token = new_token()
    async with db.transaction():
        await one_at_a_time.get(db, organisation.id)
        if await queries.valid_keys.get(db, organisation.id) >= KEYS_MOST:
            raise TooManyKeys(most=KEYS_MOST)
        await queries.insert_key.run(
            db, token.id, token.digest, organisation.id, new.name, list(new.scopes),
            [network(one) for one in new.networks], datetime.now(UTC) + timedelta(days=new.days), actor.person,
        )  # fmt: skip
        return MadeKey(await open_key(db, token.id), token.text)


async def revoke(db: Connection, key_id: str, actor: Principal) -> Key:
    key = await open_key(db, key_id)
    await acted_on(db, actor, key.organisation_id)
    if not await queries.revoke_key.run(db, key.id, datetime.now(UTC)):
        raise AlreadySo(record=Kept.KEY, state="revoked")
    return await open_key(db, key.id)


async def open_key(db: Connection, key_id: str) -> Key:
    key = await queries.key.first(db, key_id) if key_id.isalnum() else None
    if key is None:
        raise UnknownRecord(record=Kept.KEY, id=shown(key_id))
    return key
