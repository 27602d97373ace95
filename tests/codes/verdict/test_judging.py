"""Each state by example: when it holds, to the day and the index, and what its sentence is given."""

from datetime import UTC, date, datetime, timedelta

import pytest
from msgspec.structs import replace

from codes.verdict import (
    NEVER_VIEWED,
    BatchStatus,
    Bilingual,
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
    same_lot,
)

DAY = date(2026, 11, 22)
LAST_MOMENT = datetime(2026, 11, 22, 15, 59, 59, tzinfo=UTC)
"""23:59:59 in UTC+8, the last second of DAY."""
MIDNIGHT = LAST_MOMENT + timedelta(seconds=1)
PRODUCT = ProductStatus(
    recognised=True,
    certificate_state="valid",
    certificate_valid_until=date(2028, 5, 31),
    standard_number="T/ZZB 0001",
    standard_state="in_force",
)
BATCH = BatchStatus(lot="260912A", made_on=date(2026, 9, 12))
ITEM = Question(Level.ITEM, index=4)
RECALL = Recall(id="r", scope="model", opened_on=DAY, reason="原因", remedy="退货", telephone="400")


def states(question=ITEM, product=PRODUCT, batch=BATCH, item=NEVER_VIEWED, now=LAST_MOMENT, fresh=True):
    return [held.state for held in judge(question, product, batch, item, now, fresh).held]


def only(question=ITEM, product=PRODUCT, batch=BATCH, item=NEVER_VIEWED, now=LAST_MOMENT, fresh=True):
    verdict = judge(question, product, batch, item, now, fresh)
    assert verdict.others == ()
    return verdict.line


class TestNothingWrong:
    def test_item(self):
        first = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # the 21st in UTC+8
        assert only().state is State.VALID_FIRST
        repeat = only(item=ItemState(views=3, first_at=first, first_province="330000"))
        assert repeat.state is State.VALID_REPEAT
        assert repeat.parameters == {"n": 3, "date": date(2026, 11, 21), "province": "330000"}
        assert only(item=ItemState(views=3)).variant == "undated"

    def test_lot_and_product(self):
        assert only(Question(Level.LOT)).state is State.VALID_BATCH
        assert only(Question(Level.PRODUCT), batch=None, item=None).state is State.VALID_PRODUCT

    def test_what_cannot_be_had_is_degraded(self):
        assert only(item=None).state is State.DEGRADED
        assert only(batch=None).variant == only(product=None).variant == only(fresh=False).variant == "item"
        assert only(Question(Level.LOT), batch=None) == only(Question(Level.LOT), fresh=False)
        product = Question(Level.PRODUCT)
        assert only(product, product=None, batch=None) == only(product, batch=None, fresh=False)
        assert only(product, product=None, batch=None).variant == ""
        assert not judge(ITEM, PRODUCT, BATCH, None, MIDNIGHT).in_force


class TestFindings:
    @pytest.mark.parametrize("finding", [State.MALFORMED, State.UNKNOWN])
    def test_without_facts(self, finding):
        verdict = judge(Question(Level.ITEM, finding=finding), None, None, None, MIDNIGHT)
        assert (verdict.state, verdict.in_force) == (finding, False)

    def test_other_product_is_named_where_it_is_known(self):
        toilet = Bilingual("智能坐便器", "Smart toilet")
        named = only(Question(Level.ITEM, 4, State.OTHER_PRODUCT, toilet), item=None)
        assert (named.parameters, named.variant) == ({"name": toilet}, "")
        assert only(Question(Level.ITEM, 4, State.OTHER_PRODUCT), item=None).variant == "unnamed"

    def test_what_holds_of_the_product_is_listed_beneath(self):
        unknown = Question(Level.ITEM, finding=State.UNKNOWN)
        recalled = replace(PRODUCT, recalls=(RECALL,))
        assert states(unknown, recalled, batch=None) == [State.UNKNOWN, State.RECALLED]


