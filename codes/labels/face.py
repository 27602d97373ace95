"""What stands where on one label: the symbol, and beside it the name, the serial and the host.

Set once per order and drawn by the PDF and the SVG writer alike; only symbol and serial change from
label to label. Lengths in mm from the label's top left corner, `y` of words on the baseline.
"""

from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from codes.labels.errors import LabelTooSmall, WordsDoNotFit
from codes.labels.layouts import SheetLayout
from codes.labels.lettering import PT, SANS, width
from codes.labels.setting import CAP, GAP, HAN, LEADING, Setting, choose, pieces
from codes.labels.sizes import MM_PER_INCH, least_dots
from codes.labels.symbols import QUIET, X_MIN_MM
from codes.labels.words import DEMO, NAME, PROOF

SAFE_MM = 1.0  # die-cutting wanders by up to a millimetre
PAD = 0.4  # em left and right of the words on a tag
SHARES = (1, 0.75, 0.5, 0.25, 0)  # of the way from the least module to the layout's


class Word(NamedTuple):
    x: float
    y: float
    size: float  # points
    font: str
    text: str


class SerialLine(NamedTuple):
    x: float
    y: float
    size: float  # points
    start: int  # the groups start:stop stand on this line
    stop: int


class Tag(NamedTuple):
    """印刷样张 and the like: light words on a dark box, so that no printing method loses them."""

    left: float
    top: float
    width: float
    height: float
    word: Word


class Face(NamedTuple):
    width: float
    height: float
    side: int
    module: float  # X in mm
    symbol: tuple[float, float]  # left and top of the dark modules
    words: tuple[Word, ...]
    serial: tuple[SerialLine, ...]
    tag: Tag | None


@lru_cache(maxsize=64)
def compose(
    sheet: SheetLayout, side: int, host: str, *, proof: bool = False, demo: bool = False, dpi: int | None = None
) -> Face:
    """Set a label of `sheet` for a symbol of `side` modules; refuses what would come out too small to read.

    With `dpi` a module is a whole number of dots wide, since a printer that rounds makes uneven modules.
    """
    most = sheet.height - 2 * SAFE_MM
    modules = _modules(sheet.x_mm, most / (side + 2 * QUIET), dpi)
    if not modules:
        raise LabelTooSmall(field="layout", layout=sheet.name, side=side)
    # The symbol yields to an unbroken address, and that to any setting, never below GS1's least module.
    for whole, module in product((True, False), modules):
        left = SAFE_MM + (side + 2 * QUIET) * module  # the quiet zone is the gutter
        room, high = sheet.width - left - SAFE_MM, side * module
        setting = choose(host, room / PT, (high / PT, most / PT), whole=whole)
        if setting:
            break
    else:
        raise WordsDoNotFit(field="layout", layout=sheet.name)

    # The blocks stand as high as the dark modules where that leaves room, else centred on them.
    tall = setting.height * PT
    tall = high if tall <= high else tall
    gap = (tall - setting.solid * PT) / 2
    head = (sheet.height - tall) / 2 + HAN * setting.name_size * PT
    line = setting.size * PT
    first = head + gap + CAP * line
    last = first + (len(setting.ends) - 1) * LEADING * line + gap + HAN * setting.host_size * PT
    tags = " ".join(words for words, is_so in ((DEMO, demo), (PROOF, proof)) if is_so)
    name, tag = _head(left, head, setting, room, tags)
    words = (*name, *_host(left, last, setting))
    serial = tuple(
        SerialLine(left, first + number * LEADING * line, setting.size, start, stop)
        for number, (start, stop) in enumerate(pairwise((0, *setting.ends)))
    )
    symbol = (SAFE_MM + QUIET * module, (sheet.height - high) / 2)
    return Face(sheet.width, sheet.height, side, module, symbol, words, serial, tag)


def _modules(aim: float, room: float, dpi: int | None) -> list[float]:
    """The module widths to be tried, widest first: at most `room` and no wider than aimed at, if dots allow it."""
    if dpi is None:
        widest = min(aim, room)
        return [X_MIN_MM + (widest - X_MIN_MM) * share for share in SHARES] if widest >= X_MIN_MM else []
    dot, least = MM_PER_INCH / dpi, least_dots(dpi)
    most = min(max(least, int(aim / dot)), int(room / dot))
    return [dots * dot for dots in range(most, least - 1, -1)]


def _host(left: float, top: float, setting: Setting) -> list[Word]:
    words = []
    for number, line in enumerate(setting.host):
        x, y = left, top + number * LEADING * setting.host_size * PT
        for text, font in pieces(line):
            if text:
                words.append(Word(x, y, setting.host_size, font, text))
            x += width(text, font, setting.host_size) * PT
    return words


def _head(left: float, y: float, setting: Setting, room: float, tag: str) -> tuple[list[Word], Tag | None]:
    """The name, and at the right end of its line the tag; where both do not fit the tag stands alone."""
    name = Word(left, y, setting.name_size, SANS, NAME)
    if not tag:
        return [name], None
    size = min(0.85 * setting.name_size, room / PT / (width(tag, SANS, 1) + 2 * PAD))
    box = (width(tag, SANS, size) + 2 * PAD * size) * PT
    taken = (width(NAME, SANS, setting.name_size) + GAP * size) * PT
    edge, middle = left + room - box, y - 0.38 * setting.name_size * PT  # a Han sign reaches from -0.08 to 0.84 em
    word = Word(edge + PAD * size * PT, middle + 0.38 * size * PT, size, SANS, tag)
    return [name] if taken + box <= room else [], Tag(edge, middle - 0.65 * size * PT, box, 1.3 * size * PT, word)
