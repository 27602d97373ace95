"""Shoppers' reports as pages: the list, one report with everything done about it, its photo, a download."""

from datetime import UTC, datetime
from typing import Any

from asyncpg import Connection
from litestar import Request, Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from msgspec import Struct

from app.edge.asks import Actor, Db, Language, Today
from app.edge.forms import Form, FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL
from app.statistics import asking
from app.statistics.answers import address_of, download, labels
from app.statistics.asking import Address, Wrong
from app.statistics.reports import actions, rules
from app.statistics.reports.api import photo_answer
from app.statistics.reports.shapes import KINDS, STATUSES, NewStatus, NewSuspicion, Reports, ReportSheet, Wanted
from app.statistics.tables import as_csv, rows_of_reports
from codes.errors import Refusal
from codes.verdict import CHINA

READ, WRITE = needs("reports:read"), needs("reports:write")
CHOSEN = ("status", "kind", "gtin", "q")
STATES = ("open", *STATUSES)
"""`open`: new or in work."""
DONE = ("status", "note", "suspect", "clear")

Asked = Request[Any, Any, Any]


class ReportsPage(Struct, frozen=True, kw_only=True):
    """What statistics/reports/list.html shows."""

    here: Address
    typed: dict[str, str]
    found: Reports | None = None
    wrong: Wrong = Wrong()
    kinds: tuple[str, ...] = KINDS
    states: tuple[str, ...] = STATES

    @property
    def before(self) -> bool:
        """Is this a later page than the first?"""
        return bool(self.typed.get("before"))

    def local(self, at: datetime) -> str:
        return local(at)

    @property
    def narrowed(self) -> bool:
        return any(self.typed.get(name) for name in CHOSEN)


class ReportPage(Struct, frozen=True, kw_only=True):
    """What statistics/reports/show.html shows."""

    here: Address
    sheet: ReportSheet
    may_write: bool
    contact: str | None = None
    form: str = ""
    """The form that was refused: `step` or `suspicion`."""
    typed: dict[str, str] = {}
    wrong: Wrong = Wrong()
    done: str | None = None

    def local(self, at: datetime) -> str:
        return local(at)

    @property
    def open(self) -> tuple[str, ...]:
        return rules.OPEN[self.sheet.report.status]


def local(at: datetime) -> str:
    """A moment as people here read it."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M")


@get("/reports", guards=[READ])
async def list_reports(request: Asked, db: Db, language: Language) -> Response[str]:
    here, typed = address_of(request, *CHOSEN), dict(request.query_params)
    try:
        found = await actions.find(db, _wanted(typed), USUAL)
    except Refusal as refusal:
        wrong = asking.wrong(refusal, labels(request, language, "reports", gtin="gtin", q="words"), language)
        return page(request, LIST, ReportsPage(here=here, typed=typed, wrong=wrong), status=422)
    return page(request, LIST, ReportsPage(here=here, typed=typed, found=found))


@get("/reports/download", guards=[READ])
async def download_reports(request: Asked, db: Db, today: Today, language: Language) -> Response[bytes]:
    found = await actions.download(db, _wanted(dict(request.query_params)))
    return download(f"reports-{today}.csv", as_csv(*rows_of_reports(found, request.app.state.sheets.words[language])))


@get("/reports/{number:str}", guards=[READ])
async def show_report(request: Asked, db: Db, actor: Actor, number: FromPath[str]) -> Response[str]:
    done = request.query_params.get("done")
    return await _show(request, db, actor, number, done=done if done in DONE else None)


@get("/reports/{number:str}/photo", guards=[READ])
async def show_photo(db: Db, number: FromPath[str]) -> Response[bytes]:
    return photo_answer(number, await actions.open_photo(db, number))


@post("/reports/{number:str}/contact", guards=[WRITE], status_code=200)
async def show_contact(request: Asked, db: Db, actor: Actor, number: FromPath[str], form: FormData) -> Response[str]:
    """Answered at once: an address would show it again without another line in the audit log."""
    contact = await actions.reveal_contact(db, number, actor, datetime.now(UTC))
    return await _show(request, db, actor, number, contact=contact)


@post("/reports/{number:str}/steps", guards=[WRITE])
async def take_step(
    request: Asked, db: Db, actor: Actor, language: Language, number: FromPath[str], form: FormData
) -> Response[Any]:
    try:
        done = await _take_step(db, number, form, actor)
    except Refusal as refusal:
        return await _again(request, db, actor, number, "step", form, refusal, language)
    return _on(request, number, done)


@post("/reports/{number:str}/suspicion", guards=[WRITE])
async def hold_suspect(
    request: Asked, db: Db, actor: Actor, language: Language, number: FromPath[str], form: FormData
) -> Response[Any]:
    new = NewSuspicion(held=form.text("held") == "yes", note=form.text("note"))
    try:
        await actions.suspect(db, number, new, actor, datetime.now(UTC))
    except Refusal as refusal:
        return await _again(request, db, actor, number, "suspicion", form, refusal, language)
    return _on(request, number, "suspect" if new.held else "clear")


def _wanted(typed: dict[str, str]) -> Wanted:
    return Wanted(
        status=asking.choice(typed, "status", STATES),
        kind=asking.choice(typed, "kind", KINDS),
        gtin=asking.gtin_of(typed),
        words=asking.words_of(typed),
        before=number if rules.is_number(number := typed.get("before", "")) else None,
    )


async def _take_step(db: Connection, number: str, form: Form, actor: Actor) -> str:
    """A status with or without a note, or a note alone."""
    status, note, now = asking.choice({"status": form.text("status")}, "status", STATUSES), form.text("note"), _now()
    if status is None:
        await actions.add_note(db, number, note, actor, now)
        return "note"
    await actions.set_status(db, number, NewStatus(status=status, note=note), actor, now)
    return "status"


async def _show(
    request: Asked, db: Connection, actor: Actor, number: str, status: int = 200, **told: Any
) -> Response[str]:
    sheet = await actions.open_sheet(db, number, _now())
    here = address_of(request, path=f"/reports/{number}")
    told = told | {"here": here, "sheet": sheet, "may_write": actor.may("reports:write")}
    return page(request, SHOW, ReportPage(**told), status=status)


async def _again(
    request: Asked, db: Connection, actor: Actor, number: str, name: str, form: Form, refusal: Refusal, language: str
) -> Response[str]:
    """The page once more, with what was typed and what is wrong with it."""
    typed = {field: form.text(field) for field in ("status", "note")}
    names = {"note": "reason" if name == "suspicion" else "note", "status": "status"}
    wrong = asking.wrong(refusal, labels(request, language, "reports", **names), language)
    return await _show(request, db, actor, number, status=422, form=name, typed=typed, wrong=wrong)


def _on(request: Asked, number: str, done: str) -> Redirect:
    return Redirect(address_of(request, path=f"/reports/{number}")(done=done), status_code=303)


def _now() -> datetime:
    return datetime.now(UTC)


LIST, SHOW = "statistics/reports/list.html", "statistics/reports/show.html"
HANDLERS = [
    list_reports, download_reports, show_report, show_photo, show_contact, take_step, hold_suspect,
]  # fmt: skip
