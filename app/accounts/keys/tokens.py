"""How an API key is written: `zpm_live_` + 8 characters that name it + `_` + 43 random ones + 6 that check.

The check (CRC-32 of everything before it, in base 62) lets us refuse a damaged key before any
store is asked, and lets programs that look for leaked secrets know ours without asking anybody.
The 43 characters carry 256 random bits, so one SHA-256 of the whole is safe to keep.
"""

import secrets
import string
import zlib
from hashlib import sha256

from msgspec import Struct

PREFIX = "zpm_live_"
ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
NAME, SECRET, CHECK = 8, 43, 6
LENGTH = len(PREFIX) + NAME + 1 + SECRET + CHECK


class Token(Struct, frozen=True):
    """A key as it is shown once; `id` is the part that may be shown always."""

    id: str
    text: str

    @property
    def digest(self) -> bytes:
        return sha256(self.text.encode()).digest()


def new_token() -> Token:
    id_, secret = _random(NAME), _random(SECRET)
    body = f"{PREFIX}{id_}_{secret}"
    return Token(id_, body + check_characters(body))


def is_ours(text: str) -> bool:
    """Does it claim to be a key of this form?"""
    return text.startswith(PREFIX)


def read_token(text: str) -> Token | None:
    """The key in this text; None if it is damaged."""
    if len(text) != LENGTH or not text.isascii() or text[len(PREFIX) + NAME] != "_":
        return None
    body, check = text[:-CHECK], text[-CHECK:]
    if check_characters(body) != check:
        return None
    return Token(text[len(PREFIX) : len(PREFIX) + NAME], text)


def check_characters(body: str) -> str:
    """CRC-32 in base 62, six characters (62^6 is more than 2^32)."""
    rest = zlib.crc32(body.encode())
    characters = []
    for _ in range(CHECK):
        rest, place = divmod(rest, len(ALPHABET))
        characters.append(ALPHABET[place])
    return "".join(reversed(characters))


def _random(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
