"""Confirmation by the provincial bureau (REQ-048); `sanctions` takes it back."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.edge.principals import Principal
from app.edge.refusals import AlreadyRegistered, Record, UnknownRecord, UnknownReference, shown
from app.recognition import queries
from app.recognition.errors import Banned
from app.recognition.rules import banned_until, check_covered, check_recognition
from app.recognition.shapes import NewRecognition, Recognition, RecognitionSheet
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all


async def open_recognition(db: Connection, recognition_id: UUID) -> Recognition:
    recognition = await queries.recognition_by_id.first(db, recognition_id)
    if recognition is None:
        raise UnknownRecord(record=Record.RECOGNITION, id=recognition_id)
    return recognition


async def open_sheet(db: Connection, recognition_id: UUID) -> RecognitionSheet:
    recognition = await open_recognition(db, recognition_id)
    return RecognitionSheet(recognition=recognition, products=await queries.covered.all(db, recognition_id))


async def confirm(db: Connection, new: NewRecognition, actor: Principal, today: date) -> RecognitionSheet:
    """Confirm the models of one enterprise by one route."""
    refuse_all(check_recognition(new, today))
    async with changing_facts(db, (), actor.name) as changed:
        await _check_registers(db, new)
        recognition_id = await queries.insert_recognition.get(
            db, new.enterprise_id, new.route, new.confirmation_number, new.confirmed_on, new.declaration_url, new.basis,
            new.announcement_url, new.demonstration, new.as_of or today,
        )  # fmt: skip
        if recognition_id is None:
            there = await queries.recognition_by_number.first(db, new.confirmation_number)
            given, field = shown(new.confirmation_number), "confirmation_number"
            raise AlreadyRegistered(record=Record.RECOGNITION, given=given, id=there and there.id, field=field)
        rows = [(recognition_id, one.product_id, one.standard_id, one.certificate_id) for one in new.products]
        await queries.insert_covered.each(db, rows)
        changed.update((keys.recognition(recognition_id), keys.enterprise(new.enterprise_id)))
        for one in new.products:
            changed.update((keys.product(one.product_id), keys.standard(one.standard_id)))
            if one.certificate_id is not None:
                changed.add(keys.certificate(one.certificate_id))
    return await open_sheet(db, recognition_id)


async def _check_registers(db: Connection, new: NewRecognition) -> None:
    if await queries.lock_enterprise.get(db, new.enterprise_id) is None:
        raise UnknownReference(field="enterprise_id", record=Record.ENTERPRISE, given=new.enterprise_id)
    columns = ([getattr(one, name) for one in new.products] for name in ("product_id", "standard_id", "certificate_id"))
    refuse_all(check_covered(new, await queries.evidence.all(db, *columns)))
    revoked = await queries.sanction_in_force.first(db, "recognition_revoked", new.enterprise_id, None, None)
    if revoked is not None:
        raise Banned(field="enterprise_id", effective_on=revoked.effective_on, until=banned_until(revoked.effective_on))
