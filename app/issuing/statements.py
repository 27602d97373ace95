"""The batch's statement: a compact JWS (RFC 7515, EdDSA of RFC 8037) anybody can check offline.

It proves that the platform issued this batch to this enterprise with this count, also after the
platform is gone: the public keys stand at /.well-known/jwks.json and none is ever taken away. The
signing key is derived from the root key for this one purpose, so there is no second secret to keep.
"""

import base64
import hashlib
from functools import lru_cache
from typing import Any

import msgspec
from asyncpg import Connection
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.issuing import queries
from app.issuing.errors import StatementRefused
from app.issuing.shapes import Claims

PURPOSE = b"zpm/statement/1"
TYPE = "zpm-batch+jws"
"""`typ` of the header: a statement of another kind signed by the same key is not one of ours."""


class Signer:
    """The private key of one root key; `kid` is the RFC 7638 thumbprint of its public half."""

    def __init__(self, root_key: bytes) -> None:
        seed = HKDF(SHA256(), length=32, salt=None, info=PURPOSE).derive(root_key)
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public_key = self._key.public_key().public_bytes_raw()
        self.kid = thumbprint(self.public_key)

    def sign(self, claims: Claims) -> str:
        header = msgspec.json.encode({"alg": "EdDSA", "kid": self.kid, "typ": TYPE})
        signed = b".".join((_encoded(header), _encoded(msgspec.json.encode(claims))))
        return b".".join((signed, _encoded(self._key.sign(signed)))).decode()


@lru_cache(maxsize=4)
def signer(root_key: bytes) -> Signer:
    return Signer(root_key)


def thumbprint(public_key: bytes) -> str:
    """RFC 7638: SHA-256 over the required members in lexical order, without white space."""
    members = {"crv": "Ed25519", "kty": "OKP", "x": _encoded(public_key).decode()}
    return _encoded(hashlib.sha256(msgspec.json.encode(members)).digest()).decode()


def jwk(kid: str, public_key: bytes) -> dict[str, str]:
    x = _encoded(public_key).decode()
    return {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid, "use": "sig", "alg": "EdDSA"}


async def public_keys(db: Connection) -> dict[str, list[dict[str, str]]]:
    """The JWKS document: every key that ever signed a statement here."""
    return {"keys": [jwk(key.kid, key.public_key) for key in await queries.signing_keys.all(db)]}


def verify(statement: str, jwks: dict[str, Any]) -> Claims:
    """What the statement claims; refuses one that no key of `jwks` signed, or of another type."""
    try:
        header, payload, signature = statement.split(".")
        head = msgspec.json.decode(_decoded(header))
        if head["alg"] != "EdDSA" or head["typ"] != TYPE:
            raise StatementRefused(field="statement")
        x = next(key["x"] for key in jwks["keys"] if key["kid"] == head["kid"] and key["kty"] == "OKP")
        Ed25519PublicKey.from_public_bytes(_decoded(x)).verify(_decoded(signature), f"{header}.{payload}".encode())
        return msgspec.json.decode(_decoded(payload), type=Claims)
    except (ValueError, TypeError, KeyError, StopIteration, InvalidSignature, msgspec.MsgspecError) as error:
        raise StatementRefused(field="statement") from error


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: str) -> bytes:
    if "=" in text:
        raise ValueError("base64url without padding is meant")
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
