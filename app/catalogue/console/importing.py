"""An uploaded table between its dry run and its confirmation."""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.catalogue.console import queries
from app.catalogue.errors import ImportGone
from app.catalogue.tables import actions as tables
from app.catalogue.tables.opening import open_table
from app.catalogue.tables.shapes import Done, Plan
from app.edge.principals import Principal


async def try_import(
    db: Connection, enterprise_id: UUID, content: bytes, name: str, actor: Principal, today: date
) -> tuple[Plan, UUID | None]:
    """What the table would do; kept for a day under the id where it can be imported as it is."""
    table = await open_table(content, name)
    plan = await tables.dry_run(db, enterprise_id, table, actor, today)
    async with db.transaction():
        await queries.forget_imports.run(db, enterprise_id)
        kept = plan.ready and plan.count("same") < len(plan.steps)
        import_id = (
            await queries.keep_import.get(db, enterprise_id, plan.kind, _printable(name), content) if kept else None
        )
    return plan, import_id


def _printable(name: str) -> str:
    """The file's name as far as it can be kept: it is only the browser's word."""
    return "".join(char for char in name if char.isprintable())[:120]


async def finish_import(db: Connection, enterprise_id: UUID, import_id: UUID, actor: Principal, today: date) -> Done:
    """Write what was tried; checked once more as the catalogue is now."""
    async with db.transaction():
        pending = await queries.pending_import.first(db, import_id)
        if pending is None:
            raise ImportGone
        table = await open_table(pending.content, pending.name)
        done = await tables.commit(db, enterprise_id, table, actor, today)
        await queries.drop_import.run(db, import_id)
    return done
