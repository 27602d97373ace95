"""Forms people send: read as they come, held to their limits, and taken only from a page of ours.

A handler asks for `form: Form`. With a session the form must carry the token that is bound to it,
in the field `csrf` or the header `X-CSRF` (which htmx sends); without one (sign-in, an invitation)
the browser's own word on where the form came from is what counts. The framework's reader would
spool uploads to disk and keep bodies in a cache.
"""

import hmac
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException
from msgspec import Struct
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from app.edge.principals import Principal
from codes.errors import Kind, Refusal

TEXTS_MOST = 512 * 1024
"""All typed texts together: 200 indicators with every field full."""
FIELDS_MOST = 4_000
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf"


class FormUnreadable(Refusal):
    code = "form-unreadable"
    en = "The form did not arrive whole: go back and send it again."
    zh = "表单未能完整送达，请返回后重新提交。"


class FormTooLarge(Refusal):
    code = "form-too-large"
    en = "The form with its files is too large (more than {most_mb} MB): send smaller or fewer files."
    zh = "表单及附件过大（超过 {most_mb} MB），请减小文件或分次提交。"


class FormNotOurs(Refusal):
    kind = Kind.NOT_ALLOWED
    code = "form-not-ours"
    en = "This form did not come from a page of your present session: open the page again and send it from there."
    zh = "该表单并非来自您当前登录的页面，请重新打开页面后再提交。"


class Upload(Struct, frozen=True):
    """A file as it was chosen; its name is only the browser's word."""

    name: str
    content: bytes


class Form(Struct, frozen=True):
    """What was typed, line ends as they were before the browser sent them, and the files chosen."""

    texts: Mapping[str, list[str]]
    files: Mapping[str, list[Upload]] = {}

    def text(self, name: str, default: str = "") -> str:
        """The field's (last) value without spaces at its ends."""
        values = self.texts.get(name)
        return values[-1].strip() if values else default

    def optional(self, name: str) -> str | None:
        """The same; None where nothing was typed."""
        return self.text(name) or None

    def every(self, name: str) -> list[str]:
        return [value.strip() for value in self.texts.get(name, ())]

    def ticked(self, name: str) -> bool:
        return bool(self.text(name))

    def file(self, name: str) -> Upload | None:
        files = self.files.get(name)
        return files[0] if files else None


FormData = NamedDependency[Form]


Sent = NamedDependency[Form | None]


async def _sent(request: Request[Any, Any, Any]) -> Form | None:
    """The form of a handler that asks for one. The connection to the database asks for this too, so
    that it is borrowed only once the form is whole: dependencies beside each other start together,
    and one that refuses would leave the other's connection with nobody."""
    return await _checked(request) if "form" in request.route_handler.parsed_fn_signature.parameters else None


def _form(sent: Sent) -> Form:
    assert sent is not None
    return sent


async def _checked(request: Request[Any, Any, Any]) -> Form:
    settings = request.app.state.settings
    headers = request.headers
    hosts = {settings.host, headers.get("host", "").lower()}
    if not is_ours(headers.get("sec-fetch-site"), headers.get("origin"), headers.get("referer"), hosts):
        raise FormNotOurs
    form = await _read(request)
    principal: Principal | None = request.scope.get("user")
    if principal is not None:
        given = headers.get(CSRF_HEADER) or form.text(CSRF_FIELD)
        if not hmac.compare_digest(given.encode(), principal.csrf.encode()):
            raise FormNotOurs
    return form


async def _read(request: Request[Any, Any, Any]) -> Form:
    kind, options = request.content_type
    try:
        if kind == "multipart/form-data":
            return await multipart(request.stream(), options.get("boundary", ""))
        if kind in ("application/x-www-form-urlencoded", ""):
            return await urlencoded(request.stream())
    except HTTPException as error:
        if error.status_code == 413:
            most = request.route_handler.resolve_request_max_body_size() or 0
            raise FormTooLarge(most_mb=max(1, most // 2**20)) from None
        raise FormUnreadable from None
    raise FormUnreadable


async def multipart(stream: AsyncIterator[bytes], boundary: str) -> Form:
    texts: dict[str, list[bytearray]] = {}
    files: dict[str, list[tuple[str, bytearray]]] = {}
    into: bytearray | None = None
    try:
        with PushMultipartParser(boundary, max_segment_count=FIELDS_MOST, strict=True) as parser:
            async for chunk in end_in_one(stream):
                for event in parser.parse(chunk):
                    if isinstance(event, MultipartSegment):
                        into = _place(event, texts, files)
                    elif event and into is not None:
                        into += event
                if sum(len(value) for values in texts.values() for value in values) > TEXTS_MOST:
                    raise FormTooLarge(most_mb=1)
        typed = {name: [_as_typed(value.decode()) for value in values] for name, values in texts.items()}
    except (MultipartError, UnicodeDecodeError):
        raise FormUnreadable from None
    chosen = {name: [Upload(n, bytes(b)) for n, b in several if n or b] for name, several in files.items()}
    return Form(typed, chosen)


async def end_in_one(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The chunks, cut so that the end of the last boundary (`--`, line end) is never torn: the parser
    takes a line end that comes in a packet of its own for data after the end."""
    held = b""
    async for chunk in stream:
        both = held + chunk
        held = both[-4:]
        if len(both) > 4:
            yield both[:-4]
    if held:
        yield held


def _place(
    segment: MultipartSegment, texts: dict[str, list[bytearray]], files: dict[str, list[tuple[str, bytearray]]]
) -> bytearray:
    into = bytearray()
    if segment.filename is not None:
        files.setdefault(segment.name or "", []).append((segment.filename, into))
    else:
        texts.setdefault(segment.name or "", []).append(into)
    return into


async def urlencoded(stream: AsyncIterator[bytes]) -> Form:
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > 3 * TEXTS_MOST:  # a Chinese character is nine bytes here, three as text
            raise FormTooLarge(most_mb=1)
    texts: dict[str, list[str]] = {}
    try:
        for name, value in parse_qsl(body.decode("ascii"), True, errors="strict", max_num_fields=FIELDS_MOST):
            texts.setdefault(name, []).append(_as_typed(value))
    except ValueError:
        raise FormUnreadable from None
    return Form(texts)


def _as_typed(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def is_ours(site: str | None, origin: str | None, referrer: str | None, hosts: Iterable[str]) -> bool:
    """Was the form sent from a page of ours, by what the browser says?

    Browsers too old to say anything at all are let in; with a session the token decides anyway.
    """
    if site is not None:
        return site == "same-origin"
    said = origin or referrer
    if said is None:
        return True
    try:
        return urlsplit(said).netloc.lower() in hosts
    except ValueError:
        return False


DEPENDENCIES = {"sent": Provide(_sent), "form": Provide(_form, sync_to_thread=False)}
