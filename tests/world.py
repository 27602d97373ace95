"""The named cast: enterprises, models and papers made through the rooms' own actions.

`World(db)` gives each record once with plausible values; a test changes only what it is about.
"""

from datetime import date
from itertools import count
from typing import Any
from uuid import UUID

from asyncpg import Connection
from msgspec import convert

import app.catalogue.actions as catalogue
import app.certification.actions as certification
import app.recognition.actions as recognition
import app.standards.actions as standards
from app.catalogue.shapes import Enterprise, NewEnterprise, NewProduct, Product
from app.certification.shapes import Body, Certificate, NewBody, NewCertificate
from app.edge.principals import Principal, platform
from app.edge.uscc import uscc_check_character
from app.recognition.shapes import NewRecognition, RecognitionSheet
from app.standards.shapes import NewStandard, Standard
from codes.gs1 import check_digit

TODAY = date(2026, 11, 22)
ACTOR = platform("tester")


def uscc(number: int) -> str:
    """A valid unified social credit code of a maker in Cixi."""
    body = f"91330282MA2{number:06d}"
    return body + uscc_check_character(body)


def gtin(number: int) -> str:
    body = f"0690123{number:06d}"
    return body + check_digit(body)


class World:
    """Makes records on one connection; every call gives a new one with a natural key of its own."""

    def __init__(self, db: Connection, today: date = TODAY, actor: Principal = ACTOR) -> None:
        self.db = db
        self.today = today
        self.actor = actor
        self._next = count(1).__next__

    async def enterprise(self, **changes: Any) -> Enterprise:
        n = self._next()
        new = {"uscc": uscc(n), "name": f"演示厨电{n}有限公司", "region_code": "330282", "industry_code": "38"}
        return await catalogue.register_enterprise(
            self.db, convert(new | changes, NewEnterprise), self.actor, self.today
        )

    async def product(self, enterprise_id: UUID, **changes: Any) -> Product:
        n = self._next()
        new = {"enterprise_id": enterprise_id, "model": f"CXW-{n}", "name": "吸油烟机", "gtins": [gtin(n)]}
        return await catalogue.register_product(self.db, convert(new | changes, NewProduct), self.actor, self.today)

    async def standard(self, **changes: Any) -> Standard:
        n = self._next()
        new = {
            "number": f"T/ZZB {n:04d}—2025",
            "registration_number": f"ZZB T{n:04d}-2025",
            "level": "group",
            "title": "吸油烟机",
            "issued_on": "2025-03-10",
        }
        return await standards.register(self.db, convert(new | changes, NewStandard), self.actor, self.today)

    async def body(self, **changes: Any) -> Body:
        new = {"name": f"演示认证{self._next()}有限公司"}
        return await certification.register_body(self.db, convert(new | changes, NewBody), self.actor)

    async def certificate(self, enterprise_id: UUID, standard_id: UUID, **changes: Any) -> Certificate:
        new = {
            "number": f"演示-2025-{self._next():04d}",
            "body_id": (await self.body()).id,
            "enterprise_id": enterprise_id,
            "standard_id": standard_id,
            "valid_from": "2025-06-01",
            "valid_until": "2028-05-31",
        }
        return await certification.register(self.db, convert(new | changes, NewCertificate), self.actor, self.today)

    async def recognition(
        self, enterprise_id: UUID, covered: list[tuple[UUID, UUID, UUID | None]], **changes: Any
    ) -> RecognitionSheet:
        """`covered`: product, standard, certificate."""
        keys = ("product_id", "standard_id", "certificate_id")
        new = {
            "enterprise_id": enterprise_id,
            "route": "certification",
            "confirmed_on": "2025-06-18",
            "confirmation_number": f"演示〔2025〕{self._next()} 号",
            "products": [dict(zip(keys, one, strict=True)) for one in covered],
        }
        return await recognition.confirm(self.db, convert(new | changes, NewRecognition), self.actor, self.today)

    async def recognised(self) -> tuple[Enterprise, Product, Standard, Certificate]:
        """A model that is recognised on the strength of a certificate."""
        enterprise = await self.enterprise()
        product = await self.product(enterprise.id)
        standard = await self.standard()
        certificate = await self.certificate(enterprise.id, standard.id)
        await self.recognition(enterprise.id, [(product.id, standard.id, certificate.id)])
        return enterprise, product, standard, certificate
