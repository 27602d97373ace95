"""How the pages of codes answer a form: the page again with what is wrong, or on with what was done."""

from typing import Any
from urllib.parse import urlencode

from litestar import Request
from litestar.response import Redirect
from msgspec import Struct

from app.edge.asks import language_of
from app.edge.pages import view_of
from codes.errors import Refusal, Several

Asked = Request[Any, Any, Any]


class Told(Struct, frozen=True):
    """What is wrong with a form: beside which field, and what belongs to none."""

    errors: dict[str, str] = {}
    others: tuple[str, ...] = ()

    @property
    def wrong(self) -> bool:
        return bool(self.errors or self.others)


FINE = Told()


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
    """Each sentence beside its field; what belongs to none of these apart."""
    language = language_of(request)
    errors: dict[str, str] = {}
    others: list[str] = []
    for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
        said = one.say(language).replace("`", "")
        field = (one.field or "").partition("[")[0]
        if field in fields and field not in errors:
            errors[field] = said
        else:
            others.append(said)
    return Told(errors, tuple(others))
