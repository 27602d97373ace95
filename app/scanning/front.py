"""The scan paths as a small ASGI function, in front of the framework.

`/01/…`, `/seen/…`, `/{20 characters}` and WeChat's verification files are answered here; the
framework gets everything else. Nothing on this path compresses, renders a template or waits for a
slow store longer than its budget.
"""

import logging
import time
from base64 import b64decode
from collections.abc import Awaitable, Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from app.scanning.counting import NotCounted
from app.scanning.page import View
from app.scanning.scan import ITEM_VARIANTS, Answer
from codes.gs1 import BadDigitalLink, Why, parse_scan_path, resolve_path
from codes.gs1.errors import shown
from codes.serial import Item, open_serial

if TYPE_CHECKING:
    from app.scanning.service import Scanning

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = logging.getLogger(__name__)

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_PIXEL_HEADERS = [
    (b"content-type", b"image/gif"), (b"cache-control", b"no-store"), (b"content-length", str(len(PIXEL)).encode()),
    (b"x-content-type-options", b"nosniff"), (b"cross-origin-resource-policy", b"same-origin"),
]  # fmt: skip
_PAGE_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"vary", b"Accept, Accept-Language, Accept-Encoding"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
]
PATH_MOST = 2048
"""No label's address is longer; what is gets a short answer."""
REMEMBERED_MOST = 256
VERIFICATION_MOST = 4096
"""WeChat's verification files hold one line."""


class Front:
    """`Front(...)` is an ASGI application that hands everything else to `behind`."""

    def __init__(self, scanning: "Scanning", behind: App) -> None:
        settings = scanning.settings
        self.scanning = scanning
        self.behind = behind
        self.views = scanning.views
        self.files = _verification_files(settings.wechat_folder)
        self.province_header = settings.province_header.lower().encode() if settings.province_header else None
        self.policy = policy(scanning.pages.style_sha256)
        secure = (
            [(b"strict-transport-security", b"max-age=31536000")] if settings.public_url.startswith("https") else []
        )
        self.page_headers = [*_PAGE_HEADERS, (b"content-security-policy", self.policy), *secure]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.behind(scope, receive, send)
            return
        path: str = scope.get("raw_path", b"").partition(b"?")[0].decode("latin-1") or scope["path"]
        if path.startswith("/01/") or (len(path) == 21 and "/" not in path[1:]):
            try:
                await self._scan(path, scope, send)
            except Exception:
                log.exception("a scan failed")
                await self._apologise(path, scope, send)
        elif path.startswith("/seen/"):
            await self._seen(path, scope, send)
        elif path in self.files:
            await self._send(scope, send, 200, _TEXT, self.files[path])
        else:
            await self.behind(scope, receive, send)

    async def _scan(self, path: str, scope: Scope, send: Send) -> None:
        if scope["method"] not in ("GET", "HEAD"):
            await self._send(scope, send, 405, [(b"allow", b"GET, HEAD"), (b"content-length", b"0")], b"")
            return
        if path in self.files:
            await self._send(scope, send, 200, _TEXT, self.files[path])
            return
        query: bytes = scope["query_string"]
        accept_language, encodings = _negotiated(scope["headers"])
        view = view_of(query, accept_language)
        now = time.time()
        asked = parse_scan_path(path) if not query or not _names_an_ai(query) else None
        if asked is None:
            try:
                if len(path) + len(query) > PATH_MOST:
                    raise too_long(path)
                asked = resolve_path(path, query.decode("latin-1"))
            except BadDigitalLink as refusal:
                await self._answer(
                    scope, send, self.scanning.scanner.refused(refusal, path, view, now), encodings, view
                )
                return
        await self._answer(scope, send, await self.scanning.scanner.scan(asked, path, view, now), encodings, view)

    async def _apologise(self, path: str, scope: Scope, send: Send) -> None:
        """Our fault: the whole page says that the status cannot be had now."""
        accept_language, encodings = _negotiated(scope["headers"])
        view = view_of(b"", accept_language)
        answer = self.scanning.scanner.unanswered(path[:PATH_MOST], view, time.time())
        await self._answer(scope, send, answer, encodings, view)

    async def _answer(self, scope: Scope, send: Send, answer: Answer, encodings: bytes, view: View) -> None:
        if accepts_gzip(encodings):
            body = answer.frame.gzip(answer.middle)
            headers = [*self.page_headers, (b"content-encoding", b"gzip")]
        else:
            body = answer.frame.plain(answer.middle)
            headers = [*self.page_headers]
        headers += [
            (b"content-language", view.language.encode()),
            (b"content-length", str(len(body)).encode()),
        ]
        await self._send(scope, send, answer.status, headers, body)

    async def _seen(self, path: str, scope: Scope, send: Send) -> None:
        """The beacon: a view is durable before the picture is answered; others get it uncounted."""
        status = 200
        subject = path[6:]
        query: bytes = scope["query_string"]
        if scope["method"] == "GET" and query.startswith(b"v=") and len(subject) <= 20:
            view = self.views.read(subject, query[2:].decode("latin-1"), time.time())
            named = self._subject(subject) if view is not None else None
            if view is not None and named is not None:
                try:
                    await self.scanning.counter.count(named, view, self._province(scope))
                except NotCounted:
                    status = 503
        await self._send(scope, send, status, _PIXEL_HEADERS, PIXEL)

    def _subject(self, subject: str) -> tuple[int, int] | str | None:
        """What the MAC vouches for was a live item or a known product when its page was made."""
        if len(subject) == 14:
            return subject
        item = open_serial(self.scanning.ring, subject)
        # A case or a pallet has the index of a bottle and is not one: its views are not the bottle's.
        return (item.batch, item.index) if isinstance(item, Item) and item.variant in ITEM_VARIANTS else None

    def _province(self, scope: Scope) -> str | None:
        if self.province_header is None:
            return None
        for name, value in scope["headers"]:
            if name == self.province_header and len(value) == 6 and value.isdigit():
                return value[:2].decode() + "0000"
        return None

    @staticmethod
    async def _send(scope: Scope, send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


_TEXT = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]


