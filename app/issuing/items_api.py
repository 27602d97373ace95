"""Items of a batch over JSON: voids, activations by range or by a list scanned at the line, the item of a serial."""

from collections.abc import AsyncIterator
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from app.edge.asks import Actor, Db
from app.issuing import activations, items, lists
from app.issuing.asks_api import RANGES_BODY, READ, WRITE, Config, Now
from app.issuing.list_errors import ListNotText
from app.issuing.shapes import (
    Activated,
    ActivatedList,
    ActivationAct,
    BoundSpan,
    FoundItem,
    NewActivation,
    NewVoid,
    Voided,
    VoidSpan,
)

BadLines = Annotated[
    str,
    QueryParameter(
        description="`refuse`: with one bad line nothing is activated. `skip`: bad lines are left out and reported.",
        pattern="^(refuse|skip)$",
    ),
]


@post("/batches/{batch:int}/voids", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def void_items(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], data: JSONBody[NewVoid]
) -> Voided:
    return await items.void(db, batch, data, actor, config.ring, now)


@get("/batches/{batch:int}/voids", guards=[READ])
async def list_voids(db: Db, actor: Actor, batch: FromPath[int]) -> list[VoidSpan]:
    return await items.list_voids(db, batch, actor)


@delete("/batches/{batch:int}/voids/{voided_at:datetime}", guards=[WRITE], status_code=200)
async def unvoid_items(db: Db, actor: Actor, now: Now, batch: FromPath[int], voided_at: FromPath[datetime]) -> Voided:
    return await items.unvoid(db, batch, voided_at, actor, now)


@post("/batches/{batch:int}/activations", guards=[WRITE], request_max_body_size=RANGES_BODY)
async def activate_items(
    db: Db, actor: Actor, config: Config, now: Now, batch: FromPath[int], data: JSONBody[NewActivation]
) -> Activated:
    return await items.activate(db, batch, data, actor, config.ring, now)


@get("/batches/{batch:int}/activations", guards=[READ])
async def list_activations(db: Db, actor: Actor, batch: FromPath[int]) -> list[ActivationAct]:
    return await activations.list_acts(db, batch, actor)


@get("/batches/{batch:int}/bindings", guards=[READ])
async def list_bindings(db: Db, actor: Actor, batch: FromPath[int]) -> list[BoundSpan]:
    """Lots and dates bound at the line."""
    return await activations.list_bound(db, batch, actor)


@post("/batches/{batch:int}/activations/list", guards=[WRITE], request_max_body_size=lists.LIST_BYTES)
async def activate_list(
    request: Request[Any, Any, Any], actor: Actor, config: Config, now: Now, batch: FromPath[int],
    bad: BadLines = "refuse", lot: FromQuery[str | None] = None, made_on: FromQuery[date | None] = None,
    expires_on: FromQuery[date | None] = None,
) -> ActivatedList:  # fmt: skip
    """A list scanned at the line, as text: one serial or one scanned address a line."""
    given = NewActivation(lot=lot, made_on=made_on, expires_on=expires_on)
    return await activations.activate_list(
        request.app.state.pool, batch, _text(request), given, bad == "skip", actor, config.ring, now
    )


@get("/batches/{batch:int}/activations/{act:uuid}/report", guards=[READ])
async def download_report(db: Db, actor: Actor, batch: FromPath[int], act: FromPath[UUID]) -> Response[bytes]:
    """The bad lines of a list."""
    report = await activations.show_report(db, batch, act, actor)
    return csv_file(report, f"zpm-list-{act}.csv")


@delete("/batches/{batch:int}/activations/{act:uuid}", guards=[WRITE], status_code=200)
async def undo_activation(db: Db, actor: Actor, now: Now, batch: FromPath[int], act: FromPath[UUID]) -> Activated:
    """Take the newest activation back, while it is younger than a day."""
    return await activations.undo(db, batch, act, actor, now)


@get("/items/{serial:str}", guards=[READ])
async def find_item(db: Db, actor: Actor, config: Config, serial: FromPath[str]) -> FoundItem:
    return await items.find(db, serial, actor, config.ring)


def csv_file(content: bytes, name: str) -> Response[bytes]:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Type": "text/csv; charset=utf-8"}
    return Response(content, headers=headers)


def _text(request: Request[Any, Any, Any]) -> AsyncIterator[bytes]:
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind not in ("text/plain", "text/csv"):
        raise ListNotText(field="Content-Type")
    return request.stream()


HANDLERS = [
    void_items, list_voids, unvoid_items, activate_items, list_activations, list_bindings, activate_list,
    download_report, undo_activation, find_item,
]  # fmt: skip
