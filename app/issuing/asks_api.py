"""What issuing's handlers ask for beside the edge's: the settings, the instant, the key of an order."""

from datetime import UTC, datetime
from typing import Annotated

from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import HeaderParameter, SkipValidation

from app.edge.guards import needs
from app.issuing.download_answers import wanted
from app.settings import Settings

RANGES_BODY = 2 * 1024 * 1024
"""Bytes of the longest list of ranges: 10,000 of them, 60 bytes each, serials likewise."""

Config = NamedDependency[SkipValidation[Settings]]
Now = NamedDependency[datetime]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(name="Idempotency-Key", description="1 to 200 characters; the same key never issues twice."),
]
READ, WRITE = needs("issuing:read"), needs("issuing:write")


def _settings(state: State) -> Settings:
    settings: Settings = state.settings
    return settings


def _now() -> datetime:
    return datetime.now(UTC)


ASKS = {
    "config": Provide(_settings, sync_to_thread=False),
    "now": Provide(_now, sync_to_thread=False),
    "wanted": Provide(wanted, sync_to_thread=False),
}
