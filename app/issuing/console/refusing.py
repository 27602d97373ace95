"""What stands against a batch today, told before anybody tries."""

from datetime import date
from typing import Any

from asyncpg import Connection

from app.edge.language import choose
from app.edge.principals import Principal
from app.issuing import actions
from app.issuing.shapes import Batch
from codes.errors import Refusal, Several


async def why_not(request: Any, db: Connection, batch: Batch, today: date, actor: Principal) -> tuple[str, ...]:
    """Why its codes may be neither printed nor put into use; empty while all is well."""
    language = choose(request.query_params.get("lang"), request.headers.get("accept-language"))
    try:
        await actions.require_codes_of(db, batch, today, actor)
    except Refusal as refusal:
        several = refusal.refusals if isinstance(refusal, Several) else (refusal,)
        return tuple(one.say(language) for one in several)
    return ()