def _negotiated(headers: list[tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
    """Accept-Language and Accept-Encoding."""
    language = encoding = b""
    for name, value in headers:
        if name == b"accept-language":
            language = value
        elif name == b"accept-encoding":
            encoding = value
    return language, encoding


def view_of(query: bytes, accept_language: bytes) -> View:
    """Language and size; few combinations come in, so each short one is read once."""
    if len(query) + len(accept_language) > REMEMBERED_MOST:  # never kept: strangers choose these texts
        return _view_of.__wrapped__(query[:REMEMBERED_MOST], accept_language[:REMEMBERED_MOST])
    return _view_of(query, accept_language)


@lru_cache(maxsize=4096)
def accepts_gzip(encodings: bytes) -> bool:
    """Does Accept-Encoding name gzip, and not with quality 0?"""
    for part in encodings.split(b","):
        name, _, parameters = part.partition(b";")
        if name.strip().lower() == b"gzip":
            return parameters.replace(b" ", b"").rstrip(b"0.") != b"q="
    return False


@lru_cache(maxsize=4096)
def _view_of(query: bytes, accept_language: bytes) -> View:
    asked = dict(parse_qsl(query.decode("latin-1"), max_num_fields=32) if query.count(b"&") < 32 else ())
    chosen = asked.get("lang") in ("zh", "en")
    language = asked["lang"] if chosen else preferred(accept_language.decode("latin-1"))
    return View(language, asked.get("view") == "large", chosen)


def preferred(accept_language: str) -> str:
    """`zh` or `en` by quality (RFC 9110 §12.5.4); Chinese where neither is named."""
    best, language = 0.0, "zh"
    for part in accept_language.lower().split(","):
        tag, _, rest = part.strip().partition(";")
        name = tag.partition("-")[0].strip()
        if name not in ("zh", "en"):
            continue
        try:
            quality = float(rest.partition("=")[2]) if rest else 1.0
        except ValueError:
            continue
        if quality > best:
            best, language = quality, name
    return language


def policy(style_sha256: str) -> bytes:
    return (
        f"default-src 'none'; style-src 'sha256-{style_sha256}'; img-src 'self' data:; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ).encode()


def too_long(path: str) -> BadDigitalLink:
    return BadDigitalLink(part=shown(path), why=Why.TOO_LONG, other=PATH_MOST)


def _names_an_ai(query: bytes) -> bool:
    """Numeric keys are application identifiers: the general parser judges them."""
    return any(part[:1].isdigit() for part in query.split(b"&"))


def _verification_files(folder: Path | None) -> dict[str, bytes]:
    """WeChat asks for `/{name}.txt` and, for a rule on `/01/`, for `/01/{name}.txt`."""
    files: dict[str, bytes] = {}
    for path in sorted(folder.glob("*.txt")) if folder else ():
        if path.is_file() and path.stat().st_size <= VERIFICATION_MOST:
            files[f"/{path.name}"] = files[f"/01/{path.name}"] = path.read_bytes()
    return files
