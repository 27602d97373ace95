"""The manifest, checked the way a print house would: its signature, and the file against it."""

import base64
import hashlib
import hmac
import json

import asyncpg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.issuing import actions, exports, manifests, statements
from app.issuing.manifests import FileDiffers, ManifestRefused, Tally
from codes.labels import ExportBroken, file_name
from tests.app.issuing.cast import HOOD, NOW, Cast

ROOT = bytes(range(32))


def padded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def keys_of(signer: manifests.Signer) -> dict[str, list[dict[str, str]]]:
    return {"keys": [statements.jwk(signer.kid, signer.public_key)]}


async def exported(db: asyncpg.Connection, cast: Cast, fmt: str, **part: object) -> tuple[bytes, manifests.Manifest]:
    batch = await actions.issue(db, cast.order(count=1500), "k", cast.actor, cast.settings, NOW)
    order = await exports.order(db, batch.batch, exports.Part(**part), cast.actor, cast.settings)
    tally = Tally(fmt)
    data = b"".join(chunk for _, chunk in tally.through(exports.stream(order, fmt, cast.settings.ring)))
    return data, tally.manifest(order, fmt, file_name(order, fmt), NOW)


@pytest.mark.parametrize("fmt", ["csv", "txt", "zpl", "xlsx", "svg-zip", "pdf"])
async def test_a_stranger_checks_a_manifest(db: asyncpg.Connection, cast: Cast, fmt: str) -> None:
    data, manifest = await exported(db, cast, fmt, first=10, count=40, layout="roll-60x40")
    signer = await exports.publish_key(db, cast.settings)
    signed, document = signer.sign(manifest), json.loads(json.dumps(await statements.public_keys(db)))

    header, payload, signature = signed.split(".")
    head = json.loads(padded(header))
    assert (head["alg"], head["typ"]) == ("EdDSA", "zpm-manifest+jws")
    [key] = [key for key in document["keys"] if key["kid"] == head["kid"]]
    Ed25519PublicKey.from_public_bytes(padded(key["x"])).verify(padded(signature), f"{header}.{payload}".encode())
    said = json.loads(padded(payload))
    assert padded(payload) == json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
    assert said == {
        "file": f"zpm-{HOOD}-{said['batch']}-10-49.{data and file_name_suffix(fmt)}", "format": fmt,
        "encoding": "utf-8", "form": "item", "variant": 0, "host": "zpm.example", "epoch": 1,
        "batch": said["batch"], "gtin": HOOD, "lot": "260912A", "first": 10, "count": 40, "rows": 40,
        "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "made_at": "2026-11-22T04:30:00Z",
    }  # fmt: skip
    assert manifests.verify(signed, document) == manifest
    assert signer.sign(manifest) == signed


def file_name_suffix(fmt: str) -> str:
    return fmt.removeprefix("svg-")


def test_the_key_follows_from_the_root_key_alone_and_is_no_statement_s() -> None:
    seed = hmac.digest(hmac.digest(bytes(32), ROOT, "sha256"), b"zpm/manifest/1\x01", "sha256")
    expected = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    assert manifests.signer(ROOT).public_key == expected
    assert expected not in (manifests.signer(bytes(32)).public_key, statements.signer(ROOT).public_key)


async def test_what_is_no_manifest_of_these_keys_is_refused(db: asyncpg.Connection, cast: Cast) -> None:
    _, manifest = await exported(db, cast, "txt")
    signer, other = manifests.signer(ROOT), manifests.Signer(bytes(32))
    signed, keys = signer.sign(manifest), keys_of(signer)
    assert manifests.verify(signed + "\n", keys) == manifest
    batch = await actions.issue(db, cast.order(count=5), "k2", cast.actor, cast.settings, NOW)
    header, payload, signature = signed.split(".")
    changed = base64.urlsafe_b64encode(padded(payload).replace(b"1500", b"1501")).decode().rstrip("=")
    for wrong in (
        "", "a.b", f"{header}.{changed}.{signature}", f"{header}.{payload}.{signature[:-4]}",
        f"{header}=.{payload}.{signature}", other.sign(manifest), batch.statement, "💥.💥.💥",
    ):  # fmt: skip
        with pytest.raises(ManifestRefused) as no:
            manifests.verify(wrong, {"keys": [*keys["keys"], *keys_of(statements.signer(ROOT))["keys"]]})
        assert no.value.field == "manifest"
    for no_keys in ({}, {"keys": []}, {"keys": [{"kid": signer.kid}]}, {"keys": None}):
        with pytest.raises(ManifestRefused):
            manifests.verify(signed, no_keys)


async def test_every_difference_is_said(db: asyncpg.Connection, cast: Cast) -> None:
    data, manifest = await exported(db, cast, "csv")

    def read(content: bytes) -> list[FileDiffers]:
        tally = Tally("csv")
        for at in range(0, len(content), 777):
            tally.add(content[at : at + 777])
        return manifests.differences(manifest, tally)

    assert read(data) == []
    cut, swapped = read(data[:-200]), read(data.replace(b'"0"', b'"9"', 1))
    assert [one.field for one in cut] == ["bytes", "sha256", "rows"]
    assert [one.field for one in swapped] == ["sha256"]
    assert cut[2].facts["said"] == 1500
    assert str(len(data)) in cut[0].say("zh")


async def test_a_part_of_a_stream_has_no_manifest(db: asyncpg.Connection, cast: Cast) -> None:
    batch = await actions.issue(db, cast.order(count=40_000), "k", cast.actor, cast.settings, NOW)
    order = await exports.order(db, batch.batch, exports.WHOLE, cast.actor, cast.settings)
    tally = Tally("txt")
    passing = tally.through(exports.stream(order, "txt", cast.settings.ring))
    next(passing)
    with pytest.raises(ExportBroken):
        tally.manifest(order, "txt", "f", NOW)
    list(passing)
    assert tally.manifest(order, "txt", "f", NOW).rows == 40_000
    with pytest.raises(ExportBroken):
        tally.manifest(structs.replace(order, count=39_999), "txt", "f", NOW)
    few = structs.replace(order, count=3, layout="roll-40x30")
    for fmt, offset in (("txt", 63), ("csv", 1), ("zpl", 1), ("pdf", 1), ("xlsx", 1), ("svg", 9), ("png-zip", 2)):
        for begin in (0, offset):
            passed = Tally(fmt)
            list(passed.through(exports.stream(few, fmt, cast.settings.ring, offset=begin)))
            if begin:
                with pytest.raises(ExportBroken, match="not the whole file"):
                    passed.manifest(few, fmt, "f", NOW)
            else:
                assert passed.manifest(few, fmt, "f", NOW).count == 3


@given(st.lists(st.sampled_from([b"^", b"X", b"A", b"^XA", b"^X", b"XA", b"-", b"^XA^XA"]), max_size=30))
def test_marks_are_counted_across_chunks(chunks: list[bytes]) -> None:
    tally = Tally("zpl")
    for chunk in chunks:
        tally.add(chunk)
    assert tally.rows == b"".join(chunks).count(b"^XA")
