"""A television evening at the scan page: `python -m loadtest.scans --self`, or with `--base` and `--codes`.

Every viewer is another phone: a connection of its own, the page with gzip, then the page's beacon,
and never a serial that somebody scanned before. What is not answered with 200 fails. It is a
locustfile too: `locust -f loadtest/scans.py --headless -u 50 -r 10 -t 30s --host URL --codes FILE`.

Only this machine is ever asked. locust patches the standard library when it is imported, so that
happens last and only in a process that drives; whoever imports this module stays as he was.
"""

import argparse
import datetime
import html
import ipaddress
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from loadtest.machine import judge, machine

HERE = Path(__file__).resolve().parent
SHARES = {
    "item": 70,  # the pack at home or just bought; weighed above its share, since it alone costs state and a row
    "product": 20,  # the symbol in the picture: one product code that everybody holds the phone at
    "lot": 7,  # packs too cheap for a serial carry product and lot
    "forged": 3,  # the same evening shows how to tell copies; more would flatter, for they end before any store
}
USERS, MOST_USERS = 50, 500
SECONDS, MOST_SECONDS = 20, 120
MOST_SCANS = 200_000
PAUSE_S = (0.1, 0.3)
"""Between a viewer and the next on the same greenlet: 50 of them offer at most 250 scans/s, less than
the generator can make, so that its own queue is not what is measured."""
RAMP_S = 3
HEALTH_EVERY_S = 0.1
ANSWER_S = 10
PHONE = {
    "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate",
    "Accept-Language": "zh-CN,zh;q=0.9",
    "User-Agent": "Mozilla/5.0 (Linux; Android 14; wv) AppleWebKit/537.36 MicroMessenger/8.0",
}
SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOT, ISSUED = "TV261122", 200_000
START_S = 120


class Scan(NamedTuple):
    kind: str
    path: str


class Evening:
    """Hands out scans: each line of an ordered export at most once."""

    def __init__(self, lines: Iterator[str], lot: str | None = None, draw: random.Random | None = None) -> None:
        self.paths = (urlsplit(line.strip()).path for line in islice(lines, MOST_SCANS))
        self.lot = lot
        self.draw = draw or random.Random()

    def next(self) -> Scan | None:
        """None when no unused code is left."""
        path = next(self.paths, None)
        if path is None:
            return None
        kind = self.draw.choices(list(SHARES), list(SHARES.values()))[0]
        product, _, serial = path.rpartition("/21/")
        if kind == "forged":
            return Scan(kind, path[:-1] + SYMBOLS[SYMBOLS.index(serial[-1]) ^ 1])
        if kind == "item" or not product:  # a short address names no product
            return Scan("item", path)
        return Scan("lot", f"{product}/10/{self.lot}") if kind == "lot" and self.lot else Scan("product", product)


class Tally:
    """Every answer: how long it took, by what was asked, and what was wrong."""

    def __init__(self) -> None:
        self.times: dict[str, list[float]] = defaultdict(list)
        self.wrong: Counter[str] = Counter()
        self.started, self.spent = time.monotonic(), time.process_time()

    def note(self, name: str, response_time: float, exception: object = None, **_: object) -> None:
        self.times[name].append(response_time)
        if exception:
            self.wrong[f"{name}: {exception}"] += 1

    def measured(self) -> dict[str, float]:
        seconds, spent = time.monotonic() - self.started, time.process_time() - self.spent
        pages = [taken for kind in SHARES for taken in self.times[kind]]
        beacons, healthz = self.times["beacon"], self.times["healthz"]
        asked = len(pages) + len(beacons) + len(healthz)
        return {
            "scans": len(pages),
            "scans_per_second": len(pages) / seconds,
            "failed_share": self.wrong.total() / max(asked, 1),
            **{f"{kind}_pages": len(self.times[kind]) for kind in SHARES},
            "page_p50_ms": quantile(pages, 0.5),
            "page_p99_ms": quantile(pages, 0.99),
            "page_most_ms": quantile(pages, 1),
            "beacons": len(beacons),
            "beacon_p50_ms": quantile(beacons, 0.5),
            "beacon_p99_ms": quantile(beacons, 0.99),
            "healthz_p50_ms": quantile(healthz, 0.5),
            "page_in_healthz_calls": quantile(pages, 0.5) / quantile(healthz, 0.5) if healthz and pages else 0.0,
            "generator_cpu_share": spent / seconds,
        }


def quantile(times: list[float], share: float) -> float:
    return sorted(times)[min(int(len(times) * share), len(times) - 1)] if times else 0.0


def beacon_of(page: str) -> str | None:
    found = re.search(r'src="(/seen/[^"]+)"', page)
    return found and html.unescape(found[1])


def wrong_with(kind: str, status: int, encoding: str | None, beacon: str | None) -> str | None:
    """Why a page is not what a phone needs, or None."""
    if status != 200:
        return f"answered {status}"
    if encoding != "gzip":
        return "not compressed"
    if (beacon is None) != (kind == "forged"):
        return "no beacon" if beacon is None else "a forged serial would be counted"
    return None


