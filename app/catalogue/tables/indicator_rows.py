"""A table of indicators against the catalogue: each model named in it gets its comparison table anew."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from msgspec import Struct

from app.catalogue.comparisons import check_indicators, ruled
from app.catalogue.shapes import NewIndicator, NewIndicators, NewTestReport
from app.catalogue.tables import cells
from app.catalogue.tables.cell_errors import PositionTwice, UnknownModel
from app.catalogue.tables.columns import BY_KEY, Column
from app.catalogue.tables.complaints import Complaints
from app.catalogue.tables.held import HeldIndicator, HeldProduct, HeldReport
from app.catalogue.tables.report_cells import REPORT, ReportCells, new_reports
from app.catalogue.tables.shapes import Difference, Plan, Row, Step, Table, Words
from app.edge import fields
from app.edge.refusals import shown
from codes.errors import Refusal

_COLUMNS = BY_KEY["indicators"]
_FIELDS = NewIndicator.__struct_fields__
_SHOWN = tuple(key for key in _FIELDS if key != "name")


class Draft(Struct):
    """A row as understood; `position` is None where the rows' own order counts."""

    row: int
    model: str
    position: int | None
    indicator: NewIndicator
    report: ReportCells


class IndicatorWork(Struct):
    """What the table would write, beside the plan that tells it; by the product's id."""

    plan: Plan
    tables: dict[UUID, tuple[NewIndicator, ...]]
    reports: list[tuple[UUID, NewTestReport]]
    known: list[HeldReport]


class Held(Struct):
    """What the catalogue has of the models the table names."""

    products: dict[str, HeldProduct]
    indicators: dict[UUID, list[HeldIndicator]]
    reports: dict[UUID, dict[str, HeldReport]]


def read_indicators(table: Table, complaints: Complaints) -> list[Draft]:
    return [_read(row, complaints) for row in table.rows]


def _read(row: Row, complaints: Complaints) -> Draft:
    given: dict[str, Any] = {}
    for key, text in row.cells.items():
        try:
            given[key] = _value(_COLUMNS[key], text)
        except Refusal as refusal:
            complaints.spoil(row.number, key, refusal)
            given[key] = None
    # What could not be read is refused already; the rest of the row is checked with something in its place.
    facts = {key: given.get(key) for key in _FIELDS} | {"sense": given.get("sense") or "text"}
    facts |= {key: facts[key] or "" for key in ("name", "unit", "product_value")}
    report = ReportCells(row.number, **{key: given.get(key) for key in REPORT})
    return Draft(row.number, row.cells["model"], given.get("position"), NewIndicator(**facts), report)


def _value(column: Column, text: str) -> Any:
    if column.form == "choice":
        return cells.choice(column, text)
    if not text:
        return None
    if column.form == "date":
        return cells.day(column, text)
    return cells.position(column, text) if column.form == "position" else text


def judge_indicators(
    table: Table, drafts: list[Draft], complaints: Complaints, held: Held, today: date
) -> IndicatorWork:
    steps: list[Step] = []
    on_record = [report for reports in held.reports.values() for report in reports.values()]
    work = IndicatorWork(Plan(kind="indicators", rows=len(drafts), steps=(), bad=()), {}, [], on_record)
    for model, rows in _by_model(drafts).items():
        product = held.products.get(model)
        known = held.reports.get(product.id, {}) if product else {}
        ordered, reports = _check(model, rows, product, known, complaints, today)
        if product is not None and not complaints.rows.intersection(draft.row for draft in rows):
            before = held.indicators.get(product.id, [])
            steps.append(_taken(product, ordered, before, rows[0].row, work))
            work.reports += [(product.id, report) for report in reports]
    work.plan = Plan(kind="indicators", rows=len(drafts), steps=tuple(steps), bad=complaints.all())
    return work


def _by_model(drafts: Iterable[Draft]) -> dict[str, list[Draft]]:
    models: dict[str, list[Draft]] = {}
    for draft in drafts:
        models.setdefault(draft.model, []).append(draft)
    return models


