"""The console's pages of evidence documents, and the files themselves."""

from typing import Any
from uuid import UUID

from asyncpg import Connection
from litestar import Response, get, post
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from app.catalogue.evidence import documents, queries, reading
from app.catalogue.evidence.answers import Asked, Told, attached, desk_of, go, looked_at, may_write, told, typed
from app.catalogue.evidence.confinement import UPLOAD_MOST
from app.catalogue.evidence.shapes import Document, DocumentKind
from app.edge.asks import Actor, Db, Today
from app.edge.forms import FormData
from app.edge.guards import needs
from app.edge.pages import page
from app.edge.paging import USUAL, After, listing
from app.edge.principals import Principal
from app.store.askers import borrowed_as
from codes.errors import Refusal

READ, WRITE = needs("registers:read"), needs("catalogue:write")
FORM_MOST = UPLOAD_MOST + 2**20
"""The file and what is typed beside it."""
DOCUMENT_FIELDS = ("kind", "title", "file")
Of = FromQuery[UUID | None]


class DocumentsPage(Struct, frozen=True, kw_only=True):
    documents: list[Document]
    next: UUID | None
    own: bool
    enterprise: str
    kind: str
    kinds: tuple[str, ...]
    values: dict[str, str]
    told: Told
    done: str


@get("/evidence/documents", guards=[READ])
async def list_documents(
    request: Asked, db: Db, actor: Actor, after: After = None, enterprise: Of = None,
    kind: FromQuery[str | None] = None,
) -> Response[Any]:  # fmt: skip
    return await _documents(request, db, actor, looked_at(actor, enterprise), after, reading.kind_if_any(kind))


@post("/evidence/documents", guards=[WRITE], request_max_body_size=FORM_MOST)
async def hand_in_document(request: Asked, state: State, actor: Actor, form: FormData) -> Response[Any]:
    upload = form.file("file")
    try:
        title = form.text("title") or (reading.title_of(upload) if upload else "")
        handed = await documents.hand_in(
            desk_of(state), actor, reading.read_kind(form), title, upload.content if upload else b""
        )
    except Refusal as refusal:
        async with borrowed_as(state.pool, actor.asker) as db:
            return await _documents(request, db, actor, looked_at(actor, None), values=typed(form), refusal=refusal)
    return go(request, "/evidence/documents", done="repeated" if handed.repeated else "added")


@post("/evidence/documents/{document_id:uuid}/withdraw", guards=[WRITE])
async def withdraw_document(
    request: Asked, db: Db, actor: Actor, today: Today, form: FormData, document_id: FromPath[UUID]
) -> Response[Any]:
    try:
        await documents.withdraw(db, document_id, actor, today)
    except Refusal as refusal:
        return await _documents(request, db, actor, looked_at(actor, None), refusal=refusal)
    return go(request, "/evidence/documents", done="withdrawn")


@get("/files/{digest:str}/{name:str}", guards=[READ])
async def download_file(db: Db, state: State, digest: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """The name is only for people; the content's digest decides, and the rows' policies who may have it."""
    if len(digest) != 64 or not digest.isascii() or not digest.isalnum():
        raise NotFoundException
    return attached(*await documents.read_content(db, desk_of(state).files, digest))


async def _documents(
    request: Asked,
    db: Connection,
    actor: Principal,
    of: UUID,
    after: UUID | None = None,
    kind: DocumentKind | None = None,
    values: dict[str, str] | None = None,
    refusal: Refusal | None = None,
) -> Response[Any]:
    found = listing(await queries.documents.all(db, after, USUAL + 1, of, kind), USUAL)
    wrong = Told() if refusal is None else told(request, refusal, DOCUMENT_FIELDS)
    shown = DocumentsPage(
        documents=found.items, next=found.next, own=may_write(actor), kind=kind or "", kinds=reading.DOCUMENT_KINDS,
        enterprise="" if of == actor.organisation else str(of), values=values or {}, told=wrong,
        done=request.query_params.get("done", ""),
    )  # fmt: skip
    return page(request, "evidence/documents.html", shown, status=wrong.status)


HANDLERS = [list_documents, hand_in_document, withdraw_document, download_file]
