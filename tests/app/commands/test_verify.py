"""`zpm verify` and what `zpm export` writes for it, as a person at a shell sees them."""

import argparse
import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from app.commands import export, verify
from app.issuing import actions, manifests, statements
from codes.labels import rows
from tests.app.issuing.cast import HOOD, NOW, Cast, play, settings_of

ROOT_KEY = bytes(range(32))
Zpm = Callable[..., tuple[int, str, str]]


@pytest.fixture
def batch(cloned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """A batch of 3,000, and the variables of the service that issued it."""
    for name, value in {
        "DATABASE_URL": cloned, "REDIS_URL": "redis://unused", "ZPM_ROOT_KEY_HEX": ROOT_KEY.hex(), "LANG": "C.UTF-8",
        "ZPM_HIGH_WATER_FILE": str(tmp_path / "high-water"), "ZPM_PUBLIC_URL": "https://zpm.example",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("LC_ALL", raising=False)

    async def issue() -> int:
        db = await asyncpg.connect(cloned)
        try:
            cast: Cast = await play(db, settings_of(cloned, tmp_path))
            made = await actions.issue(db, cast.order(count=3000), "k", cast.actor, cast.settings, NOW)
            return made.batch
        finally:
            await db.close()

    return asyncio.run(issue())


@pytest.fixture
def zpm(capfd: pytest.CaptureFixture[str]) -> Zpm:
    def run(command: str, *arguments: object) -> tuple[int, str, str]:
        parser = argparse.ArgumentParser()
        subparsers = parser.add_subparsers()
        for module in (export, verify):
            module.add_parser(subparsers)
        namespace = parser.parse_args([command, *map(str, arguments)])
        code = namespace.run(namespace)
        out, err = capfd.readouterr()
        return code, out, err

    return run


@pytest.fixture
def made(zpm: Zpm, batch: int, tmp_path: Path) -> tuple[Path, Path]:
    """A file and its manifest."""
    file, manifest = tmp_path / "codes.csv", tmp_path / "codes.csv.jws"
    assert zpm("export", batch, "--format", "csv", "-o", file, "--manifest", manifest) == (0, "", "")
    return file, manifest


def key_set(tmp_path: Path) -> Path:
    signer = manifests.signer(ROOT_KEY)
    (tmp_path / "jwks.json").write_text(json.dumps({"keys": [statements.jwk(signer.kid, signer.public_key)]}))
    return tmp_path / "jwks.json"


def test_a_file_is_the_one_its_manifest_was_signed_for(
    zpm: Zpm, batch: int, made: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, manifest = made
    code, out, err = zpm("verify", file, manifest)
    assert (code, err) == (0, "")
    assert f"3000 codes of GTIN {HOOD}, batch {batch}, items 0 to 2999" in out
    assert "unchanged" in out
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert "与清单一致" in zpm("verify", file, manifest, "--keys", key_set(tmp_path))[1]
    file.write_bytes(file.read_bytes()[:-1])
    code, out, err = zpm("verify", file, manifest, "--keys", key_set(tmp_path))
    assert (code, out) == (1, "")
    assert [line.split(": ")[1] for line in err.splitlines()] == ["bytes", "sha256", "rows"]
    assert "截断" in err


def test_a_manifest_of_others_or_keys_that_are_none_are_refused(
    zpm: Zpm, made: tuple[Path, Path], tmp_path: Path
) -> None:
    file, manifest = made
    keys = key_set(tmp_path)
    manifest.write_text(manifest.read_text()[:-9] + "\n")
    code, _, err = zpm("verify", file, manifest, "--keys", keys)
    assert (code, err.startswith("zpm verify: MANIFEST: ")) == (1, True)
    for text in ("{", "[]", "{}", '{"keys": 5}'):
        keys.write_text(text)
        code, _, err = zpm("verify", file, manifest, "--keys", keys)
        assert (code, err.startswith("zpm verify: --keys: ")) == (1, True)


@contextmanager
def serving(content: bytes) -> Iterator[str]:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
        thread.join()


def test_keys_may_come_from_the_platform_s_address(zpm: Zpm, made: tuple[Path, Path], tmp_path: Path) -> None:
    with serving(key_set(tmp_path).read_bytes()) as address:
        assert zpm("verify", *made, "--keys", address)[0] == 0


def test_rolls_are_files_with_manifests_of_their_own(zpm: Zpm, batch: int, tmp_path: Path) -> None:
    folder, signed = tmp_path / "rolls", tmp_path / "signed"
    arguments = ("--format", "zpl", "--layout", "roll-40x30", "--roll", 1000, "-o", folder, "--manifest", signed)
    assert zpm("export", batch, *arguments, "--count", 2500) == (0, "", "")
    names = [
        f"zpm-{HOOD}-{batch}-{ends}.zpl" for ends in ("0-999-roll0001", "1000-1999-roll0002", "2000-2499-roll0003")
    ]
    assert sorted(path.name for path in folder.iterdir()) == names
    for name in names:
        assert zpm("verify", folder / name, signed / f"{name}.jws", "--keys", key_set(tmp_path))[0] == 0
    assert zpm("verify", folder / names[0], signed / f"{names[1]}.jws", "--keys", key_set(tmp_path))[0] == 1
    code, _, err = zpm("export", batch, *arguments[:5], 0, *arguments[6:])
    assert (code, err.startswith("zpm export: --roll: ")) == (1, True)
    assert zpm("export", batch, "--format", "txt", "--roll", 10, "-o", "-")[0] == 2


def test_encoding_resolution_marks_and_bleed_reach_the_file(zpm: Zpm, batch: int, tmp_path: Path) -> None:
    file = tmp_path / "out"
    for arguments, begins in (
        (("csv", "--encoding", "utf-8-sig"), b'\xef\xbb\xbf"index"'),
        (("zpl", "--dpi", 300, "--layout", "roll-40x30"), b"^XA^PW472^LL354"),
        (("pdf", "--marks", "--bleed", 2, "--layout", "roll-40x30"), b"%PDF"),
    ):
        assert zpm("export", batch, "--format", *arguments, "--count", 2, "-o", file)[0] == 0
        assert file.read_bytes().startswith(begins)
    assert b"/TrimBox" in file.read_bytes()
    code, _, err = zpm("export", batch, "--format", "pdf", "--bleed", 2, "--layout", "a4-24", "-o", file)
    assert (code, err.startswith("zpm export: --bleed: ")) == (1, True)


def test_a_label_that_cannot_be_read_back_leaves_neither_file_nor_manifest(
    zpm: Zpm, batch: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = rows.Row.fill

    def astray(self: rows.Row, start: int, serials: object) -> bytes:
        return kept(self, start, serials).replace(b"HTTPS", b"HTTPX")

    monkeypatch.setattr(rows.Row, "fill", astray)
    file, manifest = tmp_path / "codes.txt", tmp_path / "codes.jws"
    code, _, err = zpm("export", batch, "--format", "txt", "-o", file, "--manifest", manifest)
    assert code == 1
    assert "could not be read back" in err
    assert not file.exists()
    assert not manifest.exists()
    assert not list(tmp_path.glob(".*.part"))
