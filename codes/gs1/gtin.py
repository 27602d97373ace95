"""GTINs: read what people type, check it, and write it the ways it is printed.

Inside the product a GTIN is always the 14-digit text, as in a Digital Link.
"""

from codes.gs1.errors import GtinCheckDigit, GtinLength, GtinNotDigits, GtinZero, shown

LENGTHS = (8, 12, 13, 14)
_TYPED_GAPS = str.maketrans("", "", " -")
_ZERO = ord("0")


def _weighted(digits: str) -> int:
    """The sum the check digit is about: from its left neighbour leftwards weights 3, 1, 3, …"""
    codes = digits.encode("ascii")
    # bytes are summed as they are, and the 48 each digit has too much is taken off at the end:
    # a quarter of the time of a loop over ints.
    odd, even = codes[::-2], codes[-2::-2]
    return sum(odd) + 3 * sum(even) - _ZERO * (len(odd) + 3 * len(even))


def check_digit(body: str) -> str:
    """The digit that completes `body`, digits of any length (GS1 General Specifications 7.9.1).

    Raises ValueError where `body` is not ASCII digits.
    """
    if not (body.isascii() and body.isdecimal()):
        message = f"expected digits, got {body!r}"
        raise ValueError(message)
    return str(-_weighted(body + "0") % 10)


def check_digit_fits(digits: str) -> bool:
    """Whether the last of these ASCII digits is the check digit of the others."""
    return _weighted(digits) % 10 == 0


def gtin14(text: str, field: str = "gtin") -> str:
    """The 14-digit form of a GTIN-8, -12, -13 or -14; spaces and hyphens of typed entry are dropped.

    Raises a BadGtin with the remedy.
    """
    digits = text.strip().translate(_TYPED_GAPS)
    given = shown(text)
    if not (digits.isascii() and digits.isdecimal()):
        raise GtinNotDigits(field=field, given=given)
    if len(digits) not in LENGTHS:
        raise GtinLength(field=field, given=given, count=len(digits))
    if not check_digit_fits(digits):
        raise GtinCheckDigit(field=field, given=given, expected=check_digit(digits[:-1]))
    if not digits.strip("0"):
        raise GtinZero(field=field, given=given)
    return digits.zfill(14)


def ean13(gtin: str) -> str | None:
    """The 13 digits under the bar code of a consumer unit; None for cases, whose indicator is 1–9."""
    return gtin[1:] if gtin[0] == "0" else None


def printed(gtin: str) -> str:
    """The GTIN without its padding, as the package shows it: EAN-8, UPC-A, EAN-13 or ITF-14."""
    if gtin.startswith("000000"):
        return gtin[6:]
    if gtin.startswith("00"):
        return gtin[2:]
    return ean13(gtin) or gtin
