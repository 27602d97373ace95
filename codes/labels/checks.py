"""Every thousandth label is read again from what was written, the first and the last as well.

A label that cannot be read back, or says another item, is our fault and not the caller's: the stream ends with
`ExportBroken` in the middle, so that nothing that follows a whole export (a file in its place, a manifest)
can happen.
"""

from collections.abc import Callable, Iterator

import numpy as np

from codes.labels.errors import ExportBroken
from codes.labels.orders import ExportOrder
from codes.labels.reader import read
from codes.serial import Finding, Item

EVERY = 1000

# A canonical serial → its item, under the key ring of who exports.
OpenSerial = Callable[[str], Item | Finding]


class Checks:
    """Judges what was read back from an export's own bytes."""

    def __init__(self, order: ExportOrder, open_serial: OpenSerial | None = None) -> None:
        """Without `open_serial` a serial is only compared with its symbol, not opened."""
        self._order, self._open = order, open_serial
        self.done = 0

    def due(self, start: int, count: int) -> Iterator[int]:
        """Which of `count` indexes from `start` are read again; the same ones in whatever parts they come."""
        order, stop = self._order, start + count
        if start <= order.first < stop:
            yield order.first
        for index in range(-(-start // EVERY) * EVERY, stop, EVERY):
            if order.first < index < order.last:
                yield index
        if start <= order.last < stop and order.last != order.first:
            yield order.last

    def serial(self, index: int, serial: str) -> None:
        """The serial as it stands on the label, without spaces."""
        order = self._order
        expected = Item(order.epoch, order.batch, index, order.variant)
        if self._open and self._open(serial) != expected:
            raise ExportBroken(f"the serial of item {index} of batch {order.batch} does not open to it")
        self.done += 1

    def addresses(self, index: int, item: str, short: str, serial: str) -> None:
        """A row that has both addresses beside the serial."""
        if (item, short) != (self._order.item_prefix + serial, self._order.short_prefix + serial):
            raise ExportBroken(f"addresses and serial of item {index} of batch {self._order.batch} differ")
        self.serial(index, serial)

    def uri(self, index: int, uri: str, serial: str) -> None:
        """What the symbol says, beside the serial in words."""
        if uri != self._order.prefix + serial:
            raise ExportBroken(f"address and serial of item {index} of batch {self._order.batch} differ")
        self.serial(index, serial)

    def symbol(self, index: int, modules: np.ndarray, serial: str) -> None:
        """The modules as written, uint8 (side, side), beside the serial in words."""
        text, level = read(modules)
        if level != self._order.level:
            raise ExportBroken(f"the symbol of item {index} has level {level}")
        self.uri(index, text, serial)
