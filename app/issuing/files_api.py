"""Files of codes over HTTP: downloads that can be resumed, their manifests, printers' links, reprints."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response, delete, get, head, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.edge.asks import Actor, Db
from app.edge.guards import needs
from app.issuing import files, links, reprints
from app.issuing.asks_api import READ, WRITE, Config, Now
from app.issuing.download_answers import Asked, Asking, Why, headers_of, manifest, taken
from app.issuing.shapes import Download, FileTold, MadeLink, NewLink, PrinterLink, Reprints, Wanted


@get("/batches/{batch:int}/export", guards=[WRITE])
async def export_batch(
    request: Asking, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], wanted: Asked,
    reason: Why = None,
) -> Response[Any]:  # fmt: skip
    """The codes as a file. A second copy of the same serials needs a `reason`."""
    (file, *_) = await files.name_files(db, batch, files.one_roll(wanted), actor, config, now)
    return await taken(request, db, actor, config, now, file, reason)


@head("/batches/{batch:int}/export", guards=[WRITE])
async def weigh_export(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], wanted: Asked
) -> Response[None]:
    """Length, tag and name of what a GET would send; nothing is logged."""
    (file, *_) = await files.name_files(db, batch, files.one_roll(wanted), actor, config, now)
    return Response(None, headers=headers_of(file, files.Piece(0, file.length)))


@post("/batches/{batch:int}/files", guards=[WRITE])
async def name_files(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], data: JSONBody[Wanted]
) -> list[FileTold]:
    """Name a file, or one for every roll; each has an address to be taken from."""
    named = await files.name_files(db, batch, files.checked_wanted(data), actor, config, now)
    return [files.told(one) for one in named]


@get("/batches/{batch:int}/files", guards=[READ])
async def list_files(db: Db, actor: Actor, batch: FromPath[int]) -> list[FileTold]:
    return [files.told(one) for one in await files.list_files(db, batch, actor)]


@get("/batches/{batch:int}/files/{file:uuid}", guards=[READ])
async def show_file(db: Db, actor: Actor, batch: FromPath[int], file: FromPath[UUID]) -> FileTold:
    return files.told(await files.show_file(db, batch, file, actor))


@get("/batches/{batch:int}/files/{file:uuid}/download", guards=[WRITE])
async def download_file(
    request: Asking, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID],
    reason: Why = None,
) -> Response[Any]:  # fmt: skip
    found = await files.show_file(db, batch, file, actor)
    return await taken(request, db, actor, config, now, found, reason)


@get("/batches/{batch:int}/manifest", guards=[WRITE])
async def export_manifest(
    request: Asking, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], wanted: Asked
) -> Response[str]:
    """The signed manifest of what `export` gives for the same query; 503 while it is being made."""
    (file, *_) = await files.name_files(db, batch, files.one_roll(wanted), actor, config, now)
    return await manifest(request, db, actor, config, now, file)


@get("/batches/{batch:int}/files/{file:uuid}/manifest", guards=[WRITE])
async def show_manifest(
    request: Asking, db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID]
) -> Response[str]:
    """The signed manifest; asked for the first time, the file is read for it in the background."""
    return await manifest(request, db, actor, config, now, await files.show_file(db, batch, file, actor))


@get("/batches/{batch:int}/downloads", guards=[READ])
async def list_downloads(
    db: Db, actor: Actor, batch: FromPath[int], file: FromQuery[UUID | None] = None
) -> list[Download]:
    """Who took what, newest first."""
    return await files.list_downloads(db, batch, file, actor)


@post("/batches/{batch:int}/files/{file:uuid}/links", guards=[WRITE])
async def make_link(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], file: FromPath[UUID],
    data: JSONBody[NewLink],
) -> MadeLink:  # fmt: skip
    """A printer's link to this one file. Its address is told this once."""
    return await links.make(db, batch, file, data, actor, config, now)


@get("/batches/{batch:int}/links", guards=[READ])
async def list_links(
    db: Db, actor: Actor, batch: FromPath[int], file: FromQuery[UUID | None] = None
) -> list[PrinterLink]:
    return await links.list_links(db, batch, file, actor)


@delete("/batches/{batch:int}/links/{link:uuid}", guards=[WRITE], status_code=200)
async def revoke_link(db: Db, actor: Actor, now: Now, batch: FromPath[int], link: FromPath[UUID]) -> PrinterLink:
    return await links.revoke(db, batch, link, actor, now)


@get("/reprints", guards=[needs("coverage:read")])
async def list_reprints(db: Db, actor: Actor, before: FromQuery[datetime | None] = None) -> Reprints:
    """Serials that left a second time, with the reasons given."""
    return await reprints.list_reprints(db, actor, before)


HANDLERS = [
    export_batch, weigh_export, name_files, list_files, show_file, download_file, export_manifest, show_manifest,
    list_downloads, make_link, list_links, revoke_link, list_reprints,
]  # fmt: skip
