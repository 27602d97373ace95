"""The penalty that chooses a mask, ISO/IEC 18004 7.8.3.1, over machine words instead of modules.

Lines stand on the first axis, so that every operation and every sum runs over whole rows of an array.
A word is one line of modules, bit j = module j; the bits above the side are 0, which is light, as the
rule wants it beyond the edge. Words of 32 bits hold sides up to 32 and take half the time of 64.
"""

import numpy as np


def penalty(lines: np.ndarray, side: int) -> np.ndarray:
    """Penalty of each symbol, words (2 × side, n) → int64 (n,), as segno counts; rows stand before columns."""
    word = lines.dtype.type
    shifted = [lines >> word(k) for k in range(11)]
    rows = lines[:side]
    alike = ~(lines ^ shifted[1]) & word((1 << side - 1) - 1)  # bit j: modules j and j + 1
    dark = _ones(rows)
    # the steps of five per cent away from one half
    steps = (np.abs(dark / side**2 * 100 - 50) / 5).astype(np.int64)
    return _runs(alike, word) + 3 * _squares(rows, alike[:side]) + 40 * _finders(lines, shifted, word) + 10 * steps


def _runs(alike: np.ndarray, word: type) -> np.ndarray:
    """A run of L ≥ 5 scores L - 2: it holds L - 4 windows of five, and 2 more where they begin."""
    threes = alike & alike >> word(1)
    fives = threes & threes >> word(2)
    return _ones(fives) + 2 * _ones(fives & ~(fives << word(1)))


def _squares(rows: np.ndarray, alike: np.ndarray) -> np.ndarray:
    return _ones(alike[1:] & alike[:-1] & ~(rows[1:] ^ rows[:-1]))


def _finders(lines: np.ndarray, shifted: list[np.ndarray], word: type) -> np.ndarray:
    """1:1:3:1:1 with four light modules on either side."""
    found = lines & ~shifted[1] & shifted[2] & shifted[3] & shifted[4] & ~shifted[5] & shifted[6]
    before = lines << word(1) | lines << word(2)
    before |= before << word(2)
    after = shifted[7] | shifted[8] | shifted[9] | shifted[10]
    lone = found & ~(before & after)
    # A counted pattern uses up its modules: one that begins 4 or 6 further on is not counted again.
    return _ones(lone & ~(lone << word(4) | lone << word(6)))


def _ones(words: np.ndarray) -> np.ndarray:
    return np.bitwise_count(words).sum(axis=0, dtype=np.uint16).astype(np.int64)
