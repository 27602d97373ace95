"""The real program: `zpm up` as a process in a folder of its own, watched from outside."""

import contextlib
import json
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.store.embedded.use import wait_until_stopped

ROOT = Path(__file__).parents[3]
WAIT_S = 60
"""The bound of every wait; on an idle machine the longest takes three seconds."""
ZPM = (sys.executable, "-m", "app")
STORES = ("guardian", "postgres", "valkey")


def environment(**more: str) -> dict[str, str]:
    """Ours without anything that settings come from, so that only the folder and `more` count."""
    ours = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("ZPM_", "DATABASE_", "REDIS_", "COV_", "COVERAGE_")) and name not in ("LC_ALL", "LANG")
    }  # fmt: skip
    return ours | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | more


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def zpm(*arguments: str, cwd: Path | None = None, **more: str) -> "subprocess.CompletedProcess[str]":
    """One command to its end."""
    return subprocess.run(
        [*ZPM, *arguments], cwd=cwd or tempfile.gettempdir(), env=environment(**more), capture_output=True, text=True,
        timeout=WAIT_S, check=False,
    )  # fmt: skip


def eventually(true: Callable[[], bool], seconds: float = WAIT_S) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.03)
    return True


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def all_gone(pids: Iterable[int]) -> bool:
    """The servers are gone when their user ends; the last helpers need some milliseconds more."""
    return eventually(lambda: all(map(gone, pids)), 10)


def _children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
    return found


def headline(answer: httpx.Response) -> str:
    """The bold sentence of a page, without its markup."""
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.S)
    assert found, answer.text[:500]
    return re.sub(r"<[^>]+>", "", found[1])


class Up:
    """`zpm up` (or another command that serves) with its output read line by line from pipes."""

    def __init__(self, folder: Path, *arguments: str, command: tuple[str, ...] = (*ZPM, "up"), port: int = 0,
                 data: bool = True, env: dict[str, str] | None = None, **popen: Any) -> None:  # fmt: skip
        self.folder = folder
        self.data = folder / "data"
        self.port = port or free_port()
        where = ("--data", str(self.data)) if data else ()
        self.process = subprocess.Popen(
            [*command, *where, "--port", str(self.port), *arguments], cwd=folder, env=env or environment(), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True, **popen,
        )  # fmt: skip
        self.lines: list[str] = []
        self.errors: list[str] = []
        self._fresh: queue.Queue[str | None] = queue.Queue()
        for source, kept in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=self._read, args=(source, kept), daemon=True).start()

    def _read(self, source: Any, kept: list[str]) -> None:
        with source:
            for line in source:
                kept.append(line.rstrip("\n"))
                if kept is self.lines:
                    self._fresh.put(kept[-1])
        if kept is self.lines:
            self._fresh.put(None)

    def said(self, start: str) -> str:
        """The rest of the first line that starts so, as soon as it is printed."""
        for line in self.lines:
            if line.startswith(start):
                return line.removeprefix(start)
        end = time.monotonic() + WAIT_S
        while (line := self._fresh.get(timeout=max(end - time.monotonic(), 0.01))) is not None:
            if line.startswith(start):
                return line.removeprefix(start)
        raise AssertionError(f"ended without {start!r}: {self.lines} {self.errors}")

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def uri(self) -> str:
        return self.said("scan: ")

    @property
    def gtin(self) -> str:
        return self.uri.partition("/01/")[2][:14]

    def get(self, path: str, **more: Any) -> httpx.Response:
        with httpx.Client(trust_env=False, timeout=WAIT_S, verify=more.pop("verify", True)) as client:
            return client.get(more.pop("base", self.base) + path, **more)

    def stores(self) -> dict[str, Any]:
        return json.loads((self.data / "run" / "ready.json").read_text())

    def everything(self) -> list[int]:
        """The process, its workers and their helper, and the embedded servers with their guardian."""
        ours = [self.process.pid, *_children(self.process.pid)]
        return [*ours, *(self.stores()[name] for name in STORES if (self.data / "run" / "ready.json").exists())]

    def end(self, signum: int = signal.SIGTERM) -> int:
        self.process.send_signal(signum)
        return self.process.wait(WAIT_S)

    def clear(self) -> None:
        """After a test, however it went."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(WAIT_S)


Start = Callable[..., Up]


@contextlib.contextmanager
def starting(folder: Path) -> Iterator[Start]:
    """Starts programs with data in `folder`, and leaves none of them behind."""
    started: list[Up] = []

    def start(*arguments: str, **more: Any) -> Up:
        started.append(Up(more.pop("folder", folder), *arguments, **more))
        return started[-1]

    try:
        yield start
    finally:
        for up in started:
            up.clear()
        for data in {up.data for up in started}:
            wait_until_stopped(data)


@contextlib.contextmanager
def short_folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="zpm-u"))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def folder() -> Iterator[Path]:
    with short_folder() as path:
        yield path


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    with starting(folder) as begin:
        yield begin


@pytest.fixture(scope="session")
def running() -> Iterator[Up]:
    """One `zpm up` with the demonstration for every test that only looks or adds."""
    with short_folder() as path, starting(path) as begin:
        up = begin()
        assert up.uri
        yield up
        assert up.end() == 0
        assert up.errors == []
