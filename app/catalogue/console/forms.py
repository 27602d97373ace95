"""What was typed into the console's forms, as the shapes the acts take; records as filled forms."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import get_args
from uuid import UUID

from msgspec import Struct, structs

from app.catalogue.console.reviewing import NewReview
from app.catalogue.errors import FormNotAChoice, FormNotADate
from app.catalogue.shapes import (
    EnterpriseChange,
    Indicator,
    MarkVariant,
    NewCommitment,
    NewIndicator,
    NewIndicators,
    NewProduct,
    NewTestReport,
    ProductChange,
    Sense,
)
from app.edge.forms import Form
from app.edge.refusals import shown
from codes.errors import refuse_all

INDICATOR_FIELDS = tuple(NewIndicator.__struct_fields__)
ROWS_SHOWN = 60
"""More rows than a table may have, so that one too many is said and not cut."""
SPARE_ROWS = 3
EMPTY = Form({})


def filled(record: Struct) -> Form:
    """A form that shows the record as it is."""
    return Form({name: [_typed(value)] for name, value in structs.asdict(record).items()})


def _typed(value: object) -> str:
    if isinstance(value, (list, tuple)):
        return "\n".join(map(str, value))
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def enterprise_change(form: Form) -> EnterpriseChange:
    return EnterpriseChange(
        name=form.text("name"),
        name_en=form.optional("name_en"),
        region_code=form.text("region_code"),
        industry_code=form.text("industry_code"),
        telephone=form.optional("telephone"),
        website=form.optional("website"),
    )


def new_product(form: Form, enterprise_id: UUID) -> NewProduct:
    """A draft: it is published by an act of its own."""
    return NewProduct(
        enterprise_id=enterprise_id,
        model=form.text("model"),
        gtins=tuple(lines(form.text("gtins"))),
        published=False,
        **_product(form),
    )


def product_change(form: Form) -> ProductChange:
    return ProductChange(**_product(form))


def _product(form: Form) -> dict[str, object]:
    return {
        "name": form.text("name"),
        "name_en": form.optional("name_en"),
        "brand": form.optional("brand"),
        "brand_en": form.optional("brand_en"),
        "mark_variant": choice(form, "mark_variant", get_args(MarkVariant)),
        "edible": form.ticked("edible"),
        "features": tuple(lines(form.text("features"))),
        "features_en": tuple(lines(form.text("features_en"))),
    }


def new_test_report(form: Form) -> NewTestReport:
    return NewTestReport(
        number=form.text("number"),
        laboratory=form.text("laboratory"),
        laboratory_en=form.optional("laboratory_en"),
        issued_on=day(form, "issued_on"),
    )


def new_commitment(form: Form) -> NewCommitment:
    return NewCommitment(
        text=form.text("text"),
        text_en=form.optional("text_en"),
        remedy=form.text("remedy"),
        remedy_en=form.optional("remedy_en"),
        telephone=form.text("telephone"),
        valid_from=day(form, "valid_from"),
    )


# The comparison table as rows of fields named `0.name`, `0.unit`, …


def rows_of(indicators: Iterable[Indicator]) -> list[dict[str, str]]:
    """Rows of the editor for what is on record, with empty ones to type into."""
    rows = [{name: _typed(getattr(one, name)) for name in INDICATOR_FIELDS} for one in indicators]
    return rows + [empty_row() for _ in range(SPARE_ROWS if not rows else 1)]


def empty_row() -> dict[str, str]:
    return dict.fromkeys(INDICATOR_FIELDS, "")


def typed_rows(form: Form) -> list[dict[str, str]]:
    """The rows as they were sent, also the empty ones."""
    count = form.text("rows")
    n = min(int(count), ROWS_SHOWN) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    return [{name: form.text(f"{at}.{name}") for name in INDICATOR_FIELDS} for at in range(n)]


def without(rows: list[dict[str, str]], removed: str) -> list[dict[str, str]]:
    return [row for at, row in enumerate(rows) if str(at) != removed]


def is_empty(row: Mapping[str, str]) -> bool:
    """The sense is chosen in every row, so it says nothing."""
    return not any(value for name, value in row.items() if name != "sense")


def new_indicators(rows: list[dict[str, str]]) -> NewIndicators:
    """The table without its empty rows."""
    places = _places(rows)
    refuse_all([_not_a_choice(f"{at}.sense", rows[at]["sense"]) for at in places if rows[at]["sense"] not in SENSES])
    return NewIndicators(indicators=tuple(_indicator(rows[at]) for at in places))


def beside(rows: list[dict[str, str]]) -> Callable[[str], str | None]:
    """The form's name of a field of the table: empty rows in between are not counted by the table."""
    places = _places(rows)

    def place(field: str) -> str | None:
        index, _, name = field.removeprefix("indicators[").partition("].")
        known = field.startswith("indicators[") and index.isdecimal() and int(index) < len(places)
        return f"{places[int(index)]}.{name}" if known else field

    return place


def _places(rows: list[dict[str, str]]) -> list[int]:
    return [at for at, row in enumerate(rows) if not is_empty(row)]


SENSES = get_args(Sense)
_REQUIRED = ("name", "unit", "sense", "product_value")


def _indicator(row: Mapping[str, str]) -> NewIndicator:
    return NewIndicator(**{name: value if name in _REQUIRED else value or None for name, value in row.items()})


def lines(text: str) -> list[str]:
    """What stands in lines of its own."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def choice(form: Form, name: str, options: Iterable[str]) -> str:
    given = form.text(name)
    if given not in options:
        raise _not_a_choice(name, given)
    return given


def _not_a_choice(name: str, given: str) -> FormNotAChoice:
    return FormNotAChoice(field=name, given=shown(given))


def day(form: Form, name: str) -> date:
    given = form.text(name)
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise FormNotADate(field=name, given=shown(given)) from None


def new_review(form: Form) -> NewReview:
    outcome = choice(form, "outcome", ("in_order", "returned"))
    return NewReview(
        returned=outcome == "returned", reasons=form.optional("reasons"), reasons_en=form.optional("reasons_en")
    )
