"""What was typed into the forms of codes, as the shapes the acts take."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from app.edge.forms import Form
from app.issuing import rules
from app.issuing.file_errors import NotAnOption
from app.issuing.shapes import NewActivation, NewBatch, NewLink, NewRecall, NewVoid, Span, Wanted
from codes.errors import Refusal, refuse_all
from codes.gs1.errors import shown

ORDER = ("gtin", "lot", "count", "made_on", "expires_on", "bound_later", "layout", "label_case", "proof", "policy")
RANGES = ("ranges", "lot", "made_on", "expires_on", "list")
VOID = ("reason", "reason_en")
FILE = ("format", "first", "count", "layout", "encoding", "dpi", "roll_size", "form", "variant")
LINK = ("printer", "days", "reason")
RECALL = (
    "reason", "reason_en", "remedy", "remedy_en", "telephone", "notice_url", "lots", "made_from", "made_to",
    "opened_on", "closed_on",
)  # fmt: skip
EMPTY = Form({})


class Reader:
    """Fields of a form, each read by its own check; all that is wrong is said at once."""

    def __init__(self, form: Form) -> None:
        self.form = form
        self.refusals: list[Refusal] = []

    def read(self, name: str, how: Callable[[str, str], Any], default: Any = None) -> Any:
        text = self.form.text(name)
        if not text and default is not ...:
            return default
        try:
            return how(text, name)
        except Refusal as refusal:
            self.refusals.append(refusal)
            return default

    def number(self, name: str, default: Any = None) -> Any:
        return self.read(name, rules.whole_number, default)

    def day(self, name: str) -> date | None:
        day: date | None = self.read(name, rules.iso_date)
        return day

    def choice(self, name: str, known: tuple[str, ...], default: Any = None) -> Any:
        return self.read(name, _one_of(known), default)

    def check(self) -> None:
        refuse_all(self.refusals)


def _one_of(known: tuple[str, ...]) -> Callable[[str, str], str]:
    def read(text: str, name: str) -> str:
        if text not in known:
            raise NotAnOption(field=name, given=shown(text), known=", ".join(known))
        return text

    return read


def new_batch(form: Form) -> NewBatch:
    """With "bound later" ticked the dates stay empty and the codes wait for the line."""
    reader, later = Reader(form), form.ticked("bound_later")
    count = reader.number("count", ...)
    order = NewBatch(
        gtin=form.text("gtin"), lot=form.text("lot"), count=count or 0, made_on=reader.day("made_on"),
        expires_on=reader.day("expires_on"),
        expiry_kind=reader.choice("expiry_kind", ("best_before", "use_by"), "best_before"),
        policy="at_the_line" if later else reader.choice("policy", ("when_issued", "at_the_line"), "when_issued"),
        proof=form.ticked("proof"), bound_later=later, label_case=reader.choice("label_case", ("upper", "lower")),
        layout=form.optional("layout"),
    )  # fmt: skip
    reader.check()
    return order


def ranges(form: Form) -> tuple[Span, ...]:
    """Ranges as people write them: `0-99, 200-299`, one or several a line."""
    spans = []
    for part in form.text("ranges").replace("，", ",").replace("\n", ",").replace("–", "-").split(","):
        if part.strip():
            first, dash, last = part.strip().partition("-")
            start = rules.whole_number(first.strip(), "ranges")
            spans.append(Span(start, rules.whole_number(last.strip(), "ranges") if dash else start))
    return tuple(spans)


def new_activation(form: Form) -> NewActivation:
    reader = Reader(form)
    lot, made_on, expires_on = form.optional("lot"), reader.day("made_on"), reader.day("expires_on")
    spans = () if form.ticked("whole") else reader.read("ranges", lambda _, __: ranges(form), ())
    reader.check()
    return NewActivation(whole=form.ticked("whole"), ranges=spans, lot=lot, made_on=made_on, expires_on=expires_on)


def new_void(form: Form) -> NewVoid:
    serials = tuple(form.text("serials").split())
    spans = () if form.ticked("whole") else ranges(form)
    return NewVoid(
        whole=form.ticked("whole"), ranges=spans, serials=serials, reason=form.text("reason"),
        reason_en=form.optional("reason_en"),
    )  # fmt: skip


def wanted(form: Form) -> Wanted:
    reader = Reader(form)
    found = Wanted(
        format=form.text("format"), first=reader.number("first", 0), count=reader.number("count"),
        form=reader.choice("form", rules.FORMS, "item"), variant=reader.number("variant", 0),
        layout=form.optional("layout"), encoding=form.text("encoding", "utf-8"), dpi=reader.number("dpi", 203),
        marks=form.ticked("marks"), roll_size=reader.number("roll_size"),
    )  # fmt: skip
    reader.check()
    return found


def new_link(form: Form) -> NewLink:
    reader = Reader(form)
    link = NewLink(printer=form.text("printer"), days=reader.number("days", 7), reason=form.optional("reason"))
    reader.check()
    return link


def new_recall(form: Form, gtin: str) -> NewRecall:
    reader = Reader(form)
    lots = tuple(one for line in form.text("lots").replace("，", ",").splitlines() for one in _words(line))
    recall = NewRecall(
        gtin=gtin, reason=form.text("reason"), remedy=form.text("remedy"), telephone=form.text("telephone"), lots=lots,
        made_from=reader.day("made_from"), made_to=reader.day("made_to"), reason_en=form.optional("reason_en"),
        remedy_en=form.optional("remedy_en"), notice_url=form.optional("notice_url"), opened_on=reader.day("opened_on"),
    )  # fmt: skip
    reader.check()
    return recall


def _words(line: str) -> list[str]:
    return [word.strip() for word in line.split(",") if word.strip()]


def record(form: Form, name: str) -> UUID | None:
    """A number of a record that a page of ours put into the form; None where it is none."""
    try:
        return UUID(form.text(name))
    except ValueError:
        return None
