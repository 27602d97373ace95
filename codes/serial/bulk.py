"""Serials by the million: the rounds of FF1 over whole arrays, one AES call a round and chunk.

The only module of `codes.serial` that needs numpy, hence imported by name. Halves are uint64 in
native order, changed in place; the constants of a round come from `Permutation`.
"""

from collections.abc import Iterator

import numpy as np

from codes.serial.alphabet import LENGTH, SYMBOLS
from codes.serial.errors import CountOutOfRange
from codes.serial.ff1 import BLOCK, LEFT, LEFT_BITS, RIGHT, Permutation
from codes.serial.keys import KeyRing
from codes.serial.layout import INDEX_SHIFT, halves

# Measured, million serials a CPU second: 1024 rows 4.1, 4096 8.0, 8192 10, 16384 10, 65536 10. Small chunks
# pay for each call; from 8192 rows on the arrays (about 1 MB) no longer gain, they only take memory.
CHUNK = 8192

_LETTERS = np.frombuffer(SYMBOLS.encode(), np.uint8)
_PAIRS = np.stack([_LETTERS.repeat(32), np.tile(_LETTERS, 32)], axis=1).view(np.uint16).ravel()
_PAIR_SHIFTS = range(40, -1, -10)


class Rounds:
    """The permutation over exactly `rows` numbers at once. Not shared between threads."""

    def __init__(self, permutation: Permutation, rows: int) -> None:
        self._turns = permutation.turns
        # A context of its own: from 2048 bytes on, AES runs without the interpreter lock.
        self._aes = permutation.encryptor().update_into
        blocks = np.empty((rows, 2), ">u8")
        blocks[:, 0] = permutation.head
        self._blocks = memoryview(blocks).cast("B")
        self._half = blocks[:, 1]
        # The output starts 4 bytes in: y is bytes 4–11 of a block, and so lies on a multiple of 8.
        room = np.empty(BLOCK * rows + 2 * BLOCK, np.uint8)
        self._room = memoryview(room)[4:]
        self._y = np.ndarray((rows,), ">u8", room, offset=8, strides=(BLOCK,))

    def _turn(self, turn: int, half: np.ndarray) -> np.ndarray:
        np.bitwise_xor(half, self._turns[turn], out=self._half)
        self._aes(self._blocks, self._room)
        return self._y

    def encipher(self, left: np.ndarray, right: np.ndarray) -> None:
        for turn in range(0, len(self._turns), 2):
            left += self._turn(turn, right)
            left &= LEFT
            right += self._turn(turn + 1, left)
            right &= RIGHT


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
