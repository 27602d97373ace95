"""What is to be exported: one batch or a range of it, as one immutable value."""

from collections.abc import Iterator
from datetime import date
from typing import Literal, get_args

import msgspec

from codes.gs1 import LabelProfile, cased_stem, gtin14, item_uri, short_uri
from codes.labels.errors import BleedOnSheet, GtinNotPadded, RangeRefused, UnknownEncoding, UnknownResolution
from codes.labels.layouts import layout
from codes.labels.symbols import Level

MAX_INDEX = 2**30  # thirty bits of index in a serial, serial-format.md
MAX_ROLLS = 9999  # file names number rolls with four digits, so that they sort
MAX_BLEED_MM = 5
Encoding = Literal["utf-8", "utf-8-sig", "gb18030"]
ENCODINGS: tuple[str, ...] = get_args(Encoding)
Dpi = Literal[203, 300, 600]
DPIS: tuple[int, ...] = get_args(Dpi)


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A pure description: the same order under the same key gives the same bytes, years later too.

    `form` says which URI the symbol carries; upper case keeps either in the QR alphanumeric mode.
    `encoding` is for csv and txt, `dpi` for zpl and png, `marks` and `bleed` (mm) for pdf; the others pay
    no heed to them. `roll` only numbers the parts of `rolls` in their file names.
    Refuses what no label could carry; whether the batch exists is the caller's question.
    """

    epoch: int
    batch: int
    count: int
    gtin: str
    stem: str
    first: int = 0
    variant: int = 0
    profile: LabelProfile = LabelProfile.UPPER
    form: Literal["item", "short"] = "item"
    level: Level = "M"
    layout: str = "a4-24"
    lot: str = ""
    made_on: date | None = None
    expires_on: date | None = None
    demo: bool = False
    encoding: Encoding = "utf-8"
    dpi: Dpi = 203
    marks: bool = False
    bleed: float = 0
    roll: int = 0

    def __post_init__(self) -> None:
        # Who builds an order in Python may write "upper"; the case is compared by identity.
        msgspec.structs.force_setattr(self, "profile", LabelProfile(self.profile))
        cased_stem(self.stem, self.profile)
        if gtin14(self.gtin) != self.gtin:
            raise GtinNotPadded(field="gtin")
        if not 0 <= self.first < MAX_INDEX:
            raise RangeRefused(field="first", least=0, most=MAX_INDEX - 1)
        if not 1 <= self.count <= MAX_INDEX - self.first:
            raise RangeRefused(field="count", least=1, most=MAX_INDEX - self.first)
        if self.encoding not in ENCODINGS:
            raise UnknownEncoding(field="encoding", encoding=self.encoding, known=", ".join(ENCODINGS))
        if self.dpi not in DPIS:
            raise UnknownResolution(field="dpi", dpi=self.dpi, known=", ".join(map(str, DPIS)))
        if not 0 <= self.bleed <= MAX_BLEED_MM:
            raise RangeRefused(field="bleed", least=0, most=MAX_BLEED_MM)
        if layout(self.layout).per_page > 1 and self.bleed:
            raise BleedOnSheet(field="bleed", layout=self.layout)

    @property
    def proof(self) -> bool:
        """Epoch 0 is for print proofs: no flag of its own that could contradict the serials."""
        return self.epoch == 0

    @property
    def host(self) -> str:
        """The address in words, as a browser shows it."""
        return cased_stem(self.stem, LabelProfile.LOWER).partition("://")[2]

    @property
    def item_prefix(self) -> str:
        return item_uri(self.stem, self.gtin, "", self.profile)

    @property
    def short_prefix(self) -> str:
        return short_uri(self.stem, "", self.profile)

    @property
    def prefix(self) -> str:
        """What stands before the serial in the symbol."""
        return self.item_prefix if self.form == "item" else self.short_prefix

    @property
    def last(self) -> int:
        return self.first + self.count - 1


def rolls(order: ExportOrder, size: int) -> Iterator[ExportOrder]:
    """The order in parts of `size` labels, the last one perhaps smaller; each part is an order of its own."""
    least = -(-order.count // MAX_ROLLS)
    if not least <= size <= MAX_INDEX:
        raise RangeRefused(field="roll", least=least, most=MAX_INDEX)
    return (
        msgspec.structs.replace(order, first=order.first + at, count=min(size, order.count - at), roll=at // size + 1)
        for at in range(0, order.count, size)
    )
