"""Sizes and line breaks of the words on a label: the largest type that fits, the address whole if it can be."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from codes.labels.lettering import MONO, PITCH, SANS, width
from codes.labels.words import ONLY

SIZES_PT = [size / 4 for size in range(40, 21, -1)]     # of the serial; under 5.5 a thermal printer closes 8 and B
HOST_MIN_PT = 4.5
SPLITS = ((5,), (3, 5), (2, 4, 5))      # the five groups of the serial in one, two or three lines, as ends
CAP, HAN = 0.73, 0.84                   # em above the baseline: capitals and digits of MONO, Han signs of SANS
LEADING, GAP = 1.3, 0.8                 # em: from line to line, and at least between blocks


class Setting(NamedTuple):
    """One choice; lengths in points. The size is the serial's, the name above it is a little smaller."""

    size: float
    ends: tuple[int, ...]
    host: tuple[str, ...]

    @property
    def name_size(self) -> float:
        return 0.9 * self.size

    @property
    def host_size(self) -> float:
        return max(HOST_MIN_PT, 0.8 * self.size)

    @property
    def solid(self) -> float:
        """Height of the three blocks without the two gaps between them."""
        serial = self.size * (CAP + LEADING * (len(self.ends) - 1))
        return HAN * self.name_size + serial + self.host_size * (HAN + LEADING * (len(self.host) - 1))

    @property
    def height(self) -> float:
        return self.solid + 2 * GAP * self.size

    @property
    def width(self) -> float:
        groups = max(stop - start for start, stop in pairwise((0, *self.ends)))
        return max((5 * groups - 1) * PITCH * self.size, *(_width(line, self.host_size) for line in self.host))


def pieces(line: str) -> list[tuple[str, str]]:
    """A line of the host block as (text, font): the address is compared sign by sign, so it has the serial's face."""
    if not line.startswith(ONLY):
        return [(line, MONO)]
    return [(ONLY, SANS), (line.removeprefix(ONLY), MONO)]


def _width(line: str, size: float) -> float:
    return sum(width(text, font, size) for text, font in pieces(line))


def _whole(host: str, size: float, room: float) -> Iterator[tuple[str, ...]]:
    yield (f"{ONLY} {host}",)
    yield (ONLY, host)


def _broken(host: str, size: float, room: float) -> Iterator[tuple[str, ...]]:
    """The address broken after dots, so that no line looks like another address's end."""
    lines = [""]
    for part in host.replace(".", ".\n").split("\n"):
        if _width(lines[-1] + part, size) > room:
            lines.append("")
        lines[-1] += part
    yield (ONLY, *lines)


def choose(host: str, room: float, heights: tuple[float, ...], *, whole: bool) -> Setting | None:
    """The largest setting no wider than `room`, trying each of `heights` in turn; None if nothing legible fits."""
    lines = _whole if whole else _broken
    for height in heights:
        for size in SIZES_PT:
            for ends in SPLITS:
                for words in lines(host, max(HOST_MIN_PT, 0.8 * size), room):
                    setting = Setting(size, ends, words)
                    if setting.height <= height and setting.width <= room:
                        return setting
    return None
