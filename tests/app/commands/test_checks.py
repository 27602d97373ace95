"""`zpm check` and `zpm migrate`: every wrong setting by its id, and the schema."""

import os
import re
import secrets
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.__main__ import main
from app.settings import SETTINGS
from app.store.embedded.places import valkey_server
from app.store.embedded.use import Stores
from app.store.migrate import FOLDER
from tests.app.commands.conftest import Up, eventually, zpm
from tests.app.databases import run, with_database

Said = Callable[..., tuple[int, str, str]]

WRONG = {
    "Z01": ["", "mysql://localhost/zpm", "postgresql://127.0.0.1:1/zpm", "postgresql://127.0.0.1:port/zpm",
            "postgresql://127.0.0.1/zpm?sslmode=sometimes"],
    "Z02": ["", "http://localhost", "redis://127.0.0.1:1", "redis://127.0.0.1:port", "unix:///no/such/socket",
            "redis://127.0.0.1:1/?unheard=of"],
    "Z03": ["", "00", "zz" * 32, "00" * 33],
    "Z04": ["", "zpm.example", "ftp://zpm.example", "https://zpm.example/codes", "https://[",
            "https://user:secret@zpm.example",
            "https://zpm.example:99999",
            "https://zpm example"],
    "Z05": ["", "one", "1:sometimes", "32:issuing", "1:issuing,1:issuing"],
    "Z06": ["", "0", "32", "one", "2"],
    "Z07": ["", "/no/such/folder/high-water"],
    "Z08": ["", "UPPER"],
    "Z09": ["", "zpm_secret", "0" * 63],
    "Z10": ["/no/such/folder", ""],
    "Z11": ["x province", "省"],
    "Z12": ["perhaps", "2"],
    "Z13": ["", "0", "3651", "-1", "9" * 5000],
    "Z14": ["", "mail.example", "smtp://", "smtp://user:secret@mail.example", "smtp://mail.example?tls",
            "smtps://mail.example:0"],
    "Z15": ["", "zpm", "zpm@mail.example\nBcc: x@y.example", "浙品码 <zpm@mail.example"],
    "Z16": ["", "s3://", "s3://bucket?secret=x", "https://bucket"],
    "Z17": ["", "two words", "密钥"],
    "Z18": ["", "two words", "a\nb"],
    "Z19": ["", "0", "-1", "many", "nan", "1e9"],
    "Z20": ["10.0.0.0/40", "proxy.example", "10.0.0.1/8"],
}  # fmt: skip
NAMES = {setting.id: setting.name for setting in SETTINGS}


def test_every_setting_has_a_wrong_value_here() -> None:
    assert set(WRONG) == set(NAMES)


