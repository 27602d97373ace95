"""Import and export of whole tables: the dry run, the commit of all or nothing, and the files that come out."""

import asyncio
from collections.abc import Iterable
from datetime import date
from typing import Literal
from uuid import UUID

import msgspec
from asyncpg import Connection

from app.catalogue.actions import open_enterprise
from app.catalogue.queries import lock_enterprise
from app.catalogue.tables import queries
from app.catalogue.tables.errors import TableNotReady, TableOvertaken
from app.catalogue.tables.indicator_rows import IndicatorWork
from app.catalogue.tables.judging import models_of, worked_out
from app.catalogue.tables.product_rows import ProductWork
from app.catalogue.tables.shapes import Done, Plan, Table
from app.catalogue.tables.writing import FileFormat, indicator_lines, product_lines, table_file
from app.edge.principals import Principal
from app.store import keys
from app.store.postgres import changing_facts

Language = Literal["zh", "en"]


async def dry_run(db: Connection, enterprise_id: UUID, table: Table, actor: Principal, today: date) -> Plan:
    """What the table would do, and every bad cell; nothing is written."""
    actor.must_act_for(enterprise_id)
    work = await worked_out(db, await open_enterprise(db, enterprise_id), table, actor, today, True)
    return work.plan


async def commit(db: Connection, enterprise_id: UUID, table: Table, actor: Principal, today: date) -> Done:
    """Write the table as a whole, in one transaction with one tick of the facts clock, or refuse it.

    What is there already as the table has it stays untouched and leaves no history.
    """
    actor.must_act_for(enterprise_id)
    async with db.transaction():
        await lock_enterprise.get(db, enterprise_id)
        enterprise = await open_enterprise(db, enterprise_id)
        await queries.lock_products.column(db, enterprise_id, models_of(table))
        work = await worked_out(db, enterprise, table, actor, today, False)
        if work.plan.bad:
            raise TableNotReady(count=len(work.plan.bad), row=work.plan.bad[0].row)
        if isinstance(work, ProductWork):
            return await _write_products(db, enterprise_id, work, actor)
        return await _write_indicators(db, work, actor, today)


async def export_products(db: Connection, enterprise_id: UUID, fmt: FileFormat, language: Language = "zh") -> bytes:
    """All models of the enterprise as the file an import takes."""
    held = await queries.held_products.all(db, enterprise_id, None)
    return await asyncio.to_thread(lambda: table_file("products", fmt, language, product_lines(held, language)))


async def export_indicators(db: Connection, enterprise_id: UUID, fmt: FileFormat, language: Language = "zh") -> bytes:
    """The comparison tables of all models as the file an import takes."""
    held = await queries.held_indicators.all(db, enterprise_id, None)
    return await asyncio.to_thread(lambda: table_file("indicators", fmt, language, indicator_lines(held, language)))


async def _write_products(db: Connection, enterprise_id: UUID, work: ProductWork, actor: Principal) -> Done:
    if work.creates or work.changes or work.joins:
        models = [one.model for one in (*work.creates, *work.changes)] + [model for _, model in work.joins]
        async with changing_facts(db, (keys.gtin(gtin) for gtin, _ in work.joins), actor.name) as changed:
            made = await queries.insert_products.all(db, enterprise_id, _json(work.creates))
            if len(made) < len(work.creates):
                raise TableOvertaken
            await queries.change_products.run(db, enterprise_id, _json(work.changes))
            ids = {one.model: one.id for one in await queries.held_products.all(db, enterprise_id, models)}
            await _join(db, [(gtin, ids[model]) for gtin, model in work.joins])
            changed.update(map(keys.product, ids.values()))
            if made:  # the enterprise's own page lists its products
                changed.add(keys.enterprise(enterprise_id))
    return _done(work.plan, gtins=len(work.joins))


async def _join(db: Connection, joins: list[tuple[str, UUID]]) -> None:
    joined = await queries.insert_gtins.column(db, [gtin for gtin, _ in joins], [id_ for _, id_ in joins])
    if len(joined) < len(joins):
        raise TableOvertaken


async def _write_indicators(db: Connection, work: IndicatorWork, actor: Principal, today: date) -> Done:
    if work.tables:
        async with changing_facts(db, map(keys.product, work.tables), actor.name):
            reports = await _write_reports(db, work)
            await queries.remove_indicators_of.run(db, list(work.tables))
            rows = [
                msgspec.structs.asdict(one)
                | {"product_id": id_, "position": place, "as_of": today}
                | {"test_report_id": reports.get((id_, one.test_report_number or ""))}
                for id_, table in work.tables.items()
                for place, one in enumerate(table)
            ]
            await queries.insert_indicators.run(db, _json(rows))
    return _done(work.plan, reports=len(work.reports))


async def _write_reports(db: Connection, work: IndicatorWork) -> dict[tuple[UUID, str], UUID]:
    """The new test reports; gives the ids of these and of those on record, by product and number."""
    new = [msgspec.structs.asdict(report) | {"product_id": id_} for id_, report in work.reports]
    made = await queries.insert_reports.all(db, _json(new))
    return {(one.product_id, one.number): one.id for one in (*work.known, *made)}


def _done(plan: Plan, gtins: int = 0, reports: int = 0) -> Done:
    return Done(
        kind=plan.kind,
        created=plan.count("create"),
        updated=plan.count("update"),
        same=plan.count("same"),
        gtins=gtins,
        reports=reports,
    )


def _json(rows: Iterable[object]) -> str:
    return msgspec.json.encode(list(rows)).decode()
