"""A bar on standard error while something long is made, where a person looks on."""

import sys
import time
from collections.abc import Callable, Iterator
from typing import TextIO

WIDTH = 30
EVERY_S = 0.1
SETTLED_S = 1.0
"""Before that a rate says nothing about the time left."""


def with_bar(
    chunks: Iterator[tuple[int, bytes]],
    total: int,
    screen: TextIO | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[bytes]:
    """The bytes of (labels so far, bytes), with labels a second and the time left on a terminal."""
    screen = screen or sys.stderr
    shown, began, drawn = screen.isatty(), clock(), -EVERY_S
    for done, chunk in chunks:
        yield chunk
        spent = clock() - began
        if shown and (spent - drawn >= EVERY_S or done == total):
            drawn = spent
            print(f"\r{bar(done, total, spent)}", end="", file=screen, flush=True)
    if shown:
        print(file=screen)


def bar(done: int, total: int, spent: float) -> str:
    """`[####....] 40 % 4000/10000 2000/s 0:03`, the time left as hours, minutes and seconds."""
    filled = WIDTH * done // total
    said = f"[{'#' * filled}{'.' * (WIDTH - filled)}] {100 * done // total:3d} % {done}/{total}"
    rate = done / spent if spent else 0.0
    if spent >= SETTLED_S and done < total and rate:
        return f"{said} {rate:,.0f}/s {clock_time((total - done) / rate)}   "
    return f"{said} {rate:,.0f}/s          " if rate else said


def clock_time(seconds: float) -> str:
    minutes, left = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"
