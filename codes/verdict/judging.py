"""Facts of the product, the batch and the item → the verdict. One pure function, no clock of its own."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from operator import attrgetter, itemgetter
from unicodedata import normalize

from codes.verdict.facts import CHINA, BatchStatus, ItemState, ProductStatus, Recall, Sanction
from codes.verdict.states import RANK, ROWS, State
from codes.verdict.verdicts import Bilingual, Held, Level, Parameter, Question, Verdict

_FIRST = attrgetter("first")
_START = itemgetter(0)

# Answers without parameters are made once.
_VALID_FIRST = Verdict(Level.ITEM, Held(State.VALID_FIRST), in_force=True)
_VALID_BATCH = Verdict(Level.LOT, Held(State.VALID_BATCH), in_force=True)
_VALID_PRODUCT = Verdict(Level.PRODUCT, Held(State.VALID_PRODUCT), in_force=True)
_NOT_RECOGNISED = Held(State.NOT_RECOGNISED)
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
        _judge_product(held, product, batch, today)
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


def _judge_product(held: list[Held], product: ProductStatus, batch: BatchStatus | None, today: date) -> None:
    if product.recalls:
        held.extend(_recalls(product.recalls, batch))
    if product.revocation is not None or product.withdrawal is not None or product.measures:
        held.extend(_sanctions(product, today))
    if not product.recognised:
        held.append(_NOT_RECOGNISED)
    if product.certificate_state is not None:
        _judge_certificate(held, product, today)
    if product.standard_state is not None and product.standard_state != "in_force":
        held.append(_standard(product))


def _sanctions(product: ProductStatus, today: date) -> Iterator[Held]:
    """An announced sanction holds from its day on; "revoked on" a day to come would be untrue."""
    measures = ((State.MEASURE_IN_FORCE, measure) for measure in product.measures)
    revocation, withdrawal = product.revocation, product.withdrawal
    all_three = ((State.RECOGNITION_REVOKED, revocation), (State.AUTHORISATION_WITHDRAWN, withdrawal), *measures)
    for state, sanction in all_three:
        if sanction is not None and sanction.effective_on <= today:
            yield Held(state, _sanction(sanction))


def _sanction(sanction: Sanction) -> dict[str, Parameter]:
    reason = Bilingual(sanction.reason, sanction.reason_en)
    # A measure without a name of its own is told by its reason.
    measure = Bilingual(sanction.measure, sanction.measure_en) if sanction.measure else reason
    return {"id": sanction.id, "date": sanction.effective_on, "reason": reason, "measure": measure}


def same_lot(lot: str) -> str:
    """The form lots are compared in: full-width letters and case make no difference, nor do outer spaces.

    GS1 lots are case-sensitive, but a recall typed as `260912a` must not miss the label's `260912A`:
    a recall shown once too often is the smaller harm.
    """
    return normalize("NFKC", lot).strip().upper()


def _hits(recall: Recall, batch: BatchStatus | None) -> bool | None:
    """Does the recall concern this batch? None where only the reader can tell, from the pack."""
    if recall.scope == "model":
        return True
    if batch is None:
        return None
    if recall.scope == "lots":
        return same_lot(batch.lot) in map(same_lot, recall.lots)
    if batch.made_on is None:
        return None
    return (recall.made_from or date.min) <= batch.made_on <= (recall.made_to or date.max)


def _recalls(recalls: Iterable[Recall], batch: BatchStatus | None) -> Iterator[Held]:
    for recall in recalls:
        hit = _hits(recall, batch)
        if hit:
            yield _recalled(recall)
        elif hit is None:
            yield _recall_check(recall)


def _recalled(recall: Recall) -> Held:
    parameters: dict[str, Parameter] = {
        "id": recall.id,
        "scope": "model" if recall.scope == "model" else "batch",
        "reason": Bilingual(recall.reason, recall.reason_en),
        "remedy": Bilingual(recall.remedy, recall.remedy_en),
        "tel": recall.telephone,
    }
    return Held(State.RECALLED, parameters)


def _recall_check(recall: Recall) -> Held:
    if recall.scope == "lots":
        return Held(State.RECALL_CHECK, {"id": recall.id, "lots": recall.lots})
    made: dict[str, Parameter] = {"id": recall.id, "made_from": recall.made_from, "made_to": recall.made_to}
    return Held(State.RECALL_CHECK, made, "made_on")


def _dated(state: State, parameters: dict[str, Parameter]) -> Held:
    return Held(state, parameters, "" if parameters["date"] else "undated")


def _judge_certificate(held: list[Held], product: ProductStatus, today: date) -> None:
    """Ended or suspended, never both: a suspended certificate that ran out has ended."""
    state, until = product.certificate_state, product.certificate_valid_until
    if state in ("withdrawn", "cancelled"):
        held.append(_dated(State.CERTIFICATE_ENDED, {"date": product.certificate_state_on, "how": state}))
    elif until is not None and until < today:
        held.append(Held(State.CERTIFICATE_ENDED, {"date": until, "how": "expired"}))
    elif state == "suspended":
        held.append(_dated(State.CERTIFICATE_SUSPENDED, {"date": product.certificate_state_on}))


def _standard(product: ProductStatus) -> Held:
    cancelled = product.standard_state == "recognition_cancelled"
    state = State.STANDARD_RECOGNITION_CANCELLED if cancelled else State.STANDARD_ABOLISHED
    return _dated(state, {"no": product.standard_number or "", "date": product.standard_state_on})


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
            reason = Bilingual(void.reason, void.reason_en)
            held.append(Held(State.VOID, {"date": void.voided_on, "reason": reason}))
    if item is not None and item.suspect_views is not None:
        held.append(Held(State.SUSPECT, {"n": item.suspect_views, "k": item.suspect_provinces}))
    # Not grave: while the facts are stale it may have been activated since.
    if fresh and batch.policy == "at_the_line" and not _is_active(batch, index):
        held.append(_NOT_ACTIVATED)


def _is_active(batch: BatchStatus, index: int) -> bool:
    at = bisect_right(batch.active, index, key=_START) - 1
    return at >= 0 and index <= batch.active[at][1]
