"""Where serials come from while exporting: a callable, so that no key enters this package."""

from collections.abc import Callable, Iterator

import numpy as np

from codes.labels.orders import ExportOrder
from codes.serial.alphabet import LENGTH

# (epoch, batch, start, count, variant) -> uint8 (count, 20), canonical Crockford characters.
SealBlock = Callable[[int, int, int, int, int], np.ndarray]


def blocks(
    order: ExportOrder, seal_block: SealBlock, size: int, begin: int | None = None
) -> Iterator[tuple[int, np.ndarray]]:
    """(index of the first, serials) of the order from index `begin`, else from its first, in steps of `size`."""
    stop = order.first + order.count
    for start in range(order.first if begin is None else begin, stop, size):
        count = min(size, stop - start)
        serials = seal_block(order.epoch, order.batch, start, count, order.variant)
        assert serials.shape == (count, LENGTH), "a seal of another format"
        yield start, np.ascontiguousarray(serials, dtype=np.uint8)


def texts(serials: np.ndarray) -> list[str]:
    """The serials of uint8 (n, 20) as strings."""
    whole = serials.tobytes().decode("ascii")
    return [whole[at : at + LENGTH] for at in range(0, len(whole), LENGTH)]
