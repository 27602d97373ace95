"""Tables to download as CSV: UTF-8 with its mark, so that spreadsheets read Chinese; no cell is a formula."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from app.statistics.reports.shapes import Report
from app.statistics.shapes import Statistics
from codes.labels import csv_cell
from codes.verdict import CHINA

MARK = "\ufeff"
HEADS = {
    "days": ("day", "views"),
    "places": ("place", "views"),
    "places_by_day": ("day", "place", "views"),
    "products": ("gtin", "product", "model", "enterprise", "views", "of_items", "of_pages"),
    "batches": ("batch", "gtin", "lot", "count", "views"),
}
TABLES = tuple(HEADS)
REPORT_HEAD = (
    "number", "created_at", "kind", "status", "status_at", "status_by", "gtin", "product", "model", "enterprise",
    "lot", "code", "text", "photo", "contact",
)  # fmt: skip

Cell = str | int | date | datetime | None
Words = Mapping[str, Any]


def as_csv(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    lines = (",".join(map(_cell, row)) + "\r\n" for row in [head, *rows])
    return (MARK + "".join(lines)).encode()


def rows_of(found: Statistics, what: str, words: Words) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """Headings and rows of one of the tables, in the words of a language."""
    head = [str(words["statistics"]["head"][name]) for name in HEADS[what]]
    return head, list(_rows(found, what, words))


def rows_of_reports(reports: Iterable[Report], words: Words) -> tuple[list[str], list[tuple[Cell, ...]]]:
    """What a shopper wrote goes out, how to reach them does not."""
    own = words["statistics"]
    said = {True: str(words["console"]["yes"]), False: str(words["console"]["no"])}
    return [str(own["head"][name]) for name in REPORT_HEAD], [
        (
            one.number, one.created_at, str(own["kind"][one.kind]), str(own["status"][one.status]), one.status_at,
            one.status_by, one.gtin, one.product, one.model, one.enterprise, one.lot, one.code, one.text,
            said[one.has_photo], said[one.has_contact],
        )
        for one in reports
    ]  # fmt: skip


def place_name(place: str, words: Words) -> str:
    return str(words["statistics"]["place"].get(place) or words["province"].get(place) or place)


def _rows(found: Statistics, what: str, words: Words) -> Iterator[tuple[Cell, ...]]:
    match what:
        case "days":
            yield from ((one.day, one.views) for one in found.days)
        case "places":
            yield from ((place_name(one.place, words), one.views) for one in found.places)
        case "places_by_day":
            yield from ((one.day, place_name(one.place, words), one.views) for one in found.places_by_day)
        case "products":
            for one in found.products:
                by_kind = (one.views, one.views - one.of_pages, one.of_pages)
                yield one.gtin, one.name, one.model, one.enterprise, *by_kind
        case "batches":
            yield from ((one.batch, one.gtin, one.lot, one.count, one.views) for one in found.batches)


def _cell(value: Cell) -> str:
    match value:
        case None:
            return '""'
        case int():
            return str(value)
        case datetime():
            return csv_cell(value.astimezone(CHINA).strftime("%Y-%m-%d %H:%M"))
        case date():
            return csv_cell(value.isoformat())
    return csv_cell(value)