def _check(
    model: str,
    rows: list[Draft],
    product: HeldProduct | None,
    known: dict[str, HeldReport],
    complaints: Complaints,
    today: date,
) -> tuple[tuple[NewIndicator, ...], list[NewTestReport]]:
    """The model's table in its order, and the test reports it brings."""
    _check_model(model, rows, product, complaints)
    ordered = _in_order(rows, complaints)
    reports = new_reports([draft.report for draft in rows], known, complaints, today) if product else []
    table = ruled(NewIndicators(indicators=tuple(draft.indicator for draft in ordered), as_of=today))
    numbers = {draft.report.test_report_number or "" for draft in rows}
    for refusal in check_indicators(table, numbers, today):
        row, key = _place(refusal.field or "", ordered)
        complaints.add(row, key, refusal)
    return table.indicators, reports


def _check_model(model: str, rows: list[Draft], product: HeldProduct | None, complaints: Complaints) -> None:
    wrong = list(fields.text("model", model, fields.NAME))
    if not wrong and product is None:
        wrong = [UnknownModel(field="model", given=shown(model))]
    for draft in rows:
        for refusal in wrong:
            complaints.add(draft.row, "model", refusal)


def _in_order(rows: list[Draft], complaints: Complaints) -> list[Draft]:
    """By position; rows without one come after the others, as they stand."""
    first: dict[int, int] = {}
    for draft in rows:
        if draft.position is not None and first.setdefault(draft.position, draft.row) != draft.row:
            refusal = PositionTwice(field="position", given=draft.position, first=first[draft.position])
            complaints.add(draft.row, "position", refusal)
    return sorted(rows, key=lambda draft: (draft.position is None, draft.position or 0))


def _place(field: str, ordered: list[Draft]) -> tuple[int, str]:
    """`indicators[3].name` → the row of the fourth indicator, and the column."""
    index, _, key = field.removeprefix("indicators[").partition("].")
    if not index.isdecimal():  # too many of them: said of the last
        return ordered[-1].row, "model"
    return ordered[int(index)].row, key


def _taken(
    product: HeldProduct,
    ordered: Sequence[NewIndicator],
    before: list[HeldIndicator],
    row: int,
    work: IndicatorWork,
) -> Step:
    """Put the model's table into the work where it differs, and say how."""
    differences = tuple(_differences(before, ordered))
    if differences:
        work.tables[product.id] = tuple(ordered)
    act = "same" if not differences else "update" if before else "create"
    return Step(row=row, model=product.model, act=act, differences=differences)


def _differences(before: Sequence[HeldIndicator], after: Sequence[NewIndicator]) -> Iterable[Difference]:
    there, new = {one.name: one for one in before}, {one.name: one for one in after}
    for name in dict.fromkeys((*there, *new)):
        if name not in new or name not in there:
            yield _whole(name, there.get(name), new.get(name))
            continue
        for key in _SHOWN:
            if getattr(there[name], key) != getattr(new[name], key):
                yield _difference(name, key, there[name], new[name])
    orders = "\n".join(one.name for one in before), "\n".join(one.name for one in after)
    if orders[0] != orders[1] and sorted(there) == sorted(new):
        yield Difference(Words("指标次序", "Order"), *(Words(order, order) for order in orders))


def _whole(name: str, before: HeldIndicator | None, after: NewIndicator | None) -> Difference:
    values = [f"{one.product_value} {one.unit}" if one else "" for one in (before, after)]
    return Difference(Words(name, name), *(Words(value, value) for value in values))


def _difference(name: str, key: str, before: HeldIndicator, after: NewIndicator) -> Difference:
    column = _COLUMNS[key]
    heading = Words(f"{name}：{column.zh}", f"{name}: {column.en}")
    values = (Words(*(cells.written(column, getattr(one, key), to) for to in ("zh", "en"))) for one in (before, after))
    return Difference(heading, *values)
