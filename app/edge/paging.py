"""Lists a page at a time: `?limit=50&after={id of the last one}`; stable while others register."""

from typing import Annotated, Generic, TypeVar
from uuid import UUID

from litestar.params import QueryParameter
from msgspec import Struct

from app.edge import fields
from codes.errors import refuse_all

USUAL = 50
MOST = 200

T = TypeVar("T", bound=Struct)

Limit = Annotated[int, QueryParameter(ge=1, le=MOST, description="How many at most.")]
After = Annotated[UUID | None, QueryParameter(description="The id of the last one of the page before.")]
Words = Annotated[str | None, QueryParameter(description="Words looked for.")]


class Listing(Struct, Generic[T], frozen=True):
    """One page of a register; `next` is the `after` of the following page, null on the last."""

    items: list[T]
    next: UUID | None


def listing(rows: list[T], limit: int) -> Listing[T]:
    """A page of rows that were asked for with `limit + 1`: one more tells that there is a next page."""
    page = rows[:limit]
    more = len(rows) > limit
    return Listing(page, page[-1].id if more else None)  # type: ignore[attr-defined]


def looked_for(words: str | None) -> str | None:
    """The words as they go into SQL; empty means all."""
    if words is None or not words.strip():
        return None
    refuse_all(list(fields.text("q", words.strip(), fields.NAME)))
    return words.strip()
