"""What is stated of a demonstration product: report, comparison table, commitment, picture."""

from pathlib import Path
from typing import Any

import msgspec

import app.catalogue.queries as queries
from app.catalogue import statements
from app.catalogue.shapes import NewCommitment, NewIndicators, NewTestReport, Product
from app.demo.registers import ACTOR, Registers


async def complete(registers: Registers, product: Product, one: dict[str, Any], picture: Path) -> None:
    """State what is still missing; what is stated already is left as it is."""
    db, today = registers.db, registers.today
    if "report" in one and not await queries.test_reports.all(db, product.id):
        await statements.add_test_report(db, product.id, msgspec.convert(one["report"], NewTestReport), ACTOR, today)
    if not await queries.indicators.all(db, product.id):
        table = msgspec.convert({"indicators": one["indicators"], "as_of": one["as_of"]}, NewIndicators)
        await statements.set_indicators(db, product.id, table, ACTOR, today)
    if await queries.commitment.first(db, product.id) is None:
        await statements.set_commitment(db, product.id, msgspec.convert(one["commitment"], NewCommitment), ACTOR, today)
    if product.photo_sha256 is None:
        await statements.set_photo(db, product.id, _content(picture), ACTOR)


def _content(picture: Path) -> bytes:
    return picture.read_bytes()
