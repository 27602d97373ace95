"""Every state as a page of its own, made of the cast."""

import zlib
from datetime import UTC, date, datetime

from msgspec.structs import replace

from app.scanning.page import Ask, manner_of, middle
from codes.verdict import (
    NEVER_VIEWED,
    Bilingual,
    ItemState,
    Level,
    Question,
    Recall,
    Sanction,
    State,
    Verdict,
    Void,
    VoidAct,
    judge,
)
from tests.app.scanning.cast import BATCH, FACTS, GTIN, LOT, NOW, SERIAL, STATUS


def sanction(number, **more):
    return Sanction(id=f"s{number}", effective_on=date(2026, 10, 8), reason="抽查两次不符合标准", **more)


RECALL = Recall(
    id="r1",
    scope="lots",
    opened_on=date(2026, 11, 1),
    lots=("260912A", "260913B"),
    reason="电源线护套可能开裂，有触电危险",
    reason_en="The sheath of the power cord may crack: danger of electric shock",
    remedy="免费上门更换电源线",
    remedy_en="The cord is replaced at your home free of charge",
    telephone="400-000-0000",
)
SUSPECT = ItemState(views=86, suspect_views=86, suspect_provinces=9)
SEEN = ItemState(views=3, first_at=datetime(2026, 11, 20, 4, 0, tzinfo=UTC), first_province="330000")


class Scene:
    """One state's page: what is known, and what was asked."""

    def __init__(
        self, *, level=Level.ITEM, finding=None, other=None, fresh=True, product=STATUS, lot=LOT, item=NEVER_VIEWED
    ):
        self.level = level
        self.fresh = fresh
        self.batch = replace(BATCH, status=lot) if level is not Level.PRODUCT and not finding else None
        self.facts = None if finding else replace(FACTS, status=product)
        self.question = Question(level, index=4, finding=finding, other=other)
        self.item = item if level is Level.ITEM else None

    @property
    def verdict(self) -> Verdict:
        status = self.facts and self.facts.status
        return judge(self.question, status, self.batch and self.batch.status, self.item, NOW, self.fresh)

    def ask(self, **more) -> Ask:
        serial = SERIAL if self.level is Level.ITEM else None
        lot = "260912A" if self.level is Level.LOT else None
        path = f"/01/{GTIN}" + (f"/21/{serial}" if serial else "") + (f"/10/{lot}" if lot else "")
        beacon = f"/seen/{serial or GTIN}?v=Zk3vQ2mK8sA1bC7dE9fG0h"
        return Ask(**{"path": path, "now": NOW, "gtin": GTIN, "serial": serial, "lot": lot, "beacon": beacon} | more)

    def page(self, pages, language="zh", large=False, chosen=False, facts=None, **more) -> "Page":
        verdict = self.verdict
        segments = pages.segments(facts or self.facts, language, large, manner_of(verdict), chosen)
        return Page(segments, middle(segments.inner, self.batch, verdict, self.ask(**more)))


class Page:
    """A whole page, and what it weighs on the wire (app/scanning/joined.py: the middle is stored)."""

    def __init__(self, segments, dynamic: bytes):
        self.segments = segments
        self.middle = dynamic
        self.html = (segments.prefix + dynamic + segments.suffix).decode()

    @property
    def weight(self) -> int:
        sides = (self.segments.prefix, self.segments.suffix)
        return len(self.middle) + sum(len(zlib.compress(side, 9, -15)) for side in sides)


def of_product(**changes):
    return Scene(product=replace(STATUS, **changes))


def of_lot(**changes):
    return Scene(lot=replace(LOT, **changes))


SCENES = {
    State.MALFORMED: Scene(finding=State.MALFORMED),
    State.UNKNOWN: Scene(finding=State.UNKNOWN),
    State.OTHER_PRODUCT: Scene(finding=State.OTHER_PRODUCT, other=Bilingual("智能坐便器", "Smart toilet")),
    State.RECALLED: of_product(recalls=(RECALL,)),
    State.RECOGNITION_REVOKED: of_product(revocation=sanction(1, reason_en="Failed two spot checks"), recognised=False),
    State.AUTHORISATION_WITHDRAWN: of_product(withdrawal=sanction(2)),
    State.MEASURE_IN_FORCE: of_product(measures=(sanction(3, measure="责令停止销售", measure_en="sale stopped"),)),
    State.PROOF: of_lot(proof=True),
    State.VOID: of_lot(
        acts=(VoidAct(date(2026, 10, 2), "标签破损", "label damaged"),), voids=(Void(0, 9, 0),)
    ),
    State.SUSPECT: Scene(item=SUSPECT),
    State.RECALL_CHECK: Scene(level=Level.PRODUCT, product=replace(STATUS, recalls=(RECALL,))),
    State.NOT_RECOGNISED: of_product(recognised=False),
    State.EXPIRED: of_lot(expires_on=date(2026, 11, 21)),
    State.CERTIFICATE_ENDED: of_product(certificate_valid_until=date(2026, 11, 21)),
    State.CERTIFICATE_SUSPENDED: of_product(certificate_state="suspended", certificate_state_on=date(2026, 11, 2)),
    State.STANDARD_RECOGNITION_CANCELLED: of_product(
        standard_state="recognition_cancelled", standard_state_on=date(2026, 11, 3)
    ),
    State.STANDARD_ABOLISHED: of_product(standard_state="abolished", standard_state_on=date(2026, 11, 4)),
    State.NOT_ACTIVATED: of_lot(policy="at_the_line"),
    State.DEGRADED: Scene(item=None),
    State.VALID_REPEAT: Scene(item=SEEN),
    State.VALID_FIRST: Scene(),
    State.VALID_BATCH: Scene(level=Level.LOT),
    State.VALID_PRODUCT: Scene(level=Level.PRODUCT),
}
