"""What a serial says: an epoch in clear, then 0:30 | batch:32 | index:30 | variant:3 enciphered.

The thirty zero bits are the proof. A made-up serial keeps them with chance 2^-30, and then names a
batch that most likely does not exist; both are found out before any input or output.
"""

from enum import StrEnum
from typing import NamedTuple

from codes.serial.alphabet import decode, encode
from codes.serial.errors import BatchOutOfRange, IndexOutOfRange, VariantOutOfRange
from codes.serial.ff1 import LEFT, LEFT_BITS, RIGHT, RIGHT_BITS
from codes.serial.keys import KeyRing

EPOCH_SHIFT = LEFT_BITS + RIGHT_BITS
# The batch lies across the two halves: 15 bits below the thirty zeros, 17 above the index.
LEFT_BATCH_BITS = 15
RIGHT_BATCH_BITS = 17
BATCH_SHIFT = 33
INDEX_SHIFT = 3

_RIGHT_BATCH = 2**RIGHT_BATCH_BITS - 1
_INDEX = IndexOutOfRange.most
_VARIANT = VariantOutOfRange.most


class Item(NamedTuple):
    """`variant`: 0 item label, 1 inner label, 2 case, 3 pallet, 4–7 reserved."""

    epoch: int
    batch: int
    index: int
    variant: int = 0


class Finding(StrEnum):
    """Why a serial names no item, as far as the serial alone can tell."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"


def halves(batch: int, index: int, variant: int) -> tuple[int, int]:
    """What is enciphered, as the 45 and 50 bits FF1 works on."""
    batch = BatchOutOfRange.check(batch)
    inner = IndexOutOfRange.check(index) << INDEX_SHIFT | VariantOutOfRange.check(variant)
    return batch >> RIGHT_BATCH_BITS, (batch & _RIGHT_BATCH) << BATCH_SHIFT | inner


def interpret(epoch: int, left: int, right: int) -> Item | Finding:
    """What the deciphered halves say; thirty bits that are not zero mean that this key did not make them."""
    if left >> LEFT_BATCH_BITS:
        return Finding.UNKNOWN
    batch = left << RIGHT_BATCH_BITS | right >> BATCH_SHIFT
    return Item(epoch, batch, right >> INDEX_SHIFT & _INDEX, right & _VARIANT)


def seal(ring: KeyRing, item: Item) -> str:
    """The canonical serial of an item under any epoch that is not retired."""
    epoch, batch, index, variant = item
    left, right = ring.sealing(epoch).encipher(*halves(batch, index, variant))
    return encode(int(epoch) << EPOCH_SHIFT | left << RIGHT_BITS | right)


def open_serial(ring: KeyRing, serial: str) -> Item | Finding:
    """The item of a canonical serial; typed text goes through `read` first."""
    number = decode(serial)
    if number is None:
        return Finding.MALFORMED
    epoch = number >> EPOCH_SHIFT
    permutation = ring.opening(epoch)
    if permutation is None:
        return Finding.UNKNOWN
    left, right = permutation.decipher(number >> RIGHT_BITS & LEFT, number & RIGHT)
    return interpret(epoch, left, right)
