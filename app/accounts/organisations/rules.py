"""What may be said of an organisation."""

from collections.abc import Iterator

from app.accounts.errors import FromRegister, MissingField
from app.accounts.organisations.shapes import NewOrganisation
from app.edge import fields
from app.edge.uscc import uscc
from codes.errors import Refusal

NEEDED = {"enterprise": ("uscc",), "bureau": ("name", "region_code")}
"""By kind; every other legal entity has name, region and USCC."""
LEGAL_ENTITY = ("name", "region_code", "uscc")
OF_THE_REGISTER = ("name", "name_en", "region_code")
"""What an enterprise's own record says already."""


def check_organisation(new: NewOrganisation) -> list[Refusal]:
    return [
        *_missing(new),
        *fields.texts(new, {"name": fields.NAME, "name_en": fields.NAME}),
        *(uscc("uscc", new.uscc) if new.uscc is not None else ()),
        *_from_register(new),
    ]


def _missing(new: NewOrganisation) -> Iterator[Refusal]:
    for field in NEEDED.get(new.kind, LEGAL_ENTITY):
        if getattr(new, field) is None:
            yield MissingField(field=field)


def _from_register(new: NewOrganisation) -> Iterator[Refusal]:
    if new.kind == "enterprise":
        yield from (FromRegister(field=field) for field in OF_THE_REGISTER if getattr(new, field) is not None)


def level_of(kind: str, region_code: str) -> str | None:
    """A bureau's level follows from its region's code."""
    if kind != "bureau":
        return None
    if region_code.endswith("0000"):
        return "province"
    return "city" if region_code.endswith("00") else "county"
