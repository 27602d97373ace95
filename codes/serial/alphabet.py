"""The twenty characters: Crockford base 32, as typed, as canonical text and as a number."""

LENGTH = 20
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

_SYMBOLS = SYMBOLS.encode()
# Python's own base 32 is 0-9a-v, so one translate and int(…, 32) read a serial without a loop.
_TO_PYTHON = bytes.maketrans(_SYMBOLS, b"0123456789abcdefghijklmnopqrstuv")
# What a hand may type for a symbol; every other byte becomes "?", which no check lets pass.
_SLIPS = {"O": "0", "o": "0", "I": "1", "i": "1", "L": "1", "l": "1"}
_TYPED = (
    bytes(ord(_SLIPS.get(chr(byte), chr(byte).upper() if chr(byte).upper() in SYMBOLS else "?")) for byte in range(128))
    + b"?" * 128
)
_PAIRS = tuple(high + low for high in SYMBOLS for low in SYMBOLS)
_SHIFTS = tuple(range(5 * LENGTH - 10, -1, -10))


def read(text: str) -> str | None:
    """The canonical serial behind a typed one, None when it is malformed.

    Only ASCII is folded: `str.upper` would let a dotless ı or a long ſ in.
    """
    if not text.isascii():
        return None
    serial = text.encode().translate(_TYPED, b" -")
    if len(serial) != LENGTH or b"?" in serial:
        return None
    return serial.decode()


def decode(serial: str) -> int | None:
    """The 100 bits of a canonical serial, None when it is anything else (lower case too)."""
    if len(serial) != LENGTH or not serial.isascii():
        return None
    raw = serial.encode()
    # Checked before int(), which would take underscores, signs and spaces.
    if raw.translate(None, _SYMBOLS):
        return None
    return int(raw.translate(_TO_PYTHON), 32)


def encode(number: int) -> str:
    """The canonical serial of 100 bits."""
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])


def is_canonical(serial: str) -> bool:
    return decode(serial) is not None


def grouped(serial: str) -> str:
    """In groups of four, the way label and page print it: `18YR 9ZDC YNA3 EFHA 15FZ`."""
    return " ".join(serial[at : at + 4] for at in range(0, len(serial), 4))
