"""Letters that wait to be sent."""

from datetime import datetime

from msgspec import Struct


class Letter(Struct, frozen=True):
    """One row of the queue, taken by a worker; `attempts` counts this one."""

    id: int
    recipient: str
    language: str
    subject: str
    body: str
    queued_at: datetime
    attempts: int
