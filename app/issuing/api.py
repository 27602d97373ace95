"""Issuing over JSON: codes, batches, their items, recalls; exports and artwork as downloads."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, Router, delete, get, post, put
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, HeaderParameter, JSONBody
from litestar.response import Stream

from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.issuing import actions, exports, items, recalls, statements
from app.issuing.shapes import (
    Activated,
    Assignment,
    Batch,
    Batches,
    ClosedOn,
    FoundItem,
    Level,
    NewBatch,
    NewRecall,
    NewVoid,
    Recall,
    Voided,
    VoidSpan,
    Which,
)
from app.settings import Settings
from codes.labels import FORMATS, file_name

RANGES_BODY = 2 * 1024 * 1024
"""Bytes of the longest list of ranges: 10,000 of them, 60 bytes each, serials likewise."""
KEYS_FRESH_S = 3600

Config = NamedDependency[Settings]
Now = NamedDependency[datetime]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(name="Idempotency-Key", description="1 to 200 characters; the same key never issues twice."),
]
READ, WRITE = needs("issuing:read"), needs("issuing:write")


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


@get("/batches", guards=[READ])
async def list_batches(
    db: Db, actor: Actor, gtin: FromQuery[str | None] = None, before: FromQuery[int | None] = None
) -> Batches:
    return await actions.list_batches(db, gtin, before, actor)


@get("/batches/{batch:int}", guards=[READ])
async def show_batch(db: Db, actor: Actor, batch: FromPath[int]) -> Batch:
    return await actions.show_batch(db, batch, actor)


@get("/batches/{batch:int}/statement", guards=[READ])
async def show_statement(db: Db, actor: Actor, batch: FromPath[int]) -> Response[bytes]:
    found = await actions.show_batch(db, batch, actor)
    return Response(found.statement.encode(), media_type="application/jose")


@get("/batches/{batch:int}/export", guards=[WRITE])
async def export_batch(
    db: Db, actor: Actor, config: Config, batch: FromPath[int], format: FromQuery[str],  # noqa: A002
    first: FromQuery[int] = 0, count: FromQuery[int | None] = None, form: FromQuery[exports.Form] = "item",
    variant: FromQuery[int] = 0, layout: FromQuery[str] = exports.LAYOUT,
) -> Stream:  # fmt: skip
    part = exports.Part(first=first, count=count, form=form, variant=variant, layout=layout)
    order = await exports.order(db, batch, part, actor, config)
    chunks = exports.off_the_loop(exports.stream(order, format, config.ring))
    return _download(chunks, FORMATS[format].media_type, file_name(order, format))


@post("/batches/{batch:int}/voids", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def void_items(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], data: JSONBody[NewVoid]
) -> Voided:
    return await items.void(db, batch, data, actor, config.ring, now)


@get("/batches/{batch:int}/voids", guards=[READ])
async def list_voids(db: Db, actor: Actor, batch: FromPath[int]) -> list[VoidSpan]:
    return await items.list_voids(db, batch, actor)


@delete("/batches/{batch:int}/voids/{voided_at:datetime}", guards=[WRITE], status_code=200)
async def unvoid_items(
    db: Db, actor: Actor, now: Now, batch: FromPath[int], voided_at: FromPath[datetime]
) -> Voided:
    return await items.unvoid(db, batch, voided_at, actor, now)


@post("/batches/{batch:int}/activations", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def activate_items(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], data: JSONBody[Which]
) -> Activated:
    return await items.activate(db, batch, data, actor, config.ring, now)


@get("/items/{serial:str}", guards=[READ])
async def find_item(db: Db, actor: Actor, config: Config, serial: FromPath[str]) -> FoundItem:
    return await items.find(db, serial, actor, config.ring)


@post("/recalls", guards=[WRITE])
async def open_recall(db: Db, actor: Actor, today: Today, data: JSONBody[NewRecall]) -> Recall:
    return await recalls.open_recall(db, data, today, actor)


@get("/recalls", guards=[READ])
async def list_recalls(db: Db, actor: Actor, gtin: FromQuery[str]) -> list[Recall]:
    return await recalls.list_recalls(db, gtin, actor)


@post("/recalls/{recall:uuid}/close", guards=[WRITE], status_code=200)
async def close_recall(
    db: Db, actor: Actor, today: Today, recall: FromPath[UUID], data: JSONBody[ClosedOn]
) -> Recall:
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


def _settings(state: State) -> Settings:
    settings: Settings = state.settings
    return settings


def _now() -> datetime:
    return datetime.now(UTC)


_ASKS = {
    "config": Provide(_settings, sync_to_thread=False),
    "now": Provide(_now, sync_to_thread=False),
}

router = Router(
    "/api",
    dependencies=_ASKS,
    route_handlers=[
        assign_code, end_code, list_codes, issue_batch, list_batches, show_batch, show_statement, export_batch,
        void_items, list_voids, unvoid_items, activate_items, find_item, open_recall, list_recalls, close_recall,
        download_artwork,
    ],
    tags=["issuing"],
)  # fmt: skip

public_router = Router("/.well-known", route_handlers=[show_keys])
