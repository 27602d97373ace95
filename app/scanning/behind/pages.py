"""The pages behind the scan page, for people: home, check, the records behind the blocks, photos."""

import re
from typing import Any
from uuid import UUID

from litestar import Request, Response, Router
from litestar.params import FromPath
from litestar.response import Redirect

from app.scanning.behind import lines
from app.scanning.behind.answers import get_or_head, missing, paged, show, unavailable, voice_of
from app.scanning.behind.records import Behind, NoRecord
from app.scanning.behind.typed import MOST, Problem, understand
from app.scanning.comparing import compared
from app.scanning.facts import Facts
from app.scanning.reports import pages as report_pages
from app.store.snapshots import Unavailable
from codes.gs1 import BadGtin, gtin14

YEAR_S = 365 * 24 * 3600
_USCC = re.compile(r"[0-9A-Z]{18}")
_SHA256 = re.compile(r"[0-9a-f]{64}")

Asked = Request[Any, Any, Any]


@get_or_head("/")
async def show_home(request: Asked) -> Response[bytes]:
    return show(request, "home.html", voice_of(request), kept=True, typed="", problem=None)


@get_or_head("/check")
async def show_check(request: Asked) -> Response[Any]:
    """The form; with `code` the page of what was typed, or what is wrong with it."""
    voice = voice_of(request)
    typed = request.query_params.get("code")
    if typed is None:
        return show(request, "check.html", voice, kept=True, typed="", problem=None)
    meant = understand(typed, request.app.state.settings.host)
    if isinstance(meant, Problem):
        return show(request, "check.html", voice, own=(("code", typed[:MOST]),), typed=typed[:MOST], problem=meant)
    return Redirect(meant.address + voice.view.query, status_code=303, headers={"Cache-Control": "no-store"})


@get_or_head("/enterprise/{uscc:str}")
async def show_enterprise(request: Asked, uscc: FromPath[str]) -> Response[bytes]:
    behind: Behind = request.app.state.behind
    look = await behind.look(behind.enterprises, _is(_USCC, uscc))
    voice = voice_of(request)
    line = lines.of_enterprise(voice, look)
    sanctions = lines.in_effect(look.record.sanctions, lines.today(look))
    listed = paged(request, voice, look)
    return show(request, "enterprise.html", voice, look=look, line=line, sanctions=sanctions, **listed)


@get_or_head("/standard/{standard_id:str}")
async def show_standard(request: Asked, standard_id: FromPath[str]) -> Response[bytes]:
    behind: Behind = request.app.state.behind
    look = await behind.look(behind.standards, _uuid(standard_id))
    voice = voice_of(request)
    line = lines.of_standard(voice, look)
    return show(request, "standard.html", voice, look=look, line=line, **paged(request, voice, look))


@get_or_head("/certificate/{certificate_id:str}")
async def show_certificate(request: Asked, certificate_id: FromPath[str]) -> Response[bytes]:
    behind: Behind = request.app.state.behind
    look = await behind.look(behind.certificates, _uuid(certificate_id))
    voice = voice_of(request)
    line = lines.of_certificate(voice, look)
    return show(request, "certificate.html", voice, look=look, line=line, **paged(request, voice, look))


@get_or_head("/comparison/{gtin:str}")
async def show_comparison(request: Asked, gtin: FromPath[str]) -> Response[bytes]:
    facts: Facts = request.app.state.facts
    look = await request.app.state.behind.look(facts.products, _gtin(gtin, facts))
    voice = voice_of(request)
    line, in_force = lines.of_product(voice, look)
    rows = compared(look.record.indicators, in_force)
    return show(request, "comparison.html", voice, look=look, line=line, facts=look.record, compared=rows)


@get_or_head("/commitment/{gtin:str}")
async def show_commitment(request: Asked, gtin: FromPath[str]) -> Response[bytes]:
    facts: Facts = request.app.state.facts
    look = await request.app.state.behind.look(facts.products, _gtin(gtin, facts))
    voice = voice_of(request)
    line, _ = lines.of_product(voice, look)
    return show(request, "commitment.html", voice, look=look, line=line, facts=look.record)


@get_or_head("/recall/{recall_id:str}")
async def show_recall(request: Asked, recall_id: FromPath[str]) -> Response[bytes]:
    behind: Behind = request.app.state.behind
    look = await behind.look(behind.recalls, _uuid(recall_id))
    voice = voice_of(request)
    return show(request, "recall.html", voice, look=look, line=lines.of_recall(voice, look))


@get_or_head("/announcement/{sanction_id:str}")
async def show_announcement(request: Asked, sanction_id: FromPath[str]) -> Response[bytes]:
    behind: Behind = request.app.state.behind
    look = await behind.look(behind.announcements, _uuid(sanction_id))
    voice = voice_of(request)
    return show(request, "announcement.html", voice, look=look, line=lines.of_announcement(voice, look))


@get_or_head("/photo/{sha256:str}")
async def show_photo(request: Asked, sha256: FromPath[str]) -> Response[bytes]:
    """A picture never changes under its address."""
    photo = await request.app.state.behind.photo(_is(_SHA256, sha256))
    headers = {
        "Cache-Control": f"public, max-age={YEAR_S}, immutable",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(photo.content, media_type=photo.media_type, headers=headers)


def _is(form: re.Pattern[str], text: str) -> str:
    if not form.fullmatch(text):
        raise NoRecord(text)
    return text


def _uuid(text: str) -> str:
    """One spelling for each record, so that each is kept once."""
    try:
        return str(UUID(text))
    except ValueError:
        raise NoRecord(text) from None


def _gtin(text: str, facts: Facts) -> str:
    try:
        gtin = gtin14(text)
    except BadGtin:
        raise NoRecord(text) from None
    if not facts.is_known(gtin):
        raise NoRecord(gtin)
    return gtin


HANDLERS = [
    Router(
        "/",
        route_handlers=[
            show_home, show_check, show_enterprise, show_standard, show_certificate, show_comparison, show_commitment,
            show_recall, show_announcement, show_photo, *report_pages.HANDLERS,
        ],
        exception_handlers={NoRecord: missing, Unavailable: unavailable},
        opt={"exclude_from_compression": True},
        include_in_schema=False,
    )
]  # fmt: skip