class TestRecalls:
    LOTS = replace(RECALL, scope="lots", lots=("260911C", " 260912a"))
    MADE = replace(RECALL, scope="made_on", made_from=date(2026, 9, 12), made_to=date(2026, 9, 30))

    def told(self, recall, batch=BATCH, question=ITEM):
        return only(question, replace(PRODUCT, recalls=(recall,)), batch)

    def test_of_the_model(self):
        line = self.told(RECALL)
        assert (line.state, line.parameters["scope"], line.parameters["tel"]) == (State.RECALLED, "model", "400")

    def test_of_lots(self):
        assert self.told(self.LOTS).parameters["scope"] == "batch"
        assert self.told(self.LOTS, replace(BATCH, lot="260912B")).state is State.VALID_FIRST
        for level in (Level.PRODUCT, Level.ITEM):  # without a batch only the reader can tell
            check = self.told(self.LOTS, None, Question(level))
            assert (check.state, check.parameters["lots"]) == (State.RECALL_CHECK, self.LOTS.lots)

    @pytest.mark.parametrize(
        ("made_on", "state"),
        [
            (date(2026, 9, 11), State.VALID_FIRST),
            (date(2026, 9, 12), State.RECALLED),
            (date(2026, 9, 30), State.RECALLED),
            (date(2026, 10, 1), State.VALID_FIRST),
            (None, State.RECALL_CHECK),
        ],
    )
    def test_of_a_range_of_days_both_inclusive(self, made_on, state):
        assert self.told(self.MADE, replace(BATCH, made_on=made_on)).state is state

    def test_of_an_open_range(self):
        assert self.told(replace(self.MADE, made_from=None)).state is State.RECALLED
        assert self.told(replace(self.MADE, made_to=None)).state is State.RECALLED
        assert self.told(self.MADE, None, Question(Level.PRODUCT)).variant == "made_on"

    def test_each_recall_is_told(self):
        product = replace(PRODUCT, recalls=(self.LOTS, RECALL))
        assert states(product=product) == [State.RECALLED, State.RECALLED]

    def test_lots_are_compared_without_case_width_and_outer_space(self):
        assert same_lot(" ２６０９１２ａ ") == same_lot("260912A")
        assert same_lot("26 0912A") != same_lot("260912A")


class TestSanctions:
    @pytest.mark.parametrize(
        ("change", "state"),
        [
            (lambda s: {"revocation": s}, State.RECOGNITION_REVOKED),
            (lambda s: {"withdrawal": s}, State.AUTHORISATION_WITHDRAWN),
            (lambda s: {"measures": (s,)}, State.MEASURE_IN_FORCE),
        ],
    )
    def test_hold_from_their_day_on(self, change, state):
        today, tomorrow = (Sanction(id="s", effective_on=DAY + timedelta(n), reason="原因") for n in (0, 1))
        told = judge(ITEM, replace(PRODUCT, **change(today)), BATCH, NEVER_VIEWED, LAST_MOMENT)
        assert (told.state, told.in_force, told.line.parameters["date"]) == (state, False, DAY)
        assert states(product=replace(PRODUCT, **change(tomorrow))) == [State.VALID_FIRST]
        assert states(product=replace(PRODUCT, **change(tomorrow)), now=MIDNIGHT) == [state]

    def test_a_measure_without_name_is_told_by_its_reason(self):
        named = Sanction(id="s", effective_on=DAY, reason="原因", measure="停售", measure_en="sale stopped")
        plain = replace(named, measure=None)
        lines = [only(product=replace(PRODUCT, measures=(one,))) for one in (named, plain)]
        assert [line.parameters["measure"] for line in lines] == [Bilingual("停售", "sale stopped"), Bilingual("原因")]


