"""Where a command finds its stores: the embedded ones of `--data DIR`, or the environment's URLs."""

import argparse
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from app.settings import Settings, from_environment
from app.store.embedded.use import stores_of

DEFAULT_DATA = Path("data")
DEMONSTRATION = "demonstration"
"""A file of this name says that the folder's database holds invented enterprises and people."""
_STORE_VARIABLES = ("DATABASE_URL", "DATABASE_URL_FILE", "REDIS_URL", "REDIS_URL_FILE")


def add_store_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="use the embedded PostgreSQL and Valkey of this folder, whether `zpm up` runs there or not; "
        "without it DATABASE_URL and REDIS_URL are used where they are set, else the folder ./data",
    )


def uses_embedded(namespace: argparse.Namespace) -> bool:
    """One of the two without the other is a mistake to be named, not a reason to use another database."""
    return namespace.data is not None or not any(os.environ.get(name) for name in _STORE_VARIABLES)


@contextmanager
def environment_for(namespace: argparse.Namespace) -> Iterator[dict[str, str]]:
    """The environment with everything set that the embedded stores and their folder provide."""
    if not uses_embedded(namespace):
        yield dict(os.environ)
        return
    data: Path = namespace.data or DEFAULT_DATA
    data.mkdir(parents=True, exist_ok=True)
    with stores_of(data) as stores:
        given = {
            "ZPM_ROOT_KEY_HEX_FILE": str(_secret(data / "root.key", secrets.token_hex(32))),
            "ZPM_API_KEY_SHA256": _digest(_secret(data / "api.key", "zpm_" + secrets.token_urlsafe(32))),
            "ZPM_HIGH_WATER_FILE": str(data.resolve() / "high-water"),
            "ZPM_FILES": str(data.resolve() / "files"),
            "ZPM_PUBLIC_URL": _remembered_url(data),
        }
        if (data / DEMONSTRATION).exists():
            given["ZPM_DEMONSTRATION"] = "1"
        if "ZPM_ROOT_KEY_HEX" in os.environ:
            del given["ZPM_ROOT_KEY_HEX_FILE"]
        others = {name: value for name, value in os.environ.items() if name not in _STORE_VARIABLES}
        yield given | others | {"DATABASE_URL": stores.database_url, "REDIS_URL": stores.redis_url}


@contextmanager
def settings_for(namespace: argparse.Namespace) -> Iterator[Settings]:
    """Settings with both stores running; raises `SettingsRefused`, `EmbeddedFailed`."""
    with environment_for(namespace) as environment:
        yield from_environment(environment)


def remember_url(data: Path, url: str) -> None:
    """What `zpm up` serves under, so that `zpm export` prints the same address."""
    (data / "public-url").write_text(url + "\n")


def mark_demonstration(data: Path) -> None:
    (data / DEMONSTRATION).touch()


def _remembered_url(data: Path) -> str:
    try:
        return (data / "public-url").read_text().strip()
    except OSError:
        return "http://127.0.0.1:8000"


def _secret(path: Path, fresh: str) -> Path:
    """A file of ours with mode 600; made once, never replaced."""
    if not path.exists():
        half = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(fresh + "\n")
        with suppress(FileExistsError):
            os.link(half, path)  # the first of two processes wins, both then read the same
        half.unlink()
    return path.resolve()


def _digest(path: Path) -> str:
    return sha256(path.read_text().strip().encode()).hexdigest()
