"""Modules to drawing operators: dark runs of a row become rectangles of one filled path.

One path and one fill per symbol: a renderer that smooths edges then adds neighbouring rows up to
full cover, where separate rectangles would show hairlines between rows.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np


@lru_cache(maxsize=8)
def _svg_fragments(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Each run as a move from where the last began: few different texts, which pack twice as fast as places do."""
    runs = (
        (right, down, length) for down in range(side) for right in range(-side, side + 1) for length in range(side + 1)
    )
    return _table([b"m%d %dh%dv1h-%dz" % (right, down, length, length) for right, down, length in runs])


@lru_cache(maxsize=8)
def _pdf_fragments(side: int) -> tuple[np.ndarray, np.ndarray]:
    """Each run as a rectangle at its place; y grows upwards, and nothing is relative in PDF."""
    runs = ((row, column, length) for row in range(side) for column in range(side + 1) for length in range(side + 1))
    return _table([b"%d %d %d 1 re " % (column, side - 1 - row, length) for row, column, length in runs])


def _table(texts: list[bytes]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(texts), np.array([len(text) for text in texts])


def _runs(matrices: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Place and length of every dark run, a row having one place more than modules; the first run of each symbol."""
    count, side, _ = matrices.shape
    step = side + 1  # one light column after each row ends its last run
    flat = np.zeros((count, side, step), dtype=np.int8)
    flat[:, :, :side] = matrices
    edges = np.diff(flat.reshape(-1), prepend=np.int8(0))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    return starts % (side * step), ends - starts, np.searchsorted(starts, np.arange(count) * side * step)


def _joined(table: tuple[np.ndarray, np.ndarray], chosen: np.ndarray, firsts: np.ndarray) -> list[bytes]:
    """The chosen fragments of each symbol; fixed fields whose filling is struck out, a tenth of the time of a join."""
    texts, lengths = table
    whole = texts.take(chosen, mode="clip").tobytes().translate(None, b"\0")
    bounds = [*np.concatenate([[0], np.cumsum(lengths[chosen])])[firsts].tolist(), len(whole)]
    return [whole[a:b] for a, b in pairwise(bounds)]


def svg_paths(matrices: np.ndarray) -> list[bytes]:
    """Path data for each of uint8 (n, side, side), one unit a module."""
    side = matrices.shape[1]
    places, lengths, firsts = _runs(matrices)
    rows, columns = np.divmod(places, side + 1)
    down, right = np.diff(rows, prepend=0), np.diff(columns, prepend=0)
    begun = firsts[firsts < len(places)]
    down[begun], right[begun] = rows[begun], columns[begun]
    return _joined(_svg_fragments(side), (down * (2 * side + 1) + right + side) * (side + 1) + lengths, firsts)


def pdf_paths(matrices: np.ndarray) -> list[bytes]:
    """`re` operators for each of uint8 (n, side, side), one unit a module; the caller fills."""
    side = matrices.shape[1]
    places, lengths, firsts = _runs(matrices)
    return _joined(_pdf_fragments(side), places * (side + 1) + lengths, firsts)


def svg_path(modules: np.ndarray) -> str:
    """Path data of one symbol, uint8 (side, side)."""
    return svg_paths(modules[None])[0].decode()


def pdf_path(modules: np.ndarray) -> str:
    """`re` operators of one symbol, uint8 (side, side)."""
    return pdf_paths(modules[None])[0].decode()
