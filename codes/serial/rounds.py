"""The rounds of FF1 over whole arrays, one AES call a round.

Halves are uint64 in native order and changed in place; the constants of a round come from `Permutation`.
"""

import numpy as np

from codes.serial.ff1 import BLOCK, LEFT, RIGHT, ROUNDS, Permutation


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
        for turn in range(0, ROUNDS, 2):
            left += self._turn(turn, right)
            left &= LEFT
            right += self._turn(turn + 1, left)
            right &= RIGHT

    def decipher(self, left: np.ndarray, right: np.ndarray) -> None:
        for turn in range(ROUNDS - 2, -1, -2):
            right -= self._turn(turn + 1, left)
            right &= RIGHT
            left -= self._turn(turn, right)
            left &= LEFT
