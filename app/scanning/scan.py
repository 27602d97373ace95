"""One scan, without HTTP: what was asked → facts → state → verdict → the bytes of a page."""

from collections import OrderedDict
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import quote

from msgspec.structs import replace

from app.scanning.facts import Facts
from app.scanning.items import Items
from app.scanning.joined import Joined
from app.scanning.page import Ask, Manner, Pages, Segments, View, manner_of, middle
from app.scanning.shapes import BatchFacts, LotFacts, ProductFacts
from app.scanning.view_id import ViewIds
from app.store.snapshots import Unavailable
from codes.errors import Refusal
from codes.gs1 import ScanPath
from codes.serial import Finding, Item, KeyRing, open_serial, read
from codes.verdict import Bilingual, ItemState, Level, Question, State, judge
from codes.verdict.facts import BatchStatus

VARIANTS_USED = 4
"""Variants 4–7 are reserved: nothing was ever issued under them (serial-format.md)."""
ITEM_VARIANTS = (0, 1)
"""The item's label and the one under its cap; 2 and 3 are cases and pallets."""
SHOWN_MOST = 200
"""As much of a wrong address as a page repeats."""
SEGMENT_BYTES = 64 * 2**20


class Answer(NamedTuple):
    """A page in two parts: the joined frame and this scan's middle."""

    status: int
    frame: Joined
    middle: bytes


