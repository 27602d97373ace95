"""The serial: seal an item into twenty characters and open them again, with no input or output.

`codes.serial.bulk` does the same by the million; it is imported by name because it brings numpy.
"""

from codes.serial.alphabet import decode, grouped, is_canonical, read
from codes.serial.errors import (
    BatchOutOfRange,
    CountOutOfRange,
    EpochNotIssuing,
    EpochOutOfRange,
    EpochWithoutKey,
    IndexOutOfRange,
    OutOfRange,
    RootKeyLength,
    VariantOutOfRange,
)
from codes.serial.keys import EpochState, KeyRing
from codes.serial.layout import Finding, Item, open_serial, seal

__all__ = [
    "BatchOutOfRange",
    "CountOutOfRange",
    "EpochNotIssuing",
    "EpochOutOfRange",
    "EpochState",
    "EpochWithoutKey",
    "Finding",
    "IndexOutOfRange",
    "Item",
    "KeyRing",
    "OutOfRange",
    "RootKeyLength",
    "VariantOutOfRange",
    "decode",
    "grouped",
    "is_canonical",
    "open_serial",
    "read",
    "seal",
]
