"""What the console's pages of this room share: addresses with the reader's choices, forms with their errors."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request
from litestar.response import Redirect
from msgspec import Struct

from app.edge.pages import view_of
from codes.errors import Refusal, Several
from codes.verdict.facts import CHINA

Asked = Request[Any, Any, Any]


class Said(Struct, frozen=True):
    """What is wrong with a form: sentences by field, and those that belong to no field of it."""

    errors: dict[str, str] = {}
    sentences: list[str] = []


NOTHING = Said()


def said_of(refusal: Refusal, language: str, fields: Iterable[str]) -> Said:
    """`networks[2]` is said beside `networks`."""
    known, errors, sentences = frozenset(fields), {}, []
    for one in refusal.refusals if isinstance(refusal, Several) else (refusal,):
        field = (one.field or "").partition("[")[0]
        if field in known:
            errors[field] = f"{errors[field]} {one.say(language)}" if field in errors else one.say(language)
        else:
            sentences.append(one.say(language))
    return Said(errors, sentences)


def address(request: Asked, path: str, **more: object) -> str:
    """The path with the language and size the reader has chosen, and what else is said."""
    view = view_of(request)
    told = {"lang": view.language if view.chosen else None, "view": "large" if view.large else None} | more
    query = urlencode({name: str(value) for name, value in told.items() if value not in (None, "")})
    return f"{path}?{query}" if query else path


def go(request: Asked, path: str, **more: object) -> Redirect:
    """After a form was done: the page that shows it, so that a reload sends nothing again."""
    return Redirect(address(request, path, **more), status_code=303, headers={"Cache-Control": "no-store"})


def done_of(request: Asked) -> str:
    """What has just been done, by its name in `t.accounts.done`; templates ask whether they know it."""
    return request.query_params.get("done", "")[:40]


def number_in(request: Asked, name: str) -> UUID | None:
    """A record's number in the query; what is none is as if nothing were said."""
    try:
        return UUID(request.query_params.get(name, ""))
    except ValueError:
        return None


def at(moment: datetime | None) -> str:
    """As people in China read it."""
    return f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}" if moment is not None else ""
