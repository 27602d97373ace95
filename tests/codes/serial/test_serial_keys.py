import hashlib
import hmac

import pytest

from codes.errors import Kind
from codes.serial import (
    EpochNotIssuing,
    EpochOutOfRange,
    EpochState,
    EpochWithoutKey,
    Finding,
    Item,
    KeyRing,
    RootKeyLength,
    open_serial,
    seal,
)
from codes.serial.bulk import seal_block
from codes.serial.ff1 import Permutation

STATES = {1: EpochState.RETIRED, 2: EpochState.VERIFY_ONLY, 3: EpochState.ISSUING}


@pytest.fixture
def stated(root_key):
    return KeyRing(root_key, STATES)


def test_the_key_of_an_epoch_is_hkdf_of_the_root_key(root_key, ring):
    extracted = hmac.digest(bytes(32), root_key, "sha256")
    for epoch in range(32):
        key = hmac.digest(extracted, b"zpm/serial/1/" + bytes([epoch, 1]), hashlib.sha256)
        expected = Permutation(key, b"ZPM1" + bytes([epoch]))
        assert ring.sealing(epoch).encipher(0, epoch) == expected.encipher(0, epoch)


def test_a_key_is_derived_once(stated):
    assert stated.opening(3) is stated.opening(3) is stated.sealing(3)


def test_only_an_issuing_epoch_takes_new_batches(stated):
    stated.require_issuing(3)
    for epoch in (0, 1, 2):
        with pytest.raises(EpochNotIssuing) as refused:
            stated.require_issuing(epoch)
        assert (refused.value.kind, refused.value.field) == (Kind.CONFLICT, "epoch")
        assert str(epoch) in refused.value.say("en")
        assert str(epoch) in refused.value.say("zh")
    with pytest.raises(EpochOutOfRange):
        stated.require_issuing(32)


def test_an_earlier_batch_is_exported_again_until_its_epoch_retires(ring, stated):
    for epoch in (2, 3):
        assert seal(stated, Item(epoch, 7, 0)) == seal(ring, Item(epoch, 7, 0))
        assert (seal_block(stated, epoch, 7, 0, 9) == seal_block(ring, epoch, 7, 0, 9)).all()
    for epoch in (0, 1):
        for again in (lambda: seal(stated, Item(epoch, 7, 0)), lambda: seal_block(stated, epoch, 7, 0, 9)):  # noqa: B023
            with pytest.raises(EpochWithoutKey) as refused:
                again()
            assert (refused.value.kind, refused.value.field) == (Kind.CONFLICT, "epoch")
            assert str(epoch) in refused.value.say("en")
            assert str(epoch) in refused.value.say("zh")


def test_a_serial_opens_until_its_epoch_retires(ring, stated):
    for epoch in (2, 3):
        assert open_serial(stated, seal(ring, Item(epoch, 7, 5))) == Item(epoch, 7, 5)
    for epoch in (0, 1, 31):
        assert open_serial(stated, seal(ring, Item(epoch, 7, 5))) is Finding.UNKNOWN


def test_states_are_asked_for_and_may_be_plain_words(root_key):
    ring = KeyRing(root_key, {4: "verify-only"})
    assert ring.state(4) is EpochState.VERIFY_ONLY
    assert ring.state(5) is None
    with pytest.raises(ValueError, match="asleep"):
        KeyRing(root_key, {4: "asleep"})
    with pytest.raises(EpochOutOfRange):
        KeyRing(root_key, {32: EpochState.ISSUING})


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_root_key_has_32_bytes(length):
    assert KeyRing.every_epoch(bytes(32)).state(31) is EpochState.ISSUING
    with pytest.raises(RootKeyLength) as refused:
        KeyRing.every_epoch(bytes(length))
    assert (refused.value.kind, refused.value.field) == (Kind.MALFORMED, "root_key")
    assert str(length) in refused.value.say("zh")


def test_another_root_key_opens_nothing(ring):
    stranger = KeyRing.every_epoch(bytes(32))
    serial = seal(ring, Item(1, 1, 0))
    assert open_serial(ring, serial) == Item(1, 1, 0)
    assert open_serial(stranger, serial) is Finding.UNKNOWN


def test_neither_ring_nor_permutation_shows_a_key():
    root_key = b"0123456789abcdefghijklmnopqrstuv"
    ring = KeyRing(root_key, STATES)
    shown = repr(ring) + repr(ring.sealing(3)) + str(ring)
    assert "2: verify-only, 3: issuing" in shown
    assert "0123" not in shown
    assert root_key.hex() not in shown
