"""The symbols of a whole run at once: the printing plate of one URI prefix.

For a fixed version, level, mode and mask every module of a QR Code is a linear function over GF(2) of
the data bits: Reed-Solomon, interleaving and placement only add and move bits. segno encodes the
prefix once and then once more for each bit of the twenty serial characters that may be one; the
difference of the two matrices is that bit's share of the symbol. A symbol of the run is then the
base exclusive-or eleven (alphanumeric mode) or twenty (byte mode) table rows.

`press` chooses the mask of each symbol over machine words as the standard does, and the result equals
segno's module for module (tested), at 8 µs a symbol instead of 2.5 ms. `emboss` uses one mask for the
whole run, the one with the least mean penalty over a sample, at 0.5 µs a symbol: what thermal printers
do by themselves (docs/decisions/0005-zpl.md). Making the plate takes 150–400 ms.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import segno

from codes.labels.errors import SymbolTooLarge
from codes.labels.masking import penalty
from codes.labels.symbols import Level, matrix, symbol
from codes.serial.alphabet import LENGTH, SYMBOLS

# From version 7 on a symbol carries version information, which judging a mask would have to leave out;
# version 6 holds a lower-case item URI with a host of 40 characters at level M.
MAX_VERSION = 6
BLOCK = 64  # symbols masked at a time: 8 masks of 58 words stay in the cache; 7 µs each, 11 µs at 512
SAMPLE = 512  # symbols that choose the one mask of a run

_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # the place is the value, ISO/IEC 18004 table 5
_VALUES = np.zeros(256, dtype=np.int64)
_VALUES[list(_ALNUM.encode())] = np.arange(len(_ALNUM))


@dataclass(frozen=True)
class Plate:
    """Tables of one prefix, in lines as `masking` reads them. A unit is what the mode encodes as one number."""

    version: int
    tail: bytes | None  # alphanumeric: the prefix character that shares a pair with the serial; byte: None
    bases: np.ndarray  # words (8, 2 × side): every unit zero, under each mask
    unseen: np.ndarray  # words (2 × side): format information, absent while masks are judged
    tables: tuple[np.ndarray, ...]  # words (values, 2 × side) for each unit

    @property
    def side(self) -> int:
        return self.bases.shape[1] // 2

    @cached_property
    def mask(self) -> int:
        """The mask of `emboss`; the sample is the same for ever, so that parts of a run join to the whole."""
        letters = np.frombuffer(SYMBOLS.encode(), np.uint8)
        steps = np.arange(SAMPLE * LENGTH, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        serials = letters[(steps >> np.uint64(59)).astype(np.intp)].reshape(SAMPLE, LENGTH)
        return int(self._penalties(self._lines(serials, self.tables)).mean(axis=0).argmin())

    @cached_property
    def _rows(self) -> tuple[np.ndarray, ...]:
        """The tables without their columns, which only the judging of masks needs."""
        return tuple(np.ascontiguousarray(table[:, : self.side]) for table in self.tables)

    def press(self, serials: np.ndarray) -> np.ndarray:
        """Symbols of uint8 serials (n, 20), n ≥ 1, as uint8 (n, side, side), 1 dark."""
        return np.concatenate([self._press(serials[at : at + BLOCK]) for at in range(0, len(serials), BLOCK)])

    def emboss(self, serials: np.ndarray) -> np.ndarray:
        """Rows of the symbols under the run's mask, words (n, side), bit j = module j."""
        return self._lines(serials, self._rows) ^ self.bases[self.mask, : self.side]

    def _press(self, serials: np.ndarray) -> np.ndarray:
        lines = self._lines(serials, self.tables)
        best = self._penalties(lines).argmin(axis=1)
        return unpacked(lines[:, : self.side] ^ self.bases[best, : self.side])

    def _lines(self, serials: np.ndarray, tables: tuple[np.ndarray, ...]) -> np.ndarray:
        first, *others = zip(tables, self._units(serials), strict=True)
        # A place beyond a table cannot be; "clip" spares the check, which costs more than the copy.
        lines = first[0].take(first[1], axis=0, mode="clip")
        for table, values in others:
            lines ^= table.take(values, axis=0, mode="clip")
        return lines

    def _penalties(self, lines: np.ndarray) -> np.ndarray:
        """int64 (n, 8): the penalty of each symbol under each mask."""
        masked = lines.T[:, :, None] ^ self.bases.T[:, None, :]
        masked &= ~self.unseen[:, None, None]
        return penalty(masked.reshape(len(masked), -1), self.side).reshape(-1, len(self.bases))

    def _units(self, serials: np.ndarray) -> list[np.ndarray]:
        if self.tail is None:
            return list(serials.T)
        values = np.empty((len(self.tail) + LENGTH, len(serials)), np.int64)
        values[: len(self.tail)] = _VALUES[list(self.tail)][:, None]
        values[len(self.tail) :] = _VALUES[serials.T]
        pairs = len(values) // 2 * 2
        return [*(45 * values[0:pairs:2] + values[1:pairs:2]), *values[pairs:]]


def octets(rows: np.ndarray) -> np.ndarray:
    """Words (n, side) as uint8 (n, side, bytes of a word), the lowest bits first."""
    return np.ascontiguousarray(rows, rows.dtype.newbyteorder("<")).view(np.uint8).reshape(*rows.shape, -1)


def unpacked(rows: np.ndarray) -> np.ndarray:
    """Words (n, side) as uint8 (n, side, side), 1 dark."""
    return np.unpackbits(octets(rows), axis=2, count=rows.shape[1], bitorder="little")


@lru_cache(maxsize=4)  # some 5 MB each in alphanumeric mode
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
        table = np.zeros((1, bases.shape[1]), dtype=bases.dtype)
        for text in _bits(pairs, min(2, length - at)):
            table = np.concatenate([table, table ^ lines(text, at) ^ bases[0]])
        tables.append(table)
    return Plate(sample.version, tail.encode() if pairs else None, bases, _unseen(bases.shape[1] // 2), tuple(tables))


def _bits(pairs: bool, size: int) -> list[str]:
    """The texts of a unit that have one bit set, lowest first; an odd last character has six bits of its own."""
    if not pairs:
        return [chr(1 << bit) for bit in range(7)]  # serials are ASCII
    if size == 1:
        return [_ALNUM[1 << bit] for bit in range(6)]
    return [_ALNUM[(1 << bit) // 45] + _ALNUM[(1 << bit) % 45] for bit in range(11)]


def _lines(modules: np.ndarray) -> np.ndarray:
    """Rows and then columns of uint8 (side, side) as words (2 × side)."""
    places = np.uint64(1) << np.arange(len(modules), dtype=np.uint64)
    words = np.concatenate([modules @ places, modules.T @ places])
    return words.astype(np.uint32 if len(modules) <= 32 else np.uint64)


def _unseen(side: int) -> np.ndarray:
    """Format information and the dark module, ISO/IEC 18004 7.9, as lines."""
    modules = np.zeros((side, side), dtype=np.uint8)
    along = [*range(6), 7, 8, *range(side - 8, side)]
    modules[8, along] = modules[along, 8] = 1
    return _lines(modules)
