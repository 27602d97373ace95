"""How pages become answers of the framework, and what several of them show."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from litestar import HttpMethod, Request, Response, route

from app.scanning.behind.frame import KEPT_S, Frame, Pairs, Voice
from app.scanning.behind.lines import PAGE, rows
from app.scanning.behind.queries import LISTED_MOST
from app.scanning.behind.records import Look

RETRY_S = 30
"""A database that fails over is back by then."""

Asked = Request[Any, Any, Any]

get_or_head = partial(route, http_method=[HttpMethod.GET, HttpMethod.HEAD])
"""Messengers ask for the head of what they are to show a card of."""


def voice_of(request: Asked) -> Voice:
    frame: Frame = request.app.state.frame
    accepted = request.headers.get("accept-language", "").encode("latin-1", "replace")
    return frame.voice(request.scope["query_string"], accepted)


def show(
    request: Asked, template: str, voice: Voice, *, status: int = 200, kept: bool = False, own: Pairs = (),
    **context: object,
) -> Response[bytes]:  # fmt: skip
    """The page; `kept` where it states nothing that may change."""
    frame: Frame = request.app.state.frame
    accepted = request.headers.get("accept-encoding", "")
    body, headers = frame.answer(
        voice, template, request.url.path, accepted, kept_s=KEPT_S if kept else 0, own=own, **context
    )
    return Response(body, status_code=status, media_type="text/html", headers=headers)


def missing(request: Asked, _error: Exception) -> Response[bytes]:
    """A whole page also where there is nothing: in a web view it is all people see."""
    return show(request, "missing.html", voice_of(request), status=404, typed="", problem=None)


def unavailable(request: Asked, _error: Exception) -> Response[bytes]:
    response = show(request, "away.html", voice_of(request), status=503)
    response.headers["Retry-After"] = str(RETRY_S)
    return response


def paged(request: Asked, voice: Voice, look: Look[Any]) -> dict[str, Any]:
    """The products of one page of a sheet's list, and the way to the other pages."""
    listed = look.record.products
    pages = max(1, -(-len(listed) // PAGE))
    asked = request.query_params.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdecimal() and len(asked) < 4 else 1

    def to_page(number: int) -> str:
        return "?" + urlencode((*voice.view.pairs, ("page", number)))

    return {
        "rows": rows(voice, listed[(page - 1) * PAGE : page * PAGE], look),
        "page": page,
        "pages": pages,
        "to_page": to_page,
        "listed_most": LISTED_MOST,
        "own": (("page", str(page)),) if page > 1 else (),
    }
