"""What holds of a product: recalls, sanctions, recognition, certificate and standard."""

from collections.abc import Iterable, Iterator
from datetime import date
from unicodedata import normalize

from codes.verdict.facts import BatchStatus, ProductStatus, Recall, Sanction
from codes.verdict.states import State
from codes.verdict.verdicts import Bilingual, Held, Parameter

_NOT_RECOGNISED = Held(State.NOT_RECOGNISED)


def judge_product(held: list[Held], product: ProductStatus, batch: BatchStatus | None, today: date) -> None:
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
