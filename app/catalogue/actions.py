"""Acts of the catalogue on enterprises and product models; `statements` holds those on what is said of a model.

Each act checks everything first, then writes in one transaction that ends with a tick of the
facts clock, so that the next scan shows it.
"""

from datetime import date
from uuid import UUID

from asyncpg import Connection
from msgspec import UNSET, structs

from app.catalogue import queries
from app.catalogue.errors import (
    FactMissing,
    GtinElsewhere,
    GtinTaken,
    OpenAgainst,
    RegionFixed,
    SuccessorCircle,
    SuccessorOfAnother,
)
from app.catalogue.rules import check_enterprise, check_product, missing, read_gtins
from app.catalogue.shapes import (
    Enterprise,
    EnterpriseChange,
    NewEnterprise,
    NewProduct,
    Product,
    ProductChange,
)
from app.edge.principals import Principal
from app.edge.refusals import AlreadyRegistered, AlreadySo, Record, UnknownRecord, UnknownReference, shown
from app.store import keys
from app.store.postgres import changing_facts
from codes.errors import Refusal, refuse_all
from codes.gs1 import gtin14


async def open_enterprise(db: Connection, enterprise_id: UUID) -> Enterprise:
    enterprise = await queries.enterprise_by_id.first(db, enterprise_id)
    if enterprise is None:
        raise UnknownRecord(record=Record.ENTERPRISE, id=enterprise_id)
    return enterprise


async def open_product(db: Connection, product_id: UUID) -> Product:
    product = await queries.product_by_id.first(db, product_id)
    if product is None:
        raise UnknownRecord(record=Record.PRODUCT, id=product_id)
    return product


async def register_enterprise(db: Connection, new: NewEnterprise, actor: Principal, today: date) -> Enterprise:
    new = structs.replace(new, uscc=new.uscc.strip().upper(), as_of=new.as_of or today)
    refuse_all(check_enterprise(new, today) + await _check_places(db, new))
    async with changing_facts(db, (), actor.name) as changed:
        enterprise_id = await queries.insert_enterprise.get(
            db, new.uscc, new.name, new.name_en, new.region_code, new.industry_code, new.telephone, new.website,
            new.demonstration, new.as_of,
        )  # fmt: skip
        if enterprise_id is None:
            there = await queries.enterprise_by_uscc.first(db, new.uscc)
            raise AlreadyRegistered(record=Record.ENTERPRISE, given=new.uscc, id=there and there.id, field="uscc")
        changed.add(keys.enterprise(enterprise_id))
    return await open_enterprise(db, enterprise_id)


async def change_enterprise(
    db: Connection, enterprise_id: UUID, change: EnterpriseChange, actor: Principal, today: date
) -> Enterprise:
    async with changing_facts(db, [keys.enterprise(enterprise_id)], actor.name):
        await queries.lock_enterprise.get(db, enterprise_id)
        current = await open_enterprise(db, enterprise_id)
        actor.must_act_for(enterprise_id)
        kept = {name: getattr(current, name) for name in NewEnterprise.__struct_fields__}
        new = NewEnterprise(**kept | {"as_of": today} | _given(change))
        if new.region_code != current.region_code and not actor.platform:
            raise RegionFixed(field="region_code")
        refuse_all(check_enterprise(new, today) + await _check_places(db, new))
        await queries.change_enterprise.run(
            db,
            enterprise_id,
            new.name,
            new.name_en,
            new.region_code,
            new.industry_code,
            new.telephone,
            new.website,
            new.as_of,
        )
    return await open_enterprise(db, enterprise_id)


async def register_product(db: Connection, new: NewProduct, actor: Principal, today: date) -> Product:
    """A new model; what an enterprise registers is a draft until it passes the checks of `publish`."""
    gtins, refusals = read_gtins(new.gtins)
    refusals += check_product(new, today)
    if await queries.enterprise_by_id.first(db, new.enterprise_id) is None:
        refusals.append(UnknownReference(field="enterprise_id", record=Record.ENTERPRISE, given=new.enterprise_id))
    refuse_all(refusals)
    actor.must_act_for(new.enterprise_id)
    # The enterprise's own page lists its products.
    touched = [keys.enterprise(new.enterprise_id), *map(keys.gtin, gtins)]
    async with changing_facts(db, touched, actor.name) as changed:
        product_id = await queries.insert_product.get(
            db, new.enterprise_id, new.model, new.name, new.name_en, new.brand, new.brand_en, new.mark_variant,
            new.edible, list(new.features), list(new.features_en), new.published and actor.platform,
            new.demonstration, new.as_of or today,
        )  # fmt: skip
        if product_id is None:
            there = await queries.product_by_model.first(db, new.enterprise_id, new.model)
            raise AlreadyRegistered(record=Record.PRODUCT, given=shown(new.model), id=there and there.id, field="model")
        for index, gtin in enumerate(gtins):
            await _join(db, product_id, gtin, f"gtins[{index}]")
        changed.add(keys.product(product_id))
    return await open_product(db, product_id)


