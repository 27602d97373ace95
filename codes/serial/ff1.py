"""FF1, the format-preserving permutation of NIST SP 800-38G, with AES of `cryptography`.

`FF1` follows the standard for any radix and length and is the yardstick. `Permutation` is the same
for the serial alone, 19 numerals of radix 32. Three facts make it short: both moduli are powers of
two, so the additions are masks; the tweak has at most 8 bytes, so P and Q are one AES block each;
and P never changes, so AES(P) is made once and a round costs one AES call.

Numeral strings are plain ints here, most significant numeral first.
"""

from collections.abc import Callable
from struct import Struct

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

ROUNDS = 10
BLOCK = 16
# The floor of SP 800-38G revision 1: smaller domains can be searched.
SMALLEST_DOMAIN = 1_000_000

RADIX = 32
NUMERALS = 19
LEFT_BITS = 45
RIGHT_BITS = 50
LEFT = 2**LEFT_BITS - 1
RIGHT = 2**RIGHT_BITS - 1
LONGEST_TWEAK = 8

_pack_block = Struct(">QQ").pack
# y is the number in the first 12 bytes of the block; the masks keep 50 bits of it, so 8 bytes do.
_unpack_y = Struct(">4xQ4x").unpack


def _ecb(key: bytes) -> CipherContext:
    # ECB of single blocks is the bare AES that FF1 is built from; nothing is enciphered in this mode.
    return Cipher(AES(key), ECB()).encryptor()  # noqa: S305


def _first_block(radix: int, length: int, tweak: bytes) -> bytes:
    """P of algorithm 7, step 5."""
    halves = bytes([ROUNDS, length // 2 % 256])
    return b"\1\2\1" + radix.to_bytes(3) + halves + length.to_bytes(4) + len(tweak).to_bytes(4)


class FF1:
    """Algorithms 7 and 8 as written, for numbers of `length` numerals of `radix`."""

    def __init__(self, key: bytes, radix: int, length: int, tweak: bytes = b"") -> None:
        if radix**length < SMALLEST_DOMAIN:
            raise ValueError(f"FF1 needs a domain of at least {SMALLEST_DOMAIN} numbers")
        right = length - length // 2
        self._aes: Callable[[bytes], bytes] = _ecb(key).update
        self._moduli = (radix ** (length // 2), radix**right)
        self._half_bytes = ((self._moduli[1] - 1).bit_length() + 7) // 8
        self._taken_bytes = 4 * ((self._half_bytes + 3) // 4) + 4
        padding = bytes((-len(tweak) - self._half_bytes - 1) % BLOCK)
        self._prefix = _first_block(radix, length, tweak) + tweak + padding

    def _y(self, turn: int, half: int) -> int:
        message = self._prefix + bytes([turn]) + half.to_bytes(self._half_bytes)
        chain = 0
        for at in range(0, len(message), BLOCK):
            block = int.from_bytes(message[at : at + BLOCK]) ^ chain
            chain = int.from_bytes(self._aes(block.to_bytes(BLOCK)))
        stream = chain.to_bytes(BLOCK)
        for number in range(1, -(-self._taken_bytes // BLOCK)):
            stream += self._aes((chain ^ number).to_bytes(BLOCK))
        return int.from_bytes(stream[: self._taken_bytes])

    def _split(self, number: int) -> tuple[int, int]:
        if not 0 <= number < self._moduli[0] * self._moduli[1]:
            raise ValueError("the number has more numerals than the domain")
        return divmod(number, self._moduli[1])

    def encipher(self, number: int) -> int:
        a, b = self._split(number)
        for turn in range(ROUNDS):
            a, b = b, (a + self._y(turn, b)) % self._moduli[turn % 2]
        return a * self._moduli[1] + b

    def decipher(self, number: int) -> int:
        a, b = self._split(number)
        for turn in reversed(range(ROUNDS)):
            a, b = (b - self._y(turn, a)) % self._moduli[turn % 2], a
        return a * self._moduli[1] + b


class Permutation:
    """FF1 over the 95 bits of a serial under one key and tweak, as halves of 45 and 50 bits (not checked).

    `head` and `turns` are what `codes.serial.rounds` needs to do the same over arrays: Q of a round,
    already xored with AES(P), is the constant `head` and then `turns[round] ^ half`, 8 bytes each.
    """

    def __init__(self, key: bytes, tweak: bytes) -> None:
        if len(tweak) > LONGEST_TWEAK:
            raise ValueError(f"the tweak may have at most {LONGEST_TWEAK} bytes")
        self._key = key
        # Safe between threads: below 2048 bytes `cryptography` does not let go of the interpreter lock.
        self._aes: Callable[[bytes], bytes] = self.encryptor().update
        masks = self._aes(_first_block(RADIX, NUMERALS, tweak))
        self.head = int.from_bytes(masks[:8]) ^ int.from_bytes(tweak.ljust(8, b"\0"))
        self.turns = tuple(int.from_bytes(masks[8:]) ^ turn << 56 for turn in range(ROUNDS))
        self._pairs = tuple(zip(self.turns[0::2], self.turns[1::2], strict=True))
        self._pairs_back = self._pairs[::-1]

    def encryptor(self) -> CipherContext:
        """A context of the caller's own, for calls of many blocks."""
        return _ecb(self._key)

    def encipher(self, left: int, right: int) -> tuple[int, int]:
        aes, head = self._aes, self.head
        for even, odd in self._pairs:
            (y,) = _unpack_y(aes(_pack_block(head, even ^ right)))
            left = left + y & LEFT
            (y,) = _unpack_y(aes(_pack_block(head, odd ^ left)))
            right = right + y & RIGHT
        return left, right

    def decipher(self, left: int, right: int) -> tuple[int, int]:
        aes, head = self._aes, self.head
        for even, odd in self._pairs_back:
            (y,) = _unpack_y(aes(_pack_block(head, odd ^ left)))
            right = right - y & RIGHT
            (y,) = _unpack_y(aes(_pack_block(head, even ^ right)))
            left = left - y & LEFT
        return left, right
