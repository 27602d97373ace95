"""`zpm issue` and `zpm export` as a person at a shell sees them."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import asyncpg
import pytest

from app.__main__ import main
from codes.serial import EpochState, Item, KeyRing, open_serial
from tests.app.issuing.cast import HOOD, MISTYPED, UNRECOGNISED, play, settings_of

ROOT = Path(__file__).parents[3]
ROOT_KEY = "07" * 32
RING = KeyRing(bytes.fromhex(ROOT_KEY), {1: EpochState.ISSUING})

Zpm = Callable[..., tuple[int, str, str]]


@pytest.fixture
def environment(cloned: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The variables of a service whose database holds the cast."""
    given = {
        "DATABASE_URL": cloned, "REDIS_URL": "redis://unused", "ZPM_ROOT_KEY_HEX": ROOT_KEY, "LANG": "C.UTF-8",
        "ZPM_HIGH_WATER_FILE": str(tmp_path / "high-water"), "ZPM_PUBLIC_URL": "https://zpm.example",
    }  # fmt: skip
    monkeypatch.delenv("LC_ALL", raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    async def fill() -> None:
        db = await asyncpg.connect(cloned)
        await play(db, settings_of(cloned, tmp_path))
        await db.close()

    asyncio.run(fill())
    return dict(os.environ) | given


@pytest.fixture
def zpm(environment: dict[str, str], capfd: pytest.CaptureFixture[str]) -> Zpm:
    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(list(arguments))
        except SystemExit as stop:  # argparse, for wrong usage
            code = int(str(stop.code))
        out, err = capfd.readouterr()
        return code, out, err

    return run


def issue(*more: str, gtin: str = HOOD, lot: str = "260912A", count: str = "1000") -> tuple[str, ...]:
    return ("issue", "--gtin", gtin, "--lot", lot, "--count", count, *more)


def test_the_batch_number_is_the_last_line(zpm: Zpm) -> None:
    code, out, err = zpm(*issue("--idempotency-key", "k1", "--made-on", "2026-09-12", "--expires-on", "2027-09-11"))
    again = zpm(*issue("--idempotency-key", "k1", "--made-on", "2026-09-12", "--expires-on", "2027-09-11"))
    other = zpm(*issue("--idempotency-key", "k1"))
    fresh = zpm(*issue())
    assert (code, out.splitlines()[-1].isdecimal()) == (0, True)
    assert "1000 codes" in err
    assert again[:2] == (0, out)
    assert other[:2] == (1, "")
    assert other[2].startswith("zpm issue: --idempotency-key: ")
    assert (fresh[0], int(fresh[1]) > int(out)) == (0, True)


WRONG = [
    ({"count": "一百"}, "--count"),
    ({"count": "0"}, "--count"),
    ({"count": str(2**30 + 1)}, "--count"),
    ({"count": "-5"}, "--count"),
    ({"count": "9" * 5000}, "--count"),
    ({"gtin": MISTYPED}, "--gtin"),
    ({"gtin": UNRECOGNISED}, "--gtin"),
    ({"lot": "x" * 21}, "--lot"),
    ({"lot": "\udcff"}, "--lot"),
]


def test_a_refusal_names_the_option_in_the_language_of_the_shell(zpm: Zpm, monkeypatch: pytest.MonkeyPatch) -> None:
    assert zpm(*issue(count=str(2**30)))[0] == 0
    for wrong, option in WRONG:
        said = []
        for language in ("C.UTF-8", "zh_CN.UTF-8"):
            monkeypatch.setenv("LANG", language)
            code, out, err = zpm(*issue(**wrong))
            assert (code, out) == (1, "")
            assert err.startswith(f"zpm issue: {option}: ")
            assert "Traceback" not in err
            said.append(err)
        assert said[0] != said[1]


def test_every_wrong_option_is_named_at_once(zpm: Zpm) -> None:
    code, _, err = zpm(*issue("--made-on", "12.9.2026", "--expires-on", "2026-02-30", count="many"))
    assert code == 1
    assert [line.split(": ")[1] for line in err.splitlines()] == ["--count", "--made-on", "--expires-on"]


def test_wrong_usage_ends_with_2(zpm: Zpm) -> None:
    assert zpm("issue", "--gtin", HOOD)[0] == 2
    assert zpm(*issue("--policy", "sometime"))[0] == 2
    assert zpm("export", "1", "--format", "xls", "-o", "-")[0] == 2
    assert zpm("export", "1", "--format", "txt")[0] == 2


def test_an_export_goes_to_a_file_or_out(zpm: Zpm, tmp_path: Path) -> None:
    batch = int(zpm(*issue(count="3000"))[1])
    file = tmp_path / "codes.txt"
    file.write_text("an older one")
    written = zpm("export", str(batch), "--format", "txt", "-o", str(file))
    out = zpm("export", str(batch), "--format", "txt", "-o", "-", "--from", "2998")
    assert written == (0, "", "")
    serials = [line.rpartition("/")[2] for line in file.read_text().splitlines()]
    assert [open_serial(RING, serial) for serial in serials] == [Item(1, batch, index) for index in range(3000)]
    assert out[1].splitlines() == file.read_text().splitlines()[2998:]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["codes.txt", "high-water"]


def test_an_export_is_in_the_audit_log(environment: dict[str, str], zpm: Zpm, tmp_path: Path) -> None:
    zpm(*issue())
    file = str(tmp_path / "codes.txt")
    assert zpm("export", "1", "--format", "txt", "--count", "10", "-o", file)[0] == 0
    assert zpm("export", "1", "--format", "txt", "--count", "0", "-o", file)[0] == 1

    async def noted() -> list[asyncpg.Record]:
        db = await asyncpg.connect(environment["DATABASE_URL"])
        try:
            return await db.fetch(
                "select actor, row_key, organisation_id is not null as owned, after ->> 'last' as last from history"
                " where relation = 'batch' and operation = 'export'"
            )
        finally:
            await db.close()

    assert [tuple(row) for row in asyncio.run(noted())] == [("zpm export", "1", True, "9")]


def test_a_refused_export_leaves_no_file(zpm: Zpm, tmp_path: Path) -> None:
    batch = zpm(*issue(count="3000"))[1].strip()
    file = tmp_path / "codes"
    for arguments, option in (
        (("99", "--format", "txt"), "BATCH"),
        (("一", "--format", "txt"), "BATCH"),
        ((batch, "--format", "svg"), "--count"),
        ((batch, "--format", "txt", "--from", "3000"), "--from"),
        ((batch, "--format", "txt", "--from", "2999", "--count", "2"), "--count"),
        ((batch, "--format", "txt", "--count", "٣"), "--count"),
    ):
        code, out, err = zpm("export", *arguments, "-o", str(file))
        assert (code, out) == (1, "")
        assert err.startswith(f"zpm export: {option}: ")
        assert not file.exists()
    code, _, err = zpm("export", batch, "--format", "txt", "-o", str(tmp_path / "no" / "such" / "folder"))
    assert code == 1
    assert "Traceback" not in err


def _start(environment: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    command, pipe = [sys.executable, "-m", "app", *arguments], subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=pipe, stderr=pipe)


def test_four_processes_with_one_key_make_one_batch(environment: dict[str, str]) -> None:
    started = [_start(environment, *issue("--idempotency-key", "same")) for _ in range(4)]
    answers = [process.communicate(timeout=60) for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert len({out for out, _ in answers}) == 1


def test_a_closed_pipe_ends_quietly(environment: dict[str, str], zpm: Zpm) -> None:
    batch = zpm(*issue(count="1000000"))[1].strip()
    process = _start(environment, "export", batch, "--format", "txt", "-o", "-")
    assert process.stdout is not None
    assert process.stdout.readline().startswith(b"HTTPS://")
    process.stdout.close()
    assert process.wait(timeout=60) == 141
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_a_device_is_written_to_and_never_replaced(environment: dict[str, str], zpm: Zpm) -> None:
    batch = zpm(*issue())[1].strip()
    process = _start(environment, "export", batch, "--format", "csv", "-o", "/dev/stdout", "--count", "1", "--short")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, len(out.splitlines()), err) == (0, 2, b"")
    assert zpm("export", batch, "--format", "csv", "-o", "/dev/null") == (0, "", "")
    assert Path("/dev/null").is_char_device()


def test_a_killed_export_leaves_no_half_file(environment: dict[str, str], zpm: Zpm, tmp_path: Path) -> None:
    batch = zpm(*issue(count=str(2**30)))[1].strip()
    file = tmp_path / "codes.csv"
    process = _start(environment, "export", batch, "--format", "csv", "-o", str(file), "--count", "100000000")
    while not list(tmp_path.glob(".codes.csv.*.part")) and process.poll() is None:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    assert not file.exists()
    for half in tmp_path.glob("*.part"):
        half.unlink()
