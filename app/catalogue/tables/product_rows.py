"""A table of products against the catalogue: what is wrong in it, and what it would create and change."""

import re
from collections.abc import Iterable
from datetime import date
from typing import Any

from msgspec import Struct

from app.catalogue.errors import GtinElsewhere
from app.catalogue.rules import check_product, read_gtins
from app.catalogue.shapes import Enterprise, NewProduct
from app.catalogue.tables import cells
from app.catalogue.tables.cell_errors import GtinInTwoRows, GtinOfOwnModel, ModelTwice, RoundedNumber
from app.catalogue.tables.columns import BY_KEY, Column
from app.catalogue.tables.complaints import Complaints
from app.catalogue.tables.held import HeldProduct
from app.catalogue.tables.shapes import Difference, Plan, Row, Step, Table, Words
from app.edge.refusals import shown
from codes.errors import Refusal

_COLUMNS = BY_KEY["products"]
_FIELDS = tuple(key for key in _COLUMNS if key not in ("model", "gtins"))
_ROUNDED = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")


class Draft(Struct):
    """A row as understood: the fields it states, its GTINs as typed and in 14 digits."""

    row: int
    model: str
    given: dict[str, Any]
    asked: tuple[str, ...]
    gtins: list[str]


class ProductWork(Struct):
    """What the table would write, beside the plan that tells it."""

    plan: Plan
    creates: list[NewProduct]
    changes: list[NewProduct]
    joins: list[tuple[str, str]]
    """GTIN and model."""


def read_products(table: Table, complaints: Complaints) -> list[Draft]:
    drafts = [_read(row, complaints) for row in table.rows]
    _check_once(drafts, complaints)
    return drafts


def _read(row: Row, complaints: Complaints) -> Draft:
    draft = Draft(row.number, row.cells["model"], {}, (), [])
    for key, text in row.cells.items():
        column = _COLUMNS[key]
        if key == "gtins":
            draft.asked = cells.gtins(text)
            draft.gtins = _gtins(row.number, text, complaints)
        elif key != "model" and (text or not column.choices):  # an empty choice leaves things as they are
            try:
                draft.given[key] = _value(column, text)
            except Refusal as refusal:
                complaints.spoil(row.number, key, refusal)
    return draft


def _value(column: Column, text: str) -> Any:
    if column.form == "yes_no":
        return cells.yes(column, text)
    if column.form == "choice":
        return cells.choice(column, text)
    if column.form == "lines":
        return cells.lines(text)
    return text or None


def _gtins(row: int, text: str, complaints: Complaints) -> list[str]:
    if _ROUNDED.fullmatch(text.strip()):
        complaints.spoil(row, "gtins", RoundedNumber(field="gtins", given=shown(text)))
        return []
    read, refusals = read_gtins(cells.gtins(text))
    for refusal in refusals:
        complaints.add(row, "gtins", refusal)
    return list(dict.fromkeys(read))


def _check_once(drafts: Iterable[Draft], complaints: Complaints) -> None:
    """Each model and each GTIN stands in one row."""
    models: dict[str, int] = {}
    gtins: dict[str, int] = {}
    for draft in drafts:
        first = models.setdefault(draft.model, draft.row)
        if first != draft.row and draft.model:
            complaints.add(draft.row, "model", ModelTwice(field="model", given=shown(draft.model), first=first))
        for gtin in draft.gtins:
            first = gtins.setdefault(gtin, draft.row)
            if first != draft.row:
                complaints.add(draft.row, "gtins", GtinInTwoRows(field="gtins", given=gtin, first=first))


def judge_products(
    table: Table,
    drafts: list[Draft],
    complaints: Complaints,
    held: dict[str, HeldProduct],
    holders: dict[str, str | None],
    enterprise: Enterprise,
    published: bool,
    today: date,
) -> ProductWork:
    """`holders`: GTINs that another model has, with its name where it is the enterprise's own.
    `published`: whether new models are on the lists at once."""
    steps: list[Step] = []
    work = ProductWork(Plan(kind="products", rows=len(drafts), steps=(), bad=()), [], [], [])
    for draft in drafts:
        there = held.get(draft.model)
        new = _proposed(draft, there, enterprise, published, today)
        _check(draft, new, there, holders, complaints, today)
        if draft.row not in complaints.rows:
            steps.append(_taken(draft, new, there, work))
    work.plan = Plan(kind="products", rows=len(drafts), steps=tuple(steps), bad=complaints.all())
    return work


def _proposed(
    draft: Draft, there: HeldProduct | None, enterprise: Enterprise, published: bool, today: date
) -> NewProduct:
    """The model as it would stand; what a file has no column for stays as it is."""
    facts: dict[str, Any] = {"name": "", "published": published, "demonstration": enterprise.demonstration}
    if there is not None:
        facts = {key: getattr(there, key) for key in (*_FIELDS, "published", "demonstration")}
        facts |= {"features": tuple(there.features), "features_en": tuple(there.features_en)}
    facts |= draft.given | {"enterprise_id": enterprise.id, "model": draft.model, "as_of": today}
    return NewProduct(**facts | {"name": facts["name"] or "", "gtins": draft.asked})


def _check(
    draft: Draft,
    new: NewProduct,
    there: HeldProduct | None,
    holders: dict[str, str | None],
    complaints: Complaints,
    today: date,
) -> None:
    for refusal in check_product(new, today):
        complaints.add(draft.row, (refusal.field or "model").partition("[")[0], refusal)
    for gtin in draft.gtins:
        if gtin in holders and (there is None or gtin not in there.gtins):
            complaints.add(draft.row, "gtins", _held(gtin, holders[gtin]))


def _held(gtin: str, model: str | None) -> Refusal:
    if model is None:
        return GtinElsewhere(field="gtins", given=gtin)
    return GtinOfOwnModel(field="gtins", given=gtin, model=shown(model))


def _taken(draft: Draft, new: NewProduct, there: HeldProduct | None, work: ProductWork) -> Step:
    """Put the row into the work, and say what it does."""
    joining = [gtin for gtin in draft.gtins if there is None or gtin not in there.gtins]
    work.joins += [(gtin, draft.model) for gtin in joining]
    changed = [key for key in _FIELDS if there is None or _plain(getattr(there, key)) != _plain(getattr(new, key))]
    differences = [_difference(key, there and getattr(there, key), getattr(new, key)) for key in changed]
    if joining:
        before = there.gtins if there else []
        differences.append(_difference("gtins", before, sorted([*before, *joining])))
    if there is None:
        work.creates.append(new)
        differences = [one for one in differences if one.after.zh]
    elif changed:
        work.changes.append(new)
    act = "create" if there is None else "update" if differences else "same"
    return Step(row=draft.row, model=draft.model, act=act, differences=tuple(differences))


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _difference(key: str, before: object, after: object) -> Difference:
    column = _COLUMNS[key]
    texts = [[cells.written(column, value, language) for language in ("zh", "en")] for value in (before, after)]
    return Difference(Words(column.zh, column.en), Words(*texts[0]), Words(*texts[1]))
