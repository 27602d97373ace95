"""The symbols of a whole run at once: the printing plate of one URI prefix.

For a fixed version, level, mode and mask every module of a QR Code is a linear function over GF(2) of
the data bits: Reed-Solomon, interleaving and placement only add and move bits. segno encodes the
prefix once and then once more for each bit of the twenty serial characters that may be one; the
difference of the two matrices is that bit's share of the symbol. A symbol of the run is then the
base exclusive-or eleven (alphanumeric mode) or twenty (byte mode) table rows, and `masking` chooses
the mask over machine words. The result equals segno's module for module (tested), at 30 µs a symbol
instead of 2.5 ms; making the plate takes 150–400 ms.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno

from codes.labels.errors import SymbolTooLarge
from codes.labels.masking import penalty
from codes.labels.symbols import Level, matrix, symbol
from codes.serial.alphabet import LENGTH

# From version 7 on a symbol carries version information, which judging a mask would have to leave out;
# version 6 holds a lower-case item URI with a host of 40 characters at level M.
MAX_VERSION = 6
BLOCK = 32                  # symbols masked at a time: 8 masks of 58 words stay in the cache; 26 µs each, 90 µs at 512

_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"      # the place is the value, ISO/IEC 18004 table 5
_VALUES = np.zeros(256, dtype=np.int64)
_VALUES[list(_ALNUM.encode())] = np.arange(len(_ALNUM))


@dataclass(frozen=True)
class Plate:
    """Tables of one prefix, in lines as `masking` reads them. A unit is what the mode encodes as one number."""

    version: int
    tail: bytes | None              # alphanumeric: the prefix character that shares a pair with the serial; byte: None
    bases: np.ndarray               # uint64 (8, 2 × side): every unit zero, under each mask
    unseen: np.ndarray              # uint64 (2 × side): format information, absent while masks are judged
    tables: tuple[np.ndarray, ...]  # uint64 (values, 2 × side) for each unit

    @property
    def side(self) -> int:
        return self.bases.shape[1] // 2

    def press(self, serials: np.ndarray) -> np.ndarray:
        """Symbols of uint8 serials (n, 20), n ≥ 1, as uint8 (n, side, side), 1 dark."""
        return np.concatenate([self._press(serials[at : at + BLOCK]) for at in range(0, len(serials), BLOCK)])

    def _press(self, serials: np.ndarray) -> np.ndarray:
        lines = np.zeros((len(serials), 2 * self.side), dtype=np.uint64)
        for table, values in zip(self.tables, self._units(serials), strict=True):
            lines ^= table[values]
        masked = lines[:, None, :] ^ self.bases
        best = penalty(masked & ~self.unseen, self.side).argmin(axis=1)
        rows = masked[np.arange(len(serials)), best, : self.side]
        packed = rows.astype("<u8").view(np.uint8).reshape(len(serials), self.side, 8)
        return np.unpackbits(packed, axis=2, count=self.side, bitorder="little")

    def _units(self, serials: np.ndarray) -> list[np.ndarray]:
        if self.tail is None:
            return list(serials.T)
        tail = np.tile(np.frombuffer(self.tail, np.uint8), (len(serials), 1))
        values = _VALUES[np.concatenate([tail, serials], axis=1)]
        pairs = values.shape[1] // 2 * 2
        return [*(45 * values[:, 0:pairs:2] + values[:, 1:pairs:2]).T, *values[:, pairs:].T]


@lru_cache(maxsize=4)               # some 10 MB each in alphanumeric mode
def plate(prefix: str, level: Level = "M") -> Plate:
    """The plate of all URIs `prefix` + twenty canonical serial characters."""
    sample = symbol(prefix + "0" * LENGTH, level)
    if sample.version > MAX_VERSION:
        raise SymbolTooLarge(field="stem", length=len(prefix) + LENGTH, level=level, limit=MAX_VERSION)
    pairs = sample.mode == "alphanumeric"
    tail = prefix[len(prefix) // 2 * 2 :] if pairs else ""
    length = len(tail) + LENGTH

    def lines(text: str, at: int, mask: int = 0) -> np.ndarray:
        """The symbol whose varying characters are zero but for `text` at place `at`."""
        zeros = ("0" if pairs else "\0") * length
        whole = prefix.removesuffix(tail) + zeros[:at] + text + zeros[at + len(text) :]
        code = segno.make(whole, version=sample.version, error=level, mode=sample.mode, mask=mask, boost_error=False)
        return _lines(matrix(code))

    bases = np.stack([lines("", 0, mask) for mask in range(8)])
    tables = []
    for at in range(0, length, 2 if pairs else 1):
        table = np.zeros((1, bases.shape[1]), dtype=np.uint64)
        for text in _bits(pairs, min(2, length - at)):
            table = np.concatenate([table, table ^ lines(text, at) ^ bases[0]])
        tables.append(table)
    return Plate(sample.version, tail.encode() if pairs else None, bases, _unseen(bases.shape[1] // 2), tuple(tables))


def _bits(pairs: bool, size: int) -> list[str]:
    """The texts of a unit that have one bit set, lowest first; an odd last character has six bits of its own."""
    if not pairs:
        return [chr(1 << bit) for bit in range(7)]          # serials are ASCII
    if size == 1:
        return [_ALNUM[1 << bit] for bit in range(6)]
    return [_ALNUM[(1 << bit) // 45] + _ALNUM[(1 << bit) % 45] for bit in range(11)]


def _lines(modules: np.ndarray) -> np.ndarray:
    """Rows and then columns of uint8 (side, side) as words, uint64 (2 × side)."""
    places = np.uint64(1) << np.arange(len(modules), dtype=np.uint64)
    return np.concatenate([modules @ places, modules.T @ places])


def _unseen(side: int) -> np.ndarray:
    """Format information and the dark module, ISO/IEC 18004 7.9, as lines."""
    modules = np.zeros((side, side), dtype=np.uint8)
    along = [*range(6), 7, 8, *range(side - 8, side)]
    modules[8, along] = modules[along, 8] = 1
    return _lines(modules)
