"""Recognition over JSON: confirmations and sanctions."""

from uuid import UUID

from litestar import Router, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody

from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, listing
from app.recognition import actions, queries, sanctions
from app.recognition.shapes import (
    NewMeasure,
    NewRecognition,
    NewRevocation,
    NewWithdrawal,
    Recognition,
    RecognitionSheet,
    Sanction,
    SanctionEnd,
)
from app.store.history import Change, history_of

READ, CONFIRM, SANCTION = needs("registers:read"), needs("recognition:confirm"), needs("recognition:sanction")


@get("/recognitions", guards=[READ])
async def list_recognitions(
    db: Db, limit: Limit = USUAL, after: After = None, enterprise_id: FromQuery[UUID | None] = None
) -> Listing[Recognition]:
    return listing(await queries.recognitions.all(db, after, limit + 1, enterprise_id), limit)


@get("/recognitions/{recognition_id:uuid}", guards=[READ])
async def show_recognition(db: Db, recognition_id: FromPath[UUID]) -> RecognitionSheet:
    return await actions.open_sheet(db, recognition_id)


@get("/recognitions/{recognition_id:uuid}/history", guards=[READ])
async def list_recognition_changes(db: Db, recognition_id: FromPath[UUID]) -> list[Change]:
    recognition = await actions.open_recognition(db, recognition_id)
    return await history_of(db, ["recognition"], recognition.id)


@post("/recognitions", guards=[CONFIRM])
async def confirm_recognition(db: Db, data: JSONBody[NewRecognition], actor: Actor, today: Today) -> RecognitionSheet:
    return await actions.confirm(db, data, actor, today)


@get("/sanctions", guards=[READ])
async def list_sanctions(
    db: Db,
    limit: Limit = USUAL,
    after: After = None,
    enterprise_id: FromQuery[UUID | None] = None,
    product_id: FromQuery[UUID | None] = None,
    in_force: FromQuery[bool] = False,
) -> Listing[Sanction]:
    return listing(await queries.sanctions.all(db, after, limit + 1, enterprise_id, product_id, in_force), limit)


@get("/sanctions/{sanction_id:uuid}", guards=[READ])
async def show_sanction(db: Db, sanction_id: FromPath[UUID]) -> Sanction:
    return await sanctions.open_sanction(db, sanction_id)


@get("/sanctions/{sanction_id:uuid}/history", guards=[READ])
async def list_sanction_changes(db: Db, sanction_id: FromPath[UUID]) -> list[Change]:
    sanction = await sanctions.open_sanction(db, sanction_id)
    return await history_of(db, ["sanction"], sanction.id)


@post("/sanctions/revocations", guards=[SANCTION])
async def revoke_recognition(db: Db, data: JSONBody[NewRevocation], actor: Actor, today: Today) -> Sanction:
    return await sanctions.revoke(db, data, actor, today)


@post("/sanctions/withdrawals", guards=[SANCTION])
async def withdraw_authorisation(db: Db, data: JSONBody[NewWithdrawal], actor: Actor, today: Today) -> Sanction:
    return await sanctions.withdraw(db, data, actor, today)


@post("/sanctions/measures", guards=[SANCTION])
async def impose_measure(db: Db, data: JSONBody[NewMeasure], actor: Actor, today: Today) -> Sanction:
    return await sanctions.impose(db, data, actor, today)


@put("/sanctions/{sanction_id:uuid}/end", guards=[SANCTION])
async def end_sanction(
    db: Db, sanction_id: FromPath[UUID], data: JSONBody[SanctionEnd], actor: Actor, today: Today
) -> Sanction:
    return await sanctions.end(db, sanction_id, data, actor, today)


router = Router(
    "/api",
    route_handlers=[
        list_recognitions, show_recognition, list_recognition_changes, confirm_recognition, list_sanctions,
        show_sanction, list_sanction_changes, revoke_recognition, withdraw_authorisation, impose_measure, end_sanction,
    ],
    tags=["recognition"],
)  # fmt: skip