@pytest.fixture
def right(shared: str, stores: Stores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """An environment that nothing is wrong with, and nothing else of ours in it."""
    for name in NAMES.values():
        for variable in (name, f"{name}_FILE"):
            monkeypatch.delenv(variable, raising=False)
    given = {
        "DATABASE_URL": shared, "REDIS_URL": stores.redis_url, "ZPM_ROOT_KEY_HEX": secrets.token_hex(32),
        "ZPM_HIGH_WATER_FILE": str(tmp_path / "high-water"),
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return given


@pytest.fixture
def check(right: dict[str, str], capfd: pytest.CaptureFixture[str]) -> Said:
    def run_it(*arguments: str) -> tuple[int, str, str]:
        code = main(["check", *arguments])
        return code, *capfd.readouterr()

    return run_it


def test_nothing_is_wrong_with_embedded_stores(running: Up) -> None:
    done = zpm("check", "--data", str(running.data))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{len(SETTINGS)} settings read, both stores answer: nothing is wrong.\n"


@pytest.mark.parametrize(
    ("number", "value"),
    [
        pytest.param(number, *(value.values if hasattr(value, "values") else [value]),
                     marks=getattr(value, "marks", ()), id=f"{number}-{index}")
        for number, values in WRONG.items() for index, value in enumerate(values)
    ],
)  # fmt: skip
def test_a_wrong_setting_is_named_by_its_id(
    check: Said, monkeypatch: pytest.MonkeyPatch, number: str, value: str
) -> None:
    monkeypatch.setenv(NAMES[number], value)
    code, out, err = check()
    assert (code, out) == (1, "")
    # An empty URL is one that is not set, and what is wrong with it may be said of both.
    assert [line.split(": ")[0] for line in err.splitlines()] == [f"{number} {NAMES[number]}"]
    assert len(value) < 3 or value not in err or number != "Z03"
    assert len(err) < 300


def test_all_that_is_wrong_is_said_at_once(check: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check()[::2] == (0, "")
    for name in ("ZPM_PUBLIC_URL", "ZPM_VIEW_DAYS", "ZPM_LABEL_CASE"):
        monkeypatch.setenv(name, "wrong")
    assert re.findall("^Z..", check()[2], re.M) == ["Z04", "Z08", "Z13"]
    for name in ("ZPM_PUBLIC_URL", "ZPM_VIEW_DAYS", "ZPM_LABEL_CASE"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("DATABASE_URL", "postgresql://127.0.0.1:1/zpm")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    monkeypatch.setenv("ZPM_HIGH_WATER_FILE", "/no/such/folder/high-water")
    assert re.findall("^Z..", check()[2], re.M) == ["Z01", "Z02", "Z07"]


def test_letters_that_cannot_leave_are_noted(check: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    code, out, _ = check()
    assert (code, out.splitlines()[1:]) == (
        0, ["note: Z14 ZPM_SMTP_URL is not set: invitations and other letters stay queued until it is."],
    )  # fmt: skip
    monkeypatch.setenv("ZPM_DEMONSTRATION", "1")  # which prints them
    assert len(check()[1].splitlines()) == 1
    monkeypatch.delenv("ZPM_DEMONSTRATION")
    monkeypatch.setenv("ZPM_SMTP_URL", "smtp://127.0.0.1")
    assert check()[2].startswith("Z15 ZPM_MAIL_FROM: is not set")
    monkeypatch.setenv("ZPM_MAIL_FROM", "zpm@mail.example")
    assert len(check()[1].splitlines()) == 1


def test_a_secret_may_stand_in_a_file(check: Said, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("DATABASE_URL", "ZPM_ROOT_KEY_HEX"):
        (tmp_path / name).write_text(f"{os.environ[name]}\n")
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
        monkeypatch.delenv(name)
    assert check()[::2] == (0, "")
    assert not (tmp_path / "data").exists()  # a database was named, so none of our own was made
    monkeypatch.setenv("ZPM_ROOT_KEY_HEX_FILE", str(tmp_path / "none"))
    assert check()[2].startswith("Z03 ZPM_ROOT_KEY_HEX: ")


def test_one_store_without_the_other_is_named(
    check: Said, monkeypatch: pytest.MonkeyPatch, right: dict[str, str], tmp_path: Path
) -> None:
    for name, number in (("DATABASE_URL", "Z01"), ("REDIS_URL", "Z02")):
        monkeypatch.delenv(name)
        code, out, err = check()
        assert (code, out, err) == (1, "", f"{number} {name}: is not set\n")
        monkeypatch.setenv(name, right[name])
    assert not (tmp_path / "data").exists()


@pytest.fixture
def forgetful() -> Iterator[str]:
    """A Valkey that may throw item state away when memory is short."""
    with tempfile.TemporaryDirectory(prefix="zpm-v") as folder:
        path = Path(folder, "valkey.sock")
        command = [str(valkey_server()), "--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder]
        with subprocess.Popen([*command, "--maxmemory-policy", "allkeys-lru"], stdout=subprocess.DEVNULL) as server:
            try:
                assert eventually(path.is_socket)
                yield f"unix://{path}"
            finally:
                server.terminate()


def test_a_forgetful_valkey_is_refused(check: Said, monkeypatch: pytest.MonkeyPatch, forgetful: str) -> None:
    monkeypatch.setenv("REDIS_URL", forgetful)
    code, _, err = check()
    assert code == 1
    assert err.startswith("Z02 REDIS_URL: has maxmemory-policy allkeys-lru")


@pytest.fixture
def empty(stores: Stores) -> Iterator[str]:
    """URL of a database without any schema."""
    name = f"zpm_empty_{secrets.token_hex(4)}"
    run(stores.database_url, f'create database "{name}"')
    yield with_database(stores.database_url, name)
    run(stores.database_url, f'drop database "{name}" with (force)')


def test_migrate_brings_the_schema_once(right: dict[str, str], empty: str, tmp_path: Path) -> None:
    count = len(list(FOLDER.glob("*.sql")))
    given = right | {"DATABASE_URL": empty}
    missing = zpm("check", cwd=tmp_path, **given)
    assert missing.returncode == 1
    assert missing.stderr == f"Z01 DATABASE_URL: {count} migrations are missing; run `zpm migrate`\n"
    said = [zpm("migrate", cwd=tmp_path, **given) for _ in range(2)]
    assert [(done.returncode, done.stdout, done.stderr) for done in said] == [
        (0, f"{count} migrations applied.\n", ""),
        (0, "The schema is up to date.\n", ""),
    ]
    assert zpm("check", cwd=tmp_path, **given).returncode == 0
