"""Recalls name a product, lots or a range of made-on dates, with or without item batches."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.edge import fields
from app.edge.principals import Principal
from app.issuing import queries, rules
from app.issuing.errors import ClosedBeforeOpened, GtinUnknown, RecallUnknown
from app.issuing.shapes import NewRecall, Owner, Recall
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all
from codes.gs1 import gtin14


async def _owner(db: Connection, gtin: str, actor: Principal) -> Owner:
    owner = await queries.product_of_gtin.first(db, gtin)
    if owner is None:
        raise GtinUnknown(field="gtin", gtin=gtin)
    actor.must_act_for(owner.enterprise_id)
    return owner


async def open_recall(db: Connection, new: NewRecall, today: date, actor: Principal) -> Recall:
    """From the commit on every page of the product, the lots or the dates says so."""
    checked = rules.checked_recall(new, today)
    owner = await _owner(db, checked.gtin, actor)
    async with changing_facts(db, [keys.product(owner.product_id)], actor.name):
        opened = await queries.insert_recall.first(
            db, owner.product_id, checked.scope, list(checked.lots), checked.made_from, checked.made_to, checked.reason,
            checked.reason_en, checked.remedy, checked.remedy_en, checked.telephone, checked.notice_url,
            checked.opened_on or today,
        )  # fmt: skip
    assert opened is not None
    return opened


async def close_recall(db: Connection, recall: UUID, on: date, today: date, actor: Principal) -> Recall:
    """The recall is over; it stays on record."""
    refuse_all(list(fields.not_future("closed_on", on, today)))
    async with changing_facts(db, [], actor.name) as changed:
        found = await queries.locked_recall.first(db, recall)
        if found is None or found.closed_on is not None:
            raise RecallUnknown(field="recall", recall=recall)
        owner = await queries.owner_of_product.first(db, found.product_id)
        assert owner is not None
        actor.must_act_for(owner.enterprise_id)
        if on < found.opened_on:
            raise ClosedBeforeOpened(field="closed_on", opened_on=found.opened_on)
        closed = await queries.close_recall.first(db, recall, on)
        changed.add(keys.product(found.product_id))
    assert closed is not None
    return closed


async def list_recalls(db: Connection, gtin: str, actor: Principal) -> list[Recall]:
    """All recalls of the product, newest first."""
    owner = await _owner(db, gtin14(gtin), actor)
    return await queries.recalls_of.all(db, owner.product_id)
