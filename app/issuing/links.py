"""A printer's way to one file without an account: an address that ends, can be revoked, and logs who comes.

Only the SHA-256 of the token is kept. Whoever comes by a link acts for the enterprise that made it,
and can do nothing but take that one file.
"""

import base64
import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from asyncpg import Connection

from app.edge import fields
from app.edge.fields import today_in_china
from app.edge.principals import Principal
from app.issuing import actions, files, queries, reprints
from app.issuing.file_errors import LinkEnded, LinkTooLong, LinkUnknown, NoSuchLink
from app.issuing.shapes import ExportFile, LinkFound, MadeLink, NewLink, PrinterLink
from app.settings import Settings
from codes.errors import Refusal, refuse_all

DAYS_MOST = 30
TOKEN_BYTES = 32


async def make(
    db: Connection, batch: int, file: UUID, new: NewLink, actor: Principal, settings: Settings, now: datetime
) -> MadeLink:
    """The address is told this once. Serials that were taken whole before need their reason here."""
    refusals: list[Refusal] = [*fields.text("printer", new.printer, fields.NAME)]
    if not 1 <= new.days <= DAYS_MOST:
        refusals.append(LinkTooLong(field="days", most=DAYS_MOST))
    refuse_all(refusals)
    found = await files.show_file(db, batch, file, actor)
    await actions.require_codes_of(db, await actions.show_batch(db, batch, actor), today_in_china(now), actor)
    reason = await reprints.require_reason(db, found, new.reason)
    token = base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).rstrip(b"=").decode()
    link = await queries.insert_link.first(
        db, file, batch, sha256(token.encode()).digest(), new.printer, reason, now, actor.name,
        now + timedelta(days=new.days),
    )  # fmt: skip
    assert link is not None
    return MadeLink(link=link, address=f"{settings.public_url}/print/{token}")


async def list_links(db: Connection, batch: int, file: UUID | None, actor: Principal) -> list[PrinterLink]:
    await actions.show_batch(db, batch, actor)
    return await queries.links_of.all(db, batch, file)


async def revoke(db: Connection, batch: int, link: UUID, actor: Principal, now: datetime) -> PrinterLink:
    """From now on the address opens nothing; what was sent is sent."""
    await actions.show_batch(db, batch, actor)
    revoked = await queries.revoke_link.first(db, batch, link, now)
    if revoked is None:
        raise NoSuchLink(field="link", batch=batch, link=link)
    return revoked


async def find(db: Connection, token: str, now: datetime) -> LinkFound:
    """What the token opens now; asked by nobody known."""
    found = await queries.link_of_token.first(db, sha256(token.encode("utf-8", "surrogateescape")).digest())
    if found is None:
        raise LinkUnknown
    if found.revoked_at is not None or found.expires_at <= now:
        raise LinkEnded
    return found


def bearer(found: LinkFound, address: str | None) -> Principal:
    """Whoever holds the link: of the enterprise, with no right of its own, named in the log by the link."""
    return Principal(f"printer link {found.id}", found.organisation, frozenset(), "enterprise", address=address)


async def agreed_reason(db: Connection, link: PrinterLink) -> str | None:
    """The reason the link was made with; it serves for one copy."""
    return None if await queries.link_was_used.get(db, link.batch, link.id) else link.reason


async def open_link(db: Connection, found: LinkFound, holder: Principal) -> tuple[PrinterLink, ExportFile]:
    """The link and its file, asked as the one who holds it."""
    link = await queries.link_by_id.first(db, found.id)
    assert link is not None
    return link, await files.show_file(db, found.batch, found.file_id, holder)
