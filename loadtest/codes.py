"""How fast codes are sealed and opened: `python -m loadtest.codes [--report]`.

Rates are per CPU second of the measured process, since the machine is shared; scalar times are the
best of many short rounds, and the ratio to one AES call is the median of rounds taken side by side.
"""

import argparse
import datetime
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import ECB

from codes.serial import Item, KeyRing, open_serial, seal
from loadtest.machine import judge, machine

HERE = Path(__file__).parent
ROOT_KEY = bytes(range(32))
MILLION = 10**6
LARGEST = 10**8
ROUNDS = 200
CALLS = 500


class Spent(NamedTuple):
    cpu_seconds: float
    peak_mib: float


def run(*arguments: str, source: int = subprocess.DEVNULL) -> Spent:
    """`zpm serial …` writing into a pipe somebody reads; only its own CPU time and memory count."""
    command = [sys.executable, "-m", "app", "serial", *arguments, "--root-key-hex", ROOT_KEY.hex()]
    zpm = subprocess.Popen(command, cwd=HERE.parent, stdin=source, stdout=subprocess.PIPE)
    with subprocess.Popen(["cat"], stdin=zpm.stdout, stdout=subprocess.DEVNULL):
        zpm.stdout.close()
        _, status, usage = os.wait4(zpm.pid, 0)
    zpm.returncode = os.waitstatus_to_exitcode(status)
    if zpm.returncode:
        raise SystemExit(f"{' '.join(command[3:5])} ended with exit code {zpm.returncode}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_seal(count: int) -> Spent:
    return run("seal", "--epoch", "1", "--batch", "1", "--from", "0", "--count", str(count))


def run_open(count: int) -> Spent:
    from codes.serial.bulk import seal_lines

    with tempfile.TemporaryFile() as lines:
        lines.writelines(seal_lines(KeyRing.every_epoch(ROOT_KEY), 1, 1, 0, count))
        lines.seek(0)
        return run("open", source=lines.fileno())


def microseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter_ns()
    for _ in range(CALLS):
        call()
    return (time.perf_counter_ns() - started) / CALLS / 1000


def scalar() -> dict[str, float]:
    ring = KeyRing.every_epoch(ROOT_KEY)
    genuine = seal(ring, Item(epoch=1, batch=1, index=0))
    forged = genuine[:-1] + ("0" if genuine[-1] != "0" else "1")
    # The yardstick is the bare block, as the permutation uses it.
    aes, block = Cipher(AES(ROOT_KEY), ECB()).encryptor().update, bytes(16)  # noqa: S305
    rounds = [
        (
            microseconds(lambda: aes(block)),
            microseconds(lambda: open_serial(ring, genuine)),
            microseconds(lambda: open_serial(ring, forged)),
        )
        for _ in range(ROUNDS)
    ]
    aes_us, open_us, forged_us = (min(column) for column in zip(*rounds, strict=True))
    return {
        "aes_us": aes_us,
        "open_us": open_us,
        "open_median_us": statistics.median(opened for _, opened, _ in rounds),
        "forged_us": forged_us,
        "open_in_aes_calls": statistics.median(opened / aes for aes, opened, _ in rounds),
    }


def measure(largest: int) -> dict[str, float]:
    million, most, opened = run_seal(MILLION), run_seal(largest), run_open(MILLION)
    return {
        "seal_million_per_cpu_second": MILLION / million.cpu_seconds,
        "seal_per_cpu_second": largest / most.cpu_seconds,
        "seal_million_peak_mib": million.peak_mib,
        "seal_peak_mib": most.peak_mib,
        "seal_peak_growth": most.peak_mib / million.peak_mib,
        "open_lines_per_cpu_second": MILLION / opened.cpu_seconds,
        "open_peak_mib": opened.peak_mib,
    } | scalar()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtest.codes", description="Measure sealing and opening.")
    parser.add_argument("--report", action="store_true", help="also write a dated report to loadtest/reports")
    parser.add_argument("--largest", type=int, default=LARGEST, help="count of the long run (default: %(default)s)")
    arguments = parser.parse_args()

    budgets = tomllib.loads((HERE / "budgets.toml").read_text())["codes"]
    measured = measure(arguments.largest)
    if unmeasured := set(budgets) - set(measured):
        parser.error(f"budgets without a measurement: {', '.join(sorted(unmeasured))}")
    verdicts = {name: judge(value, budgets.get(name, {})) for name, value in measured.items()}
    table = ["| measurement | value | budget |", "|---|--:|---|"]
    for name, value in measured.items():
        table.append(f"| {name} | {value:,.{0 if value >= 1000 else 2}f} | {verdicts[name]} |")
    run_at = f"Largest run: {arguments.largest:,} serials."
    text = "\n".join(["# Codes: seal and open", "", *machine(), run_at, "", *table, ""])
    print(text)
    if arguments.report:
        path = HERE / "reports" / f"{datetime.date.today().isoformat()}-codes.md"
        path.write_text(text)
        print(f"written to {path}")
    return int(any(verdict.endswith("EXCEEDED") for verdict in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