def loopback(base: str) -> str:
    """The same base by number, so that no name is resolved again; raises ValueError for another machine."""
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise ValueError(f"{base!r} is no scheme and host, such as http://127.0.0.1:8000")
    try:
        found = socket.getaddrinfo(parts.hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        raise ValueError(f"{parts.hostname} does not resolve") from None
    addresses = sorted({ipaddress.ip_address(one[4][0]) for one in found}, key=lambda one: one.version)
    for address in addresses:
        if address not in ipaddress.ip_network("127.0.0.0/8" if address.version == 4 else "::1/128"):
            raise ValueError(f"{parts.hostname} is {address}, not this machine; nobody else is ever put under load")
    host = f"[{addresses[0]}]" if addresses[0].version == 6 else str(addresses[0])
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")


def user_classes() -> tuple[type, type]:
    from locust import FastHttpUser, between, constant, task
    from locust.exception import StopUser

    class Phone(FastHttpUser):
        abstract = True
        network_timeout = connection_timeout = ANSWER_S

        def __init__(self, environment: Any) -> None:
            environment.host = loopback(environment.host)
            super().__init__(environment)

        def get(self, path: str, name: str) -> Any:
            return self.client.get(path, name=name, headers=PHONE, catch_response=True, allow_redirects=False)

        def hang_up(self) -> None:
            self.client.client.close()

    class Viewer(Phone):
        wait_time = between(*PAUSE_S)

        @task
        def scan(self) -> None:
            scan = self.environment.evening.next()
            if scan is None:
                raise StopUser
            with self.get(scan.path, scan.kind) as page:
                headers = page.headers or {}
                beacon = beacon_of(page.text) if page.status_code == 200 else None
                if problem := wrong_with(scan.kind, page.status_code, headers.get("content-encoding"), beacon):
                    page.failure(problem)
            if beacon:
                with self.get(beacon, "beacon") as seen:
                    if seen.status_code != 200:
                        seen.failure(f"answered {seen.status_code}")
            self.hang_up()

    class Watcher(Phone):
        fixed_count = 1
        wait_time = constant(HEALTH_EVERY_S)

        @task
        def ask(self) -> None:
            with self.get("/healthz", "healthz") as answer:
                if answer.status_code != 200:
                    answer.failure(f"answered {answer.status_code}")
            self.hang_up()

    return Viewer, Watcher


def drive(base: str, evening: Evening, users: int, seconds: float) -> Tally:
    import gevent
    from locust.env import Environment

    environment = Environment(user_classes=list(user_classes()), host=base)
    environment.evening = evening
    runner = environment.create_local_runner()
    tally = Tally()
    environment.events.request.add_listener(tally.note)
    runner.start(users + 1, spawn_rate=users / RAMP_S)  # and the watcher
    gevent.spawn_later(seconds, runner.quit)
    runner.greenlet.join()
    return tally


def report(measured: dict[str, float], tally: Tally, told: list[str]) -> tuple[str, bool]:
    """Text, and whether every budget was kept."""
    budgets = tomllib.loads((HERE / "budgets.toml").read_text())["scans"]
    assert set(budgets) <= set(measured), "a budget without a measurement"
    verdicts = {name: judge(value, budgets.get(name, {})) for name, value in measured.items()}
    table = ["| measurement | value | budget |", "|---|--:|---|"]
    for name, value in measured.items():
        table.append(f"| {name} | {value:,.{0 if isinstance(value, int) else 2}f} | {verdicts[name]} |")
    failures = [f"- {count} × {what}" for what, count in tally.wrong.most_common()]
    text = "\n".join(["# Scans: a television evening", "", *machine(), *told, "", *table, *failures, ""])
    return text, not any(verdict.endswith("EXCEEDED") for verdict in verdicts.values())


@contextmanager
def service(workers: int) -> Iterator[tuple[str, Path]]:
    """`zpm up` on an empty folder with a batch of its own: its base and the export of the batch."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ZPM_", "DATABASE_", "REDIS_"))}
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that everything below is stopped
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="zpm-l", ignore_cleanup_errors=True) as folder:
        zpm = [sys.executable, "-m", "app"]
        data = ["--data", f"{folder}/data"]
        output = Path(folder, "up.log")
        with output.open("wb") as log:
            up = subprocess.Popen(
                [*zpm, "up", *data, "--port", port, "--workers", str(workers)],
                cwd=HERE.parent, env=ours, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            uri = _scan_line(up, output)
            gtin = uri.partition("/01/")[2][:14]
            issue = ["issue", "--gtin", gtin, "--lot", LOT, "--count", str(ISSUED)]
            batch = _said([*zpm, *issue, *data], ours).split()[-1]
            _said([*zpm, "export", batch, "--format", "txt", "-o", f"{folder}/codes.txt", *data], ours)
            yield f"http://127.0.0.1:{port}", Path(folder, "codes.txt")
        finally:
            up.terminate()
            try:
                up.wait(60)
            except subprocess.TimeoutExpired:
                up.kill()


def _scan_line(up: "subprocess.Popen[bytes]", output: Path) -> str:
    end = time.monotonic() + START_S
    while time.monotonic() < end and up.poll() is None:
        if found := re.search(r"^scan: (\S+)$", output.read_text(), re.M):
            return found[1]
        time.sleep(0.1)
    raise SystemExit(f"zpm up did not start:\n{output.read_text()}")


def _said(command: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=HERE.parent, env=environment, stdout=subprocess.PIPE, text=True, check=True, timeout=START_S
    )
    return done.stdout


def _at_most(limit: int) -> Any:
    def number(text: str) -> int:
        if not text.isdecimal() or not 1 <= int(text) <= limit:
            raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 to {limit}")
        return int(text)

    return number


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtest.scans", description="A television evening of scans.")
    parser.add_argument("--self", action="store_true", dest="own", help="start a service, and stop it afterwards")
    parser.add_argument("--base", metavar="URL", help="the service to ask; only on this machine")
    parser.add_argument("--codes", type=Path, metavar="FILE", help="what `zpm export --format txt` wrote")
    parser.add_argument("--lot", help="lot of these codes; without it no lot pages are asked for")
    parser.add_argument("--skip", type=int, default=0, metavar="N", help="lines that an earlier run used")
    parser.add_argument("--users", type=_at_most(MOST_USERS), default=USERS, help="viewers at a time (%(default)s)")
    parser.add_argument("--seconds", type=_at_most(MOST_SECONDS), default=SECONDS, help="how long (%(default)s)")
    parser.add_argument(
        "--workers", type=_at_most(16), default=1, help="workers of the service: started by --self, else only reported"
    )
    parser.add_argument("--report", action="store_true", help="also write a dated report to loadtest/reports")
    arguments = parser.parse_args()

    if arguments.own:
        with service(arguments.workers) as (base, codes):
            # A process of its own: what starts and stops the service is not patched by locust.
            given = {"base": base, "codes": codes, "lot": LOT, "users": arguments.users, "seconds": arguments.seconds}
            options = [text for name, value in given.items() for text in (f"--{name}", str(value))]
            options += ["--workers", str(arguments.workers), *["--report"] * arguments.report]
            command = [sys.executable, "-m", "loadtest.scans", *options]
            return subprocess.run(command, cwd=HERE.parent, check=False, timeout=arguments.seconds + START_S).returncode
    if not (arguments.base and arguments.codes):
        parser.error("give --base and --codes, or --self")
    try:
        base = loopback(arguments.base)
    except ValueError as problem:
        parser.error(str(problem))

    busy = os.getloadavg()[0]
    with arguments.codes.open(encoding="ascii") as lines:
        evening = Evening(islice(lines, arguments.skip, None), arguments.lot)
        tally = drive(base, evening, arguments.users, arguments.seconds)
    told = [
        f"{arguments.users} viewers at a time for {arguments.seconds} s, {arguments.workers} worker(s). Service, "
        f"stores and generator share the machine with other work (load average before the run: {busy:.1f}).",
        "A closed loop with pauses: figures of a moment on a shared machine, not the capacity of the service.",
    ]
    text, kept = report(tally.measured(), tally, told)
    print(text)
    if arguments.report:
        path = HERE / "reports" / f"{datetime.date.today().isoformat()}-scans.md"
        path.write_text(text)
        print(f"written to {path}")
    return 0 if kept else 1


def take_part() -> tuple[type, type]:
    """As a locustfile: the same bounds and budgets under locust's own command."""
    import gevent
    from locust import events

    @events.init_command_line_parser.add_listener
    def offer(parser: Any) -> None:
        parser.add_argument("--codes", metavar="FILE", help="what `zpm export --format txt` wrote")
        parser.add_argument("--lot", help="lot of these codes; without it no lot pages are asked for")

    @events.init.add_listener
    def prepare(environment: Any, **_: object) -> None:
        options = environment.parsed_options
        if not options.codes:
            raise SystemExit("give --codes FILE")
        if options.master or options.worker:
            raise SystemExit("one process hands out the codes, so that none is used twice")
        if (options.num_users or 1) > MOST_USERS:
            raise SystemExit(f"at most {MOST_USERS} users")
        try:
            environment.host = loopback(environment.host or "")
        except ValueError as problem:
            raise SystemExit(str(problem)) from None
        environment.evening = Evening(iter(Path(options.codes).read_text(encoding="ascii").splitlines()), options.lot)

    @events.test_start.add_listener
    def begin(environment: Any, **_: object) -> None:
        environment.tally = Tally()
        environment.events.request.add_listener(environment.tally.note)
        gevent.spawn_later(MOST_SECONDS, environment.runner.quit)

    @events.quitting.add_listener
    def end(environment: Any, **_: object) -> None:
        if tally := getattr(environment, "tally", None):
            text, kept = report(tally.measured(), tally, ["Driven by locust's own command."])
            print(text)
            environment.process_exit_code = 0 if kept else 1

    return user_classes()


if __name__ == "__main__":
    sys.exit(main())
elif "locust" in sys.modules:  # loaded as a locustfile
    Viewer, Watcher = take_part()
