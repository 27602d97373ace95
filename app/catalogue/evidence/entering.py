"""A form of one of the registers, with the file that was chosen in it."""

from datetime import date
from typing import Any
from uuid import UUID

from msgspec import structs

from app.catalogue.evidence import actions
from app.catalogue.evidence.documents import Desk, hand_in
from app.catalogue.evidence.reading import read_entry, title_of
from app.catalogue.evidence.registers import Register
from app.edge.forms import Form
from app.edge.principals import Principal
from app.store.askers import borrowed_as


async def enter(
    desk: Desk, register: Register, form: Form, actor: Principal, today: date, entry_id: UUID | None = None
) -> Any:
    """Add the entry, or change the one of this id. What is typed is checked before the file is looked at; the
    file is on record by itself and can be chosen again where the entry is refused after that."""
    new = read_entry(register, form, today)
    upload = form.file("file")
    if upload is not None and upload.content:
        handed = await hand_in(desk, actor, register.document_kind, title_of(upload), upload.content)
        new = structs.replace(new, document_id=handed.document.id)
    async with borrowed_as(desk.pool, actor.asker) as db:
        if entry_id is None:
            return await actions.add(db, register, new, actor, today)
        return await actions.change(db, register, entry_id, new, actor, today)
