"""Serials by the million. Needs numpy, which the rest of `codes.serial` does without."""

from collections.abc import Iterator, Sequence

import numpy as np

from codes.serial.alphabet import LENGTH, SYMBOLS
from codes.serial.errors import CountOutOfRange
from codes.serial.ff1 import LEFT_BITS
from codes.serial.keys import KeyRing
from codes.serial.layout import INDEX_SHIFT, Finding, Item, halves, interpret
from codes.serial.rounds import Rounds

# Measured, million serials a CPU second: 1024 rows 4.1, 4096 8.0, 8192 10, 16384 10, 65536 10. Small chunks
# pay for each call; from 8192 rows on the arrays (about 1 MB) no longer gain, they only take memory.
CHUNK = 8192

_LETTERS = np.frombuffer(SYMBOLS.encode(), np.uint8)
_PAIRS = np.stack([_LETTERS.repeat(32), np.tile(_LETTERS, 32)], axis=1).view(np.uint16).ravel()
_PAIR_SHIFTS = range(40, -1, -10)
_NO_NUMERAL = 255
_NUMERALS = np.full(256, _NO_NUMERAL, np.uint8)
_NUMERALS[_LETTERS] = np.arange(32)


class _Run:
    """Consecutive items of one batch; every input is checked before the first serial is made."""

    def __init__(self, ring: KeyRing, epoch: int, batch: int, start: int, count: int, variant: int) -> None:
        permutation = ring.sealing(epoch)
        self._first_left, self._first_right = halves(batch, start, variant)
        self.count = CountOutOfRange.check_from(int(start), count)
        self.rows = min(self.count, CHUNK)
        self._epoch = int(epoch) << LEFT_BITS
        self._rounds = Rounds(permutation, self.rows)
        self._steps = np.arange(self.rows, dtype=np.uint64) << INDEX_SHIFT
        self._left, self._right, self._pair = np.empty((3, self.rows), np.uint64)
        self._text = np.empty((self.rows, LENGTH), np.uint8)

    def chunks(self) -> Iterator[tuple[int, np.ndarray]]:
        """Each chunk's place in the run and its (rows, 20) text, which is overwritten by the next."""
        for at in range(0, self.count, self.rows):
            yield at, self._chunk(at)[: self.count - at]

    def _chunk(self, at: int) -> np.ndarray:
        left, right, pair = self._left, self._right, self._pair
        left[:] = self._first_left
        # Rows past the end of the run may overflow the index; they are cut off.
        np.add(self._steps, self._first_right + (at << INDEX_SHIFT), out=right)
        self._rounds.encipher(left, right)
        left |= self._epoch
        columns = iter(self._text.view(np.uint16).T)
        for half in (left, right):
            for shift in _PAIR_SHIFTS:
                np.right_shift(half, shift, out=pair)
                pair &= 1023
                next(columns)[:] = _PAIRS[pair]
        return self._text


def seal_block(ring: KeyRing, epoch: int, batch: int, start: int, count: int, variant: int = 0) -> np.ndarray:
    """The serials of `count` items from index `start`, as (count, 20) uint8."""
    run = _Run(ring, epoch, batch, start, count, variant)
    text = np.empty((run.count, LENGTH), np.uint8)
    for at, chunk in run.chunks():
        text[at : at + run.rows] = chunk
    return text


def seal_lines(
    ring: KeyRing, epoch: int, batch: int, start: int, count: int, variant: int = 0, prefix: bytes = b""
) -> Iterator[bytes]:
    """The same as lines, `prefix + serial + newline`, many to a chunk; memory does not grow with `count`."""
    run = _Run(ring, epoch, batch, start, count, variant)
    width = len(prefix) + LENGTH + 1
    lines = np.empty((run.rows, width), np.uint8)
    lines[:] = np.frombuffer(prefix + bytes(LENGTH) + b"\n", np.uint8)

    def chunks() -> Iterator[bytes]:
        for _, text in run.chunks():
            lines[: len(text), len(prefix) : -1] = text
            yield lines[: len(text)].tobytes()

    return chunks()


def open_many(ring: KeyRing, serials: Sequence[str]) -> list[Item | Finding]:
    """The same as `open_serial` for each; faster from some thousand serials on."""
    found: list[Item | Finding] = [Finding.MALFORMED] * len(serials)
    places = np.array([at for at, serial in enumerate(serials) if len(serial) == LENGTH and serial.isascii()], int)
    text = "".join([serials[at] for at in places.tolist()]).encode()
    numerals = _NUMERALS[np.frombuffer(text, np.uint8).reshape(-1, LENGTH)]
    whole = (numerals != _NO_NUMERAL).all(axis=1)
    places, numerals = places[whole], numerals[whole]
    for epoch in np.unique(numerals[:, 0]).tolist():
        rows = numerals[:, 0] == epoch
        for at, opened in zip(places[rows].tolist(), _open_epoch(ring, epoch, numerals[rows]), strict=True):
            found[at] = opened
    return found


def _open_epoch(ring: KeyRing, epoch: int, numerals: np.ndarray) -> list[Item | Finding]:
    permutation = ring.opening(epoch)
    if permutation is None:
        return [Finding.UNKNOWN] * len(numerals)
    left, right = np.zeros((2, len(numerals)), np.uint64)
    for half, columns in ((left, range(1, 10)), (right, range(10, LENGTH))):
        for column in columns:
            half <<= 5
            half |= numerals[:, column]
    Rounds(permutation, len(numerals)).decipher(left, right)
    return [interpret(epoch, *pair) for pair in zip(left.tolist(), right.tolist(), strict=True)]
