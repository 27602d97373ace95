"""The manifest of an export: what a file is, counted and digested while it passed, signed by the platform.

A print house and its customer compare by it, years later too: `zpm verify FILE MANIFEST`. It is a compact JWS like a
batch's statement, of a type and under a key of its own, published in the same JWKS. The claims are canonical JSON, keys
sorted, without blanks: the same file made at the same moment has the same manifest byte for byte.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from app.issuing.statements import thumbprint
from codes.errors import Refusal
from codes.labels import ExportBroken, ExportOrder, length

PURPOSE = b"zpm/manifest/1"
TYPE = "zpm-manifest+jws"
MARKS = {"csv": (b"\n", 1), "txt": (b"\n", 0), "zpl": (b"^XA", 0)}
"""What each row of a text has once, and how many rows are no labels. The other formats are packed: nothing to count."""
ZIP = b"PK\3\4"
OPENINGS = {"xlsx": ZIP, "svg-zip": ZIP, "png-zip": ZIP, "pdf": b"%PDF", "svg": b"<svg"}
"""How a packed file begins: one that was taken up in the middle is no whole one, whatever labels it ends with."""


class ManifestRefused(Refusal):
    code = "manifest-refused"
    en = "This is not a manifest signed by one of the keys given."
    zh = "这不是由所给密钥签名的清单。"


class FileDiffers(Refusal):
    code = "file-differs"
    en = "The manifest says {said}, the file has {found}: this is another file, or it was changed or cut off."
    zh = "清单为 {said}，文件为 {found}：不是同一文件，或已被改动、截断。"


class Manifest(Struct, frozen=True, kw_only=True):
    """What a whole file holds and how it is known again."""

    file: str
    format: str
    encoding: str
    form: str
    variant: int
    host: str
    epoch: int
    batch: int
    gtin: str
    lot: str
    first: int
    count: int
    rows: int
    """Counted in the bytes where the format has rows, else the labels that were written."""
    bytes: int
    sha256: str
    made_at: datetime


class Tally:
    """Counts and digests a file while it passes; a part of a file has no manifest."""

    def __init__(self, fmt: str) -> None:
        self._digest = hashlib.sha256()
        self._mark, self._extra = MARKS.get(fmt, (b"", 0))
        self._marks, self._tail, self._opening = 0, b"", b""
        self.bytes = self.labels = 0
        self.whole = False

    def add(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        self._opening += chunk[: max(0, 4 - self.bytes)]
        self.bytes += len(chunk)
        if self._mark:
            # A mark may lie across two chunks: the ends, too short to hold a whole one, are looked at once more.
            short = len(self._mark) - 1
            self._marks += chunk.count(self._mark) + (self._tail + chunk[:short]).count(self._mark)
            self._tail = (self._tail + chunk[-short:])[-short:] if short else b""

    def through(self, chunks: Iterable[tuple[int, bytes]]) -> Iterator[tuple[int, bytes]]:
        """The chunks of an export as they are; `whole` when the last has passed."""
        for done, chunk in chunks:
            self.add(chunk)
            self.labels = done
            yield done, chunk
        self.whole = True

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    @property
    def rows(self) -> int:
        return self._marks - self._extra if self._mark else self.labels

    def manifest(self, order: ExportOrder, fmt: str, file: str, made_at: datetime) -> Manifest:
        """Of what has passed; raises ExportBroken where that is not all of the order."""
        expected, opening = length(order, fmt), OPENINGS.get(fmt, self._opening)
        known = expected is None or expected == self.bytes
        if (
            not self.whole
            or not known
            or (self.labels, self.rows, self._opening) != (order.count, order.count, opening)
        ):
            raise ExportBroken(
                f"{self.bytes} bytes with {self.rows} rows of {order.count} have passed, not the whole file"
            )
        return Manifest(
            file=file, format=fmt, encoding=order.encoding, form=order.form, variant=order.variant, host=order.host,
            epoch=order.epoch, batch=order.batch, gtin=order.gtin, lot=order.lot, first=order.first, count=order.count,
            rows=self.rows, bytes=self.bytes, sha256=self.sha256, made_at=made_at,
        )  # fmt: skip


class Signer:
    """The private key of manifests under one root key; `kid` is the RFC 7638 thumbprint of its public half."""

    def __init__(self, root_key: bytes) -> None:
        seed = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(root_key)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()
        self.kid = thumbprint(self.public_key)

    def sign(self, manifest: Manifest) -> str:
        """The compact JWS; whoever hands it out publishes `kid` and `public_key` before."""
        header = {"alg": "EdDSA", "kid": self.kid, "typ": TYPE}
        parts = (msgspec.json.encode(part, order="sorted") for part in (header, manifest))
        signed = b".".join(map(_encoded, parts))
        return b".".join((signed, _encoded(self._key.sign(signed)))).decode()


@lru_cache(maxsize=4)
def signer(root_key: bytes) -> Signer:
    return Signer(root_key)


def verify(manifest: str, jwks: dict[str, Any]) -> Manifest:
    """What the manifest says; refuses one that no key of `jwks` signed, or of another type."""
    try:
        header, payload, signature = manifest.strip().split(".")
        head = msgspec.json.decode(_decoded(header))
        if head["alg"] != "EdDSA" or head["typ"] != TYPE:
            raise ManifestRefused(field="manifest")
        x = next(key["x"] for key in jwks["keys"] if key["kid"] == head["kid"] and key["kty"] == "OKP")
        Ed25519PublicKey.from_public_bytes(_decoded(x)).verify(_decoded(signature), f"{header}.{payload}".encode())
        return msgspec.json.decode(_decoded(payload), type=Manifest)
    except (ValueError, TypeError, KeyError, StopIteration, InvalidSignature, msgspec.MsgspecError) as error:
        raise ManifestRefused(field="manifest") from error


def differences(manifest: Manifest, found: Tally) -> list[Refusal]:
    """Everything in which a file that was read whole is not what its manifest says."""
    pairs = [("bytes", manifest.bytes, found.bytes), ("sha256", manifest.sha256, found.sha256)]
    if manifest.format in MARKS:
        pairs.append(("rows", manifest.rows, found.rows))
    return [FileDiffers(field=field, said=said, found=has) for field, said, has in pairs if said != has]


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: str) -> bytes:
    if "=" in text:
        raise ValueError("base64url without padding is meant")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
