"""Giving codes: a product's code is assigned, item batches are issued."""

from datetime import date, datetime

from asyncpg import Connection

from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.issuing import high_water, queries, rules, statements
from app.issuing.errors import AssignmentUnknown, BatchUnknown, GtinUnknown, KeyTaken
from app.issuing.failpoints import pass_by
from app.issuing.shapes import Assignment, Batch, Batches, Claim, Claims, Level, NewBatch, Standing
from app.settings import Settings
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all
from codes.gs1 import gtin14

PROOF_EPOCH = 0
PAGE = 50


async def standing_of(db: Connection, gtin: str, today: date, actor: Principal) -> Standing:
    standing = await queries.standing.first(db, gtin, today)
    if standing is None:
        raise GtinUnknown(field="gtin", gtin=gtin)
    actor.must_act_for(standing.enterprise_id)
    return standing


def _touched(standing: Standing) -> list[str]:
    return [keys.gtin(standing.gtin), keys.product(standing.product_id)]


async def assign(db: Connection, gtin: str, level: Level, today: date, actor: Principal) -> Assignment:
    """Give the product a code of this level; one in use already stays as it is."""
    standing = await standing_of(db, gtin14(gtin), today, actor)
    refuse_all(rules.missing_facts(standing, today))
    async with changing_facts(db, _touched(standing), actor.name):
        assigned = await queries.assign.first(db, standing.gtin, level, today)
    if assigned is None:
        assigned = next(a for a in await queries.assignments_of.all(db, standing.gtin) if a.level == level)
    return assigned


async def end_assignment(db: Connection, gtin: str, level: Level, today: date, actor: Principal) -> Assignment:
    """The product uses no code of this level any more; codes in the market keep their pages."""
    standing = await standing_of(db, gtin14(gtin), today, actor)
    async with changing_facts(db, _touched(standing), actor.name):
        ended = await queries.end_assignment.first(db, standing.gtin, level)
    if ended is None:
        raise AssignmentUnknown(gtin=standing.gtin, level=level)
    return ended


async def assignments(db: Connection, gtin: str, today: date, actor: Principal) -> list[Assignment]:
    standing = await standing_of(db, gtin14(gtin), today, actor)
    return await queries.assignments_of.all(db, standing.gtin)


async def require_codes(db: Connection, gtin: str, today: date, actor: Principal) -> Standing:
    """Refuse whatever gives the product codes, prints them again or puts them into use, once a fact forbids it."""
    standing = await standing_of(db, gtin, today, actor)
    refuse_all(rules.codes_refused(standing, today))
    return standing


async def require_codes_of(db: Connection, batch: Batch, today: date, actor: Principal) -> None:
    """The same for what was issued already; a proof is never valid, so nothing forbids it."""
    if batch.epoch != PROOF_EPOCH:
        await require_codes(db, batch.gtin, today, actor)


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
    standing = await standing_of(db, order.gtin, today, actor)
    if earlier := await _claimed(db, standing, key, digest):
        return earlier
    if not order.proof:
        refuse_all(rules.codes_refused(standing, today))
    epoch = epoch_of(order, settings)
    batch = await high_water.take_id(db, settings, epoch)
    pass_by("after_claim")
    claim = Claim(key, digest)
    async with db.transaction():
        async with changing_facts(db, [keys.batch(batch), keys.lot(order.gtin, order.lot)], actor.name) as changed:
            made = await write(db, batch, order, standing, claim, settings, now)
            pass_by("after_insert")
            if made is not None:
                changed.update(await first_batch(db, standing, order, now))
        if made is not None and not order.proof:
            await still_given(db, order.gtin, today, actor)
        pass_by("before_commit")
    pass_by("after_commit")
    if made is None:  # another client was first with this key; our id stays unused
        made = await _claimed(db, standing, key, digest)
        assert made is not None
    return made


async def still_given(db: Connection, gtin: str, today: date, actor: Principal) -> None:
    """Asked once more after the tick, which holds the clock's row until the commit: whatever ended the
    product's right meanwhile has either committed before us and is seen here, or comes after us."""
    await require_codes(db, gtin, today, actor)


def epoch_of(order: NewBatch, settings: Settings) -> int:
    """The epoch its codes are sealed under; refuses one that issues nothing."""
    epoch = PROOF_EPOCH if order.proof else settings.issuing_epoch
    settings.ring.require_issuing(epoch)
    return epoch


async def _claimed(db: Connection, standing: Standing, key: str, digest: bytes) -> Batch | None:
    """What stands under the key, when it stands for the same order."""
    claimed = await queries.claimed.first(db, standing.enterprise_id, key)
    if claimed is None:
        return None
    if claimed.request_digest != digest:
        raise KeyTaken(field="idempotency_key", batch=claimed.batch)
    return await queries.batch_by_id.first(db, claimed.batch)


async def write(
    db: Connection, batch: int, order: NewBatch, standing: Standing, claim: Claim, settings: Settings, now: datetime
) -> Batch | None:
    """The row and its statement, within the caller's transaction; None when the key is taken."""
    signer = statements.signer(settings.root_key)
    epoch = epoch_of(order, settings)
    claims = Claims(
        batch=batch, uscc=standing.uscc, gtin=order.gtin, lot=order.lot, count=order.count, epoch=epoch, issued_at=now
    )
    made = await queries.insert_batch.first(
        db, batch, epoch, standing.enterprise_id, order.gtin, order.lot, order.count, order.made_on, order.expires_on,
        order.expiry_kind, order.policy, now, signer.sign(claims), claim.key, claim.digest, order.bound_later,
        order.label_case, order.layout, claim.order_list,
    )  # fmt: skip
    if made is not None:
        await queries.keep_key.run(db, signer.kid, signer.public_key)
    return made


async def first_batch(db: Connection, standing: Standing, order: NewBatch, now: datetime) -> list[str]:
    """With its first batch a product has its item code; what that touches."""
    if standing.item_level is not None or order.proof:
        return []
    await queries.assign.first(db, order.gtin, "item", today_in_china(now))
    return _touched(standing)


async def show_batch(db: Connection, batch: int, actor: Principal) -> Batch:
    found = await queries.batch_by_id.first(db, batch) if 0 < batch < 2**32 else None
    if found is None:
        raise BatchUnknown(field="batch", batch=batch)
    actor.must_act_for(found.enterprise_id)
    return found


async def lock(db: Connection, batch: int, actor: Principal) -> Batch:
    """The batch, held until the transaction ends: whoever changes voids or activations takes turns."""
    found = await queries.locked_batch.first(db, batch) if 0 < batch < 2**32 else None
    if found is None:
        raise BatchUnknown(field="batch", batch=batch)
    actor.must_act_for(found.enterprise_id)
    return found


async def list_batches(db: Connection, gtin: str | None, before: int | None, actor: Principal) -> Batches:
    """Newest first, a page at a time."""
    wanted = None if gtin is None else gtin14(gtin)
    found = await queries.batches.all(db, actor.organisation, wanted, rules.page_before(before), PAGE + 1)
    return Batches(found[:PAGE], found[PAGE - 1].batch if len(found) > PAGE else None)
