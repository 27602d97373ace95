"""How small a symbol may be printed: whole dots of a printer, no module below GS1's least."""

from math import ceil
from typing import NamedTuple

from codes.labels.orders import DPIS, ExportOrder
from codes.labels.symbols import QUIET, X_MIN_MM, Level, matrix, symbol
from codes.serial.alphabet import LENGTH

MM_PER_INCH = 25.4


class PrintSize(NamedTuple):
    """The smallest print at one resolution; mm, widths rounded up to a tenth."""

    dpi: int
    dots: int  # a module
    module: float
    symbol: float  # the dark modules
    total: float  # with the quiet zone


def least_dots(dpi: int) -> int:
    """Dots a module needs at least."""
    return ceil(X_MIN_MM / (MM_PER_INCH / dpi))


def print_sizes(what: ExportOrder | str, level: Level = "M") -> tuple[PrintSize, ...]:
    """The smallest print of an order's symbol, or of the symbol of a URI at `level`, for each resolution."""
    if isinstance(what, ExportOrder):
        what, level = what.prefix + "0" * LENGTH, what.level  # all serials make symbols of one size
    side = len(matrix(symbol(what, level)))
    return tuple(_smallest(side, dpi) for dpi in DPIS)


def _smallest(side: int, dpi: int) -> PrintSize:
    dots = least_dots(dpi)
    module = dots * MM_PER_INCH / dpi
    widths = (ceil(round(modules * module * 10, 6)) / 10 for modules in (side, side + 2 * QUIET))
    return PrintSize(dpi, dots, round(module, 3), *widths)
