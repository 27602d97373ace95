"""Reporting a problem: the form, what becomes of it, and the receipt."""

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request, Response, get, post
from litestar.datastructures import UploadFile
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from litestar.response import Redirect

from app.scanning import report_form
from app.scanning.answers import show, voice_of
from app.scanning.behind import NoRecord
from app.scanning.report_form import CODE_MOST, KINDS, Form, Problems
from app.scanning.report_photo import PHOTO_MOST, PhotoRefused
from app.scanning.reports import Reports
from app.store.snapshots import Unavailable
from codes.serial import grouped, read

BODY_MOST = 25 * 2**20
"""A larger photo than we take is still let in, so that what was typed is not lost with it."""
URLENCODED_MOST = 64 * 1024
FIELDS_MOST = 20
_NUMBER = re.compile(r"R-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}")

Asked = Request[Any, Any, Any]


class Unreadable(Exception):
    """What arrived is no form; `name` is the wording's."""

    def __init__(self, name: str, status: int) -> None:
        super().__init__(name)
        self.name = name
        self.status = status


@get("/report")
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


@get("/report/{number:str}")
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
    if not report_form.is_ours(headers.get("sec-fetch-site"), headers.get("origin"), headers.get("referer"), hosts):
        raise Unreadable("origin", 403)
    try:
        if request.content_type[0] == "application/x-www-form-urlencoded":
            return report_form.read(await _urlencoded(request))
        fields = await request.form()
        photo = fields.get("photo")
        content = await photo.read(PHOTO_MOST + 1) if isinstance(photo, UploadFile) else None
        return report_form.read(fields, content)
    except HTTPException as error:
        large = error.status_code == 413
        raise Unreadable("large" if large else "unreadable", 413 if large else 400) from None
    except (ValueError, LookupError):  # not UTF-8, an unknown charset, too many fields
        raise Unreadable("unreadable", 400) from None


async def _urlencoded(request: Asked) -> dict[str, object]:
    """Not by `request.form()`, which would keep the last 1,024 bodies in memory."""
    body = await request.body()
    if len(body) > URLENCODED_MOST:
        raise Unreadable("large", 413)
    return dict(parse_qsl(body.decode("ascii"), errors="strict", max_num_fields=FIELDS_MOST))


HANDLERS = [show_report, file_report, show_receipt]
