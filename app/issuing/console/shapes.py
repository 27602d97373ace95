"""What the pages of codes show."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from msgspec import Struct

from app.edge.forms import Form
from app.issuing.console.answers import Told
from app.issuing.progress import Progress
from app.issuing.shapes import (
    ActivationAct,
    Batch,
    BoundSpan,
    Download,
    ExportFile,
    PrinterLink,
    Recall,
    Reprints,
    TakenWhole,
    VoidSpan,
)
from codes.verdict.facts import CHINA

BatchState = Literal["proof", "void", "waiting", "partly", "in_use"]


class Shown(Struct, frozen=True, kw_only=True):
    """A page that names moments: people read them in UTC+8."""

    def in_china(self, at: datetime) -> datetime:
        return at.astimezone(CHINA)


class ListedBatch(Struct, frozen=True, kw_only=True):
    """A batch as one line of the list."""

    batch: int
    epoch: int
    gtin: str
    name: str
    name_en: str | None
    model: str
    lot: str
    count: int
    policy: str
    bound_later: bool
    issued_at: datetime
    void_items: int
    active_items: int
    exported: bool

    @property
    def state(self) -> BatchState:
        if self.epoch == 0:
            return "proof"
        if self.void_items >= self.count:
            return "void"
        if self.policy == "when_issued" or self.active_items >= self.count:
            return "in_use"
        return "partly" if self.active_items else "waiting"


class CodedGtin(Struct, frozen=True, kw_only=True):
    """A GTIN of the enterprise and which codes it has; `…_on` is set while a code of that level is in use."""

    gtin: str
    product_id: UUID
    name: str
    name_en: str | None
    model: str
    published: bool
    product_on: date | None
    lot_on: date | None
    item_on: date | None
    item_ended: bool
    batches: int
    recalls: int


class BatchesPage(Shown, frozen=True, kw_only=True):
    found: list[ListedBatch]
    next: int | None
    q: str
    gtin: str
    gtins: list[CodedGtin]
    done: str


class OrderForm(Struct, frozen=True, kw_only=True):
    gtins: list[CodedGtin]
    form: Form
    told: Told
    key: str
    sizes: dict[str, Any]
    layouts: tuple[str, ...]


class LotsForm(Struct, frozen=True, kw_only=True):
    told: Told
    key: str
    columns: dict[str, str]
    required: tuple[str, ...]


class BatchPage(Shown, frozen=True, kw_only=True):
    batch: Batch
    listed: ListedBatch
    refused: tuple[str, ...]
    """Why these codes may be neither printed nor put into use today."""
    voids: list[VoidSpan]
    void_acts: list[datetime]
    """Acts of voiding that can still be taken back, newest first; only the first of them now."""
    acts: list[ActivationAct]
    undoable: UUID | None
    bound: list[BoundSpan]
    files: list[ExportFile]
    downloads: list[Download]
    links: list[PrinterLink]
    formats: tuple[str, ...]
    layouts: tuple[str, ...]
    encodings: tuple[str, ...]
    dpis: tuple[int, ...]
    may: bool
    form: Form
    told: Told
    section: str
    done: str


class FilePage(Shown, frozen=True, kw_only=True):
    batch: Batch
    file: ExportFile
    progress: Progress
    downloads: list[Download]
    links: list[PrinterLink]
    earlier: TakenWhole | None
    refused: tuple[str, ...]
    may: bool
    form: Form
    told: Told
    done: str
    now: datetime
    made: str = ""
    """The address of a link just made, told this once."""

    @property
    def busy(self) -> bool:
        """Something is moving: the page looks again."""
        return self.progress.running or any(one.ended_at is None for one in self.downloads)


class ProductsPage(Struct, frozen=True, kw_only=True):
    gtins: list[CodedGtin]
    uscc: str | None
    may: bool
    told: Told
    done: str


class RecallsPage(Struct, frozen=True, kw_only=True):
    gtin: CodedGtin
    recalls: list[Recall]
    may: bool
    form: Form
    told: Told
    done: str


class ReprintsPage(Shown, frozen=True, kw_only=True):
    found: Reprints


class PrintPage(Shown, frozen=True, kw_only=True):
    """What a printer without an account sees."""

    token: str
    link: PrinterLink
    file: ExportFile
    batch: Batch
    progress: Progress
    earlier: TakenWhole | None
    form: str
    encoding: str
    dpi: int
