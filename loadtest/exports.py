"""How fast files of codes are made, and in how much memory: `python -m loadtest.exports [--report]`.

Each format is made by a process of its own and thrown away; reading back every thousandth label is included. Rates
are per CPU second of that process. The machine is shared, a neighbour on the same core takes half of its cache: so a
run is cut in slices, and beside the rate of the whole stands that of its best tenth, which is what the core does when
it is left alone and what the budgets are about. The ratio is labels made in the time of one yardstick, a fixed piece
of packing and counting that the same process does before and after.
"""

import argparse
import datetime
import json
import os
import statistics
import subprocess
import sys
import time
import tomllib
import zlib
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from codes.labels import ExportOrder, length, stream, stream_from
from codes.serial import KeyRing, open_serial
from codes.serial.bulk import seal_block
from loadtest.machine import judge, machine

HERE = Path(__file__).parent
ROOT_KEY = bytes(range(32))
MILLION = 10**6
BILLION = 10**9
ROUNDS = 3
SLICES = 50
ROLL, SMALL_ROLL = {"layout": "roll-60x40"}, {"layout": "roll-40x30"}


class Case(NamedTuple):
    """What is measured: a name in budgets.toml, a format, how many labels, and the rest of the order."""

    name: str
    fmt: str
    count: int
    order: dict[str, Any]


