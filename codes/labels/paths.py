"""Modules to drawing operators: dark runs of a row become rectangles of one filled path.

One path and one fill per symbol: a renderer that smooths edges then adds neighbouring rows up to
full cover, where separate rectangles would show hairlines between rows.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np


@lru_cache(maxsize=8)
def _fragments(side: int, form: str) -> list[str]:
    """The operator of every run, indexed by (row * (side + 1) + column) * (side + 1) + length."""
    runs = ((row, column, length) for row in range(side) for column in range(side + 1) for length in range(side + 1))
    if form == "svg":
        return [f"M{column} {row}h{length}v1h-{length}z" for row, column, length in runs]
    return [f"{column} {side - 1 - row} {length} 1 re" for row, column, length in runs]     # PDF: y grows upwards


def _paths(matrices: np.ndarray, form: str, glue: str) -> list[str]:
    count, side, _ = matrices.shape
    step = side + 1                                     # one light column after each row ends its last run
    flat = np.zeros((count, side, step), dtype=np.int8)
    flat[:, :, :side] = matrices
    edges = np.diff(flat.reshape(-1), prepend=np.int8(0))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    symbols, places = np.divmod(starts, side * step)
    chosen = (places * step + ends - starts).tolist()
    bounds = np.searchsorted(symbols, np.arange(count + 1)).tolist()
    fragments = _fragments(side, form)
    return [glue.join([fragments[at] for at in chosen[a:b]]) for a, b in pairwise(bounds)]


def svg_paths(matrices: np.ndarray) -> list[str]:
    """Path data for each of uint8 (n, side, side), one unit a module."""
    return _paths(matrices, "svg", "")


def pdf_paths(matrices: np.ndarray) -> list[str]:
    """`re` operators for each of uint8 (n, side, side), one unit a module; the caller fills."""
    return _paths(matrices, "pdf", " ")


def svg_path(modules: np.ndarray) -> str:
    """Path data of one symbol, uint8 (side, side)."""
    return svg_paths(modules[None])[0]
