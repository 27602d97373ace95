"""The batch's statement, checked the way a stranger would: RFC 7515, 7638, 8037 and a crypto library."""

import base64
import hashlib
import hmac
import json

import asyncpg
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import structs

from app.issuing import actions, statements
from app.issuing.errors import StatementRefused
from app.issuing.shapes import Claims
from tests.app.issuing.cast import HOOD, MAKER, NOW, Cast

CLAIMS = Claims(batch=1, uscc=MAKER, gtin=HOOD, lot="L", count=5, epoch=1, issued_at=NOW)


def unpadded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


async def test_a_stranger_checks_the_statement_of_a_batch(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await actions.issue(db, cast.order(), "k1", cast.actor, cast.settings, NOW)
    document = json.loads(json.dumps(await statements.public_keys(db)))

    header, payload, signature = batch.statement.split(".")
    head = json.loads(padded(header))
    assert head.keys() == {"alg", "kid", "typ"}
    assert head["alg"] == "EdDSA"
    [key] = [key for key in document["keys"] if key["kid"] == head["kid"]]
    canonical = json.dumps({name: key[name] for name in ("crv", "kty", "x")}, separators=(",", ":"))
    assert unpadded(hashlib.sha256(canonical.encode()).digest()) == key["kid"]
    public = Ed25519PublicKey.from_public_bytes(padded(key["x"]))
    public.verify(padded(signature), f"{header}.{payload}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(padded(signature), f"{header}.{payload[:-1]}".encode())
    assert json.loads(padded(payload)) == {
        "batch": batch.batch, "uscc": MAKER, "gtin": HOOD, "lot": "260912A", "count": 1000, "epoch": 1,
        "issued_at": "2026-11-22T04:30:00Z",
    }  # fmt: skip
    assert statements.verify(batch.statement, document).batch == batch.batch


def test_the_key_follows_from_the_root_key_alone() -> None:
    """HKDF-SHA256 by hand (RFC 5869), so that the derivation can never drift."""
    root = bytes(range(32))
    seed = hmac.digest(hmac.digest(bytes(32), root, "sha256"), b"zpm/statement/1\x01", "sha256")
    expected = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert statements.signer(root).public_key == expected
    assert statements.signer(bytes(32)).public_key != expected


def test_the_thumbprint_is_that_of_rfc_8037() -> None:
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert statements.thumbprint(public) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


async def test_old_keys_stay(db: asyncpg.Connection, cast: Cast) -> None:
    old = await actions.issue(db, cast.order(), "k1", cast.actor, cast.settings, NOW)
    moved = structs.replace(cast.settings, root_key=bytes(32))
    new = await actions.issue(db, cast.order(), "k2", cast.actor, moved, NOW)
    document = await statements.public_keys(db)
    assert len(document["keys"]) == 2
    assert [statements.verify(batch.statement, document).batch for batch in (old, new)] == [old.batch, new.batch]


def test_a_changed_statement_is_refused_at_every_character() -> None:
    signer = statements.Signer(bytes(32))
    document = {"keys": [statements.jwk(signer.kid, signer.public_key)]}
    statement = signer.sign(CLAIMS)
    assert statements.verify(statement, document) == CLAIMS
    for place, char in enumerate(statement):
        for other in {"A", "_", ".", "=", "é"} - {char}:
            changed = statement[:place] + other + statement[place + 1 :]
            try:
                claims = statements.verify(changed, document)
            except StatementRefused:
                continue
            # Base64 leaves unused bits in the last character of a part; nothing that is said changes.
            assert claims == CLAIMS
            assert padded(changed.rpartition(".")[2]) == padded(statement.rpartition(".")[2])


def _signed(head: dict[str, str], signer: statements.Signer) -> str:
    signed = f"{unpadded(json.dumps(head).encode())}.{signer.sign(CLAIMS).split('.')[1]}"
    return f"{signed}.{unpadded(signer._key.sign(signed.encode()))}"


@pytest.mark.parametrize(
    "change", [{"alg": "none"}, {"alg": "HS256"}, {"typ": "JWT"}, {"typ": None}, {"kid": "another"}, {"kid": None}]
)
def test_another_algorithm_type_or_key_is_refused(change: dict[str, str | None]) -> None:
    signer = statements.Signer(bytes(32))
    document = {"keys": [statements.jwk(signer.kid, signer.public_key)]}
    head = {"alg": "EdDSA", "kid": signer.kid, "typ": statements.TYPE}
    assert statements.verify(_signed(head, signer), document) == CLAIMS
    wrong = {name: value for name, value in (head | change).items() if value is not None}
    with pytest.raises(StatementRefused):
        statements.verify(_signed(wrong, signer), document)


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "W10.W10.W10"])
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(StatementRefused):
        statements.verify(text, {"keys": []})
