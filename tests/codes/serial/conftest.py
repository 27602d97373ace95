"""The golden vectors, made with an independent FF1, and the ring of their root key."""

import json
from pathlib import Path

import pytest

from codes.serial import KeyRing

VECTORS = json.loads(Path(__file__).with_name("serial_vectors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def vectors():
    return VECTORS


@pytest.fixture(scope="session")
def root_key(vectors):
    return bytes.fromhex(vectors["root_key_hex"])


@pytest.fixture
def ring(root_key):
    return KeyRing.every_epoch(root_key)
