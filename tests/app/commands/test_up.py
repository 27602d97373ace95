"""`zpm up`: from an empty folder to an address to scan, and nothing left when it ends, however it ends."""

import datetime
import ipaddress
import os
import pwd
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from msgspec import Struct

from app.demo.people import table
from app.store.embedded import places
from tests.app.commands.conftest import (
    ROOT,
    WAIT_S,
    Start,
    Up,
    all_gone,
    environment,
    eventually,
    free_port,
    headline,
    short_folder,
    starting,
    zpm,
)

as_root = pytest.mark.skipif(os.getuid() != 0, reason="needs root, to become somebody else")


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def view(up: Up, path: str) -> None:
    """What a browser does: the page, then its beacon."""
    found = re.search(r'src="(/seen/[^"]+)"', up.get(path).text)
    assert found
    assert up.get(found[1]).status_code == 200


def path_of(uri: str) -> str:
    return "/01/" + uri.partition("/01/")[2]


# What it prints and serves.


def test_it_says_where_to_scan_and_answers_there(running: Up) -> None:
    assert running.lines == [
        f"serving: {running.base}/",
        f"API key: in {running.data / 'api.key'}",
        *table(),
        f"sign-in: {running.base}/signin (* codes: zpm demo totp NAME --data {running.data})",
        f"scan: {running.uri}",
    ]  # read from a pipe while it runs: flushed, and neither colours nor a symbol for a program
    assert running.uri.startswith(f"{running.base}/01/")
    health = running.get("/healthz")
    assert (health.status_code, health.json()) == (200, {"status": "serving", "database": True, "cache": True})
    page = running.get(path_of(running.uri))
    assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<h1>" in page.text
    for name, mode in ((".", 0o700), ("root.key", 0o600), ("api.key", 0o600)):
        assert (running.data / name).stat().st_mode & 0o777 == mode


def test_a_second_one_on_the_same_data_says_so_at_once(running: Up) -> None:
    started = time.monotonic()
    second = zpm("up", "--data", str(running.data), "--port", str(free_port()))
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr == f"zpm up: another `zpm up` serves {running.data} already.\n"
    assert time.monotonic() - started < 20  # it waits for nobody's servers to stop
    assert running.get("/healthz").status_code == 200


# Wrong usage: nothing is started or written.


def refused(folder: Path, *arguments: str) -> str:
    done = zpm("up", "--bare", "--data", str(folder / "data"), *arguments)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / "data").exists()
    return done.stderr


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(folder, "--port", str(port))
    assert said == f"zpm up: port {port} is in use; choose another with --port.\n"


def test_an_address_of_another_machine_is_not_called_in_use(folder: Path) -> None:
    said = refused(folder, "--host", "192.0.2.1", "--port", str(free_port()))
    assert "cannot listen on 192.0.2.1" in said
    assert "in use" not in said


@pytest.mark.parametrize(
    ("option", "value"), [("--port", "0"), ("--port", "65536"), ("--workers", "0"), ("--host", "not a host")]
)
def test_a_wrong_number_or_name_is_wrong_usage(folder: Path, option: str, value: str) -> None:
    assert f"argument {option}: '{value}'" in refused(folder, option, value)


# TLS.


class Pem(Struct):
    cert: Path
    key: Path


def certificate(folder: Path) -> Pem:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "zpm test")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(here, critical=False)
    builder = builder.not_valid_before(now - datetime.timedelta(days=1))
    signed = builder.not_valid_after(now + datetime.timedelta(days=1)).sign(key, hashes.SHA256())
    pem = Pem(folder / "cert.pem", folder / "key.pem")
    pem.cert.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem.key.write_bytes(key.private_bytes(*form))
    return pem


def test_a_certificate_and_its_key_go_together(folder: Path, tmp_path: Path) -> None:
    pem, other = certificate(folder), certificate(tmp_path)
    port = "--port", str(free_port())
    for options in (["--tls-cert", str(pem.cert)], ["--tls-key", str(pem.key)]):
        assert "--tls-cert and --tls-key go together" in refused(folder, *port, *options)
    said = refused(folder, *port, "--tls-cert", str(pem.cert), "--tls-key", str(folder / "none.pem"))
    assert "none.pem is not a file" in said
    assert "--tls-cert, --tls-key: " in refused(folder, *port, "--tls-cert", str(pem.cert), "--tls-key", str(other.key))


