"""Reads a QR Code symbol back, strictly: one wrong module anywhere is an error.

What an export writes is read again by this module, which shares nothing with `plates` and segno but the
standard, ISO/IEC 18004. A camera's reader mends damage and says nothing of it; this one mends nothing: every
function module and both format copies must be right and the Reed-Solomon remainder of each block zero.
"""

from functools import lru_cache

import numpy as np

from codes.labels.errors import ExportBroken

LEVELS = {"L": 0b01, "M": 0b00, "Q": 0b11, "H": 0b10}
# (check codewords a block, data codewords of each block), ISO/IEC 18004 table 9; `plates` stops at version 6.
BLOCKS = {
    "1L": (7, [19]), "1M": (10, [16]), "1Q": (13, [13]), "1H": (17, [9]),
    "2L": (10, [34]), "2M": (16, [28]), "2Q": (22, [22]), "2H": (28, [16]),
    "3L": (15, [55]), "3M": (26, [44]), "3Q": (18, [17] * 2), "3H": (22, [13] * 2),
    "4L": (20, [80]), "4M": (18, [32] * 2), "4Q": (26, [24] * 2), "4H": (16, [9] * 4),
    "5L": (26, [108]), "5M": (24, [43] * 2), "5Q": (18, [15, 15, 16, 16]), "5H": (22, [11, 11, 12, 12]),
    "6L": (18, [68] * 2), "6M": (16, [27] * 4), "6Q": (24, [19] * 4), "6H": (28, [15] * 4),
}  # fmt: skip
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MASKS = (
    lambda y, x: (y + x) % 2,
    lambda y, x: y % 2,
    lambda y, x: x % 3,
    lambda y, x: (y + x) % 3,
    lambda y, x: (y // 2 + x // 3) % 2,
    lambda y, x: y * x % 2 + y * x % 3,
    lambda y, x: (y * x % 2 + y * x % 3) % 2,
    lambda y, x: ((y + x) % 2 + y * x % 3) % 2,
)
FREE = 2  # a module of `_functions` that carries data


def read(modules: np.ndarray) -> tuple[str, str]:
    """(text, level) of uint8 (side, side); raises ExportBroken where anything is not as it must be."""
    side = len(modules)
    version = (side - 17) // 4
    if modules.shape != (side, side) or side != 17 + 4 * version or not 1 <= version <= 6:
        raise ExportBroken(f"{modules.shape} modules are no symbol of version 1 to 6")
    level, mask = _format(modules)
    fixed = _functions(side, level, mask)
    if ((modules != fixed) & (fixed != FREE)).any():
        raise ExportBroken("a finder, timing, alignment or format module is wrong")
    rows, columns, masks = _places(side)
    bits = modules[rows, columns] ^ masks[mask]
    check, sizes = BLOCKS[f"{version}{level}"]
    total = sum(sizes) + check * len(sizes)
    if bits[8 * total :].any():
        raise ExportBroken("a remainder bit is set")
    return _text(_data(np.packbits(bits[: 8 * total]), check, sizes)), level


def _format(modules: np.ndarray) -> tuple[str, int]:
    """Level and mask as the copy beside the upper left finder says; `_functions` then compares both copies."""
    word = 0
    for y, x in _format_places(len(modules))[0]:
        word = word << 1 | int(modules[y, x])
    word ^= 0b101010000010010
    level = next(name for name, bits in LEVELS.items() if bits == word >> 13)
    return level, word >> 10 & 7


def _format_places(side: int) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Where the fifteen bits stand, most significant first, in either copy."""
    first = [*((8, x) for x in (0, 1, 2, 3, 4, 5, 7, 8)), *((y, 8) for y in (7, 5, 4, 3, 2, 1, 0))]
    second = [*((side - 1 - step, 8) for step in range(7)), *((8, side - 8 + step) for step in range(8))]
    return first, second


@lru_cache(maxsize=256)
def _functions(side: int, level: str, mask: int) -> np.ndarray:
    """Every module that carries no data, FREE where one does."""
    whole = np.full((side, side), FREE, np.uint8)
    whole[6, :] = whole[:, 6] = np.arange(1, side + 1) % 2
    eye = np.zeros((9, 9), np.uint8)  # a finder with its separator on every side
    eye[1:8, 1:8] = 1
    eye[2:7, 2:7] = 0
    eye[3:6, 3:6] = 1
    whole[:8, :8], whole[:8, -8:], whole[-8:, :8] = eye[1:, 1:], eye[1:, :8], eye[:8, 1:]
    if side > 21:
        whole[side - 9 : side - 4, side - 9 : side - 4] = 1
        whole[side - 8 : side - 5, side - 8 : side - 5] = 0
        whole[side - 7, side - 7] = 1
    word = _format_word(LEVELS[level] << 3 | mask)
    for places in _format_places(side):
        for bit, (y, x) in enumerate(places):
            whole[y, x] = word >> 14 - bit & 1
    whole[side - 8, 8] = 1
    return whole


def _format_word(five: int) -> int:
    """The five bits with their ten BCH bits, masked as the standard says."""
    rest = five << 10
    for bit in range(14, 9, -1):
        if rest >> bit & 1:
            rest ^= 0b10100110111 << bit - 10
    return (five << 10 | rest) ^ 0b101010000010010


@lru_cache(maxsize=8)
def _places(side: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows and columns of the data modules in their order, and what each mask adds to them, uint8 (8, modules)."""
    free = _functions(side, "L", 0) == FREE
    order = []
    upwards = True
    for right in range(side - 1, 0, -2):
        left = right if right > 6 else right - 1  # the vertical timing pattern has a column of its own
        for y in range(side - 1, -1, -1) if upwards else range(side):
            order += [(y, x) for x in (left, left - 1) if free[y, x]]
        upwards = not upwards
    rows, columns = np.array(order).T
    masks = np.array([[rule(y, x) == 0 for y, x in order] for rule in MASKS], np.uint8)
    return rows, columns, masks


def _data(words: np.ndarray, check: int, sizes: list[int]) -> bytes:
    """The data codewords in order, after the blocks' remainders were found to be zero."""
    blocks = [words[places] for places in _interleaving(check, tuple(sizes))]
    if any(_remainder(block, check).any() for block in blocks):
        raise ExportBroken("the check codewords do not fit the data")
    return b"".join(block[:size].tobytes() for block, size in zip(blocks, sizes, strict=True))


@lru_cache(maxsize=32)
def _interleaving(check: int, sizes: tuple[int, ...]) -> list[np.ndarray]:
    """Where the codewords of each block stand: the first of every block, the second of every block and so on."""
    blocks: list[list[int]] = [[] for _ in sizes]
    place = 0
    for at in range(max(sizes) + check):
        for block, size in zip(blocks, sizes, strict=True):
            # A shorter block has no data codeword in the last round of data; all have the same number of checks.
            if at < size or at >= max(sizes):
                block.append(place)
                place += 1
    return [np.array(block) for block in blocks]


@lru_cache(maxsize=1)
def _field() -> tuple[np.ndarray, np.ndarray]:
    """Powers and logarithms in GF(256) with the polynomial of QR Code, 0x11D."""
    powers, value = [], 1
    for _ in range(255):
        powers.append(value)
        value = value << 1 ^ (0x11D if value & 128 else 0)
    logs = np.zeros(256, np.int64)
    logs[powers] = np.arange(255)
    return np.array(powers), logs


@lru_cache(maxsize=32)
def _exponents(length: int, check: int) -> np.ndarray:
    return np.arange(check)[:, None] * np.arange(length - 1, -1, -1)


def _remainder(block: np.ndarray, check: int) -> np.ndarray:
    """The block as a polynomial at each root of the generator."""
    powers, logs = _field()
    terms = powers[(logs[block] + _exponents(len(block), check)) % 255]
    terms[:, block == 0] = 0
    return np.bitwise_xor.reduce(terms, axis=1)


def _text(data: bytes) -> str:
    """The one segment, alphanumeric or bytes, that our symbols hold; version 9 and below."""
    bits, left = int.from_bytes(data), 8 * len(data)

    def take(count: int) -> int:
        nonlocal left
        left -= count
        if left < 0:
            raise ExportBroken("the data end too early")
        return bits >> left & (1 << count) - 1

    mode = take(4)
    if mode == 0b0010:
        length = take(9)
        values = [divmod(take(11), 45) for _ in range(length // 2)]
        signs = [*(value for pair in values for value in pair), *([take(6)] if length % 2 else [])]
        text = "".join(ALNUM[sign] for sign in signs) if max(signs, default=0) < len(ALNUM) else ""
    elif mode == 0b0100:
        text = "".join(chr(take(8)) for _ in range(take(8)))
    else:
        raise ExportBroken(f"mode {mode} is none of ours")
    if take(min(4, left)):
        raise ExportBroken("something follows the text")
    return text
