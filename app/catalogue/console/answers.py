"""How the console's forms answer: the same form with what is wrong beside its fields, or on to the next page."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request
from litestar.response import Redirect

from app.catalogue.console.shapes import Told
from app.catalogue.errors import NotForKind
from app.edge.asks import language_of
from app.edge.pages import Sheets, view_of
from app.edge.principals import Principal
from codes.errors import Refusal, Several

Asked = Request[Any, Any, Any]

_KINDS = {"enterprise": ("enterprises", "企业"), "certification_body": ("certification bodies", "认证机构")}


def organisation_of(actor: Principal, kind: str) -> UUID:
    """The tenant acted for, where it is of the kind this page is for."""
    if actor.organisation is None or actor.kind != kind:
        en, zh = _KINDS[kind]
        raise NotForKind(kind_en=en, kind_zh=zh)
    return actor.organisation


def seen(request: Asked, path: str, done: str | None = None, **more: str) -> Redirect:
    """On to a page, with what was done said there."""
    view = view_of(request)
    pairs = [("lang", view.language)] * view.chosen + [("view", "large")] * view.large
    pairs += [("done", done)] * (done is not None) + list(more.items())
    address = f"{path}?{urlencode(pairs)}" if pairs else path
    return Redirect(address, status_code=303, headers={"Cache-Control": "no-store"})


def done_of(request: Asked) -> str:
    return request.query_params.get("done", "")


def told(request: Asked, refusal: Refusal, *fields: str) -> Told:
    """Each sentence beside its field, under the field's own label; what belongs to none of these apart."""
    return told_at(request, refusal, lambda field: _beside(field, fields))


def told_at(request: Asked, refusal: Refusal, place: Callable[[str], str | None]) -> Told:
    """The same where the form calls its fields otherwise: `place` gives the form's name of a field."""
    language = language_of(request)
    sheets: Sheets = request.app.state.sheets
    labels = sheets.words[language]["catalogue"]["field"]
    errors: dict[str, str] = {}
    others: list[str] = []
    for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
        said = _named(one, language, labels)
        name = place(one.field) if one.field is not None else None
        if name is None or name in errors:
            others.append(said)
        else:
            errors[name] = said
    return Told(errors, tuple(others))


def _beside(field: str, fields: tuple[str, ...]) -> str | None:
    """`features[2]` stands beside `features`."""
    return next((one for one in fields if field.partition("[")[0] == one), None)


def _named(refusal: Refusal, language: str, labels: dict[str, Any]) -> str:
    """The sentence with the field's label for its name."""
    said, field = refusal.say(language), refusal.field or ""
    leaf = field.rpartition(".")[2].partition("[")[0]
    if leaf in labels:
        said = said.replace(f"`{field}`", str(labels[leaf]))
    return said.replace("`", "")
