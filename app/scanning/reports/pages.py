"""Reporting a problem: the form, what becomes of it, and the receipt."""

import re
from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, post
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from app.edge.forms import is_ours
from app.scanning.behind.answers import get_or_head, show, voice_of
from app.scanning.behind.records import NoRecord
from app.scanning.reports import body as report_body
from app.scanning.reports import form as report_form
from app.scanning.reports.body import BODY_MOST, Unreadable
from app.scanning.reports.filing import Reports
from app.scanning.reports.form import CODE_MOST, KINDS, Form, Problems
from app.scanning.reports.photo import PhotoRefused
from app.store.snapshots import Unavailable
from codes.serial import grouped, read

_NUMBER = re.compile(r"R-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}")

Asked = Request[Any, Any, Any]


@get_or_head("/report")
async def show_report(request: Asked) -> Response[bytes]:
    code = request.query_params.get("code", "")[:CODE_MOST]
    serial = read(code)
    form = Form(code=grouped(serial) if serial else code, token=report_form.new_token())
    return _form(request, form, {}, own=(("code", code),) if code else ())


@post("/report", request_max_body_size=BODY_MOST)
async def file_report(request: Asked) -> Response[Any]:
    form = Form(token=report_form.new_token())
    try:
        form = await _read(request)
        if problems := form.problems():
            return _form(request, form, problems, status=422)
        reports: Reports = request.app.state.reports
        voice = voice_of(request)
        number = await reports.file(form, voice.view.language, datetime.now(UTC))
    except (Unreadable, PhotoRefused, Unavailable) as refused:
        return _form(request, form, *_told(refused))
    return Redirect(f"/report/{number}{voice.view.query}", status_code=303, headers={"Cache-Control": "no-store"})


@get_or_head("/report/{number:str}")
async def show_receipt(request: Asked, number: FromPath[str]) -> Response[bytes]:
    """Whoever has the number has filed the report: it says nothing but kind and code."""
    if not _NUMBER.fullmatch(number):
        raise NoRecord(number)
    report = await request.app.state.reports.find(number)
    return show(request, "receipt.html", voice_of(request), report=report)


def _form(
    request: Asked, form: Form, problems: Problems, status: int = 200, own: tuple[tuple[str, str], ...] = ()
) -> Response[bytes]:
    context = {"form": form, "problems": problems, "kinds": KINDS, "trap": report_form.TRAP}
    return show(request, "report.html", voice_of(request), status=status, own=own, **context)


def _told(refused: Exception) -> tuple[Problems, int]:
    match refused:
        case Unreadable():
            return {"": (refused.name, {})}, refused.status
        case PhotoRefused():
            return {"photo": (refused.name, {})}, 422
    return {"": ("unavailable", {})}, 503


async def _read(request: Asked) -> Form:
    """The form as it was sent; raises `Unreadable`."""
    headers = request.headers
    hosts = {request.app.state.settings.host, headers.get("host", "").lower()}
    if not is_ours(headers.get("sec-fetch-site"), headers.get("origin"), headers.get("referer"), hosts):
        raise Unreadable("origin", 403)
    kind, options = request.content_type
    try:
        if kind == "multipart/form-data":
            return report_form.read(*await report_body.multipart(request.stream(), options.get("boundary", "")))
        if kind == "application/x-www-form-urlencoded":
            return report_form.read(await report_body.urlencoded(request.stream()))
    except HTTPException as error:  # too large, or gone before the end
        raise Unreadable(*(("large", 413) if error.status_code == 413 else ("unreadable", 400))) from None
    raise Unreadable("unreadable", 415)


HANDLERS = [show_report, file_report, show_receipt]
