"""Acts on organisations: register, close, open again; and which one somebody acts on."""

from datetime import UTC, datetime
from uuid import UUID

from asyncpg import Connection
from msgspec import structs

from app.accounts.errors import Kept, NotInRegister, OrganisationClosed, PlatformStays
from app.accounts.organisations import queries
from app.accounts.organisations.rules import check_organisation, level_of
from app.accounts.organisations.shapes import Entry, NewOrganisation, Organisation
from app.edge.principals import NotYours, Principal
from app.edge.refusals import AlreadyRegistered, AlreadySo, Record, UnknownRecord, UnknownReference, shown
from codes.errors import Refusal, refuse_all

PLATFORM_REGION = "330000"


async def open_organisation(db: Connection, organisation_id: UUID) -> Organisation:
    organisation = await queries.organisation_by_id.first(db, organisation_id)
    if organisation is None:
        raise UnknownRecord(record=Kept.ORGANISATION, id=organisation_id)
    return organisation


async def acted_on(db: Connection, actor: Principal, wanted: UUID | None = None) -> Organisation:
    """One's own organisation; the platform names another, or means its own."""
    if not actor.platform and wanted not in (None, actor.organisation):
        raise NotYours
    if (organisation_id := wanted or actor.organisation) is not None:
        return await open_organisation(db, organisation_id)
    found = await queries.platform_organisation.first(db)
    if found is None:
        raise UnknownRecord(record=Kept.ORGANISATION, id="platform")
    return found


async def acted_on_open(db: Connection, actor: Principal, wanted: UUID | None = None) -> Organisation:
    """The same, refused where it is closed: nobody is let into a closed one."""
    organisation = await acted_on(db, actor, wanted)
    if organisation.closed_at is not None:
        raise OrganisationClosed(name=organisation.name)
    return organisation


async def register(db: Connection, given: NewOrganisation) -> Organisation:
    """From the register's record where the kind has a register; under that record's id."""
    new = structs.replace(given, uscc=given.uscc.strip().upper()) if given.uscc else given
    refuse_all(check_organisation(new) + await _check_region(db, new))
    entry = await _entry(db, new)
    if entry is not None:
        new = _completed(new, entry)
    assert new.name is not None
    assert new.region_code is not None
    made = await queries.insert_organisation.get(
        db, entry and entry.id, new.kind, level_of(new.kind, new.region_code), new.name, new.name_en,
        new.region_code, new.uscc, new.demonstration,
    )  # fmt: skip
    if made is None:
        there = await queries.organisation_like.first(db, entry and entry.id, new.uscc, new.kind, new.region_code)
        named = new.uscc or new.name
        raise AlreadyRegistered(record=Kept.ORGANISATION, given=shown(named), id=there and there.id)
    return await open_organisation(db, made)


async def found_platform(db: Connection, name: str, demonstration: bool = False) -> Organisation:
    """The platform's own organisation, made with the first administrator."""
    if (there := await queries.platform_organisation.first(db)) is not None:
        return there
    made = await queries.insert_organisation.get(
        db, None, "platform", None, name, None, PLATFORM_REGION, None, demonstration
    )
    return await open_organisation(db, made)


async def close(db: Connection, organisation_id: UUID) -> Organisation:
    """Its people and keys are nobody from the next request on."""
    organisation = await open_organisation(db, organisation_id)
    if organisation.kind == "platform":
        raise PlatformStays
    if organisation.closed_at is not None:
        raise AlreadySo(record=Kept.ORGANISATION, state="closed")
    await queries.set_closed.run(db, organisation_id, datetime.now(UTC))
    return await open_organisation(db, organisation_id)


async def reopen(db: Connection, organisation_id: UUID) -> Organisation:
    organisation = await open_organisation(db, organisation_id)
    if organisation.closed_at is None:
        raise AlreadySo(record=Kept.ORGANISATION, state="open")
    if (there := await _bureau_instead(db, organisation)) is not None:
        raise AlreadyRegistered(record=Kept.ORGANISATION, given=there.name, id=there.id)
    await queries.set_closed.run(db, organisation_id, None)
    return await open_organisation(db, organisation_id)


async def _bureau_instead(db: Connection, closed: Organisation) -> Organisation | None:
    """A region has one bureau: perhaps a new one was made meanwhile."""
    if closed.kind != "bureau":
        return None
    return await queries.organisation_like.first(db, None, None, "bureau", closed.region_code)


async def _check_region(db: Connection, new: NewOrganisation) -> list[Refusal]:
    code = new.region_code
    if code is None or (code.isalnum() and await queries.region_known.get(db, code)):
        return []
    return [UnknownReference(field="region_code", record=Record.REGION, given=shown(code))]


async def _entry(db: Connection, new: NewOrganisation) -> Entry | None:
    """The record the organisation is made from; None for kinds without a register."""
    if new.kind == "enterprise":
        entry, field = await queries.enterprise_entry.first(db, new.uscc), "uscc"
        words = {"register_en": "enterprises", "register_zh": "企业"}
    elif new.kind == "certification_body":
        entry, field = await queries.body_entry.first(db, new.name), "name"
        words = {"register_en": "certification bodies", "register_zh": "认证机构"}
    else:
        return None
    if entry is None:
        raise NotInRegister(field=field, given=shown(getattr(new, field)), **words)
    return entry


def _completed(new: NewOrganisation, entry: Entry) -> NewOrganisation:
    return structs.replace(
        new,
        name=entry.name,
        name_en=entry.name_en,
        region_code=entry.region_code or new.region_code,
        uscc=entry.uscc or new.uscc,
        demonstration=entry.demonstration,
    )
