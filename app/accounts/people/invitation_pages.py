"""The page behind an invitation's link: for whoever holds it, signed in or not."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Struct

from app.accounts.answers import NOTHING, Asked, Said, address, said_of
from app.accounts.errors import InvitationOver
from app.accounts.people import accepting
from app.accounts.people.shapes import Joining, Offer
from app.edge.asks import Db, Language
from app.edge.forms import Form, FormData
from app.edge.guards import address_of
from app.edge.pages import page
from codes.errors import Refusal

TYPED = ("name", "password", "again")


class InvitationPage(Struct, frozen=True):
    offer: Offer
    name: str
    accepted: bool = False
    sign_in: str = ""
    said: Said = NOTHING


@get("/invitation/{token:str}")
async def show_invitation(request: Asked, db: Db, token: FromPath[str]) -> Response[str]:
    offer = await accepting.look(db, token, address_of(request))
    return page(request, "accounts/invitation.html", InvitationPage(offer, offer.name))


@post("/invitation/{token:str}")
async def accept_invitation(
    request: Asked, db: Db, token: FromPath[str], form: FormData, language: Language
) -> Response[Any]:
    try:
        offer = await accepting.accept(db, token, _typed(form), address_of(request))
    except InvitationOver:
        raise
    except Refusal as refusal:
        return await _again(request, db, token, form, said_of(refusal, language, TYPED))
    told = InvitationPage(offer, offer.name, accepted=True, sign_in=address(request, "/signin"))
    return page(request, "accounts/invitation.html", told)


async def _again(request: Asked, db: Db, token: str, form: Form, said: Said) -> Response[str]:
    """The passwords are typed anew; they never travel back."""
    offer = await accepting.look(db, token, address_of(request))
    return page(request, "accounts/invitation.html", InvitationPage(offer, form.text("name"), said=said), status=422)


def _typed(form: Form) -> Joining:
    """A password keeps its spaces."""
    password, again = (form.texts.get(name, [""])[-1] for name in ("password", "again"))
    return Joining(form.text("name"), password, again)


HANDLERS = [show_invitation, accept_invitation]
PUBLIC = [f"{__name__}.{handler.fn.__name__}" for handler in HANDLERS]
