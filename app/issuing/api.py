"""Issuing over JSON: codes, batches, their items, recalls; exports and artwork as downloads."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, Router, delete, get, post, put
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from litestar.response import Stream

from app.edge.asks import Actor, Db, Today
from app.issuing import actions, exports, files_api, items_api, lots, recalls, statements
from app.issuing.asks_api import ASKS, READ, WRITE, Config, IdempotencyKey, Now
from app.issuing.items_api import csv_file
from app.issuing.shapes import (
    Assignment,
    Batch,
    Batches,
    ClosedOn,
    Level,
    NewBatch,
    NewRecall,
    OrderedLots,
    Recall,
)

KEYS_FRESH_S = 3600
Before = Annotated[int | None, QueryParameter(ge=1, le=2**32, description="The last batch of the page before.")]


@put("/codes/{gtin:str}/{level:str}", guards=[WRITE], status_code=200)
async def assign_code(db: Db, actor: Actor, today: Today, gtin: FromPath[str], level: FromPath[Level]) -> Assignment:
    return await actions.assign(db, gtin, level, today, actor)


@delete("/codes/{gtin:str}/{level:str}", guards=[WRITE], status_code=200)
async def end_code(db: Db, actor: Actor, today: Today, gtin: FromPath[str], level: FromPath[Level]) -> Assignment:
    return await actions.end_assignment(db, gtin, level, today, actor)


@get("/codes/{gtin:str}", guards=[READ])
async def list_codes(db: Db, actor: Actor, today: Today, gtin: FromPath[str]) -> list[Assignment]:
    return await actions.assignments(db, gtin, today, actor)


@post("/batches", guards=[WRITE])
async def issue_batch(
    db: Db, actor: Actor, config: Config, now: Now, data: JSONBody[NewBatch], idempotency_key: IdempotencyKey = ""
) -> Batch:
    return await actions.issue(db, data, idempotency_key, actor, config, now)


@post("/orders", guards=[WRITE], request_max_body_size=lots.LIST_BYTES)
async def order_lots(
    request: Request[Any, Any, Any], db: Db, actor: Actor, config: Config, now: Now,
    idempotency_key: IdempotencyKey = "",
) -> OrderedLots:  # fmt: skip
    """Many lots by one CSV (`gtin,lot,count,…`), every line a batch: all of them are ordered, or none."""
    lines = lots.read_list(await request.body())
    return await lots.order_lots(db, lines, idempotency_key, actor, config, now)


@get("/orders/template.csv", guards=[READ], sync_to_thread=False)
def download_template() -> Response[bytes]:
    """A list to fill in."""
    return csv_file(lots.template(), "zpm-lots.csv")


@get("/batches", guards=[READ])
async def list_batches(db: Db, actor: Actor, gtin: FromQuery[str | None] = None, before: Before = None) -> Batches:
    return await actions.list_batches(db, gtin, before, actor)


@get("/batches/{batch:int}", guards=[READ])
async def show_batch(db: Db, actor: Actor, batch: FromPath[int]) -> Batch:
    return await actions.show_batch(db, batch, actor)


@get("/batches/{batch:int}/statement", guards=[READ])
async def show_statement(db: Db, actor: Actor, batch: FromPath[int]) -> Response[bytes]:
    found = await actions.show_batch(db, batch, actor)
    return Response(found.statement.encode(), media_type="application/jose")


@post("/recalls", guards=[WRITE])
async def open_recall(db: Db, actor: Actor, today: Today, data: JSONBody[NewRecall]) -> Recall:
    return await recalls.open_recall(db, data, today, actor)


@get("/recalls", guards=[READ])
async def list_recalls(db: Db, actor: Actor, gtin: FromQuery[str]) -> list[Recall]:
    return await recalls.list_recalls(db, gtin, actor)


@post("/recalls/{recall:uuid}/close", guards=[WRITE], status_code=200)
async def close_recall(db: Db, actor: Actor, today: Today, recall: FromPath[UUID], data: JSONBody[ClosedOn]) -> Recall:
    return await recalls.close_recall(db, recall, data.closed_on or today, today, actor)


@get("/artwork/{uscc:str}", guards=[READ])
async def download_artwork(db: Db, actor: Actor, config: Config, uscc: FromPath[str]) -> Stream:
    archive = await exports.artwork(db, uscc, actor, config)
    return _download(exports.off_the_loop(archive), "application/zip", f"zpm-artwork-{uscc}.zip")


@get("/jwks.json")
async def show_keys(db: Db) -> Response[dict[str, Any]]:
    """Public: whoever holds a statement may check it."""
    keys = await statements.public_keys(db)
    headers = {"Cache-Control": f"public, max-age={KEYS_FRESH_S}", "Access-Control-Allow-Origin": "*"}
    return Response(keys, media_type="application/jwk-set+json", headers=headers)


def _download(chunks: object, media_type: str, name: str) -> Stream:
    return Stream(chunks, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


router = Router(
    "/api",
    dependencies=ASKS,
    route_handlers=[
        assign_code, end_code, list_codes, issue_batch, order_lots, download_template, list_batches, show_batch,
        show_statement, open_recall, list_recalls, close_recall, download_artwork, *items_api.HANDLERS,
        *files_api.HANDLERS,
    ],
    tags=["issuing"],
)  # fmt: skip

public_router = Router("/.well-known", route_handlers=[show_keys])
