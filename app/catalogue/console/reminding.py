"""Recognised products without a code (REQ-001, REQ-002): a bureau reminds the enterprise, once a week at most."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from asyncpg import Connection

from app.catalogue.console import queries
from app.catalogue.console.shapes import Coded
from app.catalogue.errors import HasCode, NobodyToRemind, RemindedLately
from app.edge.fields import today_in_china
from app.edge.principals import Principal

PAUSE = timedelta(days=7)

SUBJECT_ZH = "请为已认定产品赋浙品码：{name} {model}"
BODY_ZH = """{bureau}提醒：

贵企业的产品“{name} {model}”已于 {confirmed} 获“浙江制造”认定，至今未赋浙品码。
按照“一品一码、全赋码”的要求，请登录浙品码工作台，为该产品赋码：{address}
"""
SUBJECT_EN = "Please assign a 浙品码 to your recognised product {name} {model}"
BODY_EN = """A reminder from {bureau}:

Your product “{name} {model}” was recognised as Zhejiang Made on {confirmed} and carries no 浙品码 yet.
Every recognised product carries its code: please sign in and assign it: {address}
"""


async def remind(
    db: Connection, product_id: UUID, actor: Principal, address: str, today: date, now: datetime | None = None
) -> Coded:
    """Queue mail to those who manage the enterprise's account; `address` is where codes are assigned."""
    now = now or datetime.now(UTC)
    async with db.transaction():
        await queries.take_turn.get(db, str(product_id))
        product = next(iter(await queries.uncoded.all(db, today, None, actor.region, product_id)), None)
        if product is None:
            raise HasCode
        if product.reminded_at is not None and product.reminded_at > now - PAUSE:
            raise RemindedLately(
                on=today_in_china(product.reminded_at), next=today_in_china(product.reminded_at + PAUSE)
            )
        mails = await _mail(db, product, actor, address)
        if not mails:
            raise NobodyToRemind
        await queries.insert_reminder.run(db, product_id, actor.organisation_name or actor.name, actor.name, mails)
    return product


async def _mail(db: Connection, product: Coded, actor: Principal, address: str) -> int:
    told = {
        "bureau": actor.organisation_name or actor.name,
        "model": product.model,
        "confirmed": product.confirmed_on.isoformat(),
        "address": address,
    }
    zh, en = told | {"name": product.name}, told | {"name": product.name_en or product.name}
    texts = (SUBJECT_ZH.format(**zh), BODY_ZH.format(**zh), SUBJECT_EN.format(**en), BODY_EN.format(**en))
    sent: int = await queries.mail_owners.get(db, await queries.enterprise_of.get(db, product.id), *texts)
    return sent
