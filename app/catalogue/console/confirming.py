"""A certification body holds a comparison table against the test report and says so (REQ-005).

The confirmation carries the digest of the table the certifier had before them. A change of an indicator
gives another digest: the confirmation then no longer holds, without anybody having to take it back.
"""

from datetime import date
from uuid import UUID

from asyncpg import Connection

from app.catalogue.actions import open_product
from app.catalogue.console import queries
from app.catalogue.errors import AlreadyConfirmed, IndicatorsChanged, NoCertificateInForce
from app.catalogue.queries import test_reports
from app.edge.principals import Principal
from app.edge.refusals import Record, UnknownReference, shown
from app.store import keys
from app.store.postgres import changing_facts


async def confirm(
    db: Connection, product_id: UUID, report_number: str, digest: str, actor: Principal, today: date
) -> None:
    """`digest` is of the indicators as they were shown to the certifier."""
    await open_product(db, product_id)
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        standing = await queries.confirmation_standing.first(db, product_id, actor.organisation, today)
        if standing is None or not standing.certified:
            raise NoCertificateInForce
        if digest != standing.digest:
            raise IndicatorsChanged
        reports = {one.number: one.id for one in await test_reports.all(db, product_id)}
        if report_number not in reports:
            raise UnknownReference(field="report", record=Record.TEST_REPORT, given=shown(report_number))
        made = await queries.insert_confirmation.get(
            db, product_id, actor.organisation, reports[report_number], digest, today, actor.name
        )
        if made is None:
            raise AlreadyConfirmed
