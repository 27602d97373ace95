"""What answers of every room are made of: pages of lists, and the history of a record."""

from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from msgspec import Raw, Struct

T = TypeVar("T")


class Listing(Struct, Generic[T], frozen=True):
    """One page of a register; `next` is the `after` of the following page, null on the last."""

    items: list[T]
    next: UUID | None


class HistoryRow(Struct, frozen=True):
    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    before: str | None
    after: str | None


class Change(Struct, frozen=True):
    """One change of one row; `before` is null for the first, `after` for a removal."""

    relation: str
    operation: str
    changed_at: datetime
    actor: str | None
    before: Raw
    after: Raw