async def change_product(
    db: Connection, product_id: UUID, change: ProductChange, actor: Principal, today: date
) -> Product:
    async with changing_facts(db, [keys.product(product_id)], actor.name):
        current = await lock_product(db, product_id, actor)
        kept = {name: getattr(current, name) for name in NewProduct.__struct_fields__ if name != "gtins"}
        new = NewProduct(**kept | {"as_of": today} | _given(change))
        refuse_all(check_product(new, today))
        await queries.change_product.run(
            db, product_id, new.name, new.name_en, new.brand, new.brand_en, new.mark_variant, new.edible,
            list(new.features), list(new.features_en), new.as_of,
        )  # fmt: skip
    return await open_product(db, product_id)


async def publish(db: Connection, product_id: UUID, actor: Principal, today: date) -> Product:
    """Show the model behind its codes.

    What an enterprise publishes must be whole, by whichever door it comes; the platform's own commands
    load registers whose facts follow one by one.
    """
    if not actor.platform:
        await _refuse_incomplete(db, product_id, actor, today)
    return await _set_published(db, product_id, True, actor)


async def _refuse_incomplete(db: Connection, product_id: UUID, actor: Principal, today: date) -> None:
    actor.must_act_for((await open_product(db, product_id)).enterprise_id)
    page = await queries.completeness.first(db, product_id)
    assert page is not None
    refuse_all([FactMissing(field=one.key, what=one) for one in missing(page, today)])


async def archive(db: Connection, product_id: UUID, actor: Principal) -> Product:
    """Take the model off the public lists; its record and history stay, and goods with codes keep their page."""
    return await _set_published(db, product_id, False, actor)


async def _set_published(db: Connection, product_id: UUID, published: bool, actor: Principal) -> Product:
    async with changing_facts(db, [keys.product(product_id)], actor.name) as changed:
        product = await lock_product(db, product_id, actor)
        if product.published is published:
            raise AlreadySo(record=Record.PRODUCT, state="published" if published else "archived")
        if not published and (still_open := await queries.open_against.column(db, product_id)):
            raise OpenAgainst.naming(still_open)
        changed.update(map(keys.gtin, product.gtins))
        await queries.set_published.run(db, product_id, published)
    return await open_product(db, product_id)


async def add_gtin(db: Connection, product_id: UUID, gtin: str, actor: Principal) -> Product:
    digits = gtin14(gtin)
    async with changing_facts(db, [keys.product(product_id), keys.gtin(digits)], actor.name):
        await lock_product(db, product_id, actor)
        await _join(db, product_id, digits, "gtin")
    return await open_product(db, product_id)


async def set_successor(db: Connection, product_id: UUID, successor_id: UUID | None, actor: Principal) -> Product:
    """Name the newer model that replaces this one (REQ-053), or none."""
    async with changing_facts(db, [keys.product(product_id)], actor.name) as changed:
        product = await lock_product(db, product_id, actor)
        await queries.lock_enterprise.get(
            db, product.enterprise_id
        )  # two models may not be made each other's successor
        if product.successor_id is not None:
            changed.add(keys.product(product.successor_id))
        if successor_id is not None:
            changed.add(keys.product(successor_id))
            await _check_successor(db, product, successor_id)
        await queries.set_successor.run(db, product_id, successor_id)
    return await open_product(db, product_id)


async def _check_successor(db: Connection, product: Product, successor_id: UUID) -> None:
    successor = await queries.product_by_id.first(db, successor_id)
    if successor is None:
        raise UnknownReference(field="successor_id", record=Record.PRODUCT, given=successor_id)
    if successor.enterprise_id != product.enterprise_id:
        raise SuccessorOfAnother(field="successor_id")
    if product.id in [successor_id, *await queries.successors_of.column(db, successor_id)]:
        raise SuccessorCircle(field="successor_id")


async def lock_product(db: Connection, product_id: UUID, actor: Principal) -> Product:
    """The model as it is and stays until the transaction ends; refused to those it does not belong to."""
    await queries.lock_product.get(db, product_id)
    product = await open_product(db, product_id)
    actor.must_act_for(product.enterprise_id)
    return product


async def _join(db: Connection, product_id: UUID, gtin: str, field: str) -> None:
    if await queries.insert_gtin.get(db, gtin, product_id) is None:
        there = await queries.product_by_gtin.first(db, gtin)
        if there is None:
            raise GtinElsewhere(field=field, given=gtin)
        raise GtinTaken(field=field, given=gtin, id=there.id)


async def _check_places(db: Connection, new: NewEnterprise) -> list[Refusal]:
    refusals: list[Refusal] = []
    region, industry = new.region_code, new.industry_code
    if not region.isalnum() or not await queries.region_exists.get(db, region):
        refusals.append(UnknownReference(field="region_code", record=Record.REGION, given=shown(region)))
    if not industry.isalnum() or not await queries.industry_exists.get(db, industry):
        refusals.append(UnknownReference(field="industry_code", record=Record.INDUSTRY, given=shown(industry)))
    return refusals


def _given(change: EnterpriseChange | ProductChange) -> dict[str, object]:
    return {name: value for name, value in structs.asdict(change).items() if value is not UNSET}
