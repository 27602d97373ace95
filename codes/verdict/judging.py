"""Facts of the product, the batch and the item → the verdict. One pure function, no clock of its own."""

from bisect import bisect_right
from datetime import date, datetime
from operator import attrgetter, itemgetter

from codes.verdict.facts import CHINA, BatchStatus, ItemState, ProductStatus
from codes.verdict.product import judge_product
from codes.verdict.states import RANK, ROWS, State
from codes.verdict.verdicts import Bilingual, Held, Level, Question, Verdict

_FIRST = attrgetter("first")
_START = itemgetter(0)

# Answers without parameters are made once.
_VALID_FIRST = Verdict(Level.ITEM, Held(State.VALID_FIRST), in_force=True)
_VALID_BATCH = Verdict(Level.LOT, Held(State.VALID_BATCH), in_force=True)
_VALID_PRODUCT = Verdict(Level.PRODUCT, Held(State.VALID_PRODUCT), in_force=True)
_NOT_ACTIVATED = Held(State.NOT_ACTIVATED)
_PROOF = Held(State.PROOF)
_DEGRADED = Held(State.DEGRADED)
_DEGRADED_ITEM = Held(State.DEGRADED, variant="item")


def judge(
    question: Question,
    product: ProductStatus | None,
    batch: BatchStatus | None,
    item: ItemState | None,
    now: datetime,
    fresh: bool = True,
) -> Verdict:
    """What is told of a code at the instant `now`.

    `product` and `batch` are None where the facts could not be had (or where there are none,
    under a finding), `item` where the state of the item could not be had; `fresh` is False while
    the facts clock is silent. A lot nobody registered is a `BatchStatus` with the lot alone.
    """
    held: list[Held] = []
    today = now.astimezone(CHINA).date()
    if question.finding is not None:
        held.append(_found(question))
    if product is not None:
        judge_product(held, product, batch, today)
    if batch is not None:
        _judge_batch(held, batch, product is not None and product.edible, today)
        if question.level is Level.ITEM:
            _judge_item(held, question.index, batch, item, fresh)
    if not held:
        return _nothing_wrong(question.level, product, batch, item, fresh)
    if len(held) > 1:
        held.sort(key=_rank)
    in_force = fresh and product is not None and all(ROWS[one.state].in_force for one in held)
    return Verdict(question.level, held[0], tuple(held[1:]), in_force, fresh)


def _rank(held: Held) -> int:
    return RANK[held.state]


def _found(question: Question) -> Held:
    assert question.finding is not None
    if question.finding is not State.OTHER_PRODUCT:
        return Held(question.finding)
    return Held(State.OTHER_PRODUCT, {"name": question.other}, "" if question.other else "unnamed")


def _nothing_wrong(
    level: Level, product: ProductStatus | None, batch: BatchStatus | None, item: ItemState | None, fresh: bool
) -> Verdict:
    if level is Level.PRODUCT:
        return _VALID_PRODUCT if fresh and product is not None else Verdict(level, _DEGRADED, fresh=fresh)
    if not fresh or product is None or batch is None:
        return Verdict(level, _DEGRADED_ITEM if level is Level.ITEM else _DEGRADED, fresh=fresh)
    if level is Level.LOT:
        return _VALID_BATCH
    if item is None:
        return Verdict(level, _DEGRADED_ITEM)
    return Verdict(level, _repeat(item), in_force=True) if item.views else _VALID_FIRST


def _repeat(item: ItemState) -> Held:
    if item.first_at is None:
        return Held(State.VALID_REPEAT, {"n": item.views}, "undated")
    first = item.first_at.astimezone(CHINA).date()
    return Held(State.VALID_REPEAT, {"n": item.views, "date": first, "province": item.first_province})


def _judge_batch(held: list[Held], batch: BatchStatus, edible: bool, today: date) -> None:
    if batch.proof:
        held.append(_PROOF)
    if batch.expires_on is not None and batch.expires_on < today:
        verb = "eat" if edible else "use"
        held.append(Held(State.EXPIRED, {"date": batch.expires_on, "kind": batch.expiry_kind, "verb": verb}))


def _judge_item(held: list[Held], index: int, batch: BatchStatus, item: ItemState | None, fresh: bool) -> None:
    if batch.voids:
        void = batch.voids[bisect_right(batch.voids, index, key=_FIRST) - 1]
        if void.first <= index <= void.last:
            act = batch.acts[void.act]
            held.append(Held(State.VOID, {"date": act.voided_on, "reason": Bilingual(act.reason, act.reason_en)}))
    if item is not None and item.suspect_views is not None:
        held.append(Held(State.SUSPECT, {"n": item.suspect_views, "k": item.suspect_provinces}))
    # Not grave: while the facts are stale it may have been activated since.
    if fresh and batch.policy == "at_the_line" and not _is_active(batch, index):
        held.append(_NOT_ACTIVATED)


def _is_active(batch: BatchStatus, index: int) -> bool:
    at = bisect_right(batch.active, index, key=_START) - 1
    return at >= 0 and index <= batch.active[at][1]
