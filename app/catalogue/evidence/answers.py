"""What the pages and the JSON of evidence share: files as they are sent, forms as they are shown again."""

from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import State
from litestar.response import Redirect
from msgspec import Struct

from app.catalogue.evidence.documents import Desk
from app.catalogue.evidence.errors import EnterpriseNeeded
from app.catalogue.evidence.shapes import Document
from app.edge.asks import language_of
from app.edge.forms import Form
from app.edge.pages import Sheets, view_of
from app.edge.principals import Principal
from codes.errors import Refusal, Several

Asked = Request[Any, Any, Any]


class Told(Struct, frozen=True):
    """What is wrong with a form: by field, and what belongs to none."""

    errors: dict[str, str] = {}
    others: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        return 422 if self.errors or self.others else 200


def told(request: Asked, refusal: Refusal, fields: tuple[str, ...]) -> Told:
    """Each sentence beside its field, under the field's own label."""
    language = language_of(request)
    sheets: Sheets = request.app.state.sheets
    labels = sheets.words[language]["evidence"]["field"]
    errors: dict[str, str] = {}
    others: list[str] = []
    for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
        said = one.say(language).replace(f"`{one.field}`", str(labels.get(one.field, ""))).lstrip(":： ")
        if one.field in fields and one.field not in errors:
            errors[one.field] = said
        else:
            others.append(said)
    return Told(errors, tuple(others))


def go(request: Asked, path: str, **more: str | None) -> Redirect:
    """On to a page in the reader's language and size; `done` says there what was done."""
    view = view_of(request)
    pairs = {"lang": view.language if view.chosen else None, "view": "large" if view.large else None, **more}
    query = urlencode({name: value for name, value in pairs.items() if value})
    return Redirect(f"{path}?{query}" if query else path, status_code=303, headers={"Cache-Control": "no-store"})


def desk_of(state: State) -> Desk:
    return Desk(state.pool, state.files)


def looked_at(actor: Principal, enterprise: UUID | None) -> UUID:
    """Whose evidence a page is about: an enterprise's own, for others the one they name."""
    if actor.kind == "enterprise" and actor.organisation is not None:
        return actor.organisation
    if enterprise is None:
        raise EnterpriseNeeded(field="enterprise")
    return enterprise


def may_write(actor: Principal) -> bool:
    return actor.kind == "enterprise" and actor.may("catalogue:write")


def typed(form: Form) -> dict[str, str]:
    """To be shown again as it was typed."""
    return {name: form.text(name) for name in form.texts}


def attached(document: Document, content: bytes) -> Response[bytes]:
    """A file of somebody else's making: to be kept, never shown as a page of ours."""
    name = document.file_name
    plain = "document" + name[name.rindex(".") :]
    headers = {
        "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return Response(content, media_type=document.media_type, headers=headers)