@pytest.fixture(scope="module")
def secure() -> Iterator[tuple[Up, ssl.SSLContext]]:
    """`zpm up --bare` with a certificate, and how a client trusts it."""
    with short_folder() as path, starting(path) as begin:
        pem = certificate(path)
        up = begin("--bare", "--tls-cert", str(pem.cert), "--tls-key", str(pem.key))
        assert up.said("serving: ")
        yield up, ssl.create_default_context(cafile=str(pem.cert))


def test_https_is_served_with_the_certificate(secure: tuple[Up, ssl.SSLContext]) -> None:
    up, trust = secure
    base = f"https://127.0.0.1:{up.port}"
    assert up.lines[0] == f"serving: {base}/"
    answer = up.get("/healthz", base=base, verify=trust)
    assert answer.status_code == 200
    assert answer.json()["database"]


def test_bare_is_without_the_demonstration(secure: tuple[Up, ssl.SSLContext]) -> None:
    up, trust = secure
    page = up.get("/01/06900000000014", base=f"https://127.0.0.1:{up.port}", verify=trust)
    assert page.status_code == 404  # the demonstration's first product
    assert [line.partition(":")[0] for line in up.lines] == ["serving", "API key"]


# How it ends.


@pytest.fixture(scope="module")
def warm() -> Iterator[Start]:
    """Starts `zpm up --bare` again and again on one folder."""
    with short_folder() as path, starting(path) as begin:
        yield begin


def ignore_interrupts() -> None:
    """A shell without job control starts background jobs so."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.parametrize(
    ("signum", "to_group", "before"),
    [
        pytest.param(signal.SIGTERM, False, None, id="SIGTERM"),
        pytest.param(signal.SIGINT, True, None, id="Ctrl-C, which the whole group gets"),
        pytest.param(signal.SIGINT, False, ignore_interrupts, id="SIGINT in a background job"),
    ],
)
def test_a_signal_stops_everything_it_started(warm: Start, signum: int, to_group: bool, before: Any) -> None:
    up = warm("--bare", preexec_fn=before)
    up.said("serving: ")
    everything = up.everything()
    assert len(everything) >= 5
    if to_group:
        os.killpg(up.process.pid, signum)
        assert up.process.wait(WAIT_S) == 0
    else:
        assert up.end(signum) == 0
    assert all_gone(everything)
    assert not listens(up.port)
    assert up.errors == []


def test_a_signal_while_it_starts_stops_everything_too(start: Start) -> None:
    up = start("--bare")
    assert eventually(lambda: (up.data / "run" / "ready.json").exists())
    everything = up.everything()
    assert up.end(signal.SIGTERM) == 0
    assert all_gone(everything)
    assert up.lines == []


# After kill -9.


class Story(Struct):
    """A server that is killed after a day's work, and the one started on its data at once."""

    before: Up
    after: Up
    killed: list[int]
    batch: str
    viewed: str
    exports: list[list[str]]
    """While the first ran, while nothing ran, while the second ran."""


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    def exported(up: Up, batch: str) -> list[str]:
        done = zpm("export", batch, "--data", str(up.data), "--format", "txt", "-o", "-")
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    with short_folder() as path, starting(path) as begin:
        before = begin()
        issue = zpm("issue", "--gtin", before.gtin, "--lot", "T1", "--count", "100", "--data", str(before.data))
        assert issue.returncode == 0, issue.stderr
        batch = issue.stdout.split()[-1]
        exports = [exported(before, batch)]
        viewed = path_of(exports[0][7])
        view(before, viewed)
        killed = before.everything()
        before.end(signal.SIGKILL)
        after = begin("--public-url", "https://codes.example", port=before.port)
        assert after.uri
        exports.append(exported(after, batch))
        yield Story(before, after, killed, batch, viewed, exports)


def test_kill_9_leaves_nothing_in_the_way_of_the_next_start(story: Story) -> None:
    assert all_gone(story.killed)
    assert story.after.port == story.before.port
    assert story.after.get("/healthz").json() == {"status": "serving", "database": True, "cache": True}
    assert not set(story.killed) & set(story.after.everything())


