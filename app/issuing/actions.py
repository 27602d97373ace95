"""Giving codes: a product's code is assigned, item batches are issued."""

from datetime import date, datetime

from asyncpg import Connection

from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.issuing import high_water, queries, rules, statements
from app.issuing.errors import AssignmentUnknown, BatchUnknown, CodeEnded, GtinUnknown, KeyTaken
from app.issuing.shapes import Assignment, Batch, Batches, Claims, Level, NewBatch, Standing
from app.settings import Settings
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all
from codes.gs1 import gtin14

PROOF_EPOCH = 0
PAGE = 50


async def _standing(db: Connection, gtin: str, today: date, actor: Principal) -> Standing:
    standing = await queries.standing.first(db, gtin, today)
    if standing is None:
        raise GtinUnknown(field="gtin", gtin=gtin)
    actor.must_act_for(standing.enterprise_id)
    return standing


def _touched(standing: Standing) -> list[str]:
    return [keys.gtin(standing.gtin), keys.product(standing.product_id)]


async def assign(db: Connection, gtin: str, level: Level, today: date, actor: Principal) -> Assignment:
    """Give the product a code of this level; one in use already stays as it is."""
    standing = await _standing(db, gtin14(gtin), today, actor)
    refuse_all(rules.missing_facts(standing, today))
    async with changing_facts(db, _touched(standing), actor.name):
        assigned = await queries.assign.first(db, standing.gtin, level, today)
    if assigned is None:
        assigned = next(a for a in await queries.assignments_of.all(db, standing.gtin) if a.level == level)
    return assigned


async def end_assignment(db: Connection, gtin: str, level: Level, today: date, actor: Principal) -> Assignment:
    """The product uses no code of this level any more; codes in the market keep their pages."""
    standing = await _standing(db, gtin14(gtin), today, actor)
    async with changing_facts(db, _touched(standing), actor.name):
        ended = await queries.end_assignment.first(db, standing.gtin, level)
    if ended is None:
        raise AssignmentUnknown(gtin=standing.gtin, level=level)
    return ended


async def assignments(db: Connection, gtin: str, today: date, actor: Principal) -> list[Assignment]:
    standing = await _standing(db, gtin14(gtin), today, actor)
    return await queries.assignments_of.all(db, standing.gtin)


async def issue(
    db: Connection, new: NewBatch, idempotency_key: str, actor: Principal, settings: Settings, now: datetime
) -> Batch:
    """One batch for one idempotency key, however often it is asked for. Codes follow from the row.

    `db` must not be in a transaction: the id is on disk before the batch is begun (`high_water`).
    A proof needs the product on record and nothing more, since it is never valid.
    """
    today = today_in_china(now)
    order = rules.checked_order(new, today)
    key, digest = rules.checked_key(idempotency_key), rules.digest(order)
    standing = await _standing(db, order.gtin, today, actor)
    if earlier := await _claimed(db, standing, key, digest):
        return earlier
    if not order.proof:
        _require_codes_may_be_given(standing, today)
    epoch = PROOF_EPOCH if order.proof else settings.issuing_epoch
    settings.ring.require_issuing(epoch)
    batch = await high_water.take_id(db, settings, epoch)
    made = await _insert(db, batch, epoch, order, standing, (key, digest), actor, settings, now)
    if made is None:  # another client was first with this key; our id stays unused
        made = await _claimed(db, standing, key, digest)
        assert made is not None
    return made


def _require_codes_may_be_given(standing: Standing, today: date) -> None:
    missing = rules.missing_facts(standing, today)
    if standing.item_level == "ended":
        missing.append(CodeEnded(field="gtin", gtin=standing.gtin))
    refuse_all(missing)


async def _claimed(db: Connection, standing: Standing, key: str, digest: bytes) -> Batch | None:
    """What stands under the key, when it stands for the same order."""
    claimed = await queries.claimed.first(db, standing.enterprise_id, key)
    if claimed is None:
        return None
    if claimed.request_digest != digest:
        raise KeyTaken(field="idempotency_key", batch=claimed.batch)
    return await queries.batch_by_id.first(db, claimed.batch)


async def _insert(
    db: Connection, batch: int, epoch: int, order: NewBatch, standing: Standing,
    claim: tuple[str, bytes], actor: Principal, settings: Settings, now: datetime,
) -> Batch | None:  # fmt: skip
    """The row, its statement and, with the first batch, the item code's assignment; None when the key is taken."""
    signer = statements.signer(settings.root_key)
    claims = Claims(
        batch=batch, uscc=standing.uscc, gtin=order.gtin, lot=order.lot, count=order.count, epoch=epoch, issued_at=now
    )
    async with changing_facts(db, [keys.batch(batch), keys.lot(order.gtin, order.lot)], actor.name) as changed:
        made = await queries.insert_batch.first(
            db, batch, epoch, standing.enterprise_id, order.gtin, order.lot, order.count, order.made_on,
            order.expires_on, order.expiry_kind, order.policy, now, signer.sign(claims), *claim,
        )  # fmt: skip
        if made is not None:
            await queries.keep_key.run(db, signer.kid, signer.public_key)
            if standing.item_level is None and not order.proof:
                await queries.assign.first(db, order.gtin, "item", today_in_china(now))
                changed.update(_touched(standing))
    return made


async def show_batch(db: Connection, batch: int, actor: Principal) -> Batch:
    found = await queries.batch_by_id.first(db, batch) if 0 < batch < 2**32 else None
    if found is None:
        raise BatchUnknown(field="batch", batch=batch)
    actor.must_act_for(found.enterprise_id)
    return found


async def list_batches(db: Connection, gtin: str | None, before: int | None, actor: Principal) -> Batches:
    """Newest first, a page at a time."""
    wanted = None if gtin is None else gtin14(gtin)
    found = await queries.batches.all(db, actor.organisation, wanted, before, PAGE + 1)
    return Batches(found[:PAGE], found[PAGE - 1].batch if len(found) > PAGE else None)
