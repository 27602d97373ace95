"""Counting what was scanned, for whoever asks: the row policies say whose products these are."""

from collections.abc import Iterable
from datetime import date

from asyncpg import Connection

from app.edge import fields
from app.statistics import queries, rules
from app.statistics.rules import NO_PLACE, UNKNOWN
from app.statistics.shapes import (
    Asked,
    BatchCount,
    DayCount,
    Figure,
    Named,
    PlaceCount,
    PlaceDayCount,
    ProductCount,
    Statistics,
)
from codes.errors import refuse_all

SHOWN = 100
"""Products and batches of a page; most viewed first."""
LISTED = 10_000
"""Of a download, and of an answer to a program."""


def check(asked: Asked, today: date) -> None:
    refuse_all([
        *fields.not_future("from", asked.first, today),
        *fields.not_future("to", asked.last, today),
        *rules.check_range(asked.first, asked.last),
    ])  # fmt: skip


async def count(db: Connection, asked: Asked, today: date, most: int = SHOWN) -> Statistics:
    """All figures come of one statement, so they add up."""
    check(asked, today)
    found = await queries.figures.all(db, asked.first, asked.last, asked.gtin, asked.batch, asked.enterprise_id, most)
    by_level: dict[int, list[Figure]] = {}
    for figure in found:
        by_level.setdefault(figure.level, []).append(figure)
    total = sum(one.views for one in by_level.get(queries.TOTAL, ()))
    of_pages = sum(one.of_pages for one in by_level.get(queries.TOTAL, ()))
    products, batches = by_level.get(queries.BY_PRODUCT, []), by_level.get(queries.BY_BATCH, [])
    return Statistics(
        first=asked.first,
        last=asked.last,
        gtin=asked.gtin,
        batch=asked.batch,
        total=total,
        of_items=total - of_pages,
        of_pages=of_pages,
        days=_days(asked, by_level.get(queries.BY_DAY, ())),
        places=_places(by_level.get(queries.BY_PLACE, ())),
        places_by_day=_places_by_day(by_level.get(queries.BY_DAY_AND_PLACE, ())),
        products=await _products(db, products),
        products_counted=products[0].many if products else 0,
        batches=await _batches(db, batches),
        batches_counted=batches[0].many if batches else 0,
    )


async def name(db: Connection, asked: Asked) -> Named:
    product = await queries.product_names.first(db, [asked.gtin]) if asked.gtin else None
    lot = await queries.lots.first(db, [asked.batch]) if asked.batch else None
    return Named(product, lot)


def _days(asked: Asked, figures: Iterable[Figure]) -> tuple[DayCount, ...]:
    """Every day, also those without a view."""
    views = {one.day: one.views for one in figures}
    return tuple(DayCount(day, views.get(day, 0)) for day in rules.days_of(asked))


def _place(figure: Figure) -> str:
    return figure.province if figure.province not in (None, NO_PLACE) else UNKNOWN


def _of_items(figures: Iterable[Figure]) -> Iterable[Figure]:
    return (one for one in figures if one.views > one.of_pages)


def _places(figures: Iterable[Figure]) -> tuple[PlaceCount, ...]:
    counts = {_place(one): one.views - one.of_pages for one in _of_items(figures)}
    return tuple(PlaceCount(place, views) for place, views in rules.named_places(counts))


def _places_by_day(figures: Iterable[Figure]) -> tuple[PlaceDayCount, ...]:
    counts = {(one.day, _place(one)): one.views - one.of_pages for one in _of_items(figures)}
    return tuple(PlaceDayCount(day, place, views) for (day, place), views in rules.named_cells(counts) if day)


async def _products(db: Connection, figures: list[Figure]) -> tuple[ProductCount, ...]:
    names = {one.gtin: one for one in await queries.product_names.all(db, [one.gtin for one in figures])}
    return tuple(
        ProductCount(
            gtin=name.gtin, name=name.name, name_en=name.name_en, model=name.model, enterprise=name.enterprise,
            views=one.views, of_pages=one.of_pages,
        )
        for one in figures
        if one.gtin and (name := names.get(one.gtin))
    )  # fmt: skip


async def _batches(db: Connection, figures: list[Figure]) -> tuple[BatchCount, ...]:
    lots = {one.batch: one for one in await queries.lots.all(db, [one.batch for one in figures])}
    return tuple(
        BatchCount(batch=lot.batch, gtin=one.gtin, lot=lot.lot, count=lot.count, views=one.views)
        for one in figures
        if one.gtin and one.batch and (lot := lots.get(one.batch))
    )
