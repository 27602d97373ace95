"""Products and indicators as tables: templates, export, and import after a look at what it would do."""

from typing import Any, Literal
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from app.catalogue.console.answers import Asked, done_of, organisation_of, told
from app.catalogue.console.importing import finish_import, try_import
from app.catalogue.console.shapes import FINE, Told
from app.catalogue.errors import NoFile
from app.catalogue.tables import actions as tables
from app.catalogue.tables.limits import FILE_MOST, ROWS_MOST
from app.catalogue.tables.shapes import Done, Plan, Step
from app.catalogue.tables.writing import template
from app.edge.asks import Actor, Db, Language, Today
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from codes.errors import Refusal

WRITE = needs("catalogue:write")
SHOWN_MOST = 200
"""Bad cells and steps on the page; how many more there are is said."""

Kind = Literal["products", "indicators"]
FileForm = Literal["csv", "xlsx"]
MEDIA = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


class ImportsPage(Struct, frozen=True, kw_only=True):
    told: Told = FINE
    done: str = ""
    name: str = ""
    plan: Plan | None = None
    import_id: UUID | None = None
    written: Done | None = None
    shown_most: int = SHOWN_MOST
    rows_most: int = ROWS_MOST
    kinds: tuple[Kind, ...] = ("products", "indicators")

    @property
    def steps(self) -> list[Step]:
        """The models that would change; the others need no look."""
        return [step for step in self.plan.steps if step.act != "same"] if self.plan else []


@get("/imports", guards=[WRITE])
async def show_imports(request: Asked, actor: Actor) -> Response[Any]:
    organisation_of(actor, "enterprise")
    return page(request, "catalogue/imports.html", ImportsPage(done=done_of(request)))


@get("/imports/template", guards=[WRITE], sync_to_thread=True)
def show_template(kind: FromQuery[Kind], fmt: FromQuery[FileForm], language: Language) -> Response[bytes]:
    return _file(template(kind, fmt, language), f"{kind}-template", fmt)


@get("/imports/export", guards=[needs("registers:read")])
async def export_table(
    db: Db, actor: Actor, kind: FromQuery[Kind], fmt: FromQuery[FileForm], language: Language
) -> Response[bytes]:
    export = tables.export_products if kind == "products" else tables.export_indicators
    content = await export(db, organisation_of(actor, "enterprise"), fmt, "zh" if language == "zh" else "en")
    return _file(content, kind, fmt)


@post("/imports", guards=[WRITE], request_max_body_size=FILE_MOST + 2**20)
async def try_table(request: Asked, db: Db, actor: Actor, today: Today, form: FormData) -> Response[Any]:
    chosen = form.file("table")
    try:
        if chosen is None or not chosen.content:
            raise NoFile(field="table")
        enterprise_id = organisation_of(actor, "enterprise")
        plan, import_id = await try_import(db, enterprise_id, chosen.content, chosen.name, actor, today)
    except Refusal as refusal:
        return _refused(request, told(request, refusal, "table"))
    shown = ImportsPage(name=chosen.name, plan=plan, import_id=import_id)
    return page(request, "catalogue/imports.html", shown, status=200 if plan.ready else 422)


@post("/imports/{import_id:uuid}", guards=[WRITE])
async def import_table(
    request: Asked, db: Db, import_id: FromPath[UUID], actor: Actor, today: Today, form: FormData
) -> Response[Any]:
    try:
        written = await finish_import(db, organisation_of(actor, "enterprise"), import_id, actor, today)
    except Refusal as refusal:
        return _refused(request, told(request, refusal))
    return page(request, "catalogue/imports.html", ImportsPage(written=written))


def _refused(request: Asked, wrong: Told) -> Response[Any]:
    return page(request, "catalogue/imports.html", ImportsPage(told=wrong), status=422)


def _file(content: bytes, name: str, fmt: FileForm) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="zpm-{name}.{fmt}"'}
    return Response(content, media_type=MEDIA[fmt], headers=headers)


HANDLERS = [show_imports, show_template, export_table, try_table, import_table]
