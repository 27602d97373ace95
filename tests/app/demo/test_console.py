"""The console of the demonstration has something to do in it: loaded once, and only into a demonstration."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest
from msgspec import structs

from app.accounts.roles import ROLES
from app.catalogue.console import overview
from app.catalogue.evidence.actions import reckon_rates
from app.demo.codes import load_demonstration
from app.demo.console import SCANS, UNFINISHED
from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.statistics.actions import count
from app.statistics.reports.actions import find
from app.statistics.reports.shapes import Wanted
from app.statistics.shapes import Asked
from app.store.askers import become
from tests.app.scanning.conftest import settings_of

pytestmark = pytest.mark.anyio
NOW = datetime.now(UTC)
TABLES = ("product", "page_review", "site", "advertisement", "consumer_report", "view_event", "batch", "history")


async def test_an_owner_finds_something_to_do(cloned: str, tmp_path: Path) -> None:
    settings = settings_of(cloned, "redis://unused", tmp_path)
    db = await asyncpg.connect(cloned)
    try:
        await load_demonstration(settings, NOW)
        assert await _counted(db, "consumer_report", "page_review", "site", "view_event") == [0, 0, 0, 0]
        first = await load_demonstration(structs.replace(settings, demonstration=True), NOW)
        before = await _counted(db, *TABLES)
        again = await load_demonstration(structs.replace(settings, demonstration=True), NOW + timedelta(days=1))
        assert (again, await _counted(db, *TABLES)) == (first, before)
        await _see(db)
    finally:
        await db.close()


async def _see(db: asyncpg.Connection) -> None:
    """As the owner of the enterprise sees it, through the row policies."""
    maker = await db.fetchval("select enterprise_id from product where model = $1", UNFINISHED)
    owner = Principal("演示业主", maker, ROLES["enterprise"]["owner"], "enterprise", organisation_name="演示")
    await become(db, owner.asker)
    today = today_in_china(NOW)
    home = await overview.of_enterprise(db, maker, owner, today, "")
    assert UNFINISHED in [one.model for one in home.lacking]
    assert [("演示" in one.reasons, one.bureau) for one in home.returned] == [(True, "演示省市场监管局")]
    assert home.reports == 2
    assert all("emonstration" in one.text or "演示" in one.text for one in (await find(db, Wanted(), 9)).items)
    shown = await count(db, Asked(first=today - timedelta(days=30), last=today), today)
    assert shown.total == sum(many for _, many in SCANS)
    assert "340000" not in [one.place for one in shown.places]
    rates = {one.name: one.whole for one in (await reckon_rates(db, maker, today)).rates}
    assert (rates["display"], rates["advertising"]) == (1, 1)


async def _counted(db: asyncpg.Connection, *tables: str) -> list[int]:
    return [await db.fetchval(f"select count(*) from {table}") for table in tables]
