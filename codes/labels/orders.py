"""What is to be exported: one batch or a range of it, as one immutable value."""

from datetime import date
from typing import Literal

import msgspec

from codes.gs1 import LabelProfile, cased_stem, gtin14, item_uri, short_uri
from codes.labels.errors import GtinNotPadded, RangeRefused
from codes.labels.layouts import layout
from codes.labels.symbols import Level

MAX_INDEX = 2**30               # thirty bits of index in a serial, serial-format.md


class ExportOrder(msgspec.Struct, frozen=True, kw_only=True):
    """A pure description: the same order under the same key gives the same bytes, years later too.

    `form` says which URI the symbol carries; upper case keeps either in the QR alphanumeric mode.
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
        layout(self.layout)

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
