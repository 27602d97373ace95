"""Scan statistics over JSON."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import FromQuery, QueryParameter

from app.edge.asks import Db, Today
from app.edge.guards import needs
from app.statistics import actions, rules
from app.statistics.asking import BATCH_MOST
from app.statistics.reports.api import HANDLERS as REPORTS
from app.statistics.shapes import Asked, Statistics
from codes.gs1 import gtin14

First = Annotated[date | None, QueryParameter(name="from", description="First day in UTC+8; without it 30 days.")]
Last = Annotated[date | None, QueryParameter(name="to", description="Last day in UTC+8; without it today.")]
Batch = Annotated[int | None, QueryParameter(ge=1, le=BATCH_MOST, description="Items of this batch alone.")]
Most = Annotated[int, QueryParameter(ge=1, le=actions.LISTED, description="How many products and batches at most.")]


@get("/statistics", guards=[needs("statistics:read")])
async def show_statistics(
    db: Db, today: Today, first: First = None, last: Last = None, gtin: FromQuery[str | None] = None,
    batch: Batch = None, enterprise_id: FromQuery[UUID | None] = None, limit: Most = actions.SHOWN,
) -> Statistics:  # fmt: skip
    """Views by shoppers by day, place, product and batch. Places with fewer than 10 views are put together."""
    until = last or today
    asked = Asked(
        first=first or rules.last_days(rules.USUAL_DAYS, until)[0], last=until, batch=batch,
        gtin=gtin14(gtin) if gtin else None, enterprise_id=enterprise_id,
    )  # fmt: skip
    return await actions.count(db, asked, today, limit)


router = Router("/api", route_handlers=[show_statistics, *REPORTS], tags=["statistics"])
