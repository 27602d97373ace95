"""What may stand in the catalogue: pure checks of statements about enterprises and products."""

import re
from collections.abc import Iterator
from datetime import date

from app.catalogue.errors import FeaturesDiffer, GtinTwice, UsccCheckCharacter, UsccForm
from app.catalogue.shapes import NewCommitment, NewEnterprise, NewProduct, NewTestReport
from app.edge import fields
from app.edge.refusals import shown
from codes.errors import Refusal, refuse_all
from codes.gs1 import gtin14

FEATURES_MOST = 8
"""What a person compares on a pack while standing in a shop."""
GTINS_MOST = 20
"""Pack sizes of one model."""

_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_FORM = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def uscc_check_character(body: str) -> str:
    """The 18th character of a unified social credit code (GB 32100: weights 3^i mod 31)."""
    total = sum(_USCC.index(char) * weight for char, weight in zip(body, _WEIGHTS, strict=True))
    return _USCC[-total % 31]


def uscc(field: str, value: str) -> Iterator[Refusal]:
    if not _USCC_FORM.fullmatch(value):
        yield UsccForm(field=field, given=shown(value))
    elif (expected := uscc_check_character(value[:17])) != value[17]:
        yield UsccCheckCharacter(field=field, given=value, expected=expected)


def check_enterprise(new: NewEnterprise, today: date) -> list[Refusal]:
    return [
        *uscc("uscc", new.uscc),
        *fields.texts(new, {"name": fields.NAME, "name_en": fields.NAME}),
        *fields.telephone("telephone", new.telephone),
        *fields.url("website", new.website),
        *fields.not_future("as_of", new.as_of, today),
    ]


def check_product(new: NewProduct, today: date) -> list[Refusal]:
    most = dict.fromkeys(("model", "name", "name_en", "brand", "brand_en", "features", "features_en"), fields.NAME)
    refusals = [
        *fields.texts(new, most),
        *fields.at_most("features", new.features, FEATURES_MOST),
        *fields.at_most("gtins", new.gtins, GTINS_MOST),
        *fields.not_future("as_of", new.as_of, today),
    ]
    if new.features_en and len(new.features_en) != len(new.features):
        refusals.append(FeaturesDiffer(field="features_en", count=len(new.features_en), other=len(new.features)))
    return refusals


def read_gtins(given: tuple[str, ...]) -> tuple[list[str], list[Refusal]]:
    """The GTINs in 14 digits, and what is wrong with those that are none."""
    read: list[str] = []
    refusals: list[Refusal] = []
    for index, one in enumerate(given[:GTINS_MOST]):
        field = f"gtins[{index}]"
        try:
            digits = gtin14(one, field=field)
        except Refusal as refusal:
            refusals.append(refusal)
            continue
        if digits in read:
            refusals.append(GtinTwice(field=field, given=digits))
        read.append(digits)
    return read, refusals


def check_test_report(new: NewTestReport, today: date) -> None:
    most = dict.fromkeys(("number", "laboratory", "laboratory_en"), fields.NAME)
    refuse_all([*fields.texts(new, most), *fields.not_future("issued_on", new.issued_on, today)])


def check_commitment(new: NewCommitment, today: date) -> None:
    most = dict.fromkeys(("text", "text_en", "remedy", "remedy_en"), fields.PARAGRAPH)
    refuse_all(
        [
            *fields.texts(new, most),
            *fields.telephone("telephone", new.telephone),
            *fields.not_future("valid_from", new.valid_from, today),
            *fields.not_future("as_of", new.as_of, today),
        ]
    )
