"""The pages behind the scan page, asked over HTTP on real stores, at one fixed moment."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import pytest
from litestar import Litestar
from litestar.datastructures import State
from msgspec import Struct

from app.asgi import OFFERS
from app.edge.install import install, state_of
from app.issuing import queries as issuing_queries
from app.scanning.behind import pages
from app.scanning.behind.frame import Frame
from app.scanning.behind.records import Behind
from app.scanning.reports.filing import Reports
from app.scanning.service import WEB, Scanning
from tests.app.scanning.conftest import heard, settings_of
from tests.world import World

NOW = datetime(2026, 11, 22, 13, 4, tzinfo=UTC)
TODAY = date(2026, 11, 22)
HOST = "scan.test"


class Goods(Struct):
    """A recognised model with its papers."""

    enterprise_id: UUID
    uscc: str
    product_id: UUID
    gtin: str
    model: str
    standard_id: UUID
    standard: str
    certificate_id: UUID
    certificate: str


class Site:
    """`await site.get(path)` and what a reader sees of the answer."""

    def __init__(self, scanning: Scanning, behind: Behind, client: httpx.AsyncClient, db: asyncpg.Connection) -> None:
        self.scanning = scanning
        self.behind = behind
        self.client = client
        self.db = db
        self.world = World(db, TODAY)

    async def get(self, path: str, language: str = "zh", **headers: str) -> httpx.Response:
        return await self.client.get(path, headers={"accept-language": language, **headers})

    async def read(self, path: str, language: str = "zh", status: int = 200) -> str:
        """The page's words, without markup and head."""
        answer = await self.get(path, language)
        assert answer.status_code == status, answer.text[:2000]
        return words_of(answer)

    async def goods(self, **product: Any) -> Goods:
        enterprise, made, standard, certificate = await self._recognised(product)
        return Goods(
            enterprise.id, enterprise.uscc, made.id, made.gtins[0], made.model, standard.id, standard.number,
            certificate.id, certificate.number,
        )  # fmt: skip

    async def _recognised(self, product: dict[str, Any]) -> tuple[Any, Any, Any, Any]:
        world = self.world
        enterprise = await world.enterprise()
        made = await world.product(enterprise.id, **product)
        standard = await world.standard(effective_on="2025-04-01")
        certificate = await world.certificate(enterprise.id, standard.id)
        await world.recognition(enterprise.id, [(made.id, standard.id, certificate.id)])
        await self.settled()
        return enterprise, made, standard, certificate

    async def settled(self) -> None:
        """What was committed has been heard of by this worker."""
        await heard(self.scanning, self.db)


def words_of(answer: httpx.Response) -> str:
    body = answer.text.partition("<main>")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", body)))


@asynccontextmanager
async def site_on(url: str, redis_url: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr("app.scanning.behind.records.time", SimpleNamespace(time=NOW.timestamp))
    settings = settings_of(url, redis_url, folder)
    scanning = Scanning(settings, OFFERS, issuing_queries)
    await scanning.open()
    behind = Behind(scanning.pool, scanning.clock, scanning.wire, OFFERS)
    state = {
        "settings": settings, "facts": scanning.facts, "behind": behind, "frame": Frame(scanning.pages, WEB),
        "reports": Reports(scanning.pool, scanning.ring, settings.host), "pool": scanning.pool, **state_of(settings),
    }  # fmt: skip
    application = Litestar(pages.HANDLERS, state=State(state), **install(settings))
    db = await asyncpg.connect(url, server_settings={"timezone": "UTC"})
    try:
        transport = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{HOST}") as client:
            yield Site(scanning, behind, client, db)
    finally:
        db.terminate()
        await scanning.close()
