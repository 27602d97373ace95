"""Orders from two enterprises at a time, half of them sent twice: `python -m loadtest.orders --help`.

Speaks only HTTP to a service on this machine, with one API key for each enterprise. What it proves
is not speed but that no batch is given for two orders and no order is lost, however the workers
meet; rates and times are told beside that. A worker is a connection of its own.
"""

import argparse
import asyncio
import random
import secrets
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from loadtest.machine import machine

LOCAL = ("127.0.0.1", "localhost", "::1")
BILLION = 2**30
TRIES = 20
"""A service that is busy or switching over says 429 or 503; the client asks again with the same key."""


class Order(NamedTuple):
    issuer: int
    number: int
    count: int


class Heard:
    """What the service answered: batch by order, and how long each answer took."""

    def __init__(self) -> None:
        self.batches: dict[Order, set[int]] = defaultdict(set)
        self.seconds: list[float] = []
        self.refused: list[str] = []


async def work(
    client: httpx.AsyncClient, issuers: list[tuple[str, str]], orders: list[Order], run: str, heard: Heard
) -> None:
    """Send orders until none is left."""
    while orders:
        order = orders.pop()
        key, gtin = issuers[order.issuer]
        body = {"gtin": gtin, "lot": f"L{order.number}", "count": order.count, "policy": "at_the_line"}
        headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": f"{run}-{order.number}"}
        for _ in range(TRIES):
            started = time.perf_counter()
            answer = await client.post("/api/batches", json=body, headers=headers)
            heard.seconds.append(time.perf_counter() - started)
            if answer.status_code not in (429, 503):
                break
            await asyncio.sleep(float(answer.headers.get("retry-after", 1)))
        if answer.status_code == 201:
            heard.batches[order].add(answer.json()["batch"])
        else:
            heard.refused.append(answer.text[:300])


async def race(base: str, issuers: list[tuple[str, str]], workers: int, many: int) -> Heard:
    """Every second order is sent again, by whichever worker comes to it."""
    heard, run = Heard(), secrets.token_hex(6)
    once = [
        Order(issuer, n, BILLION if n % 10 == 0 else 1 + n) for issuer in range(len(issuers)) for n in range(many // 2)
    ]
    orders = once * 2
    random.shuffle(orders)
    limits = httpx.Limits(max_connections=workers * len(issuers))
    async with httpx.AsyncClient(base_url=base, timeout=60, limits=limits) as client:
        await asyncio.gather(*(work(client, issuers, orders, run, heard) for _ in range(workers * len(issuers))))
    return heard


def faults(heard: Heard, expected: int) -> list[str]:
    found = [f"refused: {text}" for text in heard.refused[:5]]
    if twice := [order for order, batches in heard.batches.items() if len(batches) > 1]:
        found.append(f"{len(twice)} keys stand for more than one batch, first {twice[0]}")
    given = [batch for batches in heard.batches.values() for batch in batches]
    if len(set(given)) != len(given):
        found.append(f"{len(given) - len(set(given))} batches were given for two orders")
    if len(heard.batches) != expected:
        found.append(f"{expected - len(heard.batches)} orders were lost")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m loadtest.orders", description=__doc__)
    parser.add_argument("--base", default="http://127.0.0.1:8000", help="the service, on this machine")
    parser.add_argument("--key", action="append", required=True, help="API key of an enterprise; give it twice")
    parser.add_argument("--gtin", action="append", required=True, help="a recognised GTIN of each enterprise, in order")
    parser.add_argument("--workers", type=int, default=8, help="for each enterprise (default %(default)s)")
    parser.add_argument("--orders", type=int, default=10_000, help="for each enterprise (default %(default)s)")
    parser.add_argument("--report", type=Path, metavar="FILE", help="also write the report there")
    arguments = parser.parse_args()
    if urlsplit(arguments.base).hostname not in LOCAL:
        parser.error("only a service on this machine is asked")
    if len(arguments.key) != len(arguments.gtin):
        parser.error("give one --gtin for each --key")
    issuers = list(zip(arguments.key, arguments.gtin, strict=True))
    started = time.perf_counter()
    heard = asyncio.run(race(arguments.base, issuers, arguments.workers, arguments.orders))
    seconds = time.perf_counter() - started
    wrong = faults(heard, len(issuers) * (arguments.orders // 2))
    times = sorted(heard.seconds)
    median, slow = statistics.median(times) * 1000, times[int(len(times) * 0.99)] * 1000
    text = "\n".join([
        "# Orders", "", *machine(), "",
        f"{len(issuers)} enterprises × {arguments.workers} workers, {len(times):,} requests for "
        f"{len(heard.batches):,} orders in {seconds:.1f} s: {len(times) / seconds:,.0f} a second.",
        f"An answer took {median:.1f} ms (median), {slow:.1f} ms (p99).",
        "No code twice, no order lost." if not wrong else "VIOLATED: " + "; ".join(wrong), "",
    ])  # fmt: skip
    print(text)
    if arguments.report:
        arguments.report.write_text(text)
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
