"""After every act, whatever a worker would still show is what the database says.

The worker holds every product, batch, lot and sheet of the demonstration in its caches while the
rooms act. A key that an act forgets to announce leaves a snapshot that differs from a fresh
statement's; that this would be seen is proved with a clock that announces nothing.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest
from msgspec import convert
from PIL import Image

import app.catalogue.actions as catalogue
import app.certification.actions as certification
import app.recognition.actions as recognition
import app.standards.actions as standards
from app.asgi import OFFERS
from app.catalogue import statements
from app.catalogue.console.confirming import confirm
from app.catalogue.console.queries import digest_of
from app.catalogue.shapes import (
    EnterpriseChange,
    NewCommitment,
    NewIndicators,
    NewProduct,
    NewTestReport,
    ProductChange,
)
from app.certification.shapes import NewState as CertificateState
from app.edge.principals import Principal
from app.issuing import actions as issuing
from app.issuing import items, recalls
from app.issuing.shapes import NewBatch, NewRecall, NewVoid, Span, Which
from app.recognition import sanctions
from app.recognition.shapes import NewMeasure, NewRecognition, NewRevocation, NewWithdrawal, SanctionEnd
from app.scanning.behind.records import Behind
from app.scanning.queries import known_gtins
from app.standards.shapes import NewState as StandardState
from app.store.snapshots import Snapshots
from codes.verdict.facts import CHINA
from tests.app.scanning.conftest import Demonstration, Worker, connected, heard
from tests.world import ACTOR, World, gtin

SHEETS = {
    "be": "select uscc from enterprise",
    "bs": "select id::text from standard",
    "bc": "select id::text from certificate",
    "br": "select id::text from recall",
    "ba": "select id::text from sanction",
    "p": "select gtin from gtin",
    "b": "select batch::text from batch",
    "l": "select distinct gtin || '/' || lot from batch",
}


class Watched:
    """A worker's caches, all of them warm, and the database beside them."""

    def __init__(self, worker: Worker, db: asyncpg.Connection) -> None:
        self.scanning = worker.scanning
        self.db = db
        facts = self.scanning.facts
        behind = Behind(self.scanning.pool, self.scanning.clock, self.scanning.wire, OFFERS)
        kept = (facts.products, facts.batches, facts.lots, behind.enterprises, behind.standards, behind.certificates,
                behind.recalls, behind.announcements)  # fmt: skip
        self.caches: dict[str, Snapshots[Any]] = {one.kind: one for one in kept}

    async def warm(self) -> None:
        for kind, sql in SHEETS.items():
            for (name,) in await self.db.fetch(sql):
                await self.caches[kind].get(name)

    async def stale(self) -> set[str]:
        """Names of what would be shown and is not so, `kind:name`; `known` are the GTINs."""
        wrong = set()
        if self.scanning.facts.known != frozenset(await known_gtins.column(self.db)):
            wrong.add("known")
        for kind, cache in self.caches.items():
            for name in list(cache._kept):
                shown = cache.kept(name)
                if shown is not None and _bare(shown) != _bare(await self._fresh(cache, name)):
                    wrong.add(f"{kind}:{name}")
        return wrong

    async def _fresh(self, cache: Snapshots[Any], name: str) -> Any:
        text = await cache.load(name)
        return None if text is None else cache.decode(text)


def _bare(snapshot: Any) -> Any:
    """Without the moment it was taken at, and whatever the order of its keys."""
    plain = msgspec.to_builtins(snapshot)
    return plain and plain | {"v": 0, "keys": sorted(plain["keys"])}


@pytest.fixture
async def watched(worker: Worker, demonstrated: str) -> AsyncIterator[Watched]:
    async with connected(demonstrated) as db:
        yield Watched(worker, db)


