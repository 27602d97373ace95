"""A file of codes over HTTP: whole or a range of it, with its tag, so that a download goes on where it broke off."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from asyncpg import Connection, Pool
from litestar import Request, Response
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Stream
from msgspec import json, structs

from app.edge.asks import language_of
from app.edge.errors import problem_of
from app.edge.principals import Principal
from app.issuing import files, progress
from app.issuing.file_errors import ManifestNotYet, RangeNotThere
from app.issuing.shapes import ExportFile, Wanted
from app.settings import Settings
from codes.labels import media_type

Asking = Request[Any, Any, Any]
Asked = NamedDependency[Wanted]
Why = Annotated[str | None, QueryParameter(description="Why these serials are printed again; the bureau sees it.")]


def wanted(
    format: FromQuery[str],  # noqa: A002
    first: FromQuery[int] = 0, start: Annotated[int | None, QueryParameter(name="from")] = None,
    count: FromQuery[int | None] = None, label_form: Annotated[str, QueryParameter(name="form")] = "item",
    variant: FromQuery[int] = 0, layout: FromQuery[str | None] = None, encoding: FromQuery[str] = "utf-8",
    dpi: FromQuery[int] = 203, marks: FromQuery[bool] = False, bleed: FromQuery[float] = 0,
    roll_size: FromQuery[int | None] = None, roll: FromQuery[int | None] = None,
) -> Wanted:  # fmt: skip
    """Of the query: what of a batch, and how. `from` is another word for `first`."""
    return files.checked_wanted(
        Wanted(
            format=format, first=first if start is None else start, count=count, form=label_form,  # type: ignore[arg-type]
            variant=variant, layout=layout, encoding=encoding, dpi=dpi, marks=marks, bleed=bleed, roll_size=roll_size,
            roll=roll,
        )
    )  # fmt: skip


def headers_of(file: ExportFile, piece: files.Piece) -> dict[str, str]:
    order = files.order_behind(file)
    headers = {
        "Content-Type": media_type(order, file.format),
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "ETag": files.etag(file),
        "Cache-Control": "no-store",
        "Accept-Ranges": "none" if file.length is None else "bytes",
    }
    if piece.stop is not None:
        headers["Content-Length"] = str(piece.stop - piece.first)
    if piece.partial:
        headers["Content-Range"] = f"bytes {piece.first}-{(piece.stop or 0) - 1}/{file.length}"
    return headers


def sent(pool: Pool, taking: files.Taking, actor: Principal, settings: Settings) -> Stream:
    return Stream(
        files.flow(pool, taking, actor, settings),
        status_code=206 if taking.piece.partial else 200,
        headers=headers_of(taking.file, taking.piece),
    )


def not_there(request: Asking, refusal: RangeNotThere) -> Response[bytes]:
    """416, with the length that would have told."""
    problem = structs.replace(problem_of(refusal, language_of(request)), status=416)
    headers = {"Content-Range": f"bytes */{refusal.facts['bytes']}", "Accept-Ranges": "bytes"}
    return Response(json.encode(problem), status_code=416, media_type="application/problem+json", headers=headers)


async def taken(
    request: Asking, db: Connection, actor: Principal, settings: Settings, now: datetime, file: ExportFile,
    reason: str | None, link: UUID | None = None,
) -> Response[Any]:  # fmt: skip
    """The download, begun and logged; or why that range is not there."""
    try:
        piece = files.piece_of(file, request.headers.get("range"), request.headers.get("if-range"))
    except RangeNotThere as refusal:
        return not_there(request, refusal)
    taking = await files.take(db, file, piece, reason, link, actor, now)
    return sent(request.app.state.pool, taking, actor, settings)


async def manifest(
    request: Asking, db: Connection, actor: Principal, settings: Settings, now: datetime, file: ExportFile
) -> Response[str]:
    """The signed manifest; asked for before it is there, the file is read for it in the background."""
    if file.manifest is None:
        await progress.begin(db, request.app.state.pool, file, actor, settings, now)
        raise ManifestNotYet(done=file.done, total=file.total, retry_after=2)
    headers = {"Content-Disposition": f'attachment; filename="{file.name}.manifest"', "ETag": files.etag(file)}
    return Response(file.manifest, media_type="application/jose", headers=headers)
