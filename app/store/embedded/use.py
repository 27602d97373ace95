"""Use the embedded servers of a data folder, whether they run already or not."""

import fcntl
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

WAIT_S = 120.0


class Stores(Struct, frozen=True):
    """Where the two servers are."""

    database_url: str
    redis_url: str


class EmbeddedFailed(Exception):
    """The embedded servers did not start; the message names the log."""


@contextmanager
def stores_of(data: Path) -> Iterator[Stores]:
    """Hold the servers of `data` running while the block runs; start them when nobody has."""
    run = data.resolve() / "run"
    run.mkdir(parents=True, exist_ok=True)
    with (run / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for a guardian that is just ending
        yield _running(run) or _start(data.resolve(), run)
    # closing the file drops the lock; the guardian sees it


def wait_until_stopped(data: Path, seconds: float = 30.0) -> bool:
    """After the last use: True when the servers are down, False when somebody else uses them."""
    run = data.resolve() / "run"
    end = time.monotonic() + seconds
    while run.exists() and time.monotonic() < end:
        with (run / "guard.lock").open("a") as guard:
            try:
                fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return True
            except BlockingIOError:
                time.sleep(0.05)
    return not run.exists()


def _guarded(run: Path) -> bool:
    """Is a guardian alive? The lock is asked, since a file outlives a killed process."""
    with (run / "guard.lock").open("a") as guard:
        try:
            fcntl.flock(guard, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _ready(run: Path) -> dict[str, str | int] | None:
    try:
        return json.loads((run / "ready.json").read_text())
    except (OSError, ValueError):
        return None


def _running(run: Path) -> Stores | None:
    """What `ready.json` says, when a guardian is alive behind it."""
    end = time.monotonic() + WAIT_S
    while _guarded(run):
        if ready := _ready(run):
            return Stores(str(ready["database_url"]), str(ready["redis_url"]))
        if time.monotonic() > end:
            raise EmbeddedFailed(f"The servers of {run.parent} are starting for {WAIT_S:.0f} s already.")
        time.sleep(0.03)
    return None


def _start(data: Path, run: Path) -> Stores:
    log = data / "log"
    log.mkdir(exist_ok=True)
    root = Path(__file__).parents[3]
    path = os.pathsep.join(filter(None, (str(root), os.environ.get("PYTHONPATH"))))
    with (log / "guardian.log").open("ab") as out, Path(os.devnull).open("rb") as nothing:
        # Spawned, not a Popen: it outlives us by design and nobody here waits for it.
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", "-m", "app.store.embedded.guardian", str(data)],
            os.environ | {"PYTHONPATH": path},
            file_actions=[(os.POSIX_SPAWN_DUP2, nothing.fileno(), 0)]
            + [(os.POSIX_SPAWN_DUP2, out.fileno(), to) for to in (1, 2)],
            setsid=True,
        )
    end = time.monotonic() + WAIT_S
    ended = None
    while time.monotonic() < end:
        if ended is None and (status := os.waitpid(pid, os.WNOHANG))[0]:
            ended = os.waitstatus_to_exitcode(status[1])
        ready = _ready(run)
        # 0 means that somebody else's guardian was first; then its word counts.
        if ready and (ready["guardian"] == pid or (ended == 0 and _guarded(run))):
            return Stores(str(ready["database_url"]), str(ready["redis_url"]))
        if ended:
            lines = (log / "guardian.log").read_text(errors="replace").strip().splitlines()
            raise EmbeddedFailed(f"{lines[-1] if lines else 'The guardian ended.'} (log: {log})")
        time.sleep(0.03)
    raise EmbeddedFailed(f"The embedded servers did not start in {WAIT_S:.0f} s; see {log}.")