def test_batches_and_views_outlive_kill_9(story: Story) -> None:
    first, second = story.exports
    assert len(first) == 100
    assert [path_of(line) for line in first] == [path_of(line) for line in second]
    assert "查询过 1 次" in headline(story.after.get(story.viewed))
    assert "此前没有消费者查询记录" in headline(story.after.get(path_of(first[8])))


def test_a_public_url_stands_on_labels_and_in_the_scan_line(story: Story) -> None:
    assert story.before.uri.startswith(f"{story.before.base}/01/")
    assert story.after.uri.startswith("https://codes.example/01/")
    assert path_of(story.after.uri) == path_of(story.before.uri)
    assert story.after.lines[0] == "serving: https://codes.example/"
    first, second = story.exports
    assert first[0].startswith(f"{story.before.base.upper()}/01/")
    assert second[0].startswith("HTTPS://CODES.EXAMPLE/01/")
    assert "codes.example" in story.after.get(story.viewed).text


# As whom it runs.


def python_of_everybody() -> str:
    """An interpreter of our version that an ordinary account may run; nothing is copied for it."""
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for candidate in (sys.executable, f"/usr/bin/{version}", f"/usr/local/bin/{version}"):
        try:
            subprocess.run(
                [candidate, "-P", "-c", "import app.asgi, app.commands.up"], cwd="/", env=everybody(),
                user="nobody", group=pwd.getpwnam("nobody").pw_gid, extra_groups=[],
                check=True, capture_output=True, timeout=WAIT_S,
            )  # fmt: skip
        except (OSError, subprocess.CalledProcessError):
            continue
        return candidate
    pytest.skip("the interpreter, the packages or the repository cannot be read by other accounts")


def everybody() -> dict[str, str]:
    packages = [path for path in sys.path if path.endswith("-packages")]
    ours = environment(PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}", HOME="/nonexistent")
    return ours | {"PYTHONPATH": os.pathsep.join([str(ROOT), *packages])}


@as_root
def test_an_ordinary_account_needs_nothing_more(folder: Path, start: Start) -> None:
    nobody = pwd.getpwnam("nobody")
    python = python_of_everybody()
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    up = start(
        "--bare", command=(python, "-P", "-m", "app", "up"), env=everybody(), user=nobody.pw_uid, group=nobody.pw_gid,
        extra_groups=[],
    )  # fmt: skip
    up.said("serving: ")
    assert up.get("/healthz").json() == {"status": "serving", "database": True, "cache": True}
    everything = up.everything()
    assert {Path(f"/proc/{pid}").stat().st_uid for pid in everything} == {nobody.pw_uid}
    assert up.end() == 0
    assert all_gone(everything)


@pytest.fixture
def without_namespaces(folder: Path) -> Iterator[dict[str, str]]:
    """An environment as in a container that forbids user namespaces; /var/lib/zpm is left as it was."""
    fake = folder / "bin" / "unshare"
    fake.parent.mkdir()
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    kept = set(places.OUTSIDE.iterdir()) if places.OUTSIDE.exists() else None
    yield environment(PATH=f"{fake.parent}:{os.environ['PATH']}")
    for path in places.OUTSIDE.iterdir() if kept is not None else ():
        if path not in kept:
            shutil.rmtree(path)
    if kept is None:
        shutil.rmtree(places.OUTSIDE)


@as_root
def test_root_without_namespaces_uses_an_account_of_the_system(
    without_namespaces: dict[str, str], start: Start, folder: Path
) -> None:
    up = start("--bare", env=without_namespaces)
    up.said("serving: ")
    assert up.get("/healthz").json() == {"status": "serving", "database": True, "cache": True}
    everything = up.everything()
    postgres = Path(f"/proc/{up.stores()['postgres']}")
    assert postgres.stat().st_uid != 0
    assert (postgres / "exe").readlink().is_relative_to(places.OUTSIDE)
    outside = (up.data / "postgres").readlink()
    assert outside.is_relative_to(places.OUTSIDE)
    assert up.end() == 0
    assert all_gone(everything)
    # With the folder the keys are gone: its database is put aside, not shown under other keys.
    shutil.rmtree(up.data)
    check = zpm("check", "--data", str(up.data), PATH=without_namespaces["PATH"])
    assert "migrations are missing" in check.stderr
    assert list(outside.parent.glob(f"{outside.name}.*"))
