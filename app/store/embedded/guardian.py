"""The process that keeps the embedded PostgreSQL and Valkey of one data folder running.

It lives as long as anybody uses the folder: users hold a shared lock on `users.lock`, which the
kernel drops however they die. When nobody holds it the guardian stops both servers and ends, so a
`kill -9` of `zpm up` leaves nothing behind. A server that dies is started again.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any

import asyncpg

from app.store.embedded.places import Places, valkey_server

START_WAIT_S = 60.0
STOP_WAIT_S = 20.0
LOOK_EVERY_S = 0.15
DATABASE = "zpm"


def _alive(pid: int) -> bool:
    """Is the process there and not a zombie?"""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    if not Path("/proc").exists():
        with contextlib.suppress(OSError):
            os.kill(pid, 0)
            return True
    return False


def _take(guard: IO[str]) -> bool:
    """Become the guardian; clients that only look hold the lock for an instant."""
    for _ in range(20):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(guard, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.05)
    return False


def _end_leftover(pidfile: Path, name: str, how: signal.Signals) -> None:
    """Stop the server that a killed guardian left; a pid that is somebody else's is let be."""
    try:
        pid = int(pidfile.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes() if Path("/proc").exists() else name.encode()
    except (OSError, ValueError):
        return
    if name.encode() not in command:
        return
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)
    end = time.monotonic() + STOP_WAIT_S
    while _alive(pid) and time.monotonic() < end:
        time.sleep(0.05)


