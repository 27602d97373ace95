"""Bureaus look at published pages afterwards: in order, or returned with reasons; the enterprise answers.

A return takes nothing down and stops no order of codes: the notice asks for no approval, and what a
shopper may rely on is decided by recognition and sanctions.
"""

from uuid import UUID

from asyncpg import Connection
from msgspec import Struct

from app.catalogue.actions import lock_product, open_product
from app.catalogue.console import queries
from app.catalogue.errors import NoOpenReturn, NotPublished
from app.edge import fields
from app.edge.principals import Principal
from codes.errors import refuse_all


class NewReview(Struct, frozen=True, kw_only=True):
    returned: bool
    reasons: str | None = None
    reasons_en: str | None = None


async def review(db: Connection, product_id: UUID, new: NewReview, actor: Principal) -> None:
    """Note what the bureau found; it shows on no page of a shopper's, so no clock ticks."""
    reasons = new.reasons or "" if new.returned else None
    reasons_en = new.reasons_en if new.returned else None
    refuse_all([
        *fields.text("reasons", reasons, fields.PARAGRAPH, lines=True),
        *fields.text("reasons_en", reasons_en, fields.PARAGRAPH, lines=True),
    ])  # fmt: skip
    async with db.transaction():
        if not (await open_product(db, product_id)).published:
            raise NotPublished
        outcome = "returned" if new.returned else "in_order"
        bureau = actor.organisation_name or actor.name
        await queries.insert_review.run(
            db, product_id, actor.organisation, bureau, actor.name, outcome, reasons, reasons_en
        )


async def answer(db: Connection, product_id: UUID, text: str, actor: Principal) -> None:
    """What the enterprise did about a return; the bureau sees it among those to look at again."""
    refuse_all(list(fields.text("answer", text, fields.PARAGRAPH, lines=True)))
    async with db.transaction():
        await lock_product(db, product_id, actor)
        newest = next(iter(await queries.reviews.all(db, product_id)), None)
        if newest is None or not newest.open:
            raise NoOpenReturn
        await queries.insert_answer.get(db, newest.id, product_id, text, actor.name)
