"""What was typed into the forms of evidence, as the shapes the acts take; all that is wrong is said at once."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, get_args
from uuid import UUID

from msgspec import Struct, structs

from app.catalogue.errors import FormNotAChoice, FormNotADate
from app.catalogue.evidence.registers import Register
from app.catalogue.evidence.shapes import (
    Carrier,
    Channel,
    DocumentKind,
    End,
    Medium,
    NewAdvertisement,
    NewLabelledProduct,
    NewPublication,
    NewSite,
    SiteKind,
)
from app.edge.fields import NAME
from app.edge.forms import Form, Upload
from app.edge.refusals import shown
from codes.errors import Refusal, refuse_all

CHOICES = {
    "publications": ("channel", get_args(Channel)),
    "labels": ("carrier", get_args(Carrier)),
    "sites": ("kind", get_args(SiteKind)),
    "advertisements": ("medium", get_args(Medium)),
}
"""The one field of each register that is chosen from a fixed list."""
DOCUMENT_KINDS = get_args(DocumentKind)


class Reading:
    """Reads field after field and gathers what is wrong; what it gives for a wrong field is never used."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.refusals: list[Refusal] = []

    def text(self, name: str) -> str:
        return self.form.text(name)

    def optional(self, name: str) -> str | None:
        return self.form.optional(name)

    def choice(self, name: str, options: Iterable[str]) -> Any:
        if (given := self.form.text(name)) not in options:
            self.refusals.append(FormNotAChoice(field=name, given=shown(given)))
        return given

    def day(self, name: str) -> date:
        given = self.form.text(name)
        try:
            return date.fromisoformat(given)
        except ValueError:
            self.refusals.append(FormNotADate(field=name, given=shown(given)))
            return date.min

    def day_if_any(self, name: str) -> date | None:
        return self.day(name) if self.form.text(name) else None

    def reference(self, name: str) -> UUID:
        given = self.form.text(name)
        try:
            return UUID(given)
        except ValueError:
            self.refusals.append(FormNotAChoice(field=name, given=shown(given)))
            return UUID(int=0)

    def reference_if_any(self, name: str) -> UUID | None:
        return self.reference(name) if self.form.text(name) else None


def _publication(read: Reading) -> NewPublication:
    return NewPublication(
        product_id=read.reference_if_any("product_id"),
        channel=read.choice("channel", get_args(Channel)),
        place=read.optional("place"),
        url=read.optional("url"),
        published_on=read.day("published_on"),
        document_id=read.reference_if_any("document_id"),
    )


def _label(read: Reading) -> NewLabelledProduct:
    return NewLabelledProduct(
        product_id=read.reference("product_id"),
        carrier=read.choice("carrier", get_args(Carrier)),
        labelled_since=read.day("labelled_since"),
        document_id=read.reference_if_any("document_id"),
    )


def _site(read: Reading) -> NewSite:
    return NewSite(
        name=read.text("name"),
        kind=read.choice("kind", get_args(SiteKind)),
        address=read.text("address"),
        region_code=read.optional("region_code"),
        mark_since=read.day_if_any("mark_since"),
        document_id=read.reference_if_any("document_id"),
    )


def _advertisement(read: Reading) -> NewAdvertisement:
    return NewAdvertisement(
        title=read.text("title"),
        medium=read.choice("medium", get_args(Medium)),
        place=read.optional("place"),
        url=read.optional("url"),
        starts_on=read.day("starts_on"),
        ends_on=read.day_if_any("ends_on"),
        carries_mark=read.choice("carries_mark", ("yes", "no")) == "yes",
        document_id=read.reference_if_any("document_id"),
    )


_READ: dict[str, Callable[[Reading], Struct]] = {
    "publications": _publication,
    "labels": _label,
    "sites": _site,
    "advertisements": _advertisement,
}


def read_entry(register: Register, form: Form, today: date) -> Any:
    """The entry that was typed; raises all that is wrong with it by itself."""
    read = Reading(form)
    new = _READ[register.name](read)
    wrong = {refusal.field for refusal in read.refusals}
    refuse_all(read.refusals + [one for one in register.check(new, today) if one.field not in wrong])
    return new


def read_end(form: Form) -> End:
    read = Reading(form)
    told = End(on=read.day("on"))
    refuse_all(read.refusals)
    return told


def read_kind(form: Form) -> DocumentKind:
    read = Reading(form)
    kind: DocumentKind = read.choice("kind", DOCUMENT_KINDS)
    refuse_all(read.refusals)
    return kind


def kind_if_any(given: str | None) -> DocumentKind | None:
    """The kind a list is narrowed to; empty is all."""
    return read_kind(Form({"kind": [given]})) if given else None


def filled(entry: Struct) -> dict[str, str]:
    """The entry as its form shows it."""
    return {name: _typed(value) for name, value in structs.asdict(entry).items()}


def _typed(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def title_of(upload: Upload) -> str:
    """A document's title from the name its file had."""
    stem = upload.name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or upload.name
    return "".join(char for char in stem if char.isprintable())[:NAME].strip() or "document"
