import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.errors import Kind, Refusal
from codes.serial import (
    BatchOutOfRange,
    CountOutOfRange,
    EpochOutOfRange,
    Finding,
    IndexOutOfRange,
    Item,
    KeyRing,
    OutOfRange,
    VariantOutOfRange,
    open_serial,
    read,
    seal,
)
from codes.serial.alphabet import LENGTH, SYMBOLS
from codes.serial.bulk import open_many, seal_block, seal_lines

items = st.builds(
    Item,
    epoch=st.integers(0, 31),
    batch=st.integers(0, 2**32 - 1),
    index=st.integers(0, 2**30 - 1),
    variant=st.integers(0, 7),
)
RING = KeyRing.every_epoch(bytes(range(32)))


def test_every_golden_serial(ring, vectors):
    assert len(vectors["valid"]) == 128
    for vector in vectors["valid"]:
        item = Item(vector["epoch"], vector["batch"], vector["index"], vector["variant"])
        assert seal(ring, item) == vector["serial"]
        assert open_serial(ring, vector["serial"]) == item


def test_every_golden_forgery_and_typing(ring, vectors):
    assert [len(vectors[name]) for name in ("forged", "malformed", "typed")] == [81, 6, 5]
    for vector in vectors["forged"]:
        assert open_serial(ring, vector["serial"]) is Finding.UNKNOWN, vector["why"]
    for vector in vectors["malformed"]:
        assert open_serial(ring, vector["text"]) is Finding.MALFORMED, vector["why"]
        assert read(vector["text"]) is None, vector["why"]
    for vector in vectors["typed"]:
        assert read(vector["text"]) == vector["serial"]


@settings(deadline=None)
@given(items)
def test_an_item_survives_the_round_trip(item):
    serial = seal(RING, item)
    assert serial[0] == SYMBOLS[item.epoch]
    assert open_serial(RING, serial) == item


@settings(deadline=None)
@given(st.text(SYMBOLS, min_size=LENGTH, max_size=LENGTH))
def test_a_guess_is_unknown(serial):
    assert open_serial(RING, serial) is Finding.UNKNOWN


def test_no_change_of_one_character_opens(ring):
    """All 620 changes of 162 genuine serials; the first character counts, it names another epoch's key."""
    genuine = [line.decode().rstrip() for line in b"".join(seal_lines(ring, 1, 12, 0, 162)).splitlines()]
    changed = [
        serial[:at] + char + serial[at + 1 :]
        for serial in genuine
        for at in range(LENGTH)
        for char in SYMBOLS
        if char != serial[at]
    ]
    assert len(set(changed)) > 100_000
    assert all(type(found) is Item for found in open_many(ring, genuine))
    assert {open_serial(ring, serial) for serial in changed} == {Finding.UNKNOWN}
    assert set(open_many(ring, changed)) == {Finding.UNKNOWN}


def test_a_million_indexes_share_no_serial(ring):
    block = seal_block(ring, 1, 3, 0, 2**20)
    assert len(np.unique(block.view(f"S{LENGTH}"))) == 2**20


GOOD = {"epoch": 1, "batch": 1, "index": 0, "variant": 0, "count": 1}


def seal_one(ring, epoch, batch, index, variant, count):
    return seal(ring, Item(epoch, batch, index, variant))


def seal_some(ring, epoch, batch, index, variant, count):
    return seal_block(ring, epoch, batch, index, count, variant)


def stream_some(ring, epoch, batch, index, variant, count):
    return seal_lines(ring, epoch, batch, index, count, variant)


@pytest.mark.parametrize("way", [seal_one, seal_some, stream_some])
@pytest.mark.parametrize(
    ("field", "fits", "too_much", "refusal"),
    [
        ("epoch", 31, 32, EpochOutOfRange),
        ("epoch", 0, -1, EpochOutOfRange),
        ("batch", 2**32 - 1, 2**32, BatchOutOfRange),
        ("batch", 0, -1, BatchOutOfRange),
        ("index", 2**30 - 1, 2**30, IndexOutOfRange),
        ("index", 0, -1, IndexOutOfRange),
        ("variant", 7, 8, VariantOutOfRange),
        ("variant", 0, -1, VariantOutOfRange),
    ],
)
def test_what_does_not_fit_its_place_is_refused(ring, way, field, fits, too_much, refusal):
    assert way(ring, **GOOD | {field: fits}) is not None
    with pytest.raises(refusal) as refused:
        way(ring, **GOOD | {field: too_much})
    assert (refused.value.kind, refused.value.field) == (Kind.MALFORMED, field)
    for language in ("en", "zh"):
        assert str(max(fits, refusal.most)) in refused.value.say(language)


@pytest.mark.parametrize("way", [seal_some, stream_some])
@pytest.mark.parametrize(
    ("index", "fits", "too_many", "most"),
    [(0, 1, 0, 2**30), (0, 1, 2**30 + 1, 2**30), (2**30 - 5, 5, 6, 5), (2**30 - 5, 5, -1, 2**30)],
)
def test_a_run_stays_inside_its_batch(ring, way, index, fits, too_many, most):
    assert way(ring, **GOOD | {"index": index, "count": fits}) is not None
    with pytest.raises(CountOutOfRange) as refused:
        way(ring, **GOOD | {"index": index, "count": too_many})
    assert refused.value.facts == {"field": "count", "least": 1, "most": most}
    assert str(most) in refused.value.say("zh")


def test_integers_of_numpy_are_sealed_as_what_they_are(ring):
    item = Item(31, 2**32 - 1, 2**30 - 1, 7)
    assert seal(ring, Item(*np.array(item, np.int64))) == seal(ring, item)
    assert (seal_block(ring, *np.array([31, 9, 5, 3])) == seal_block(ring, 31, 9, 5, 3)).all()
    with pytest.raises(TypeError):
        seal(ring, item._replace(batch=1.0))


def test_each_refusal_has_a_code_and_two_sentences_of_its_own():
    kinds = OutOfRange.__subclasses__()
    assert len(kinds) == 5
    for words in ("code", "en", "zh"):
        assert len({getattr(kind, words) for kind in (*kinds, Refusal)}) == 6
