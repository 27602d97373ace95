"""What the application installs so that every answer has our manners."""

from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap
from msgspec import Struct, json

from app.edge import bodies
from app.edge.asks import DEPENDENCIES, language_of
from app.edge.errors import Problem, headers_of, problem_of
from app.edge.guards import is_program
from app.edge.headers import add_headers, security_headers
from app.edge.limits import NoLimits
from app.edge.pages import Sheets, page
from app.edge.principals import NoSessions, PlatformKey, SignInFirst
from app.settings import Settings


class RefusalPage(Struct, frozen=True):
    """What edge/refusal.html shows."""

    problem: Problem
    tone: str
    other_language: str | None
    other_tag: str
    other_name: str


def install(settings: Settings) -> dict[str, Any]:
    """Arguments for `Litestar(…)`; `state_of` gives what its state must hold."""
    return {
        "request_class": bodies.EdgeRequest,
        "request_max_body_size": bodies.MOST,
        "dependencies": DEPENDENCIES,
        "exception_handlers": HANDLERS,
        "before_send": [add_headers(security_headers(settings.public_url, (_sheets(settings).style_sha256,)))],
        "openapi_config": None,
        "logging_config": None,
    }


def state_of(settings: Settings) -> dict[str, object]:
    """Beside the pool under `pool`: whose keys open the API, and the templates."""
    return {
        "settings": settings,
        "api_keys": PlatformKey(settings.api_key_sha256),
        "sessions": NoSessions(),
        "limits": NoLimits(),
        "sheets": _sheets(settings),
    }


def _sheets(settings: Settings) -> Sheets:
    return _made(settings.public_url, settings.demonstration)


_made = lru_cache(Sheets)


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Problem details for /api, a page or fragment for people."""
    language = language_of(request)
    problem = problem_of(error, language)
    headers = headers_of(problem, error) | {"Content-Language": language}
    if is_program(request.scope["path"]):
        return Response(
            json.encode(problem),
            status_code=problem.status,
            media_type="application/problem+json",
            headers=headers | {"Vary": "Accept-Language"},
        )
    if isinstance(error, SignInFirst) and request.method == "GET":
        return to_sign_in(request)
    response = page(request, "edge/refusal.html", _page(request, problem, language), "refusal", problem.status)
    response.headers.update(headers)
    return response


def to_sign_in(request: Request[Any, Any, Any]) -> Response[Any]:
    """To the sign-in page and back; htmx is told to open it as a whole page."""
    path = request.scope["path"]
    asked = f"{path}?{query}" if (query := request.scope["query_string"].decode("latin-1")) else path
    address = "/signin?" + urlencode({"next": asked})
    if request.headers.get("hx-request") == "true":
        return Response("", status_code=200, headers={"HX-Redirect": "/signin"}, media_type="text/html")
    return Redirect(address, status_code=303, headers={"Cache-Control": "no-store"})


def _page(request: Request[Any, Any, Any], problem: Problem, language: str) -> RefusalPage:
    other, tag, name = ("en", "en", "English") if language == "zh" else ("zh", "zh-CN", "中文")
    # Only an address that answers a GET can be opened again in the other language.
    again = "?" + urlencode({"lang": other}) if request.method == "GET" else None
    return RefusalPage(problem, "no_record" if problem.status == 404 else "caution", again, tag, name)


HANDLERS: ExceptionHandlersMap = {Exception: answer}
