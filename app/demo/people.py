"""People of the demonstration: one for every role that is shown, all with one password that `zpm up` prints.

Loaded only where the whole service is marked as a demonstration. Who needs a second factor has one
with a secret of this installation's own, so a password that everybody knows opens no office.
"""

import secrets
from datetime import datetime
from uuid import UUID

from asyncpg import Connection
from msgspec import Struct

from app.accounts.identity import passwords, totp
from app.accounts.organisations import actions as organisations
from app.accounts.organisations import queries as organisation_queries
from app.accounts.organisations.shapes import NewOrganisation, Organisation
from app.accounts.roles import needs_totp
from app.demo import queries
from app.demo.load import Written
from app.edge.refusals import AlreadyRegistered
from app.edge.uscc import uscc_check_character
from app.settings import Settings

DOMAIN = "demo.invalid"
PASSWORD = "bamboo-kettle-cedar"  # noqa: S105 - printed on purpose
_BODY_USCC = "91330100DEM000100"

PLATFORM = "演示平台"
PROVINCE, COUNTY = "演示省市场监管局", "演示县市场监管局"


class Person(Struct, frozen=True):
    """Who somebody is: the part of the e-mail before the @, the name, the organisation's key, the roles."""

    handle: str
    name: str
    office: str
    roles: tuple[str, ...]
    en: str

    @property
    def email(self) -> str:
        return f"{self.handle}@{DOMAIN}"


PEOPLE = (
    Person("owner", "演示业主", "kitchen", ("owner",), "enterprise, account manager"),
    Person("editor", "演示编辑", "kitchen", ("product_editor",), "enterprise, product editor"),
    Person("codes", "演示赋码", "kitchen", ("code_officer",), "enterprise, code officer"),
    Person("viewer", "演示查看", "kitchen", ("viewer",), "enterprise, viewer"),
    Person("owner2", "演示业主二", "bath", ("owner",), "another enterprise, account manager"),
    Person("reviewer", "演示审核", "province", ("reviewer",), "provincial bureau, reviewer"),
    Person("decision", "演示决定", "province", ("decision_maker", "owner"), "provincial bureau, decision maker"),
    Person("auditor", "演示审计", "province", ("auditor",), "provincial bureau, auditor"),
    Person("county", "演示县审核", "county", ("reviewer", "owner"), "county bureau, reviewer"),
    Person("certifier", "演示认证", "body", ("certifier", "owner"), "certification body, certifier"),
    Person("admin", "演示管理员", "platform", ("administrator",), "platform administrator"),
)

KINDS = {
    "kitchen": "enterprise", "bath": "enterprise", "province": "bureau", "county": "bureau",
    "body": "certification_body", "platform": "platform",
}  # fmt: skip


async def load_people(db: Connection, settings: Settings, written: Written, now: datetime) -> None:
    """What is missing of them; who is there stays as somebody may have changed them."""
    offices = {name: await _office(db, new) for name, new in _offices(written).items()}
    offices["platform"] = await organisations.found_platform(db, PLATFORM, demonstration=True)
    password_hash = await passwords.hashed(PASSWORD)
    for person in PEOPLE:
        async with db.transaction():
            id_ = await queries.insert_person.get(db, person.email, person.name, password_hash)
            if id_ is not None:
                await queries.insert_roles.run(db, id_, offices[person.office].id, list(person.roles))
                await _enrol(db, settings, id_, KINDS[person.office], now)


def table() -> list[str]:
    """A line for each, as `zpm up` prints them; a star says that a second factor is asked."""
    lines = [f"  {'*' if needs_totp(KINDS[one.office]) else ' '} {one.email:24}{one.name} · {one.en}" for one in PEOPLE]
    return [f"people of the demonstration, password {PASSWORD}", *lines]


def _offices(written: Written) -> dict[str, NewOrganisation]:
    enterprises = {name: NewOrganisation(kind="enterprise", uscc=written.enterprises[name]["uscc"])
                   for name in ("kitchen", "bath")}  # fmt: skip
    county = written.enterprises["kitchen"]["region_code"]
    code = _BODY_USCC + uscc_check_character(_BODY_USCC)
    return enterprises | {
        "province": NewOrganisation(
            kind="bureau", name=PROVINCE, name_en="Demo provincial bureau", region_code="330000", demonstration=True
        ),
        "county": NewOrganisation(
            kind="bureau", name=COUNTY, name_en="Demo county bureau", region_code=county, demonstration=True
        ),
        "body": NewOrganisation(
            kind="certification_body", name=written.bodies["body"]["name"], region_code="330100", uscc=code
        ),
    }


async def _office(db: Connection, new: NewOrganisation) -> Organisation:
    """The organisation of this USCC, or the bureau of this region; made if there is none."""
    there = await organisation_queries.organisation_like.first(db, None, new.uscc, new.kind, new.region_code)
    try:
        return there or await organisations.register(db, new)
    except AlreadyRegistered:  # another loader was quicker
        return await _office(db, new)


async def _enrol(db: Connection, settings: Settings, person_id: UUID, kind: str, now: datetime) -> None:
    if needs_totp(kind):
        secret = totp.sealed(settings.root_key, person_id, secrets.token_bytes(totp.SECRET_BYTES))
        await queries.enrol_person.run(db, person_id, secret, now)
