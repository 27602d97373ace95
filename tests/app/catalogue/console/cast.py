"""Models whose page is whole, and what people type."""

import io
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct, convert
from PIL import Image

from app.catalogue import queries as catalogue
from app.catalogue import statements
from app.catalogue.shapes import Enterprise, NewCommitment, NewIndicators, NewTestReport, Product
from app.certification import queries as certification
from app.certification.shapes import Certificate
from app.issuing import queries as issuing
from app.recognition import queries as recognition
from app.standards import queries as standards
from tests.world import ACTOR, World

OFFERS = (catalogue, recognition, standards, certification, issuing)
"""What the rooms give the page behind a code, as the service joins it."""
DAY = date(2026, 3, 2)
INDICATOR = {
    "name": "全压效率", "name_en": "Total pressure efficiency", "unit": "%", "sense": "ge", "product_value": "26",
    "zhejiang_made_limit": "24", "national_limit": "15", "national_reference": "GB/T 17713",
    "test_report_number": "演示检-1",
}  # fmt: skip


class Whole(Struct, frozen=True):
    """A recognised model whose page has everything, of an enterprise that may publish it."""

    enterprise: Enterprise
    product: Product
    certificate: Certificate


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, "PNG")
    return out.getvalue()


async def state_everything(db: asyncpg.Connection, product_id: UUID) -> None:
    today = date(2026, 11, 22)
    report = NewTestReport(number="演示检-1", laboratory="演示检测中心", issued_on=DAY)
    await statements.add_test_report(db, product_id, report, ACTOR, today)
    await statements.set_indicators(db, product_id, convert({"indicators": [INDICATOR]}, NewIndicators), ACTOR, today)
    commitment = NewCommitment(text="保修五年。", remedy="免费更换。", telephone="400-000-0000", valid_from=DAY)
    await statements.set_commitment(db, product_id, commitment, ACTOR, today)
    await statements.set_photo(db, product_id, picture(), ACTOR)


async def whole(world: World, published: bool = True, **changes: Any) -> Whole:
    enterprise = await world.enterprise(**{"telephone": "400-000-0000"} | changes)
    product = await world.product(enterprise.id, name_en="Range hood", published=published)
    standard = await world.standard()
    certificate = await world.certificate(enterprise.id, standard.id)
    await world.recognition(enterprise.id, [(product.id, standard.id, certificate.id)])
    await state_everything(world.db, product.id)
    return Whole(enterprise, product, certificate)
