"""Acts on evidence documents: hand in, open, read, withdraw.

Handing in borrows a connection only before and after the file is made anew: that takes seconds, and
two slow files must not hold what the others need.
"""

from datetime import date
from hashlib import sha256
from uuid import UUID

from asyncpg import Connection, Pool
from msgspec import Struct

from app.catalogue.actions import open_enterprise
from app.catalogue.evidence import queries
from app.catalogue.evidence.confinement import Cleaned, cleaned
from app.catalogue.evidence.errors import (
    DocumentInUse,
    DocumentsFull,
    DocumentWithdrawn,
    EnterpriseNeeded,
    FileMissing,
    UnknownDocument,
)
from app.catalogue.evidence.rules import DOCUMENTS_MOST, check_title
from app.catalogue.evidence.shapes import Document, DocumentKind, HandedIn
from app.edge.principals import NotYours, Principal
from app.store.askers import borrowed_as
from app.store.files import Files
from codes.errors import Refusal, refuse_all


def acted_for(actor: Principal, enterprise_id: UUID | None) -> UUID:
    """The enterprise an act is about: the actor's own, or the one that the platform names."""
    if actor.kind == "enterprise" and actor.organisation is not None:
        if enterprise_id not in (None, actor.organisation):
            raise NotYours
        return actor.organisation
    if not actor.platform:
        raise NotYours
    if enterprise_id is None:
        raise EnterpriseNeeded(field="enterprise_id")
    return enterprise_id


class Desk(Struct, frozen=True):
    """Where files are handed in: the database to be borrowed from, and the storage."""

    pool: Pool
    files: Files


async def hand_in(
    desk: Desk, actor: Principal, kind: DocumentKind, title: str, content: bytes, enterprise_id: UUID | None = None
) -> HandedIn:
    """Put this file on record, made anew; handed in again for the same purpose it is the document it was."""
    enterprise_id = acted_for(actor, enterprise_id)
    refuse_all(check_document(title, content))
    async with borrowed_as(desk.pool, actor.asker) as db:
        await open_enterprise(db, enterprise_id)
        there = await queries.document_again.first(db, enterprise_id, kind, sha256(content).hexdigest())
    if there is not None:
        return HandedIn(there, True)
    file = await cleaned(content)
    async with borrowed_as(desk.pool, actor.asker) as db:
        return await _enter(db, desk.files, actor, enterprise_id, kind, title, file)


def check_document(title: str, content: bytes) -> list[Refusal]:
    return [*check_title(title), *([] if content else [FileMissing(field="file")])]


async def _enter(
    db: Connection, files: Files, actor: Principal, enterprise_id: UUID, kind: DocumentKind, title: str, file: Cleaned
) -> HandedIn:
    """The content is in the storage before the row is; a content without a row is cleaned up (`jobs`)."""
    digest = sha256(file.content).hexdigest()
    async with db.transaction():
        await queries.lock_content.get(db, digest)
        if await queries.count_documents.get(db, enterprise_id) >= DOCUMENTS_MOST:
            raise DocumentsFull(most=DOCUMENTS_MOST)
        document_id = await queries.insert_document.get(
            db, enterprise_id, kind, title, digest, file.given_sha256, file.media_type, len(file.content), file.pages,
            file.width, file.height, actor.name,
        )  # fmt: skip
        if document_id is not None:
            await files.put(file.content)
            return HandedIn(await open_document(db, document_id), False)
        there = await queries.document_again.first(db, enterprise_id, kind, digest)
    assert there is not None
    return HandedIn(there, True)


async def open_document(db: Connection, document_id: UUID) -> Document:
    document = await queries.document_by_id.first(db, document_id)
    if document is None:
        raise UnknownDocument
    return document


async def read_document(db: Connection, files: Files, document_id: UUID) -> tuple[Document, bytes]:
    document = await open_document(db, document_id)
    if document.withdrawn_at is not None:
        raise UnknownDocument
    return document, await files.get(document.sha256)


async def read_content(db: Connection, files: Files, digest: str) -> tuple[Document, bytes]:
    """To whoever may see a document with this content, as the rows' policies say."""
    document = await queries.document_by_content.first(db, digest)
    if document is None:
        raise UnknownDocument
    return document, await files.get(document.sha256)


async def withdraw(db: Connection, document_id: UUID, actor: Principal, today: date) -> Document:
    """It is no longer handed out; that it was there stays on record. Refused while entries rest on it."""
    async with db.transaction():
        document = await queries.lock_document.first(db, document_id)
        if document is None:
            raise UnknownDocument
        actor.must_act_for(document.enterprise_id)
        if document.withdrawn_at is not None:
            raise DocumentWithdrawn
        if count := await queries.count_uses.get(db, document_id, today):
            raise DocumentInUse(count=count)
        await queries.withdraw_document.run(db, document_id, actor.name)
    return await open_document(db, document_id)
