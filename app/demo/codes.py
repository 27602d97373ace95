"""The demonstration's codes: product codes, a few batches, and one example of every state.

Issued through the same actions as everybody's; idempotency keys and looking first make a second
load do nothing.
"""

from datetime import date, datetime, timedelta

import asyncpg
from asyncpg import Connection
from msgspec import Struct

from app.demo import queries
from app.demo.console import load_console
from app.demo.load import DemoCatalogue, load, read
from app.demo.people import load_people
from app.edge.principals import platform
from app.issuing import actions, items, recalls
from app.issuing.shapes import Batch, NewBatch, NewRecall, NewVoid, Span, Which
from app.settings import Settings
from codes.errors import Refusal
from codes.gs1 import LabelProfile, item_uri, lot_uri, product_uri
from codes.serial import Item, seal
from codes.verdict.facts import CHINA

ACTOR = platform("demonstration")
COUNT = 10_000
USED_AT_THE_LINE = 5_000
WORKED_ON = "hood_before"
"""No example scans its items, so they may have been scanned before."""


class Example(Struct, frozen=True):
    """A code to scan and the state its page then shows."""

    state: str
    uri: str


class DemoCodes(Struct, frozen=True):
    """What can be scanned; `item` is the first thing to show."""

    item: str
    examples: list[Example]


async def load_demonstration(settings: Settings, now: datetime) -> DemoCodes:
    """Catalogue and codes, loaded as far as they are missing; people and what they did only where everything
    is a demonstration."""
    db = await asyncpg.connect(settings.database_url)
    today = now.astimezone(CHINA).date()
    try:
        catalogue = await load(db, today)
        if settings.demonstration:
            await load_people(db, settings, read(today), now)
        codes = _Codes(db, settings, catalogue, now)
        shown = await codes.load()
        if settings.demonstration:
            await load_console(db, catalogue.products[WORKED_ON], codes.batches[WORKED_ON], now, today)
        return shown
    finally:
        await db.close()


class _Codes:
    def __init__(self, db: Connection, settings: Settings, catalogue: DemoCatalogue, now: datetime) -> None:
        self.db = db
        self.settings = settings
        self.catalogue = catalogue
        self.now = now
        self.today: date = now.astimezone(CHINA).date()
        self.batches: dict[str, Batch] = {}
        """The first of each product, by its name."""
        self.profile = LabelProfile.LOWER  # the address a phone on this machine opens

    async def load(self) -> DemoCodes:
        for gtin in self.catalogue.gtins.values():
            await self._assign(gtin)
        made = self.today - timedelta(days=71)
        hood = await self._issue("hood", "A", made_on=made)
        for name, product in self.catalogue.products.items():
            if product.codes == "item" and name != "hood":
                self.batches[name] = await self._issue(name, "A", made_on=made)
        late = await self._issue("toilet", "L", made_on=made, policy="at_the_line")
        eaten = await self._issue(
            "bayberry", "E", made_on=made - timedelta(days=400), expires_on=self.today - timedelta(days=30)
        )
        fresh = await self._issue("bayberry", "F", made_on=made, expires_on=self.today + timedelta(days=200))
        proof = await self._issue("hood", "P", made_on=made, proof=True)
        await self._void(hood)
        await self._activate(late)
        await self._recalls()
        item = self._item(hood, 0)
        return DemoCodes(item, [
            Example("valid_first", item),
            Example("valid_first (food)", self._item(fresh, 0)),
            Example("valid_batch", self._lot("hood", hood.lot)),
            Example("void", self._item(hood, COUNT - 1)),
            Example("not_activated", self._item(late, COUNT - 1)),
            Example("expired", self._item(eaten, 0)),
            Example("proof", self._item(proof, 0)),
            Example("other_product", item.replace(hood.gtin, self.catalogue.gtins["pen"])),
            Example("unknown", item[:-1] + ("0" if item[-1] != "0" else "1")),
            Example("malformed", item[:-4]),
            Example("recalled (lot)", self._lot("recalled_lots", self._recalled_lot)),
            *(Example(f"product: {name}", self._product(name)) for name in self.catalogue.products),
        ])  # fmt: skip

    async def _assign(self, gtin: str) -> None:
        """Codes are given only where the facts allow it; the others show their state by the register."""
        try:
            await actions.assign(self.db, gtin, "product", self.today, ACTOR)
        except Refusal:
            return

    async def _issue(self, name: str, mark: str, **details: object) -> Batch:
        """One batch for ever: the key names it, the dates stay those of its first day."""
        gtin = self.catalogue.gtins[name]
        key = f"demonstration-{name}-{mark}"
        kept = await self.db.fetchval(
            "/* demo.batch_by_key */ select batch from batch where gtin = $1 and idempotency_key = $2", gtin, key
        )
        if kept is not None:
            return await actions.show_batch(self.db, kept, ACTOR)
        made_on = details["made_on"]
        assert isinstance(made_on, date)
        new = NewBatch(gtin=gtin, lot=f"{made_on:%y%m%d}{mark}", count=COUNT, **details)  # type: ignore[arg-type]
        return await actions.issue(self.db, new, key, ACTOR, self.settings, self.now)

    async def _activate(self, batch: Batch) -> None:
        if not await queries.is_activated.get(self.db, batch.batch):
            used = Which(ranges=(Span(0, USED_AT_THE_LINE - 1),))
            await items.activate(self.db, batch.batch, used, ACTOR, self.settings.ring, self.now)

    async def _void(self, batch: Batch) -> None:
        last = Span(batch.count - 100, batch.count - 1)
        reason = NewVoid(ranges=(last,), reason="印刷报废（演示）", reason_en="Spoilt in printing (demonstration)")
        await items.void(self.db, batch.batch, reason, ACTOR, self.settings.ring, self.now)

    @property
    def _recalled_lot(self) -> str:
        return "260301B"

    async def _recalls(self) -> None:
        common = {
            "reason": "内锅手柄在高温下可能松动（演示）",
            "reason_en": "The inner pot's handle may come loose when hot (demonstration)",
            "remedy": "停止使用，联系企业免费更换内锅（演示）",
            "remedy_en": "Stop using it; the maker replaces the pot free of charge (demonstration)",
            "telephone": "400-000-0000",
            "notice_url": "https://example.com/demo-recalls/1",
        }
        for name, lots in (("recalled", ()), ("recalled_lots", (self._recalled_lot, "260302A"))):
            gtin = self.catalogue.gtins[name]
            if not await recalls.list_recalls(self.db, gtin, ACTOR):
                await recalls.open_recall(self.db, NewRecall(gtin=gtin, lots=lots, **common), self.today, ACTOR)

    def _item(self, batch: Batch, index: int) -> str:
        serial = seal(self.settings.ring, Item(batch.epoch, batch.batch, index, 0))
        return item_uri(self.settings.public_url, batch.gtin, serial, self.profile)

    def _lot(self, name: str, lot: str) -> str:
        return lot_uri(self.settings.public_url, self.catalogue.gtins[name], lot, self.profile)

    def _product(self, name: str) -> str:
        return product_uri(self.settings.public_url, self.catalogue.gtins[name], self.profile)
