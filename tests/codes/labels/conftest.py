"""An order factory for label tests."""

import pytest

from codes.labels import ExportOrder
from tests.codes.labels.reading import GTIN


@pytest.fixture
def order():
    def make(**fields):
        plain = {"epoch": 1, "batch": 12, "count": 3, "gtin": GTIN, "stem": "https://zpm.example"}
        return ExportOrder(**{**plain, **fields})

    return make
