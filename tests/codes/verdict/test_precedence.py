"""Whatever holds together: the gravest fills the line, all others stand beneath it in the table's order."""

from datetime import UTC, date, datetime
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from codes.verdict import (
    RANK,
    ROWS,
    BatchStatus,
    ItemState,
    Level,
    ProductStatus,
    Question,
    Recall,
    Sanction,
    State,
    Void,
    VoidAct,
    judge,
)

NOW = datetime(2026, 11, 22, 13, 4, tzinfo=UTC)
DAY = date(2026, 11, 1)
SANCTION = Sanction(id="s", effective_on=DAY, reason="原因")
MODEL = Recall(id="model", scope="model", opened_on=DAY, reason="原因", remedy="退货", telephone="1")
MADE = replace(MODEL, id="made", scope="made_on", made_from=DAY)  # the batch's day of making is not known

# What makes each state hold: changes of the question, the product, the batch, the item.
CAUSES = {
    State.MALFORMED: ("question", {"finding": State.MALFORMED}),
    State.UNKNOWN: ("question", {"finding": State.UNKNOWN}),
    State.OTHER_PRODUCT: ("question", {"finding": State.OTHER_PRODUCT}),
    State.RECALLED: ("recall", MODEL),
    State.RECOGNITION_REVOKED: ("product", {"revocation": SANCTION}),
    State.AUTHORISATION_WITHDRAWN: ("product", {"withdrawal": SANCTION}),
    State.MEASURE_IN_FORCE: ("product", {"measures": (SANCTION,)}),
    State.PROOF: ("batch", {"proof": True}),
    State.VOID: ("batch", {"acts": (VoidAct(DAY, "破损"),), "voids": (Void(0, 9, 0),)}),
    State.SUSPECT: ("item", {"suspect_views": 80, "suspect_provinces": 9}),
    State.RECALL_CHECK: ("recall", MADE),
    State.NOT_RECOGNISED: ("product", {"recognised": False}),
    State.EXPIRED: ("batch", {"expires_on": DAY}),
    State.CERTIFICATE_ENDED: ("product", {"certificate_valid_until": DAY}),
    State.CERTIFICATE_SUSPENDED: ("product", {"certificate_state": "suspended"}),
    State.STANDARD_RECOGNITION_CANCELLED: ("product", {"standard_state": "recognition_cancelled"}),
    State.STANDARD_ABOLISHED: ("product", {"standard_state": "abolished"}),
    State.NOT_ACTIVATED: ("batch", {"policy": "at_the_line"}),
}
# States that are one fact's several values.
EITHER = (
    {State.MALFORMED, State.UNKNOWN, State.OTHER_PRODUCT},
    {State.CERTIFICATE_ENDED, State.CERTIFICATE_SUSPENDED},
    {State.STANDARD_RECOGNITION_CANCELLED, State.STANDARD_ABOLISHED},
)


def can_hold_together(states):
    return all(len(group & set(states)) < 2 for group in EITHER)


def verdict_of(states, fresh=True):
    parts = {
        "question": Question(Level.ITEM, index=4),
        "product": ProductStatus(recognised=True, certificate_state="valid", standard_state="in_force"),
        "batch": BatchStatus(lot="A"),
        "item": ItemState(views=2),
    }
    for state in sorted(states):
        part, change = CAUSES[state]
        if part == "recall":
            parts["product"] = replace(parts["product"], recalls=(*parts["product"].recalls, change))
        else:
            parts[part] = replace(parts[part], **change)
    return judge(parts["question"], parts["product"], parts["batch"], parts["item"], NOW, fresh)


PAIRS = [pair for pair in combinations(CAUSES, 2) if can_hold_together(pair)]


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda state: state.value)
def test_of_two_the_graver_fills_the_line_and_the_other_stands_beneath(one, other):
    verdict = verdict_of((one, other))
    graver, lesser = sorted((one, other), key=RANK.__getitem__)
    assert verdict.state is graver
    assert [held.state for held in verdict.others] == [lesser]
    assert (verdict.tone, verdict.steps) == (ROWS[graver].tone, ROWS[graver].steps)


@given(st.sets(st.sampled_from(list(CAUSES))).filter(can_hold_together), st.booleans())
def test_all_that_holds_is_told_in_the_order_of_the_table(states, fresh):
    verdict = verdict_of(states, fresh)
    told = states if fresh else states - {State.NOT_ACTIVATED}
    last = State.VALID_REPEAT if fresh else State.DEGRADED
    assert [held.state for held in verdict.held] == (sorted(told, key=RANK.__getitem__) or [last])
    assert verdict.in_force == (fresh and all(ROWS[state].in_force for state in states))
    assert verdict.doubtful == any(ROWS[state].doubtful for state in states)
    assert verdict.fresh == fresh


@given(st.sets(st.sampled_from(list(CAUSES)), min_size=1).filter(can_hold_together))
def test_stale_facts_take_back_only_what_is_not_grave(states):
    fresh, stale = verdict_of(states), verdict_of(states, fresh=False)
    grave = [held for held in fresh.held if ROWS[held.state].grave]
    assert list(stale.held) == grave or ([stale.state], grave) == ([State.DEGRADED], [])
    assert not stale.in_force