class Acts:
    """Everything the rooms do to what a scan shows, on the demonstration's own records."""

    def __init__(self, db: asyncpg.Connection, demonstration: Demonstration, settings: Any) -> None:
        self.db = db
        self.settings = settings
        self.now = datetime.now(UTC)
        self.today: date = self.now.astimezone(CHINA).date()
        self.world = World(db, self.today)
        self.hood = demonstration.path("product: hood")[4:18]
        self.toilet = demonstration.path("not_activated")[4:18]
        self.bare = demonstration.path("product: not_recognised")[4:18]
        self.made: dict[str, Any] = {}

    async def _body_of(self, certificate: UUID) -> UUID:
        body: UUID = await self.db.fetchval("select body_id from certificate where id = $1", certificate)
        return body

    async def steps(self) -> AsyncIterator[tuple[str, Callable[[], Awaitable[Any]]]]:
        """Each act under its name; the later ones rest on the earlier ones."""
        db, today, made = self.db, self.today, self.made
        of_gtin = (
            "select p.id as product, p.enterprise_id as maker, r.standard_id as standard, "
            "r.certificate_id as certificate from gtin g join product p on p.id = g.product_id "
            "left join recognised_product r on r.product_id = p.id where g.gtin = $1"
        )
        hood, bare = await db.fetchrow(of_gtin, self.hood), await db.fetchrow(of_gtin, self.bare)
        product, maker, standard, certificate = hood
        batch = await db.fetchval("select max(batch) from batch where gtin = $1 and epoch <> 0", self.hood)
        late = await db.fetchval("select max(batch) from batch where gtin = $1 and policy = 'at_the_line'", self.toilet)
        end, told = SanctionEnd(ended_on=today), {"reason": "抽查不合格", "effective_on": today}

        def keep(name: str, act: Awaitable[Any]) -> Callable[[], Awaitable[Any]]:
            async def do() -> None:
                made[name] = await act

            return do

        yield (
            "change_enterprise",
            keep("", catalogue.change_enterprise(db, maker, EnterpriseChange(telephone="12315"), ACTOR, today)),
        )
        new = NewProduct(enterprise_id=maker, model="X9", name="新烟机", gtins=(gtin(900_001),))
        yield "register_product", keep("newer", catalogue.register_product(db, new, ACTOR, today))
        newer: UUID = made["newer"].id
        yield (
            "change_product",
            keep("", catalogue.change_product(db, product, ProductChange(name="改名"), ACTOR, today)),
        )
        yield "add_gtin", keep("", catalogue.add_gtin(db, newer, gtin(900_002), ACTOR))
        yield "set_successor", keep("", catalogue.set_successor(db, product, newer, ACTOR))
        yield (
            "change the successor",
            keep("", catalogue.change_product(db, newer, ProductChange(name="新名"), ACTOR, today)),
        )
        yield "archive the successor", keep("", catalogue.archive(db, newer, ACTOR))
        yield "publish the successor", keep("", catalogue.publish(db, newer, ACTOR, today))
        yield "no successor", keep("", catalogue.set_successor(db, product, None, ACTOR))
        picture = BytesIO()
        Image.new("RGB", (320, 320), (9, 99, 9)).save(picture, "PNG")
        yield "set_photo", keep("", statements.set_photo(db, product, picture.getvalue(), ACTOR))
        commitment = NewCommitment(text="保修九年。", remedy="换新。", telephone="12315", valid_from=today)
        yield "set_commitment", keep("", statements.set_commitment(db, product, commitment, ACTOR, today))
        report = NewTestReport(number="演示-9", laboratory="演示检测中心", issued_on=today)
        yield "add_test_report", keep("", statements.add_test_report(db, product, report, ACTOR, today))
        row = {"name": "噪声", "unit": "dB", "sense": "le", "product_value": "60"}
        table = convert({"indicators": [row]}, NewIndicators)
        yield "set_indicators", keep("", statements.set_indicators(db, product, table, ACTOR, today))
        certifier = Principal("certifier", await self._body_of(certificate), kind="certification_body")
        digest = await digest_of.get(db, product)
        yield "confirm indicators", keep("", confirm(db, product, "演示-9", digest, certifier, today))
        table = convert({"indicators": [row | {"product_value": "59"}]}, NewIndicators)
        yield "indicators no longer confirmed", keep("", statements.set_indicators(db, product, table, ACTOR, today))

        other = await self.world.standard(number="T/ZZB 9999—2025", registration_number="ZZB T9999-2025")
        yield "standard's successor", keep("", standards.set_successor(db, standard, other.id, ACTOR))
        # A maker and a model that were not on the standard's page, and no certificate that would announce it.
        given = {"enterprise_id": bare["maker"], "route": "conversion", "basis": "中国绿色产品认证"}
        given |= {"confirmed_on": today, "confirmation_number": "演示 9 号"}
        covered = {"product_id": bare["product"], "standard_id": standard}
        confirmed = convert(given | {"products": [covered]}, NewRecognition)
        yield "confirm", keep("", recognition.confirm(db, confirmed, ACTOR, today))
        cancelled = StandardState(state="recognition_cancelled", on=today)
        yield "standard's state", keep("", standards.set_state(db, standard, cancelled, ACTOR, today))
        restored = StandardState(state="in_force", on=today)
        yield "standard restored", keep("", standards.set_state(db, standard, restored, ACTOR, today))
        for state in ("suspended", "valid"):
            yield (
                f"certificate {state}",
                keep(
                    "", certification.set_state(db, certificate, CertificateState(state=state, on=today), ACTOR, today)
                ),
            )
        revocation = NewRevocation(enterprise_id=maker, **told)
        yield "revoke", keep("revoked", sanctions.revoke(db, revocation, ACTOR, today))
        yield "end of revocation", keep("", sanctions.end(db, made["revoked"].id, end, ACTOR, today))
        withdrawal = NewWithdrawal(product_id=product, **told)
        yield "withdraw", keep("withdrawn", sanctions.withdraw(db, withdrawal, ACTOR, today))
        yield "end of withdrawal", keep("", sanctions.end(db, made["withdrawn"].id, end, ACTOR, today))
        measure = NewMeasure(product_id=product, measure="责令停止销售", **told)
        yield "impose", keep("imposed", sanctions.impose(db, measure, ACTOR, today))
        yield "end of measure", keep("", sanctions.end(db, made["imposed"].id, end, ACTOR, today))

        order = NewBatch(gtin=self.hood, lot=await db.fetchval("select lot from batch where batch = $1", batch),
                         count=10, made_on=today - timedelta(days=1))  # fmt: skip
        yield "issue", keep("", issuing.issue(db, order, "oracle", ACTOR, self.settings, self.now))
        void = NewVoid(reason="破损", ranges=(Span(3, 5),))
        yield "void", keep("void", items.void(db, batch, void, ACTOR, self.settings.ring, self.now))
        at = made["void"].voided_at
        yield "unvoid", keep("", items.unvoid(db, batch, at, ACTOR, at))
        rest = Which(ranges=(Span(9_000, 9_500),))
        yield "activate", keep("", items.activate(db, late, rest, ACTOR, self.settings.ring, self.now))
        opened = NewRecall(gtin=self.hood, reason="护套开裂", remedy="免费更换", telephone="400-000-0000")
        yield "open_recall", keep("recall", recalls.open_recall(db, opened, today, ACTOR))
        yield "close_recall", keep("", recalls.close_recall(db, made["recall"].id, today, today, ACTOR))
        for name, one in (("coded", product), ("bare", bare["product"])):
            yield f"archive ({name})", keep("", catalogue.archive(db, one, ACTOR))
            yield f"publish ({name})", keep("", catalogue.publish(db, one, ACTOR, today))
        yield "archive again", keep("", catalogue.archive(db, newer, ACTOR))
        yield "end_assignment", keep("", issuing.end_assignment(db, self.hood, "product", today, ACTOR))


