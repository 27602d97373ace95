"""Acts that take recognition back or restrict it: revocation, withdrawal, measures; and their end."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.edge import fields
from app.edge.principals import Principal
from app.edge.refusals import Record, UnknownRecord, UnknownReference
from app.recognition import queries
from app.recognition.errors import NothingToTakeBack, SanctionEnded, SanctionInForce
from app.recognition.rules import check_sanction
from app.recognition.shapes import NewMeasure, NewRevocation, NewWithdrawal, Sanction, SanctionEnd
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all

KINDS = {
    NewRevocation: "recognition_revoked",
    NewWithdrawal: "authorisation_withdrawn",
    NewMeasure: "measure",
}


async def open_sanction(db: Connection, sanction_id: UUID) -> Sanction:
    sanction = await queries.sanction_by_id.first(db, sanction_id)
    if sanction is None:
        raise UnknownRecord(record=Record.SANCTION, id=sanction_id)
    return sanction


async def revoke(db: Connection, new: NewRevocation, actor: Principal, today: date) -> Sanction:
    """Revoke the recognition of all models of the enterprise (REQ-055)."""
    check_sanction(new, today)
    async with changing_facts(db, [keys.enterprise(new.enterprise_id)], actor.name):
        if await queries.lock_enterprise.get(db, new.enterprise_id) is None:
            raise UnknownReference(field="enterprise_id", record=Record.ENTERPRISE, given=new.enterprise_id)
        if not await queries.is_recognised.get(db, new.enterprise_id, None):
            raise NothingToTakeBack(field="enterprise_id", record=Record.ENTERPRISE)
        return await _put_in_force(db, new, new.enterprise_id, None)


async def withdraw(db: Connection, new: NewWithdrawal, actor: Principal, today: date) -> Sanction:
    """Take back the right to use the mark on one model (REQ-054)."""
    check_sanction(new, today)
    async with changing_facts(db, [keys.product(new.product_id)], actor.name):
        enterprise_id = await _enterprise_of(db, new.product_id)
        if not await queries.is_recognised.get(db, enterprise_id, new.product_id):
            raise NothingToTakeBack(field="product_id", record=Record.PRODUCT)
        return await _put_in_force(db, new, enterprise_id, new.product_id)


async def impose(db: Connection, new: NewMeasure, actor: Principal, today: date) -> Sanction:
    """Put a regulatory measure on one model in force (REQ-015, REQ-034)."""
    check_sanction(new, today)
    async with changing_facts(db, [keys.product(new.product_id)], actor.name):
        enterprise_id = await _enterprise_of(db, new.product_id)
        return await _put_in_force(db, new, enterprise_id, new.product_id)


async def end(db: Connection, sanction_id: UUID, day: SanctionEnd, actor: Principal, today: date) -> Sanction:
    """End a sanction: it stays on record and no longer shows."""
    async with changing_facts(db, (), actor.name) as changed:
        sanction = await open_sanction(db, sanction_id)
        await queries.lock_enterprise.get(db, sanction.enterprise_id)
        sanction = await open_sanction(db, sanction_id)
        if sanction.ended_on is not None:
            raise SanctionEnded(ended_on=sanction.ended_on)
        refuse_all(
            [
                *fields.not_future("ended_on", day.ended_on, today),
                *fields.not_before("ended_on", day.ended_on, "effective_on", sanction.effective_on),
            ]
        )
        await queries.end_sanction.run(db, sanction_id, day.ended_on)
        changed.add(
            keys.enterprise(sanction.enterprise_id)
            if sanction.product_id is None
            else keys.product(sanction.product_id)
        )
    return await open_sanction(db, sanction_id)


async def _enterprise_of(db: Connection, product_id: UUID) -> UUID:
    enterprise_id: UUID | None = await queries.enterprise_of_product.get(db, product_id)
    if enterprise_id is None:
        raise UnknownReference(field="product_id", record=Record.PRODUCT, given=product_id)
    await queries.lock_enterprise.get(db, enterprise_id)
    return enterprise_id


async def _put_in_force(
    db: Connection, new: NewRevocation | NewWithdrawal | NewMeasure, enterprise_id: UUID, product_id: UUID | None
) -> Sanction:
    kind = KINDS[type(new)]
    measure, measure_en = (new.measure, new.measure_en) if isinstance(new, NewMeasure) else (None, None)
    there = await queries.sanction_in_force.first(db, kind, enterprise_id, product_id, measure)
    if there is not None:
        raise SanctionInForce(effective_on=there.effective_on, id=there.id)
    sanction_id = await queries.insert_sanction.get(
        db, kind, enterprise_id, product_id, measure, measure_en, new.reason, new.reason_en, new.effective_on,
        new.announcement_number, new.announcement_url,
    )  # fmt: skip
    return await open_sanction(db, sanction_id)
