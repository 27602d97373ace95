"""What needs doing, for the first page of each kind of organisation."""

from datetime import date, timedelta
from typing import Literal
from uuid import UUID

from asyncpg import Connection
from msgspec import Struct

from app.catalogue.console import queries
from app.catalogue.console.shapes import Coded, Counts, EndingCertificate, Lacking, Returned
from app.catalogue.queries import completeness_of_all
from app.catalogue.rules import missing
from app.edge.principals import Principal

SOON = timedelta(days=90)
"""A renewal audit takes a certification body two to three months."""
NAMED_MOST = 5
"""As many are named on the first page; the rest are behind their list."""


class EnterpriseHome(Struct, frozen=True, kw_only=True):
    kind: Literal["enterprise"] = "enterprise"
    products: int
    published: int
    lacking: list[Lacking]
    returned: list[Returned]
    certificates: list[EndingCertificate]
    reports: int
    uncoded: list[Coded]
    today: date
    done: str = ""

    @property
    def nothing_to_do(self) -> bool:
        return not (self.lacking or self.returned or self.certificates or self.reports or self.uncoded)


class OtherHome(Struct, frozen=True, kw_only=True):
    """Of who looks at others' records: entries with what is to do behind each."""

    kind: Literal["bureau", "certification_body", "platform", "other"]
    counts: Counts | None = None
    unconfirmed: int = 0
    done: str = ""


async def of_enterprise(
    db: Connection, enterprise_id: UUID, actor: Principal, today: date, done: str
) -> EnterpriseHome:
    """What is left to do, as far as the actor may see it: shoppers' reports are not for everybody."""
    pages = await completeness_of_all.all(db, enterprise_id)
    published = await queries.published_count.get(db, enterprise_id)
    return EnterpriseHome(
        products=len(pages),
        published=published,
        lacking=[
            Lacking(id=page.id, model=page.model, name=page.name, name_en=page.name_en, missing=lacks)
            for page in pages
            if (lacks := missing(page, today))
        ],
        returned=await queries.returned.all(db, enterprise_id),
        certificates=await queries.ending_certificates.all(db, enterprise_id, today + SOON),
        reports=await queries.reports_by_shoppers.get(db, enterprise_id) if actor.may("reports:read") else 0,
        uncoded=await queries.uncoded.all(db, today, enterprise_id, None, None),
        today=today,
        done=done,
    )


async def of_another(db: Connection, actor: Principal, today: date, done: str) -> OtherHome:
    if actor.kind == "certification_body":
        listed = await queries.confirmable.all(db, actor.organisation, None)
        unconfirmed = sum(not one.holds for one in listed)
        return OtherHome(kind="certification_body", unconfirmed=unconfirmed, done=done)
    if actor.platform or actor.kind == "bureau":
        counts = await queries.counts.first(db, today)
        return OtherHome(kind="platform" if actor.platform else "bureau", counts=counts, done=done)
    return OtherHome(kind="other", done=done)