UNSEEN = {"end_assignment"}
"""Codes in the market keep their pages."""


async def test_nothing_that_is_shown_is_stale(watched: Watched, demonstration: Demonstration) -> None:
    done = 0
    await watched.warm()
    async for name, act in Acts(watched.db, demonstration, watched.scanning.settings).steps():
        await act()
        await heard(watched.scanning, watched.db)
        assert await watched.stale() == set(), name
        await watched.warm()
        done += 1
    assert done >= 25


async def test_an_act_that_names_nothing_is_noticed(watched: Watched, demonstration: Demonstration) -> None:
    """The oracle's own test: each act that forgets all its keys leaves something stale."""
    tick = await watched.db.fetchval("select pg_get_functiondef('facts_tick'::regproc)")
    mute = """create or replace function facts_tick(keys text[]) returns bigint language sql as
              'update facts_clock set v = v + 1 returning v'"""
    noticed: dict[str, bool] = {}
    await watched.warm()
    async for name, act in Acts(watched.db, demonstration, watched.scanning.settings).steps():
        await watched.db.execute(mute)
        await act()
        noticed[name] = bool(await watched.stale())
        await watched.db.execute(tick)
        await watched.db.execute("select facts_tick(array_fill('x'::text, array[1001]))")  # everything is old
        await heard(watched.scanning, watched.db)
        await watched.warm()
    assert {name for name, seen in noticed.items() if not seen} == UNSEEN
