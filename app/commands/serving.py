"""Run the workers: granian over `app.asgi`, ended by SIGINT or SIGTERM, dead with their parent."""

import argparse
import ctypes
import errno
import multiprocessing
import os
import signal
import socket
import ssl
import sys
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces, Loops, SSLProtocols
from granian.http import HTTP1Settings

HEADER_READ_MS = 5_000
"""A connection that trickles its headers is closed (slowloris)."""
STOP_S = 5
READY_WAIT_S = 60


def add_server_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=port_number, default=8000, help="port to listen on (default 8000)")
    parser.add_argument(
        "--host", type=address, default="127.0.0.1", help="address to listen on (default 127.0.0.1; 0.0.0.0 for all)"
    )
    parser.add_argument("--workers", type=worker_count, default=1, metavar="N", help="worker processes (default 1)")
    parser.add_argument("--public-url", metavar="URL", help="scheme and host that stand on labels and pages")
    parser.add_argument("--tls-cert", type=Path, metavar="F", help="certificate chain in PEM; needs --tls-key")
    parser.add_argument("--tls-key", type=Path, metavar="F", help="private key in PEM")


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def address(text: str) -> str:
    """granian takes numbers only; a name stands for its first address."""
    try:
        found = socket.getaddrinfo(text, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise argparse.ArgumentTypeError(f"{text!r} is no address and no name of this machine") from None
    return str(found[0][4][0])


def worker_count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 256:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers; give 1 to 256")
    return int(text)


def check_tls(namespace: argparse.Namespace) -> str | None:
    """What is wrong with the TLS options, or None."""
    if bool(namespace.tls_cert) != bool(namespace.tls_key):
        return "--tls-cert and --tls-key go together."
    for option in ("tls_cert", "tls_key"):
        path = getattr(namespace, option)
        if path and not path.is_file():
            return f"--{option.replace('_', '-')}: {path} is not a file."
    if namespace.tls_cert:
        try:  # the empty password keeps OpenSSL from asking for one
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(namespace.tls_cert, namespace.tls_key, password="")
        except OSError as error:
            return f"--tls-cert, --tls-key: not a certificate in PEM and its unencrypted key ({error})."
    return None


def own_url(namespace: argparse.Namespace) -> str:
    """Where this machine reaches the server."""
    scheme = "https" if namespace.tls_cert else "http"
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(namespace.host, namespace.host)
    return f"{scheme}://[{host}]:{namespace.port}" if ":" in host else f"{scheme}://{host}:{namespace.port}"


def check_port(namespace: argparse.Namespace) -> str | None:
    """Why we cannot listen, or None. Asked without SO_REUSEPORT: two servers would share the port in silence."""
    family = socket.AF_INET6 if ":" in namespace.host else socket.AF_INET
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((namespace.host, namespace.port))
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return f"port {namespace.port} is in use; choose another with --port."
        return f"cannot listen on {namespace.host}, port {namespace.port}: {error.strerror}."
    return None


def serve(namespace: argparse.Namespace, environment: dict[str, str], when_ready: Callable[[], None]) -> int:
    """Serve until a signal; `when_ready` is called once `/healthz` answers 200."""
    for name in set(os.environ) - set(environment):
        del os.environ[name]
    os.environ.update(environment)
    os.environ["ZPM_PARENT"] = str(os.getpid())
    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "app.commands.serving:worker",
        factory=True,
        address=namespace.host,
        port=namespace.port,
        interface=Interfaces.ASGI,
        loop=Loops.auto,
        workers=namespace.workers,
        websockets=False,
        backlog=4096,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_MS),
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
        log_level="warning",  # type: ignore[arg-type]
        ssl_cert=namespace.tls_cert,
        ssl_key=namespace.tls_key,
        ssl_protocol_min=SSLProtocols.tls12,  # phones of many ages
    )
    threading.Thread(target=_tell_when_ready, args=(own_url(namespace), when_ready), daemon=True).start()
    try:
        server.serve()
    except SystemExit as stop:
        return int(stop.code or 0)
    return 0


def _tell_when_ready(url: str, when_ready: Callable[[], None]) -> None:
    # Our own certificate, asked by ourselves over loopback: nothing is there to be verified.
    unchecked = ssl._create_unverified_context() if url.startswith("https") else None  # noqa: S323
    end = time.monotonic() + READY_WAIT_S
    while time.monotonic() < end:
        if _answers(f"{url}/healthz", unchecked):
            when_ready()
            return
        time.sleep(0.05)
    print(f"zpm: {url}/healthz has not answered for {READY_WAIT_S} s", file=sys.stderr, flush=True)


def _answers(url: str, context: ssl.SSLContext | None) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2, context=context) as answer:  # noqa: S310
            return answer.status == 200
    except OSError:
        return False


def worker() -> object:
    """The application of one worker process."""
    from app.asgi import create

    _die_with_parent()
    return create()


def _die_with_parent() -> None:
    """A worker must not outlive a parent that was killed: it would keep the port."""
    parent = int(os.environ.get("ZPM_PARENT", "0"))
    if not parent or parent == os.getpid():
        return
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    threading.Thread(target=_watch_parent, args=(parent,), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGKILL)
