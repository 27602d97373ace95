from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import numpy as np
import pytest

from codes.serial import EpochState, Finding, Item, KeyRing, open_serial, seal
from codes.serial.bulk import CHUNK, open_many, seal_block, seal_lines

PREFIX = b"HTTPS://ZPM.CN/01/06901234567892/21/"


def texts(block):
    return [row.tobytes().decode() for row in block]


def test_every_golden_serial(ring, vectors):
    for vector in vectors["valid"]:
        block = seal_block(ring, vector["epoch"], vector["batch"], vector["index"], 1, vector["variant"])
        assert block.dtype == np.uint8
        assert texts(block) == [vector["serial"]]


@pytest.mark.parametrize(
    ("epoch", "batch", "start", "count", "variant"),
    [
        (1, 1, 0, 1, 0),
        (0, 0, 0, 7, 7),
        (1, 2**17, 5, CHUNK - 1, 1),
        (31, 2**32 - 1, 2**30 - CHUNK, CHUNK, 7),
        (15, 2**31 + 12345, 2**30 - CHUNK - 1, CHUNK + 1, 2),
        (2, 99, 2**29 - 1, 2 * CHUNK + 3, 3),
    ],
)
def test_many_at_once_are_the_same_as_one_by_one(ring, epoch, batch, start, count, variant):
    items = [Item(epoch, batch, index, variant) for index in range(start, start + count)]
    serials = [seal(ring, item) for item in items]
    assert texts(seal_block(ring, epoch, batch, start, count, variant)) == serials
    lines = b"".join(seal_lines(ring, epoch, batch, start, count, variant, PREFIX))
    assert lines == b"".join(PREFIX + serial.encode() + b"\n" for serial in serials)
    assert open_many(ring, serials) == items


def test_a_stream_is_cut_into_chunks_and_starts_at_once(ring):
    chunks = list(seal_lines(ring, 1, 1, 0, 2 * CHUNK + 1))
    assert [len(chunk) // 21 for chunk in chunks] == [CHUNK, CHUNK, 1]
    # A billion serials asked for, three chunks made.
    assert list(islice(seal_lines(ring, 1, 1, 0, 2**30), 2)) == chunks[:2]


def test_streams_do_not_disturb_each_other(ring):
    def stream(batch):
        return b"".join(seal_lines(ring, 1, batch, 0, 6 * CHUNK))

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(stream, range(8)))
    assert together == [stream(batch) for batch in range(8)]


def test_opening_many_is_the_same_as_one_by_one(root_key, ring, vectors):
    stated = KeyRing(root_key, {1: EpochState.ISSUING, 2: EpochState.VERIFY_ONLY, 3: EpochState.RETIRED})
    serials = [vector["serial"] for name in ("valid", "forged", "typed") for vector in vectors[name]]
    serials += [vector["text"] for name in ("malformed", "typed") for vector in vectors[name]]
    serials += [seal(ring, Item(epoch, 4, 5)) for epoch in range(32)] + ["é" * 20, "_" * 20, "\udc80" * 20]
    for keys in (ring, stated):
        assert open_many(keys, serials) == [open_serial(keys, serial) for serial in serials]
    assert open_many(ring, []) == []
    assert open_many(ring, [""]) == [Finding.MALFORMED]
