"""`zpm up`: embedded stores, schema, demonstration catalogue, workers; and `zpm serve` without them."""

import argparse
import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import segno

from app.commands import context, serving
from app.settings import Settings, SettingsRefused, from_environment
from app.store.embedded.use import wait_until_stopped
from app.store.migrate import migrate


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    up = subparsers.add_parser(
        "up",
        help="set up everything and serve",
        description="Start the stores (embedded unless DATABASE_URL and REDIS_URL are set), bring the schema up to "
        "date, load the demonstration catalogue, serve, and print an address to scan.",
    )
    context.add_store_options(up)
    serving.add_server_options(up)
    up.add_argument("--bare", action="store_true", help="without the demonstration catalogue")
    up.set_defaults(run=run_up)
    serve = subparsers.add_parser(
        "serve",
        help="serve with the environment's settings",
        description="Serve with DATABASE_URL, REDIS_URL and the ZPM_ settings. Nothing is migrated or loaded.",
    )
    context.add_store_options(serve)
    serving.add_server_options(serve)
    serve.set_defaults(run=run_serve)


def run_up(namespace: argparse.Namespace) -> int:
    if problem := _refused(namespace):
        print(f"zpm up: {problem}", file=sys.stderr)
        return 2
    for signum in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signum, _stop)  # also where a shell's background job has SIGINT ignored
    data = namespace.data or context.DEFAULT_DATA
    embedded = context.uses_embedded(namespace)
    if not embedded:
        return _up(namespace, None)
    with _only_one(data):
        try:
            return _up(namespace, data)
        finally:
            for signum in (signal.SIGINT, signal.SIGTERM):
                signal.signal(signum, signal.SIG_IGN)  # we are ending already
            wait_until_stopped(data)


def _up(namespace: argparse.Namespace, data: Path | None) -> int:
    with context.environment_for(namespace) as environment:
        environment["ZPM_PUBLIC_URL"] = os.environ.get("ZPM_PUBLIC_URL") or serving.own_url(namespace)
        _take_public_url(environment, namespace)
        if not namespace.bare:
            environment.setdefault("ZPM_DEMONSTRATION", "1")
        settings = from_environment(environment)
        if data:
            context.remember_url(data, settings.public_url)
        asyncio.run(migrate(settings.database_url))
        if not data:
            refuse_wrong_stores(settings)
        demonstration, people = None, []
        if not namespace.bare:
            demonstration, people = _load(settings, data)
        return serving.serve(
            namespace, environment, lambda: _announce(settings.public_url, demonstration, data, people)
        )


def _load(settings: Settings, data: Path | None) -> tuple[str, list[str]]:
    """The demonstration: a code to scan, and the lines that say who can sign in."""
    from app.demo.codes import load_demonstration
    from app.demo.people import table

    if data and settings.demonstration:
        context.mark_demonstration(data)
    item = asyncio.run(load_demonstration(settings, datetime.now(UTC))).item
    if not settings.demonstration:
        return item, []
    where = f" --data {data}" if data and data != context.DEFAULT_DATA else ""
    return item, [*table(), f"sign-in: {settings.public_url}/signin (* codes: zpm demo totp NAME{where})"]


def _announce(public_url: str, item_uri: str | None, data: Path | None, people: Sequence[str] = ()) -> None:
    """The address, a symbol to scan where a person looks on, and the line that programs read."""
    lines = [f"serving: {public_url}/"]
    if data:
        lines.append(f"API key: in {data / 'api.key'}")
    lines += people
    try:
        print("\n".join(lines), flush=True)
        if item_uri is None:
            return
        if sys.stdout.isatty():
            segno.make(item_uri, micro=False, error="m").terminal(compact=True)
        print(f"scan: {item_uri}", flush=True)
    except BrokenPipeError:  # nobody reads on, which is no reason to stop serving
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def run_serve(namespace: argparse.Namespace) -> int:
    if problem := _refused(namespace):
        print(f"zpm serve: {problem}", file=sys.stderr)
        return 2
    with context.environment_for(namespace) as environment:
        _take_public_url(environment, namespace)
        settings = from_environment(environment)
        # Without Valkey everything is answered from PostgreSQL: a restart must not wait for it.
        refuse_wrong_stores(settings, without=("Z02",))
        return serving.serve(namespace, environment, lambda: _announce(settings.public_url, None, None))


def _refused(namespace: argparse.Namespace) -> str | None:
    return serving.check_tls(namespace) or serving.check_port(namespace)


def _take_public_url(environment: dict[str, str], namespace: argparse.Namespace) -> None:
    """What the command line says wins, also over a file."""
    if namespace.public_url:
        environment["ZPM_PUBLIC_URL"] = namespace.public_url
        environment.pop("ZPM_PUBLIC_URL_FILE", None)


def refuse_wrong_stores(settings: Settings, *, without: tuple[str, ...] = ()) -> None:
    """A worker also starts while its stores are away, so a wrong address would never be noticed.

    What stands in `without` is said and let pass.
    """
    from app.commands.checks import wrong_stores

    wrong = asyncio.run(wrong_stores(settings))
    for item in wrong:
        if item.id in without:
            print(f"zpm: {item}", file=sys.stderr, flush=True)
    if refused := [item for item in wrong if item.id not in without]:
        raise SettingsRefused(refused)


def _stop(signum: int, _frame: object) -> None:
    raise SystemExit(0)


@contextlib.contextmanager
def _only_one(data: Path) -> Iterator[None]:
    (data / "run").mkdir(parents=True, exist_ok=True)
    with (data / "run" / "up.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"zpm up: another `zpm up` serves {data} already.", file=sys.stderr)
            raise SystemExit(1) from None
        yield