class TestDays:
    def test_goods_expire_when_their_day_has_ended(self):
        batch = replace(BATCH, expires_on=DAY, expiry_kind="use_by")
        assert states(batch=batch) == [State.VALID_FIRST]
        expired = only(batch=batch, now=MIDNIGHT)
        assert (expired.state, expired.parameters) == (State.EXPIRED, {"date": DAY, "kind": "use_by", "verb": "use"})
        food = only(product=replace(PRODUCT, edible=True), batch=batch, now=MIDNIGHT)
        assert food.parameters["verb"] == "eat"

    def test_a_certificate_ends_when_its_day_has_ended(self):
        product = replace(PRODUCT, certificate_valid_until=DAY)
        assert states(product=product) == [State.VALID_FIRST]
        ended = only(product=product, now=MIDNIGHT)
        assert (ended.state, ended.parameters) == (State.CERTIFICATE_ENDED, {"date": DAY, "how": "expired"})

    def test_a_suspended_certificate_that_ran_out_has_ended(self):
        product = replace(PRODUCT, certificate_state="suspended", certificate_valid_until=DAY)
        assert states(product=product) == [State.CERTIFICATE_SUSPENDED]
        assert states(product=product, now=MIDNIGHT) == [State.CERTIFICATE_ENDED]

    @pytest.mark.parametrize("how", ["withdrawn", "cancelled"])
    def test_a_certificate_taken_or_given_back(self, how):
        dated = only(product=replace(PRODUCT, certificate_state=how, certificate_state_on=DAY))
        assert (dated.parameters, dated.variant) == ({"date": DAY, "how": how}, "")
        assert only(product=replace(PRODUCT, certificate_state=how)).variant == "undated"

    def test_without_certificate_none_can_end(self):
        product = replace(PRODUCT, certificate_state=None, certificate_valid_until=date(2020, 1, 1))
        assert states(product=product) == [State.VALID_FIRST]
        assert states(product=replace(PRODUCT, certificate_valid_until=None)) == [State.VALID_FIRST]

    def test_standards(self):
        cancelled = replace(PRODUCT, standard_state="recognition_cancelled", standard_state_on=DAY)
        assert only(product=cancelled).parameters == {"no": "T/ZZB 0001", "date": DAY}
        abolished = only(product=replace(cancelled, standard_state="abolished", standard_state_on=None))
        assert (abolished.state, abolished.variant) == (State.STANDARD_ABOLISHED, "undated")
        assert states(product=replace(PRODUCT, standard_state=None)) == [State.VALID_FIRST]


class TestItems:
    ACTS = (VoidAct(DAY - timedelta(days=1), "丢失"), VoidAct(DAY, "破损", "damaged"))
    SOME_VOID = replace(BATCH, acts=ACTS, voids=(Void(2, 4, 1), Void(7, 7, 0)))

    @pytest.mark.parametrize(
        ("index", "void"), [(0, False), (1, False), (2, True), (4, True), (5, False), (7, True), (8, False)]
    )
    def test_void_by_range(self, index, void):
        told = states(Question(Level.ITEM, index), batch=self.SOME_VOID)
        assert told == [State.VOID if void else State.VALID_FIRST]

    @pytest.mark.parametrize(("index", "active"), [(0, False), (2, True), (4, True), (5, False), (7, True), (8, False)])
    def test_activated_at_the_line_by_range(self, index, active):
        batch = replace(BATCH, policy="at_the_line", active=((2, 4), (7, 7)))
        state = State.VALID_FIRST if active else State.NOT_ACTIVATED
        assert states(Question(Level.ITEM, index), batch=batch) == [state]
        assert states(Question(Level.ITEM, index), batch=batch, fresh=False) == [State.DEGRADED]
        assert states(Question(Level.LOT), batch=batch) == [State.VALID_BATCH]

    def test_void_tells_day_and_reason(self):
        told = only(batch=self.SOME_VOID)
        assert told.parameters == {"date": DAY, "reason": Bilingual("破损", "damaged")}
        earlier = only(Question(Level.ITEM, 7), batch=self.SOME_VOID)
        assert earlier.parameters == {"date": DAY - timedelta(days=1), "reason": Bilingual("丢失")}

    def test_suspect_only_while_a_person_holds_it_so(self):
        told = only(item=ItemState(views=86, suspect_views=86, suspect_provinces=9))
        assert (told.state, told.parameters) == (State.SUSPECT, {"n": 86, "k": 9})
        assert only(item=ItemState(views=86)).state is State.VALID_REPEAT

    def test_a_proof_is_never_valid(self):
        proof = replace(BATCH, proof=True)
        for item in (NEVER_VIEWED, ItemState(views=4), None):
            assert states(batch=proof, item=item) == [State.PROOF]
        assert states(batch=proof, fresh=False) == [State.PROOF]
        assert states(product=replace(PRODUCT, recalls=(RECALL,)), batch=proof) == [State.RECALLED, State.PROOF]


def test_nothing_is_in_force_without_facts_of_the_product():
    void = TestItems.SOME_VOID
    assert judge(ITEM, PRODUCT, void, NEVER_VIEWED, LAST_MOMENT).in_force
    assert not judge(ITEM, None, void, NEVER_VIEWED, LAST_MOMENT).in_force
    assert states(product=None, batch=replace(void, expires_on=date(2026, 1, 1))) == [State.VOID, State.EXPIRED]
