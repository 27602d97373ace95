"""The program as people start it, and what `zpm` says beside it."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from threading import Thread

ROOT = Path(__file__).parents[2]
ZPM = (sys.executable, "-m", "app")
STOP_WAIT_S = 60


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """`zpm up` with embedded stores of its own; `start` returns when it has printed its `scan:` line."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.printed: deque[str] = deque(maxlen=5_000)
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith("ZPM_") and name not in ("DATABASE_URL", "REDIS_URL")
        }  # fmt: skip

    def start(self) -> None:
        with (self.data / "up.log").open("w") as log:
            self.process = subprocess.Popen(
                [*ZPM, "up", "--port", str(self.port), "--data", self.data],
                cwd=ROOT, env=self.environment, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip
        said = []
        for line in self.process.stdout or ():
            said.append(line)
            if line.startswith("scan: "):
                self.scan = line.removeprefix("scan: ").strip()
                Thread(target=self._listen, daemon=True).start()
                return
        self.process.wait(STOP_WAIT_S)
        raise AssertionError(f"no scan: line\n{''.join(said)}\n{self.log}")

    def _listen(self) -> None:
        """The demonstration's mail is printed; nobody may stop the program by not reading."""
        with contextlib.suppress(ValueError):  # closed at the end
            self.printed.extend(self.process.stdout or ())

    def printed_since(self, mark: str, start: str) -> str:
        """The first word that begins so, printed after a line with this mark."""
        end = time.monotonic() + STOP_WAIT_S
        while time.monotonic() < end:
            _, there, after = "".join(self.printed).rpartition(mark)
            if there and (found := re.search(re.escape(start) + r"\S*", after)):
                return found[0]
            time.sleep(0.05)
        raise AssertionError(f"{start} was not printed after {mark}:\n{''.join(self.printed)}")

    @property
    def log(self) -> str:
        """What it said on standard error."""
        return (self.data / "up.log").read_text()

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(STOP_WAIT_S)
        finally:
            self.process.kill()
            if self.process.stdout:
                self.process.stdout.close()

    def zpm(self, command: str, *arguments: object) -> str:
        """Standard output of `zpm COMMAND` on the same stores."""
        done = subprocess.run(
            [*ZPM, command, "--data", self.data, *map(str, arguments)],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def examples(self) -> dict[str, str]:
        """State → address, as `zpm demo` lists them."""
        return dict(line.split("\t", 1) for line in self.zpm("demo").splitlines())

    def issue(self, gtin: str, lot: str, count: int, *options: object) -> "Batch":
        number = self.zpm("issue", "--gtin", gtin, "--lot", lot, "--count", count, *options).split()[-1]
        return Batch(number, self.zpm("export", number, "--format", "txt", "-o", "-").splitlines())


class Batch:
    """A batch's number, its addresses as they stand on labels, and which of them nobody opened yet."""

    def __init__(self, number: str, labels: Iterable[str]) -> None:
        self.number = number
        self.labels = tuple(labels)
        self._unseen = list(self.labels)

    def unseen(self) -> str:
        """The path of an item that nobody has opened; no two callers get the same."""
        return "/01/" + self._unseen.pop().partition("/01/")[2]
