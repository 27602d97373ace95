"""The `v` of the beacon: a view id, the hour the page was made, and a MAC over both and the code.

The same id counts once; an id of another code, of another service or of a page made more than two
hours ago is not counted. So nobody can turn a genuine item suspect without opening its page anew
for every view, and a page fetch alone never counts.

wire form: base64url of  hour:4 | id:8 | mac:9  (28 characters, so no bit is left over); mac =
HMAC-SHA256 cut to 9 bytes: 2^-72 a guess, and a guess gains one view.
"""

import hmac
import random
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HOURS_VALID = 2
_LENGTH = 28
_MAC = 9
_random = random.SystemRandom()


class View(NamedTuple):
    """One counted view: which, and the hour its page was made (hours since 1970)."""

    id: int
    hour: int


class ViewIds:
    """Makes and reads view ids; the key comes from the root key."""

    def __init__(self, root_key: bytes) -> None:
        self._key = HKDF(SHA256(), 32, None, b"zpm/view/1").derive(root_key)
        # Ids must differ, not be secret: the MAC is what nobody can make.
        self._draw = random.Random(_random.getrandbits(256)).getrandbits  # noqa: S311

    def make(self, subject: str, now: float) -> str:
        """`subject` is the serial, or the GTIN of a product or lot page; `now` in seconds."""
        body = struct.pack(">IQ", int(now) // 3600, self._draw(63))
        return urlsafe_b64encode(body + self._mac(subject, body)).decode()

    def read(self, subject: str, text: str, now: float) -> View | None:
        """None for what is not to be counted."""
        if len(text) != _LENGTH:
            return None
        try:
            raw = urlsafe_b64decode(text)
        except ValueError:
            return None
        body = raw[:12]
        if len(raw) != 12 + _MAC or not hmac.compare_digest(raw[12:], self._mac(subject, body)):
            return None
        hour, view_id = struct.unpack(">IQ", body)
        age = int(now) // 3600 - hour
        # -1: made by a host whose clock is a little ahead, at the full hour.
        return View(view_id, hour) if -1 <= age <= HOURS_VALID else None

    def _mac(self, subject: str, body: bytes) -> bytes:
        return hmac.digest(self._key, subject.encode() + b"|" + body, "sha256")[:_MAC]