class Scanner:
    """Answers scans from snapshots; holds the rendered frames."""

    def __init__(self, facts: Facts, items: Items, pages: Pages, views: ViewIds, ring: KeyRing) -> None:
        self.facts = facts
        self.items = items
        self.pages = pages
        self.views = views
        self.ring = ring
        self.frame_bytes = 0
        self._frames: OrderedDict[tuple[str, View, Manner], tuple[Segments, Joined]] = OrderedDict()

    async def scan(self, asked: ScanPath, path: str, view: View, now: float) -> Answer:
        """The page for a path whose syntax is right."""
        gtin, lot, typed = asked
        if gtin is not None and not self.facts.is_known(gtin):
            return self._unregistered(asked, path, view, now)
        if typed is not None:
            return await self._scan_item(asked, typed, path, view, now)
        if gtin is None:
            return self._unregistered(asked, path, view, now)
        if lot is not None:
            return await self._scan_lot(asked, gtin, lot, path, view, now)
        product, fresh = await self._product(gtin)
        if product is None and fresh:
            return self._unregistered(asked, path, view, now)
        return self._page(200, product, None, Question(Level.PRODUCT), asked, path, view, now, fresh=fresh)

    def refused(self, refusal: Refusal, path: str, view: View, now: float) -> Answer:
        """The page for an address that is no GS1 Digital Link: 400, with what is wrong with it."""
        question = Question(Level.PRODUCT, finding=State.MALFORMED)
        path = path[:SHOWN_MOST]
        typed = ScanPath(None, None, path.removeprefix("/"))
        return self._page(400, None, None, question, typed, path, view, now, explanation=refusal.say(view.language))

    def unanswered(self, path: str, view: View, now: float) -> Answer:
        """The page for a scan that failed by our fault: nothing is known now."""
        asked = ScanPath(None, None, None)
        return self._page(503, None, None, Question(Level.PRODUCT), asked, path[:SHOWN_MOST], view, now, fresh=False)

    def _unregistered(self, asked: ScanPath, path: str, view: View, now: float) -> Answer:
        """A GTIN nobody registered: 404 with the whole page."""
        words = self.pages.words[view.language].texts["page"]["unregistered"]
        question = Question(Level.PRODUCT, finding=State.UNKNOWN)
        return self._page(404, None, None, question, asked, path, view, now, explanation=words.format(gtin=asked.gtin))

    async def _scan_lot(self, asked: ScanPath, gtin: str, lot: str, path: str, view: View, now: float) -> Answer:
        product, fresh = await self._product(gtin)
        if product is None and fresh:
            return self._unregistered(asked, path, view, now)
        name = f"{gtin}/{lot}"
        try:
            facts = await self.facts.lots.get(name)
        except Unavailable:
            facts, fresh = self.facts.lots.stale(name), False
        facts = facts or LotFacts(v=0, keys=(), status=BatchStatus(lot=lot))
        return self._page(200, product, facts, Question(Level.LOT), asked, path, view, now, fresh=fresh)

    async def _scan_item(self, asked: ScanPath, typed: str, path: str, view: View, now: float) -> Answer:
        serial = read(typed)
        item = Finding.MALFORMED if serial is None else open_serial(self.ring, serial)
        if not isinstance(item, Item) or item.variant >= VARIANTS_USED:
            # Forged and malformed ones end here: no input or output was done.
            state = State.MALFORMED if item is Finding.MALFORMED else State.UNKNOWN
            return self._page(200, None, None, Question(Level.ITEM, finding=state), asked, path, view, now)
        asked = ScanPath(asked.gtin, None, serial)
        try:
            batch = await self.facts.batches.get(str(item.batch))
            fresh = True
        except Unavailable:
            batch, fresh = self.facts.batches.stale(str(item.batch)), False
        if batch is None and not fresh:  # sealed by us, but whether it was released cannot be had
            product = None if asked.gtin is None else (await self._product(asked.gtin))[0]
            return self._page(200, product, None, Question(Level.ITEM), asked, path, view, now, fresh=False)
        if batch is None or item.index >= batch.count or item.epoch != batch.epoch:
            return self._page(200, None, None, Question(Level.ITEM, finding=State.UNKNOWN), asked, path, view, now)
        product, product_fresh = await self._product(batch.gtin)
        if asked.gtin is not None and asked.gtin != batch.gtin:
            other = Bilingual(product.product.name, product.product.name_en) if product else None
            question = Question(Level.ITEM, finding=State.OTHER_PRODUCT, other=other)
            return self._page(200, None, None, question, asked, path, view, now)
        state = await self._state(batch, item.index)
        if batch.status.bindings:
            batch = replace(batch, status=batch.status.at(item.index))
        return self._page(
            200, product, batch, Question(Level.ITEM, index=item.index), asked, path, view, now,
            fresh=fresh and product_fresh, state=state,
        )  # fmt: skip

    async def _product(self, gtin: str) -> tuple[ProductFacts | None, bool]:
        """Facts, and whether they are what the database says now."""
        product = self.facts.products.kept(gtin)
        if product is not None:
            return product, True
        try:
            return await self.facts.products.get(gtin), True
        except Unavailable:
            return self.facts.products.stale(gtin), False

    async def _state(self, batch: BatchFacts, index: int) -> ItemState | None:
        state = await self.items.state(batch.batch, index)
        if state is not None and (held := batch.suspects.get(str(index))):
            return replace(state, suspect_views=held[0], suspect_provinces=held[1])
        return state

    def _page(
        self, status: int, product: ProductFacts | None, batch: BatchFacts | LotFacts | None, question: Question,
        asked: ScanPath, path: str, view: View, now: float, *,
        fresh: bool = True, state: ItemState | None = None, explanation: str | None = None,
    ) -> Answer:  # fmt: skip
        clock = self.facts.clock
        fresh = fresh and clock.fresh
        moment = datetime.fromtimestamp(now, UTC)
        verdict = judge(question, product and product.status, batch and batch.status, state, moment, fresh)
        segments, frame = self._frame(product, view, manner_of(verdict))
        ask = Ask(
            path=quote(path, safe="/%"),
            now=moment,
            gtin=asked.gtin or (product.gtin if product else None),
            lot=asked.lot,
            serial=asked.serial if question.finding is not State.MALFORMED else None,
            typed=asked.serial,
            beacon=self._beacon(product, asked, question, now),
            as_of=self._as_of(now) if not fresh else None,
            explanation=explanation,
        )
        return Answer(status, frame, middle(segments.inner, batch, verdict, ask))

    def _as_of(self, now: float) -> datetime | None:
        """When the facts were last known to be right; None where that cannot be told."""
        age = self.facts.clock.as_of
        return None if self.facts.clock.fresh or age > now else datetime.fromtimestamp(now - age, UTC)

    def _beacon(self, product: ProductFacts | None, asked: ScanPath, question: Question, now: float) -> str | None:
        """Only a page about something of ours is counted."""
        if question.finding is not None or product is None:
            return None
        subject = asked.serial or product.gtin
        return f"/seen/{subject}?v={self.views.make(subject, now)}"

    def _frame(self, product: ProductFacts | None, view: View, manner: Manner) -> tuple[Segments, Joined]:
        """Segments and their compressed frame, rendered once while the facts stay the same."""
        key = (product.gtin if product else "", view, manner)
        kept = self._frames.get(key)
        if kept is not None and kept[0].inner.facts is product:
            self._frames.move_to_end(key)
            return kept
        segments = self.pages.segments(product, view.language, view.large, manner, view.chosen)
        made = segments, Joined(segments.prefix, segments.suffix)
        if kept is not None:
            self.frame_bytes -= kept[1].size
        self._frames[key] = made
        self._frames.move_to_end(key)
        self.frame_bytes += made[1].size
        while self.frame_bytes > SEGMENT_BYTES and len(self._frames) > 1:
            _, (_, gone) = self._frames.popitem(last=False)
            self.frame_bytes -= gone.size
        return made
