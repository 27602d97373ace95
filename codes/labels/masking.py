"""The penalty that chooses a mask, ISO/IEC 18004 7.8.3.1, over machine words instead of modules."""

import numpy as np

_ONE = np.uint64(1)


def penalty(lines: np.ndarray, side: int) -> np.ndarray:
    """Penalty of each symbol, uint64 (…, 2 × side) → int64 (…), counted as segno counts it.

    A word is one line of modules, bit j = module j, the rows first and then the columns; the bits
    above the side are 0, which is light, as the rule wants it beyond the edge.
    """
    shifted = [lines >> np.uint64(k) for k in range(11)]
    rows = lines[..., :side]
    alike = ~(lines ^ shifted[1]) & np.uint64((1 << side - 1) - 1)      # bit j: modules j and j + 1
    dark = np.bitwise_count(rows).sum(axis=-1, dtype=np.int64)
    # the steps of five per cent away from one half
    steps = (np.abs(dark / side**2 * 100 - 50) / 5).astype(np.int64)
    return _runs(alike) + 3 * _squares(rows, alike[..., :side]) + 40 * _finders(lines, shifted) + 10 * steps


def _runs(alike: np.ndarray) -> np.ndarray:
    """A run of L ≥ 5 scores L - 2: it holds L - 4 windows of five, and 2 more where they begin."""
    fives = alike & alike >> _ONE & alike >> np.uint64(2) & alike >> np.uint64(3)
    return _ones(fives) + 2 * _ones(fives & ~(fives << _ONE))


def _squares(rows: np.ndarray, alike: np.ndarray) -> np.ndarray:
    return _ones(alike[..., 1:] & alike[..., :-1] & ~(rows[..., 1:] ^ rows[..., :-1]))


def _finders(lines: np.ndarray, shifted: list[np.ndarray]) -> np.ndarray:
    """1:1:3:1:1 with four light modules on either side."""
    found = lines & ~shifted[1] & shifted[2] & shifted[3] & shifted[4] & ~shifted[5] & shifted[6]
    before = lines << _ONE | lines << np.uint64(2) | lines << np.uint64(3) | lines << np.uint64(4)
    after = shifted[7] | shifted[8] | shifted[9] | shifted[10]
    lone = found & ~(before & after)
    # A counted pattern uses up its modules: one that begins 4 or 6 further on is not counted again.
    return _ones(lone & ~(lone << np.uint64(4) | lone << np.uint64(6)))


def _ones(words: np.ndarray) -> np.ndarray:
    return np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
