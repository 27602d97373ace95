"""The symbols of a whole run at once: the printing plate of one URI prefix.

For a fixed version, level, mode and mask every module of a QR Code is a linear function over GF(2) of
the data bits: Reed-Solomon, interleaving and placement only add and move bits. segno encodes the
prefix once and then once more for each bit of the twenty serial characters that may be one; the
difference of the two matrices is that bit's share of the symbol. A symbol of the run is then the
base exclusive-or eleven (alphanumeric mode) or twenty (byte mode) table rows, and the mask is chosen
by ISO/IEC 18004 7.8.3 over machine words. The result equals segno's module for module (tested) at
some 20 µs instead of 2.5 ms a symbol.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import segno

from codes.labels.errors import SymbolTooLarge
from codes.labels.symbol import Level, symbol

SERIAL = 20                 # characters, serial-format.md
# From version 7 on a symbol carries version information, which the masking rule would have to leave out;
# version 6 holds a lower-case item URI with a host of 40 characters at level M.
MAX_VERSION = 6
BLOCK = 512                 # symbols masked at a time: 8 masks of 2 × 41 words each stay in the cache

_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"      # the order is the value, ISO/IEC 18004 table 5
_VALUE = np.zeros(256, dtype=np.int64)
_VALUE[list(_ALNUM.encode())] = np.arange(len(_ALNUM))


@dataclass(frozen=True)
class Plate:
    """Tables of one prefix; words hold 2 × side lines: the rows, then the columns, bit j = module j."""

    prefix: str
    level: Level
    version: int
    mode: str
    tail: bytes                     # last prefix character where it shares a pair with the serial
    bases: np.ndarray               # uint64 (8, 2 × side): all varying characters zero, under each mask
    unseen: np.ndarray              # uint64 (2 × side): format information, absent while masks are judged
    tables: tuple[np.ndarray, ...]  # uint64 (values, 2 × side) for each unit of the serial

    @property
    def side(self) -> int:
        return self.bases.shape[1] // 2

    def press(self, serials: np.ndarray) -> np.ndarray:
        """Symbols of uint8 serials (n, 20) as uint8 (n, side, side), 1 dark."""
        blocks = [self._press(serials[at : at + BLOCK]) for at in range(0, len(serials), BLOCK)]
        return np.concatenate(blocks) if blocks else np.zeros((0, self.side, self.side), dtype=np.uint8)

    def _press(self, serials: np.ndarray) -> np.ndarray:
        lines = np.zeros((len(serials), 2 * self.side), dtype=np.uint64)
        for table, values in zip(self.tables, self._values(serials), strict=True):
            lines ^= table[values]
        masked = lines[:, None, :] ^ self.bases
        best = _penalty(masked & ~self.unseen, self.side).argmin(axis=1)
        rows = masked[np.arange(len(serials)), best, : self.side]
        packed = rows.astype("<u8").view(np.uint8).reshape(len(serials), self.side, 8)
        return np.unpackbits(packed, axis=2, count=self.side, bitorder="little")

    def _values(self, serials: np.ndarray) -> list[np.ndarray]:
        if self.mode == "byte":
            return list(serials.T)
        numbers = _VALUE[np.concatenate([np.tile(np.frombuffer(self.tail, np.uint8), (len(serials), 1)), serials], axis=1)]
        pairs = numbers.shape[1] // 2 * 2
        return [*(45 * numbers[:, 0:pairs:2] + numbers[:, 1:pairs:2]).T, *numbers[:, pairs:].T]


@lru_cache(maxsize=4)               # some 10 MB each in alphanumeric mode
def plate(prefix: str, level: Level = "M") -> Plate:
    """The plate of all URIs `prefix` + twenty upper-case serial characters."""
    sample = symbol(prefix + "0" * SERIAL, level)
    if sample.version > MAX_VERSION:
        raise SymbolTooLarge(field="stem", length=len(prefix) + SERIAL, level=level, limit=MAX_VERSION)
    mode = sample.mode
    tail = prefix[len(prefix) // 2 * 2 :] if mode == "alphanumeric" else ""
    kept, length = prefix[: len(prefix) - len(tail)], len(tail) + SERIAL
    width, size = (11, 2) if mode == "alphanumeric" else (7, 1)

    def lines(at: int, text: str, mask: int = 0) -> np.ndarray:
        rest = ("0" if mode == "alphanumeric" else "\0") * length
        whole = kept + rest[:at] + text + rest[at + len(text) :]
        made = segno.make(whole, version=sample.version, error=level, mode=mode, mask=mask, boost_error=False)
        modules = np.array([list(row) for row in made.matrix], dtype=np.uint64)
        bits = np.uint64(1) << np.arange(len(modules), dtype=np.uint64)
        return np.concatenate([modules @ bits, modules.T @ bits])

    base = lines(0, "")
    tables = []
    for at in range(0, length, size):
        single = at + size > length             # an odd last character has six bits of its own
        bits = 6 if single else width
        # 2^5 and below as a single character, 2^10 and below as a pair: all within the 45 signs
        texts = [_text(1 << bit, mode, 1 if single else size) for bit in range(bits)]
        table = np.zeros((1, len(base)), dtype=np.uint64)
        for text in texts:
            table = np.concatenate([table, table ^ (lines(at, text) ^ base)])
        tables.append(table)
    bases = np.stack([lines(0, "", mask) for mask in range(8)])
    return Plate(prefix, level, sample.version, mode, tail.encode(), bases, _unseen(len(base) // 2), tuple(tables))


def _text(value: int, mode: str, size: int) -> str:
    if mode == "byte":
        return chr(value)
    return _ALNUM[value] if size == 1 else _ALNUM[value // 45] + _ALNUM[value % 45]


def _unseen(side: int) -> np.ndarray:
    """Format information and the dark module, ISO/IEC 18004 7.9, as lines."""
    modules = np.zeros((side, side), dtype=np.uint64)
    modules[8, [*range(6), 7, 8, *range(side - 8, side)]] = 1
    modules[[*range(6), 7, 8, *range(side - 8, side)], 8] = 1
    bits = np.uint64(1) << np.arange(side, dtype=np.uint64)
    return np.concatenate([modules @ bits, modules.T @ bits])


def _penalty(lines: np.ndarray, side: int) -> np.ndarray:
    """Penalty of masked symbols, uint64 (n, 8, 2 × side) → int64 (n, 8); ISO/IEC 18004 7.8.3.1 as segno counts it."""
    whole = np.uint64((1 << side) - 1)
    shifts = [lines >> np.uint64(k) for k in range(11)]
    count = np.bitwise_count

    same = ~(lines ^ shifts[1]) & (whole >> np.uint64(1))       # bit j: modules j and j+1 alike
    fives = same & same >> np.uint64(1) & same >> np.uint64(2) & same >> np.uint64(3)
    # a run of L ≥ 5 holds L-4 windows of five and scores L-2
    score = (count(fives) + 2 * count(fives & ~(fives << np.uint64(1)))).sum(axis=2, dtype=np.int64)

    rows, alike = lines[:, :, :side], same[:, :, :side]
    squares = alike[:, :, 1:] & alike[:, :, :-1] & ~(rows[:, :, 1:] ^ rows[:, :, :-1])
    score += 3 * count(squares).sum(axis=2, dtype=np.int64)

    finders = lines & ~shifts[1] & shifts[2] & shifts[3] & shifts[4] & ~shifts[5] & shifts[6]
    before = lines << np.uint64(1) | lines << np.uint64(2) | lines << np.uint64(3) | lines << np.uint64(4)
    after = shifts[7] | shifts[8] | shifts[9] | shifts[10]
    lone = finders & ~(before & after)
    # a counted pattern uses up its modules: one that begins 4 or 6 further on is not counted again
    lone &= ~(lone << np.uint64(4) | lone << np.uint64(6))
    score += 40 * count(lone).sum(axis=2, dtype=np.int64)

    dark = count(rows).sum(axis=2, dtype=np.int64)
    return score + 10 * (np.abs(dark / side**2 * 100 - 50) / 5).astype(np.int64)
