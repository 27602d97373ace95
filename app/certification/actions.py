"""Acts on certification bodies and certificates."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.certification import queries
from app.certification.rules import WAYS, check_body, check_certificate
from app.certification.shapes import Body, Certificate, NewBody, NewCertificate, NewState
from app.edge.principals import Principal
from app.edge.refusals import AlreadyRegistered, Record, UnknownRecord, shown
from app.edge.states import check_day, step
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all


async def open_body(db: Connection, body_id: UUID) -> Body:
    body = await queries.body_by_id.first(db, body_id)
    if body is None:
        raise UnknownRecord(record=Record.BODY, id=body_id)
    return body


async def open_certificate(db: Connection, certificate_id: UUID) -> Certificate:
    certificate = await queries.certificate_by_id.first(db, certificate_id)
    if certificate is None:
        raise UnknownRecord(record=Record.CERTIFICATE, id=certificate_id)
    return certificate


async def register_body(db: Connection, new: NewBody, actor: Principal) -> Body:
    check_body(new)
    async with changing_facts(db, (), actor.name):
        body_id = await queries.insert_body.get(db, new.name, new.name_en, new.demonstration)
        if body_id is None:
            there = await queries.body_by_name.first(db, new.name)
            raise AlreadyRegistered(record=Record.BODY, given=shown(new.name), id=there and there.id, field="name")
    return await open_body(db, body_id)


async def register(db: Connection, new: NewCertificate, actor: Principal, today: date) -> Certificate:
    named = await queries.named.first(db, new.body_id, new.enterprise_id, new.standard_id)
    assert named is not None
    refuse_all(check_certificate(new, named, today))
    async with changing_facts(db, (), actor.name) as changed:
        certificate_id = await queries.insert_certificate.get(
            db, new.number, new.body_id, new.enterprise_id, new.standard_id, new.valid_from, new.valid_until,
            new.register_url, new.demonstration, new.as_of or today,
        )  # fmt: skip
        if certificate_id is None:
            there = await queries.certificate_by_number.first(db, new.number)
            given = shown(new.number)
            raise AlreadyRegistered(record=Record.CERTIFICATE, given=given, id=there and there.id, field="number")
        changed.add(keys.certificate(certificate_id))
    return await open_certificate(db, certificate_id)


async def set_state(db: Connection, certificate_id: UUID, new: NewState, actor: Principal, today: date) -> Certificate:
    """Suspend, restore, withdraw or cancel."""
    async with changing_facts(db, [keys.certificate(certificate_id)], actor.name):
        await queries.lock_certificate.get(db, certificate_id)
        certificate = await open_certificate(db, certificate_id)
        step(Record.CERTIFICATE, WAYS, certificate.state, new.state)
        check_day(new.on, today, ("valid_from", certificate.valid_from), ("state_on", certificate.state_on))
        await queries.set_state.run(db, certificate_id, new.state, new.on, today)
    return await open_certificate(db, certificate_id)