CASES = (
    Case("csv", "csv", 5 * MILLION, {}),
    Case("csv_gb18030", "csv", 5 * MILLION, {"encoding": "gb18030"}),
    Case("txt", "txt", 10 * MILLION, {}),
    Case("zpl_203", "zpl", MILLION, SMALL_ROLL),
    Case("zpl_203_large", "zpl", MILLION, ROLL),
    Case("zpl_300", "zpl", MILLION, {**SMALL_ROLL, "dpi": 300}),
    Case("zpl_600", "zpl", MILLION // 2, {**SMALL_ROLL, "dpi": 600}),
    Case("xlsx", "xlsx", MILLION, {}),
    Case("pdf_sheet", "pdf", 50_000, {}),
    Case("pdf_roll", "pdf", 30_000, ROLL),
    Case("svg_zip", "svg-zip", 30_000, ROLL),
    Case("png_zip", "png-zip", 5_000, ROLL),
)


class Made(NamedTuple):
    peak_mib: float
    cpu_seconds: float
    best_slices: float
    bytes: int
    yardstick: float


def order_of(count: int, fields: dict[str, Any]) -> ExportOrder:
    plain = {
        "epoch": 1,
        "batch": 1,
        "count": count,
        "gtin": "06901234567892",
        "stem": "https://zpm.example",
        "lot": "L1",
    }
    return ExportOrder(**plain | fields)


def yardstick() -> float:
    """CPU seconds of a fixed piece of the kind of work an export is."""
    numbers = np.arange(131_072, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    text = b"".join(b"%d " % number for number in numbers[:52_000].tolist())[:MILLION]
    times = []
    for _ in range(5):
        began = time.process_time()
        zlib.compress(text, 1)
        for shift in range(1, 41):
            np.bitwise_count(numbers ^ numbers >> np.uint64(shift)).sum()
        times.append(time.process_time() - began)
    return min(times)


def write(fmt: str, order: ExportOrder) -> None:
    """The child's part: the export is made and dropped, what it took is printed."""
    ring = KeyRing.every_epoch(ROOT_KEY)
    before, size, slices = yardstick(), 0, []
    began = last = time.process_time()
    at, step = 0, -(-order.count // SLICES)
    for done, chunk in stream(order, fmt, partial(seal_block, ring), partial(open_serial, ring)):
        size += len(chunk)
        if done - at >= step:
            now = time.process_time()
            slices.append((done - at) / (now - last))
            at, last = done, now
    spent = time.process_time() - began
    best = statistics.quantiles(slices, n=10)[-1] if len(slices) > 1 else order.count / spent
    print(json.dumps([spent, best, size, (before + yardstick()) / 2]))


def run(case: Case) -> Made:
    child = [sys.executable, "-m", "loadtest.exports", "--write", case.fmt, str(case.count), json.dumps(case.order)]
    with subprocess.Popen(child, cwd=HERE.parent, stdout=subprocess.PIPE) as maker:
        said = maker.stdout.read()
        _, status, usage = os.wait4(maker.pid, 0)
        maker.returncode = os.waitstatus_to_exitcode(status)
    if maker.returncode:
        raise SystemExit(f"{case.name} ended with exit code {maker.returncode}")
    return Made(usage.ru_maxrss / 1024, *json.loads(said))


def rates(rounds: int) -> dict[str, float]:
    """Every case, in turns, so that a slow phase of the host does not fall on one of them alone."""
    made: dict[str, list[Made]] = {case.name: [] for case in CASES}
    for _ in range(rounds):
        for case in CASES:
            made[case.name].append(run(case))
    measured = {}
    for case in CASES:
        runs = made[case.name]
        measured[f"{case.name}_best_per_cpu_second"] = max(one.best_slices for one in runs)
        measured[f"{case.name}_whole_per_cpu_second"] = max(case.count / one.cpu_seconds for one in runs)
        measured[f"{case.name}_per_yardstick"] = max(case.count / one.cpu_seconds * one.yardstick for one in runs)
        measured[f"{case.name}_bytes_each"] = runs[0].bytes / case.count
        measured[f"{case.name}_peak_mib"] = max(one.peak_mib for one in runs)
    return measured


def memory(largest: int) -> dict[str, float]:
    """The same csv ten times as long must not take more memory; what a billion takes follows from the two."""
    tenth, whole = (run(Case("csv", "csv", count, {})) for count in (largest // 10, largest))
    growth = max(0.0, whole.peak_mib - tenth.peak_mib) / (largest - largest // 10)
    return {
        "csv_largest_peak_mib": whole.peak_mib,
        "csv_peak_growth": whole.peak_mib / tenth.peak_mib,
        "csv_billion_peak_mib": whole.peak_mib + growth * (BILLION - largest),
        "csv_largest_per_cpu_second": largest / whole.cpu_seconds,
    }


def resuming() -> dict[str, float]:
    """To the last hundred bytes of a billion rows, without what stands before them."""
    ring, order = KeyRing.every_epoch(ROOT_KEY), order_of(BILLION, {})
    seal = partial(seal_block, ring)
    times = []
    for _ in range(20):
        began = time.perf_counter()
        end = length(order, "csv")
        tail = b"".join(chunk for _, chunk in stream_from(order, "csv", seal, end - 100))
        times.append(time.perf_counter() - began)
    if len(tail) != 100:
        raise SystemExit("the end of a billion rows is not where it was said to be")
    return {"resume_at_a_billion_ms": min(times) * 1000}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtest.exports", description="Measure files of codes.")
    parser.add_argument("--report", action="store_true", help="also write a dated report to loadtest/reports")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="runs of each format, the best counts (%(default)s)")
    parser.add_argument("--largest", type=int, default=10**8, help="rows of the long csv (default: %(default)s)")
    parser.add_argument("--write", nargs=3, metavar=("FORMAT", "COUNT", "ORDER"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.write:
        fmt, count, fields = arguments.write
        write(fmt, order_of(int(count), json.loads(fields)))
        return 0

    budgets = tomllib.loads((HERE / "budgets.toml").read_text())["exports"]
    measured = rates(arguments.rounds) | memory(arguments.largest) | resuming()
    if unmeasured := set(budgets) - set(measured):
        parser.error(f"budgets without a measurement: {', '.join(sorted(unmeasured))}")
    verdicts = {name: judge(value, budgets.get(name, {})) for name, value in measured.items()}
    table = ["| measurement | value | budget |", "|---|--:|---|"]
    for name, value in measured.items():
        table.append(f"| {name} | {value:,.{0 if value >= 1000 else 2}f} | {verdicts[name]} |")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    run_at = (
        f"Best of {arguments.rounds} rounds; longest csv {arguments.largest:,} rows; load average at the end {load}."
    )
    text = "\n".join(["# Exports: files of codes", "", *machine(), run_at, "", *table, ""])
    print(text)
    if arguments.report:
        path = HERE / "reports" / f"{datetime.date.today().isoformat()}-exports.md"
        path.write_text(text)
        print(f"written to {path.relative_to(HERE.parent)}")
    return int(any(verdict.endswith("EXCEEDED") for verdict in verdicts.values()))


if __name__ == "__main__":
    sys.exit(main())
