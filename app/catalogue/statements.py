"""Acts on what is stated of one model: picture, test reports, the comparison table, the commitment."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.catalogue import comparisons, queries
from app.catalogue.actions import lock_product, open_enterprise, open_product
from app.catalogue.pictures import redraw
from app.catalogue.rules import check_commitment, check_test_report
from app.catalogue.shapes import (
    Commitment,
    Indicator,
    NewCommitment,
    NewIndicators,
    NewTestReport,
    Photo,
    Picture,
    ProductSheet,
    TestReport,
)
from app.edge.principals import Principal
from app.edge.refusals import AlreadyRegistered, Record, shown
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import refuse_all

RELATIONS = ("product", "test_report", "key_indicator", "quality_commitment", "recognised_product")
"""Tables whose history rows carry the product's id as their key."""

_drawing = ThreadPoolExecutor(2, thread_name_prefix="drawing")
"""Two pictures at a time: each may take 160 MB for a moment."""


async def open_sheet(db: Connection, product_id: UUID) -> ProductSheet:
    """The model with everything stated of it."""
    product = await open_product(db, product_id)
    return ProductSheet(
        product=product,
        enterprise=await open_enterprise(db, product.enterprise_id),
        indicators=await queries.indicators.all(db, product_id),
        test_reports=await queries.test_reports.all(db, product_id),
        commitment=await queries.commitment.first(db, product_id),
    )


async def set_photo(db: Connection, product_id: UUID, content: bytes, actor: Principal) -> Photo:
    """Show this picture of the pack front; it is drawn anew as WebP of at most 20 KB."""
    actor.must_act_for((await open_product(db, product_id)).enterprise_id)
    picture = await drawn(content)
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        await lock_product(db, product_id, actor)
        await queries.insert_photo.run(
            db, picture.sha256, picture.media_type, picture.width, picture.height, picture.content
        )
        await queries.set_photo.run(db, product_id, picture.sha256)
    return Photo(sha256=picture.sha256, media_type=picture.media_type, width=picture.width, height=picture.height)


async def drawn(content: bytes) -> Picture:
    """The picture as we keep it."""
    return await asyncio.get_running_loop().run_in_executor(_drawing, redraw, content)


async def add_test_report(
    db: Connection, product_id: UUID, new: NewTestReport, actor: Principal, today: date
) -> TestReport:
    check_test_report(new, today)
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        await lock_product(db, product_id, actor)
        report_id = await queries.insert_test_report.get(
            db, product_id, new.number, new.laboratory, new.laboratory_en, new.issued_on
        )
        reports = await queries.test_reports.all(db, product_id)
        if report_id is None:
            there = next(report.id for report in reports if report.number == new.number)
            raise AlreadyRegistered(record=Record.TEST_REPORT, given=shown(new.number), id=there, field="number")
    return next(report for report in reports if report.id == report_id)


async def set_indicators(
    db: Connection, product_id: UUID, table: NewIndicators, actor: Principal, today: date
) -> list[Indicator]:
    """Replace the comparison table as a whole."""
    table = comparisons.ruled(table)
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        await lock_product(db, product_id, actor)
        reports = {report.number: report.id for report in await queries.test_reports.all(db, product_id)}
        refuse_all(comparisons.check_indicators(table, set(reports), today))
        await queries.remove_indicators.run(db, product_id)
        as_of = table.as_of or today
        await queries.insert_indicator.each(
            db,
            [
                (
                    product_id, position, one.name, one.name_en, one.unit, one.sense, one.product_value,
                    one.zhejiang_made_limit, one.national_limit, one.national_reference, one.industry_limit,
                    one.industry_reference, one.international_limit, one.international_reference,
                    reports.get(one.test_report_number or ""), table.stated_by, as_of,
                )
                for position, one in enumerate(table.indicators)
            ],
        )  # fmt: skip
    return await queries.indicators.all(db, product_id)


async def set_commitment(
    db: Connection, product_id: UUID, new: NewCommitment, actor: Principal, today: date
) -> Commitment:
    check_commitment(new, today)
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        await lock_product(db, product_id, actor)
        await queries.set_commitment.run(
            db,
            product_id,
            new.text,
            new.text_en,
            new.remedy,
            new.remedy_en,
            new.telephone,
            new.valid_from,
            new.as_of or today,
        )
    commitment = await queries.commitment.first(db, product_id)
    assert commitment is not None
    return commitment
