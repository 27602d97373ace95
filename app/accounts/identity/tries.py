"""Guessing is slowed, nobody is locked out: each try is counted before it is looked at, a right one taken back.

Counted first, because a thousand tries sent at the same moment would else all be looked at.
"""

from collections.abc import Sequence
from math import ceil

from asyncpg import Connection

from app.accounts.identity import queries
from app.accounts.identity.errors import TooManyTries
from app.accounts.identity.rules import Limit, wait_after


async def claim(db: Connection, limits: Sequence[Limit]) -> None:
    """Count a try under every key; refuses while one of them must wait, and then counts none."""
    async with db.transaction():
        for limit in limits:
            failures = await queries.failures.first(db, limit.key)
            assert failures is not None
            left = wait_after(failures.count, limit.free) - max(failures.seconds, 0.0)
            if left > 0:
                raise too_many(ceil(left))
            await queries.count_failure.run(db, limit.key)


async def forgive(db: Connection, limits: Sequence[Limit]) -> None:
    """The try was right: one's own keys are cleared, of a network's only this try is taken back."""
    for limit in limits:
        await (queries.forgive if limit.own else queries.forgive_one).run(db, limit.key)


def too_many(seconds: int) -> TooManyTries:
    minutes = ceil(seconds / 60)
    if seconds < 120:
        return TooManyTries(retry_after=seconds, wait_en=f"{seconds} s", wait_zh=f" {seconds} 秒")
    return TooManyTries(retry_after=seconds, wait_en=f"{minutes} minutes", wait_zh=f" {minutes} 分钟")