class Guardian:
    """Starts, watches and stops the two servers."""

    def __init__(self, data: Path) -> None:
        self.places = Places(data)
        self.postgres: subprocess.Popen[bytes] | None = None
        self.valkey: subprocess.Popen[bytes] | None = None
        self.stopping = False

    @property
    def database_url(self) -> str:
        return f"postgresql:///{DATABASE}?host={self.places.sockets}&user={DATABASE}"

    @property
    def redis_url(self) -> str:
        return f"unix://{self.places.sockets / 'valkey.sock'}"

    def run(self) -> int:
        self.places.run.mkdir(parents=True, exist_ok=True)
        with (self.places.run / "guard.lock").open("a") as guard, (self.places.run / "users.lock").open("a") as users:
            if not _take(guard):
                return 0  # another guardian is at work
            self.places.make()
            (self.places.run / "ready.json").unlink(missing_ok=True)
            for signum in (signal.SIGTERM, signal.SIGINT):
                signal.signal(signum, self._stop_soon)
            try:
                self.start()
                self._watch(users)
            finally:
                self.stop()
        return 0

    def _stop_soon(self, *_: object) -> None:
        self.stopping = True

    def start(self) -> None:
        _end_leftover(self.places.postgres_data / "postmaster.pid", "postgres", signal.SIGINT)
        _end_leftover(self.places.run / "valkey.pid", "valkey", signal.SIGTERM)
        self._make_cluster()
        self._start_postgres()
        self._start_valkey()
        asyncio.run(self._make_database())
        ready = self.places.run / "ready.json"
        half = ready.with_suffix(".half")
        half.write_text(json.dumps({
            "guardian": os.getpid(), "database_url": self.database_url, "redis_url": self.redis_url,
            "postgres": self.postgres and self.postgres.pid, "valkey": self.valkey and self.valkey.pid,
        }))  # fmt: skip
        half.replace(ready)

    def _make_cluster(self) -> None:
        if (self.places.postgres_data / "PG_VERSION").exists():
            return
        self._postgres_command(
            "initdb", "-D", str(self.places.postgres_data), "-U", DATABASE, "--auth=trust", "--encoding=UTF8",
            "--locale=C", "--no-instructions", "--no-sync",
        )  # fmt: skip

    def _postgres_command(self, name: str, *arguments: str) -> None:
        command = [*self.places.prefix, str(self.places.postgres_bin / name), *arguments]
        done = subprocess.run(
            command,
            check=False,
            capture_output=True,
            cwd=self.places.sockets,
            env=_environment(),
            **self.places.account,
        )
        if done.returncode:
            raise RuntimeError(f"{name}: {done.stderr.decode(errors='replace').strip()}")

    def _start_postgres(self) -> None:
        options = {
            "listen_addresses": "", "unix_socket_directories": str(self.places.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "100", "shared_buffers": "128MB", "timezone": "UTC", "log_timezone": "UTC",
            "log_min_duration_statement": "500ms",
            # What shoppers report must not stand in a log.
            "log_parameter_max_length": "0", "log_parameter_max_length_on_error": "0",
            "max_wal_size": "1GB", "jit": "off",
        }  # fmt: skip
        flags = [part for key, value in options.items() for part in ("-c", f"{key}={value}")]
        pidfile = self.places.postgres_data / "postmaster.pid"
        command = [*self.places.prefix, str(self.places.postgres_bin / "postgres")]
        self.postgres = self._spawn(
            "postgres", [*command, "-D", str(self.places.postgres_data), *flags],
            cwd=self.places.sockets, env=_environment(), **self.places.account,
        )  # fmt: skip
        self._wait(self.postgres, lambda: _postmaster_ready(pidfile), "postgres")

    def _start_valkey(self) -> None:
        socket = self.places.sockets / "valkey.sock"
        options = {
            "port": "0", "unixsocket": str(socket), "unixsocketperm": "700", "save": "", "appendonly": "no",
            "maxmemory-policy": "noeviction", "daemonize": "no", "dir": str(self.places.run),
            "pidfile": str(self.places.run / "valkey.pid"),
        }  # fmt: skip
        flags = [part for key, value in options.items() for part in (f"--{key}", value)]
        self.valkey = self._spawn("valkey", [str(valkey_server()), *flags])
        self._wait(self.valkey, socket.is_socket, "valkey")

    def _spawn(self, name: str, command: list[str], **more: Any) -> "subprocess.Popen[bytes]":
        with (self.places.log / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **more
            )

    def _wait(self, process: subprocess.Popen[bytes], ready: object, name: str) -> None:
        end = time.monotonic() + START_WAIT_S
        while time.monotonic() < end:
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended while starting; see {self.places.log / name}.log")
            if ready():  # type: ignore[operator]
                return
            time.sleep(0.02)
        raise RuntimeError(f"{name} did not start in {START_WAIT_S:.0f} s; see {self.places.log / name}.log")

    async def _make_database(self) -> None:
        connection = await asyncpg.connect(
            host=str(self.places.sockets), user=DATABASE, database="postgres", timeout=START_WAIT_S
        )
        try:
            if not await connection.fetchval("select 1 from pg_database where datname = $1", DATABASE):
                await connection.execute(f'create database "{DATABASE}"')
        finally:
            await connection.close()

    def _watch(self, users: IO[str]) -> None:
        while not self.stopping:
            time.sleep(LOOK_EVERY_S)
            self._revive()
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return  # nobody uses the folder; the lock is held until we have ended

    def _revive(self) -> None:
        """Start what died; what does not start now (a full disk) is tried on, the other one runs."""
        for server, start in ((self.postgres, self._start_postgres), (self.valkey, self._start_valkey)):
            if server and server.poll() is not None:
                try:
                    start()
                except RuntimeError as error:
                    print(error, file=sys.stderr, flush=True)  # noqa: T201 - the guardian's log
                    time.sleep(1)

    def stop(self) -> None:
        (self.places.run / "ready.json").unlink(missing_ok=True)
        for process, how in ((self.valkey, signal.SIGTERM), (self.postgres, signal.SIGINT)):
            if process is not None and process.poll() is None:
                process.send_signal(how)
        for process in (self.valkey, self.postgres):
            if process is None:
                continue
            try:
                process.wait(STOP_WAIT_S)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()
        if self.places.sockets != self.places.run:  # outside the data folder nothing is left over
            with contextlib.suppress(OSError):
                self.places.sockets.rmdir()


def _postmaster_ready(pidfile: Path) -> bool:
    """Line 8 of postmaster.pid is the server's own word; pg_ctl waits for the same."""
    try:
        lines = pidfile.read_text().splitlines()
    except OSError:
        return False
    return len(lines) >= 8 and lines[7].strip() == "ready"


def _environment() -> dict[str, str]:
    """Nothing of the caller's PostgreSQL settings may leak into ours."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {"LC_ALL": "C", "TZ": "UTC"}


if __name__ == "__main__":
    sys.exit(Guardian(Path(sys.argv[1])).run())
