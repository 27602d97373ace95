"""The demonstration loads once, is completed after a breakdown, and shows every state of a product."""

from datetime import UTC, date, datetime, timedelta

import asyncpg
import msgspec
import pytest

import app.catalogue.actions as catalogue
import app.catalogue.queries as catalogue_queries
import app.certification.queries as certification_queries
import app.issuing.queries as issuing_queries
import app.recognition.queries as recognition_queries
import app.standards.queries as standards_queries
from app.catalogue import statements
from app.catalogue.shapes import NewCommitment
from app.demo import load as loading
from app.demo.load import load, read
from app.demo.registers import Registers
from app.scanning.queries import product_facts
from app.scanning.shapes import ProductFacts
from codes.verdict import Level, State, judge
from codes.verdict.verdicts import Question
from tests.app.service import written
from tests.world import ACTOR, TODAY

pytestmark = pytest.mark.anyio
FACTS = product_facts(
    [catalogue_queries, recognition_queries, standards_queries, certification_queries, issuing_queries]
)
STATES = {
    "suspended": State.CERTIFICATE_SUSPENDED,
    "expired": State.CERTIFICATE_ENDED,
    "withdrawn_certificate": State.CERTIFICATE_ENDED,
    "cancelled_certificate": State.CERTIFICATE_ENDED,
    "standard_cancelled": State.STANDARD_RECOGNITION_CANCELLED,
    "standard_abolished": State.STANDARD_ABOLISHED,
    "revoked": State.RECOGNITION_REVOKED,
    "authorisation_withdrawn": State.AUTHORISATION_WITHDRAWN,
    "measure": State.MEASURE_IN_FORCE,
    "not_recognised": State.NOT_RECOGNISED,
}


async def facts_of(db: asyncpg.Connection, gtin: str) -> ProductFacts:
    return msgspec.json.decode(await db.fetchval(FACTS, gtin), type=ProductFacts)


@pytest.mark.parametrize("day", [TODAY, date(2027, 2, 28), date(2031, 7, 1)])
async def test_every_state_shows_on_whatever_day_it_is_loaded(db: asyncpg.Connection, day: date) -> None:
    demonstration = await load(db, day)
    now = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    for name, gtin in demonstration.gtins.items():
        facts = await facts_of(db, gtin)
        verdict = judge(Question(Level.PRODUCT), facts.status, None, None, now)
        assert verdict.line.state is STATES.get(name, State.VALID_PRODUCT), name
        assert facts.product.demonstration
        assert facts.photo, name
        assert facts.commitment, name


async def test_a_second_load_changes_nothing(db: asyncpg.Connection) -> None:
    first = await load(db, TODAY)
    before = await written(db)
    assert await load(db, TODAY + timedelta(days=400)) == first
    assert await written(db) == before


async def test_what_was_changed_since_is_left_as_it_is(db: asyncpg.Connection) -> None:
    demonstration = await load(db, TODAY)
    hood = demonstration.products["hood"].id
    new = NewCommitment(text="保修 9 年。", remedy="换新。", telephone="12315", valid_from=TODAY)
    await statements.set_commitment(db, hood, new, ACTOR, TODAY)
    await catalogue.archive(db, hood, ACTOR)
    before = await written(db)
    await load(db, TODAY)
    assert await written(db) == before
    assert (await statements.open_sheet(db, hood)).product.published is False


STEPS = ("standards", "certificates", "products", "recognitions", "sanctions", "states", "successors", "complete")


@pytest.mark.parametrize("step", STEPS)
async def test_a_load_that_broke_off_is_completed(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    class BrokeOff(Exception):
        pass

    async def break_off(*_: object) -> None:
        raise BrokeOff

    with monkeypatch.context() as patch:
        patch.setattr(*((loading, step) if step == "complete" else (Registers, step)), break_off)
        with pytest.raises(BrokeOff):
            await load(db, TODAY)
    half, _ = await written(db)
    await load(db, TODAY)
    whole = await db.fetchval("select count(*) from history")
    assert half < whole
    await load(db, TODAY)
    assert await db.fetchval("select count(*) from history") == whole
    assert await db.fetchval("select count(*) from quality_commitment") == len(read(TODAY).products)


def test_every_name_says_that_it_is_a_demonstration() -> None:
    written_down = read(TODAY)
    for register in (written_down.enterprises, written_down.standards, written_down.bodies, written_down.certificates):
        for name, one in register.items():
            assert "演示" in one.get("name", one.get("number", "")), name
            assert one["demonstration"], name
    for name, one in written_down.products.items():
        assert one["brand"] == "演示牌", name
        assert all(gtin.startswith("0690000000") for gtin in one["gtins"]), name
        assert all((row["name_en"], row["unit"]) for row in one["indicators"]), name
