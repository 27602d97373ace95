"""A table held against the catalogue: what is asked of the database, and the rules that judge it."""

import asyncio
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.catalogue.shapes import Enterprise
from app.catalogue.tables import queries
from app.catalogue.tables.complaints import Complaints
from app.catalogue.tables.held import HeldProduct
from app.catalogue.tables.indicator_rows import Held, IndicatorWork, judge_indicators, read_indicators
from app.catalogue.tables.product_rows import Draft, ProductWork, judge_products, read_products
from app.catalogue.tables.shapes import Table
from app.edge import fields
from app.edge.principals import Principal


async def worked_out(
    db: Connection, enterprise: Enterprise, table: Table, actor: Principal, today: date, probing: bool
) -> ProductWork | IndicatorWork:
    """What the table would write, and what is wrong with it.

    `probing`: look for GTINs that others hold unseen; who writes at once finds them by writing.
    The rules may take a second for 5,000 rows: a thread does them, others are served meanwhile.
    """
    complaints = Complaints(table.kind, table.columns, table.bad)
    products = {one.model: one for one in await queries.held_products.all(db, enterprise.id, models_of(table))}
    if table.kind == "products":
        drafts = await asyncio.to_thread(read_products, table, complaints)
        holders = await _holders(db, enterprise.id, drafts, products, probing)
        # What an enterprise registers is a draft, as by any other door; the platform loads what is published.
        return await asyncio.to_thread(
            judge_products, table, drafts, complaints, products, holders, enterprise, actor.platform, today
        )
    held = await _held(db, enterprise.id, table, products)
    rows = await asyncio.to_thread(read_indicators, table, complaints)
    return await asyncio.to_thread(judge_indicators, table, rows, complaints, held, today)


async def _held(db: Connection, enterprise_id: UUID, table: Table, products: dict[str, HeldProduct]) -> Held:
    held, models = Held(products, {}, {}), models_of(table)
    for indicator in await queries.held_indicators.all(db, enterprise_id, models):
        held.indicators.setdefault(indicator.product_id, []).append(indicator)
    for report in await queries.held_reports.all(db, enterprise_id, models):
        held.reports.setdefault(report.product_id, {})[report.number] = report
    return held


def models_of(table: Table) -> list[str]:
    """The models the table names, without those no catalogue could hold (NUL would fail the statement)."""
    names = dict.fromkeys(row.cells["model"] for row in table.rows)
    return [name for name in names if name and not any(fields.text("model", name, fields.NAME))]


async def _holders(
    db: Connection, enterprise_id: UUID, drafts: list[Draft], products: dict[str, HeldProduct], probing: bool
) -> dict[str, str | None]:
    """The GTINs that some model has: with its name where it is the enterprise's own."""
    gtins = {gtin for draft in drafts for gtin in draft.gtins}
    found = await queries.holders_of_gtins.all(db, sorted(gtins))
    holders = {one.gtin: one.model if one.enterprise_id == enterprise_id else None for one in found}
    unseen = gtins - holders.keys()
    return holders | (await _probed(db, enterprise_id, unseen) if probing and unseen else {})


async def _probed(db: Connection, enterprise_id: UUID, gtins: set[str]) -> dict[str, None]:
    """Those of the GTINs that are held where the asker cannot see.

    Row-level security hides other enterprises' rows; the unique key does not. So they are joined to a
    model that is undone at once, and what could not be joined is held.
    """
    probe = db.transaction()
    await probe.start()
    try:
        product_id = await queries.insert_probe.get(db, enterprise_id)
        free = await queries.insert_gtins.column(db, sorted(gtins), [product_id] * len(gtins))
    finally:
        await probe.rollback()
    return dict.fromkeys(gtins.difference(free))
