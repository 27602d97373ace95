"""The catalogue over JSON: enterprises, product models, and what is stated of them."""

from uuid import UUID

from litestar import Router, get, patch, post, put
from litestar.params import FromPath, FromQuery, JSONBody, RawBody

from app.catalogue import actions, queries, statements
from app.catalogue.pictures import UPLOAD_MOST
from app.catalogue.shapes import (
    Commitment,
    Enterprise,
    EnterpriseChange,
    Indicator,
    NewCommitment,
    NewEnterprise,
    NewGtin,
    NewIndicators,
    NewProduct,
    NewSuccessor,
    NewTestReport,
    Photo,
    Product,
    ProductChange,
    ProductSheet,
    TestReport,
)
from app.edge.asks import Actor, Db, Today
from app.edge.guards import needs
from app.edge.paging import USUAL, After, Limit, Listing, Words, listing, looked_for
from app.store.history import Change, history_of

READ, WRITE = needs("registers:read"), needs("catalogue:write")


@get("/enterprises", guards=[READ])
async def list_enterprises(
    db: Db, limit: Limit = USUAL, after: After = None, q: Words = None, region: FromQuery[str | None] = None
) -> Listing[Enterprise]:
    found = await queries.enterprises.all(db, after, limit + 1, looked_for(q), looked_for(region))
    return listing(found, limit)


@get("/enterprises/{enterprise_id:uuid}", guards=[READ])
async def show_enterprise(db: Db, enterprise_id: FromPath[UUID]) -> Enterprise:
    return await actions.open_enterprise(db, enterprise_id)


@get("/enterprises/{enterprise_id:uuid}/history", guards=[READ])
async def list_enterprise_changes(db: Db, enterprise_id: FromPath[UUID]) -> list[Change]:
    enterprise = await actions.open_enterprise(db, enterprise_id)
    return await history_of(db, ["enterprise"], enterprise.id)


@post("/enterprises", guards=[WRITE])
async def register_enterprise(db: Db, data: JSONBody[NewEnterprise], actor: Actor, today: Today) -> Enterprise:
    return await actions.register_enterprise(db, data, actor, today)


@patch("/enterprises/{enterprise_id:uuid}", guards=[WRITE])
async def change_enterprise(
    db: Db, enterprise_id: FromPath[UUID], data: JSONBody[EnterpriseChange], actor: Actor, today: Today
) -> Enterprise:
    return await actions.change_enterprise(db, enterprise_id, data, actor, today)


@get("/products", guards=[READ])
async def list_products(
    db: Db, limit: Limit = USUAL, after: After = None, q: Words = None, enterprise_id: FromQuery[UUID | None] = None
) -> Listing[Product]:
    found = await queries.products.all(db, after, limit + 1, enterprise_id, looked_for(q))
    return listing(found, limit)


@get("/products/{product_id:uuid}", guards=[READ])
async def show_product(db: Db, product_id: FromPath[UUID]) -> ProductSheet:
    return await statements.open_sheet(db, product_id)


@get("/products/{product_id:uuid}/history", guards=[READ])
async def list_product_changes(db: Db, product_id: FromPath[UUID]) -> list[Change]:
    product = await actions.open_product(db, product_id)
    return await history_of(db, statements.RELATIONS, product.id)


@post("/products", guards=[WRITE])
async def register_product(db: Db, data: JSONBody[NewProduct], actor: Actor, today: Today) -> Product:
    return await actions.register_product(db, data, actor, today)


@patch("/products/{product_id:uuid}", guards=[WRITE])
async def change_product(
    db: Db, product_id: FromPath[UUID], data: JSONBody[ProductChange], actor: Actor, today: Today
) -> Product:
    return await actions.change_product(db, product_id, data, actor, today)


@post("/products/{product_id:uuid}/publish", guards=[WRITE], status_code=200)
async def publish_product(db: Db, product_id: FromPath[UUID], actor: Actor, today: Today) -> Product:
    return await actions.publish(db, product_id, actor, today)


@post("/products/{product_id:uuid}/archive", guards=[WRITE], status_code=200)
async def archive_product(db: Db, product_id: FromPath[UUID], actor: Actor) -> Product:
    return await actions.archive(db, product_id, actor)


@post("/products/{product_id:uuid}/gtins", guards=[WRITE])
async def add_gtin(db: Db, product_id: FromPath[UUID], data: JSONBody[NewGtin], actor: Actor) -> Product:
    return await actions.add_gtin(db, product_id, data.gtin, actor)


@put("/products/{product_id:uuid}/successor", guards=[WRITE])
async def set_successor(db: Db, product_id: FromPath[UUID], data: JSONBody[NewSuccessor], actor: Actor) -> Product:
    return await actions.set_successor(db, product_id, data.successor_id, actor)


@put("/products/{product_id:uuid}/photo", guards=[WRITE], request_max_body_size=UPLOAD_MOST)
async def set_photo(db: Db, product_id: FromPath[UUID], body: RawBody, actor: Actor) -> Photo:
    """The file itself as the body, whatever its declared type."""
    return await statements.set_photo(db, product_id, body, actor)


@post("/products/{product_id:uuid}/test-reports", guards=[WRITE])
async def add_test_report(
    db: Db, product_id: FromPath[UUID], data: JSONBody[NewTestReport], actor: Actor, today: Today
) -> TestReport:
    return await statements.add_test_report(db, product_id, data, actor, today)


@put("/products/{product_id:uuid}/indicators", guards=[WRITE])
async def set_indicators(
    db: Db, product_id: FromPath[UUID], data: JSONBody[NewIndicators], actor: Actor, today: Today
) -> list[Indicator]:
    return await statements.set_indicators(db, product_id, data, actor, today)


@put("/products/{product_id:uuid}/commitment", guards=[WRITE])
async def set_commitment(
    db: Db, product_id: FromPath[UUID], data: JSONBody[NewCommitment], actor: Actor, today: Today
) -> Commitment:
    return await statements.set_commitment(db, product_id, data, actor, today)


router = Router(
    "/api",
    route_handlers=[
        list_enterprises, show_enterprise, list_enterprise_changes, register_enterprise, change_enterprise,
        list_products, show_product, list_product_changes, register_product, change_product, publish_product,
        archive_product, add_gtin, set_successor, set_photo, add_test_report, set_indicators, set_commitment,
    ],
    tags=["catalogue"],
)  # fmt: skip
