"""`zpm verify`: is this the file the platform made? Needs the file, its manifest and the public keys."""

import argparse
import asyncio
import os
import sys
import urllib.request
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import asyncpg
import msgspec

from app.commands.context import add_store_options, settings_for
from app.commands.issue import tell
from codes.errors import Refusal, refuse_all

OPTIONS = {"manifest": "MANIFEST", "bytes": "bytes", "sha256": "sha256", "rows": "rows", "keys": "--keys"}
BLOCK = 1 << 20
KEYS_MOST = 1 << 20
"""Bytes of a key set; ours has 200 a key."""
WAIT_S = 10
SAID = {
    "en": "{file}: {rows} codes of GTIN {gtin}, batch {batch}, items {first} to {last}, made at {made_at}: unchanged",
    "zh": "{file}：GTIN {gtin}，批次 {batch}，序号 {first}–{last}，共 {rows} 个，生成于 {made_at}：与清单一致",
}


class KeysRefused(Refusal):
    code = "keys-refused"
    en = "This is not a set of public keys (JWKS); take it from /.well-known/jwks.json of the platform."
    zh = "这不是公钥集合（JWKS），请从平台的 /.well-known/jwks.json 获取。"


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = subparsers.add_parser(
        "verify",
        help="check a file of codes against its signed manifest",
        description="Check that a file of codes is the one its manifest was signed for: signature, size, SHA-256 and, "
        "where the format has rows, their number. Exit code 1 where anything differs.",
        allow_abbrev=False,
    )
    add_store_options(parser)
    parser.add_argument("file", metavar="FILE", help="the file of codes; - for standard input")
    parser.add_argument("manifest", metavar="MANIFEST", help="the manifest, as it came with the file")
    parser.add_argument(
        "--keys", metavar="JWKS", help="the platform's public keys, a file or an address ending in "
        "/.well-known/jwks.json (default: those of the stores); with it no store is needed",
    )  # fmt: skip
    parser.set_defaults(run=run)


def run(namespace: argparse.Namespace) -> int:
    from app.issuing import manifests

    try:
        keys = _stored(namespace) if namespace.keys is None else _given(namespace.keys)
        manifest = manifests.verify(Path(namespace.manifest).read_text(errors="replace"), keys)
        tally = manifests.Tally(manifest.format)
        _read(namespace.file, tally)
        refuse_all(manifests.differences(manifest, tally))
    except Refusal as refusal:
        return tell("verify", refusal, OPTIONS)
    language = "zh" if (os.environ.get("LC_ALL") or os.environ.get("LANG") or "en").startswith("zh") else "en"
    facts = msgspec.structs.asdict(manifest) | {
        "file": namespace.file, "last": manifest.first + manifest.count - 1, "made_at": manifest.made_at.isoformat()
    }  # fmt: skip
    print(SAID[language].format(**facts))
    return 0


def _read(name: str, tally: Any) -> None:
    with nullcontext(sys.stdin.buffer) if name == "-" else Path(name).open("rb") as file:
        while block := file.read(BLOCK):
            tally.add(block)


def _stored(namespace: argparse.Namespace) -> dict[str, Any]:
    """The keys this deployment ever signed with."""
    from app.issuing import statements

    async def read(url: str) -> dict[str, Any]:
        db = await asyncpg.connect(url, timeout=WAIT_S)
        try:
            return await statements.public_keys(db)
        finally:
            await db.close()

    with settings_for(namespace) as settings:
        return asyncio.run(read(settings.database_url))


def _given(place: str) -> dict[str, Any]:
    """The keys of a file or an address."""
    if place.startswith(("https://", "http://")):
        with urllib.request.urlopen(place, timeout=WAIT_S) as answer:  # noqa: S310 — the schemes are those two
            text = answer.read(KEYS_MOST)
    else:
        text = Path(place).read_bytes()[:KEYS_MOST]
    try:
        keys = msgspec.json.decode(text)
        if not isinstance(keys["keys"], list):
            raise KeysRefused(field="keys")
    except (msgspec.DecodeError, TypeError, KeyError) as error:
        raise KeysRefused(field="keys") from error
    return keys
