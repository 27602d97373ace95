"""Recalls of a model, of lots, of dates: with or without item batches."""

import json
from datetime import date, timedelta
from uuid import uuid4

import asyncpg
import pytest
from msgspec import convert

from app.edge.principals import NotYours, Principal
from app.issuing import actions, queries, recalls
from app.issuing.errors import ClosedBeforeOpened, GtinUnknown, RecallUnknown
from app.issuing.shapes import NewRecall
from codes.errors import Refusal
from codes.verdict.facts import Recall as RecallFact
from tests.app.issuing.cast import HOOD, NOBODYS, TODAY, UNRECOGNISED, Cast

WORDS = {"reason": "可能漏电", "remedy": "停止使用，免费退换", "telephone": "400-000-0000"}


async def facts(db: asyncpg.Connection, cast: Cast) -> list[RecallFact]:
    """What issuing gives the product's facts statement."""
    text = await db.fetchval(f"select ({queries.STATUS['recalls']})::text from product p where p.id = $1", cast.product)
    return convert(json.loads(text), list[RecallFact])


@pytest.mark.parametrize(
    ("what", "scope"),
    [
        ({}, "model"),
        ({"lots": ("260912A", "260913B", "260912A")}, "lots"),
        ({"made_from": date(2026, 9, 1), "made_to": date(2026, 9, 1)}, "made_on"),
    ],
)
async def test_a_recall_opens_shows_and_closes(
    db: asyncpg.Connection, cast: Cast, what: dict[str, object], scope: str
) -> None:
    new = NewRecall(gtin=HOOD[1:], **WORDS, **what, reason_en="may leak current", notice_url="https://a.example/1")
    opened = await recalls.open_recall(db, new, TODAY, cast.actor)
    [fact] = await facts(db, cast)
    assert (opened.scope, fact.scope, fact.opened_on) == (scope, scope, TODAY)
    assert list(fact.lots) == sorted(set(what.get("lots", ())))
    assert (fact.reason, fact.reason_en, fact.remedy_en) == ("可能漏电", "may leak current", None)
    with pytest.raises(ClosedBeforeOpened):
        async with db.transaction():
            await recalls.close_recall(db, opened.id, TODAY - timedelta(days=1), TODAY, cast.actor)
    closed = await recalls.close_recall(db, opened.id, TODAY, TODAY, cast.actor)
    assert closed.closed_on == TODAY
    assert await facts(db, cast) == []
    assert await recalls.list_recalls(db, HOOD, cast.actor) == [closed]
    with pytest.raises(RecallUnknown):
        async with db.transaction():
            await recalls.close_recall(db, opened.id, TODAY, TODAY, cast.actor)


async def test_a_product_without_recognition_or_batch_is_recalled_too(db: asyncpg.Connection, cast: Cast) -> None:
    assert await recalls.open_recall(db, NewRecall(gtin=UNRECOGNISED, **WORDS), TODAY, cast.actor)
    await actions.assign(db, HOOD, "product", TODAY, cast.actor)
    earlier = NewRecall(gtin=HOOD, **WORDS, opened_on=TODAY - timedelta(days=2))
    assert (await recalls.open_recall(db, earlier, TODAY, cast.actor)).opened_on == TODAY - timedelta(days=2)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"gtin": "123"}, "gtin"),
        ({"reason": ""}, "reason"),
        ({"remedy_en": "\u202e"}, "remedy_en"),
        ({"telephone": "call us"}, "telephone"),
        ({"notice_url": "javascript:alert(1)"}, "notice_url"),
        ({"lots": ("good", "批")}, "lots[1]"),
        ({"lots": ("a",), "made_from": date(2026, 9, 1), "made_to": date(2026, 9, 2)}, "lots"),
        ({"made_from": date(2026, 9, 1)}, "made_from"),
        ({"made_from": date(2026, 9, 2), "made_to": date(2026, 9, 1)}, "made_from"),
        ({"opened_on": TODAY + timedelta(days=1)}, "opened_on"),
    ],
)
async def test_a_recall_is_refused_by_the_name_of_its_field(
    db: asyncpg.Connection, cast: Cast, wrong: dict[str, object], field: str
) -> None:
    assert await recalls.open_recall(db, NewRecall(gtin=HOOD, **WORDS, lots=("a",)), TODAY, cast.actor)
    with pytest.raises(Refusal) as refusal:
        await recalls.open_recall(db, NewRecall(**{"gtin": HOOD, **WORDS, **wrong}), TODAY, cast.actor)
    assert refusal.value.field == field


async def test_only_the_owner_recalls(db: asyncpg.Connection, cast: Cast) -> None:
    opened = await recalls.open_recall(db, NewRecall(gtin=HOOD, **WORDS), TODAY, cast.actor)
    stranger = Principal("stranger", uuid4(), frozenset())
    with pytest.raises(NotYours):
        await recalls.open_recall(db, NewRecall(gtin=HOOD, **WORDS), TODAY, stranger)
    with pytest.raises(NotYours):
        async with db.transaction():
            await recalls.close_recall(db, opened.id, TODAY, TODAY, stranger)
    with pytest.raises(GtinUnknown):
        await recalls.open_recall(db, NewRecall(gtin=NOBODYS, **WORDS), TODAY, cast.actor)
