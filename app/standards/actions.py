"""Acts on the standards register."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.edge.principals import Principal
from app.edge.refusals import AlreadyRegistered, Record, UnknownRecord, UnknownReference, shown
from app.edge.states import check_day, step
from app.standards import queries
from app.standards.errors import SuccessorCircle
from app.standards.rules import WAYS, check_standard
from app.standards.shapes import NewStandard, NewState, Standard
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all


async def open_standard(db: Connection, standard_id: UUID) -> Standard:
    standard = await queries.standard_by_id.first(db, standard_id)
    if standard is None:
        raise UnknownRecord(record=Record.STANDARD, id=standard_id)
    return standard


async def register(db: Connection, new: NewStandard, actor: Principal, today: date) -> Standard:
    refuse_all(check_standard(new, today))
    async with changing_facts(db, (), actor.name) as changed:
        standard_id = await queries.insert_standard.get(
            db, new.number, new.registration_number, new.level, new.title, new.title_en, new.issued_on,
            new.effective_on, new.publisher, new.register_url, new.demonstration, new.as_of or today,
        )  # fmt: skip
        if standard_id is None:
            raise await _taken(db, new)
        changed.add(keys.standard(standard_id))
    return await open_standard(db, standard_id)


async def _taken(db: Connection, new: NewStandard) -> AlreadyRegistered:
    there = await queries.standard_by_number.first(db, new.number, new.registration_number)
    field = "number" if there is None or there.number == new.number else "registration_number"
    given = shown(getattr(new, field))
    return AlreadyRegistered(record=Record.STANDARD, given=given, id=there and there.id, field=field)


async def set_state(db: Connection, standard_id: UUID, new: NewState, actor: Principal, today: date) -> Standard:
    """Cancel the recognition (REQ-034), restore it, or abolish the standard (REQ-039)."""
    async with changing_facts(db, [keys.standard(standard_id)], actor.name):
        await queries.lock_standard.get(db, standard_id)
        standard = await open_standard(db, standard_id)
        step(Record.STANDARD, WAYS, standard.state, new.state)
        check_day(new.on, today, ("issued_on", standard.issued_on), ("state_on", standard.state_on))
        await queries.set_state.run(db, standard_id, new.state, new.on, today)
    return await open_standard(db, standard_id)


async def set_successor(db: Connection, standard_id: UUID, successor_id: UUID | None, actor: Principal) -> Standard:
    """Name the standard that replaces this one, or none."""
    async with changing_facts(db, [keys.standard(standard_id)], actor.name):
        # In the order of their ids, so that two acts the other way round neither deadlock nor close a circle.
        for one in sorted({standard_id, successor_id or standard_id}):
            await queries.lock_standard.get(db, one)
        await open_standard(db, standard_id)
        if successor_id is not None:
            await _check_successor(db, standard_id, successor_id)
        await queries.set_successor.run(db, standard_id, successor_id)
    return await open_standard(db, standard_id)


async def _check_successor(db: Connection, standard_id: UUID, successor_id: UUID) -> None:
    if await queries.standard_by_id.first(db, successor_id) is None:
        raise UnknownReference(field="successor_id", record=Record.STANDARD, given=successor_id)
    if standard_id in [successor_id, *await queries.successors_of.column(db, successor_id)]:
        raise SuccessorCircle(field="successor_id")
