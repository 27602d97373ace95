"""The demonstration's records into the registers: found by their natural key, else registered."""

from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from asyncpg import Connection

import app.catalogue.actions as catalogue
import app.catalogue.queries as catalogue_queries
import app.certification.actions as certification
import app.certification.queries as certification_queries
import app.recognition.actions as recognition
import app.recognition.queries as recognition_queries
import app.standards.actions as standards
import app.standards.queries as standards_queries
from app.catalogue.shapes import NewEnterprise, NewProduct, Product
from app.certification.shapes import NewBody, NewCertificate
from app.certification.shapes import NewState as CertificateState
from app.edge.principals import platform
from app.recognition import sanctions
from app.recognition.shapes import NewMeasure, NewRecognition, NewRevocation, NewWithdrawal, SanctionKind
from app.standards.shapes import NewStandard
from app.standards.shapes import NewState as StandardState

Named = Mapping[str, dict[str, Any]]
T = TypeVar("T")

ACTOR = platform("demonstration")
SANCTIONS: dict[str, tuple[SanctionKind, type, Any]] = {
    "revocation": ("recognition_revoked", NewRevocation, sanctions.revoke),
    "withdrawal": ("authorisation_withdrawn", NewWithdrawal, sanctions.withdraw),
    "measure": ("measure", NewMeasure, sanctions.impose),
}


class Registers:
    """One load: the connection, the day, and the ids of what is there by name."""

    def __init__(self, db: Connection, today: date) -> None:
        self.db = db
        self.today = today
        self.ids: dict[tuple[str, str], UUID] = {}

    async def enterprises(self, named: Named) -> None:
        for name, one in named.items():
            there = await catalogue_queries.enterprise_by_uscc.first(self.db, one["uscc"])
            if there is None:
                there = await catalogue.register_enterprise(self.db, self._new(NewEnterprise, one), ACTOR, self.today)
            self.ids["enterprise", name] = there.id

    async def standards(self, named: Named) -> None:
        for name, one in named.items():
            there = await standards_queries.standard_by_number.first(self.db, one["number"], None)
            if there is None:
                there = await standards.register(self.db, self._new(NewStandard, one), ACTOR, self.today)
            self.ids["standard", name] = there.id

    async def bodies(self, named: Named) -> None:
        for name, one in named.items():
            there = await certification_queries.body_by_name.first(self.db, one["name"])
            if there is None:
                there = await certification.register_body(self.db, self._new(NewBody, one), ACTOR)
            self.ids["body", name] = there.id

    async def certificates(self, named: Named) -> None:
        for name, one in named.items():
            there = await certification_queries.certificate_by_number.first(self.db, one["number"])
            if there is None:
                there = await certification.register(self.db, self._new(NewCertificate, one), ACTOR, self.today)
            self.ids["certificate", name] = there.id

    async def products(self, named: Named) -> dict[str, Product]:
        found: dict[str, Product] = {}
        for name, one in named.items():
            enterprise_id = self.ids["enterprise", one["enterprise"]]
            there = await catalogue_queries.product_by_model.first(self.db, enterprise_id, one["model"])
            if there is None:
                there = await catalogue.register_product(self.db, self._new(NewProduct, one), ACTOR, self.today)
            self.ids["product", name] = there.id
            found[name] = there
        return found

    async def recognitions(self, listed: list[dict[str, Any]]) -> None:
        for one in listed:
            if await recognition_queries.recognition_by_number.first(self.db, one["confirmation_number"]) is None:
                await recognition.confirm(self.db, self._new(NewRecognition, one), ACTOR, self.today)

    async def sanctions(self, listed: list[dict[str, Any]]) -> None:
        for one in listed:
            kind, shape, act = SANCTIONS[one["kind"]]
            new = self._new(shape, one)
            on_product = getattr(new, "product_id", None)
            on_enterprise = getattr(new, "enterprise_id", None)
            there = await recognition_queries.sanctions.all(self.db, None, 100, on_enterprise, on_product, False)
            if not any(old.kind == kind for old in there):
                await act(self.db, new, ACTOR, self.today)

    async def states(self, of_standards: Named, of_certificates: Named) -> None:
        """States that end something; a record whose state was ever set is left as it is."""
        for name, one in of_standards.items():
            id_ = self.ids["standard", name]
            if "state" in one and (await standards.open_standard(self.db, id_)).state_on is None:
                new = msgspec.convert(one["state"], StandardState)
                await standards.set_state(self.db, id_, new, ACTOR, self.today)
        for name, one in of_certificates.items():
            id_ = self.ids["certificate", name]
            if "state" in one and (await certification.open_certificate(self.db, id_)).state_on is None:
                state = msgspec.convert(one["state"], CertificateState)
                await certification.set_state(self.db, id_, state, ACTOR, self.today)

    async def successors(self, of_standards: Named, of_products: Named) -> None:
        for name, one in of_standards.items():
            id_ = self.ids["standard", name]
            if "successor" in one and (await standards.open_standard(self.db, id_)).successor_id is None:
                await standards.set_successor(self.db, id_, self.ids["standard", one["successor"]], ACTOR)
        for name, one in of_products.items():
            id_ = self.ids["product", name]
            if "successor" in one and (await catalogue.open_product(self.db, id_)).successor_id is None:
                await catalogue.set_successor(self.db, id_, self.ids["product", one["successor"]], ACTOR)

    def _new(self, shape: type[T], one: dict[str, Any]) -> T:
        """The shape's own fields of a written record, references turned into ids."""
        return msgspec.convert(self._resolved(one), shape) if shape not in _NESTING else self._nested(shape, one)

    def _nested(self, shape: type[T], one: dict[str, Any]) -> T:
        products = [self._resolved(covered) for covered in one["products"]]
        return msgspec.convert(self._resolved(one) | {"products": products}, shape)

    def _resolved(self, one: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in one.items() if name not in _OWN}
        named = {f"{name}_id": self.ids[name, kept.pop(name)] for name in _REFERENCES if name in kept}
        return kept | named


_REFERENCES = ("enterprise", "standard", "body", "certificate", "product")
_OWN = ("state", "successor", "kind", "codes", "photo", "report", "indicators", "commitment")
"""What a written record says beyond its register's own fields; loaded by other steps."""
_NESTING = (NewRecognition,)
