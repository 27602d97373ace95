from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.app.accounts.offices import House, Offices, opened
from tests.app.service import OneConnection


@pytest.fixture
def offices(db: asyncpg.Connection) -> Offices:
    return Offices(db)


@pytest.fixture
async def house(db: asyncpg.Connection, offices: Offices) -> AsyncIterator[House]:
    async with opened(OneConnection(db), offices) as house:
        yield house
