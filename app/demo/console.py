"""What the console shows of a demonstration that somebody has worked in for a while.

One product that is not finished, one page a bureau returned, two reports by shoppers, a plant, an
advertisement and some scans, all of one enterprise. Done through the rooms' own acts; what is there is
left as it is. Loaded, like people, only where the whole service is marked as a demonstration.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import UUID

from asyncpg import Connection

import app.accounts.organisations.queries as organisations
import app.catalogue.actions as catalogue
import app.catalogue.console.queries as console
import app.catalogue.queries as catalogue_queries
import app.scanning.queries as scanning
from app.catalogue.console.reviewing import NewReview, review
from app.catalogue.evidence import actions as evidence
from app.catalogue.evidence.registers import ADVERTISEMENTS, SITES
from app.catalogue.evidence.shapes import NewAdvertisement, NewSite
from app.catalogue.shapes import NewProduct
from app.demo import queries
from app.demo.load import DemoProduct
from app.demo.people import PROVINCE
from app.demo.registers import ACTOR
from app.edge.principals import Principal
from app.issuing.shapes import Batch
from app.scanning.behind.queries import file_report
from app.scanning.reports.filing import draw

UNFINISHED = "CXW-268-X3"
REPORTS = (
    ("label", "演示：瓦楞纸箱上的码被胶带盖住，扫了几次才扫出来。", "zh", None),
    ("quality", "Demonstration: the fan hums on the lowest speed.", "en", "demo-shopper@example.com"),
)
SCANS = (("330000", 34), ("310000", 14), ("320000", 12), ("340000", 4), (None, 6))
"""Province and how many: one is too few to be named."""
SCANNED_FROM = 1_000
"""Items that no example shows: those stay unseen."""
DAYS = 5


async def load_console(db: Connection, product: DemoProduct, batch: Batch, now: datetime, today: date) -> None:
    """`batch` is one of the product whose page is returned, reported about and scanned."""
    await _register_unfinished(db, product.enterprise_id, today)
    await _return(db, product.id)
    await _enter_evidence(db, product.enterprise_id, today)
    await _report(db, batch, now)
    await _scan(db, batch, now)


async def _register_unfinished(db: Connection, enterprise_id: UUID, today: date) -> None:
    if await catalogue_queries.product_by_model.first(db, enterprise_id, UNFINISHED) is None:
        new = NewProduct(
            enterprise_id=enterprise_id, model=UNFINISHED, name="吸油烟机", name_en="Range hood", brand="演示牌",
            brand_en="Demo", published=False, demonstration=True,
        )  # fmt: skip
        await catalogue.register_product(db, new, ACTOR, today)


async def _return(db: Connection, product_id: UUID) -> None:
    bureau = await organisations.organisation_like.first(db, None, None, "bureau", "330000")
    if bureau is None or await console.reviews.all(db, product_id):
        return
    reviewer = Principal("演示审核", bureau.id, frozenset({"pages:review"}), "bureau", "33", organisation_name=PROVINCE)
    new = NewReview(
        returned=True,
        reasons="演示：质量承诺没有写明保修从哪一天算起，请补充。",
        reasons_en="Demonstration: the commitment does not say from which day the warranty runs; please add it.",
    )
    await review(db, product_id, new, reviewer)


async def _enter_evidence(db: Connection, enterprise_id: UUID, today: date) -> None:
    since = today - timedelta(days=200)
    plant = NewSite(
        name="演示厂区一车间", kind="workshop", address="演示路 1 号", region_code="330282", mark_since=since
    )
    board = NewAdvertisement(
        title="演示广告：高速出口广告牌", medium="outdoor", place="演示高速出口", starts_on=since, carries_mark=True
    )
    for register, new in ((SITES, plant), (ADVERTISEMENTS, board)):
        if not await register.listing.all(db, None, 1, enterprise_id):
            await evidence.add(db, register, new, ACTOR, today, enterprise_id)


async def _report(db: Connection, batch: Batch, now: datetime) -> None:
    """The forms' tokens are always the same: a form that is sent again is the report it was."""
    for place, (kind, text, language, contact) in enumerate(REPORTS):
        token = f"demonstration-report-{place}"
        if not await queries.is_reported.get(db, token):
            await file_report.get(
                db, draw(now), None, batch.gtin, batch.batch, batch.epoch, SCANNED_FROM + place, kind, text, contact,
                None, language, token,
            )  # fmt: skip


async def _scan(db: Connection, batch: Batch, now: datetime) -> None:
    if not await queries.is_scanned.get(db, batch.batch, SCANNED_FROM):
        hours, indexes, provinces = zip(*_scans(now), strict=True)
        numbers = range(1, len(indexes) + 1)
        await db.fetch(
            scanning.count_views, hours, [batch.batch] * len(indexes), indexes, list(numbers), provinces, now
        )


def _scans(now: datetime) -> Iterator[tuple[datetime, int, str | None]]:
    """Hour, item and province, spread over the last days; every item is scanned once."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    places = [province for province, many in SCANS for _ in range(many)]
    for place, province in enumerate(places):
        yield hour - timedelta(days=1 + place % DAYS), SCANNED_FROM + place, province
