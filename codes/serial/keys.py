"""The key ring: one AES-256 key an epoch, derived from the root key when first needed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from codes.serial.errors import EpochNotIssuing, EpochOutOfRange, EpochWithoutKey, RootKeyLength
from codes.serial.ff1 import Permutation

EPOCHS = EpochOutOfRange.most + 1
KEY_BYTES = 32
KEY_PURPOSE = b"zpm/serial/1/"
TWEAK = b"ZPM1"


class EpochState(StrEnum):
    """An epoch only ever moves down this list; a new one starts at the top."""

    ISSUING = "issuing"
    VERIFY_ONLY = "verify-only"
    RETIRED = "retired"


class KeyRing:
    """Which epochs exist and what each still allows.

    New batches need `require_issuing`; sealing itself asks only for a key that is not retired, because
    the export of a batch issued earlier must come out again byte for byte.
    """

    def __init__(self, root_key: bytes, epochs: Mapping[int, EpochState]) -> None:
        self._root_key = RootKeyLength.check(root_key)
        self._states = {EpochOutOfRange.check(epoch): EpochState(state) for epoch, state in epochs.items()}
        self._permutations: list[Permutation | None] = [None] * EPOCHS

    @classmethod
    def every_epoch(cls, root_key: bytes) -> Self:
        """All 32 epochs issuing, for the command line, where no configuration says which exist."""
        return cls(root_key, dict.fromkeys(range(EPOCHS), EpochState.ISSUING))

    def __repr__(self) -> str:
        states = ", ".join(f"{epoch}: {state}" for epoch, state in sorted(self._states.items()))
        return f"<KeyRing {states}>"

    def state(self, epoch: int) -> EpochState | None:
        """None when the epoch is not of this ring."""
        return self._states.get(epoch)

    def require_issuing(self, epoch: int) -> None:
        if self.state(EpochOutOfRange.check(epoch)) is not EpochState.ISSUING:
            raise EpochNotIssuing(field="epoch", epoch=epoch)

    def opening(self, epoch: int) -> Permutation | None:
        """The permutation of epoch 0–31, None when it is unknown or retired."""
        return self._permutations[epoch] or self._derive(epoch)

    def sealing(self, epoch: int) -> Permutation:
        permutation = self.opening(EpochOutOfRange.check(epoch))
        if permutation is None:
            raise EpochWithoutKey(field="epoch", epoch=epoch)
        return permutation

    def _derive(self, epoch: int) -> Permutation | None:
        if self._states.get(epoch, EpochState.RETIRED) is EpochState.RETIRED:
            return None
        # The byte is the epoch's number, not its letter: the golden vectors were made so.
        byte = bytes([epoch])
        key = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=KEY_PURPOSE + byte).derive(self._root_key)
        self._permutations[epoch] = Permutation(key, TWEAK + byte)
        return self._permutations[epoch]
