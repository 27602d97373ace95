"""What may stand in the catalogue: pure checks of statements about enterprises and products."""

from datetime import date

from app.catalogue.errors import FeaturesDiffer, GtinTwice, Missing
from app.catalogue.shapes import Completeness, NewCommitment, NewEnterprise, NewProduct, NewTestReport
from app.edge import fields
from app.edge.uscc import uscc
from codes.errors import Refusal, refuse_all
from codes.gs1 import gtin14

FEATURES_MOST = 8
"""What a person compares on a pack while standing in a shop."""
GTINS_MOST = 20
"""Pack sizes of one model."""


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


def missing(page: Completeness, today: date) -> list[Missing]:
    """What the page lacks before it may be published, in the order of its blocks; nothing when it is whole."""
    until = page.certificate_valid_until  # None where the recognition rests on no certificate
    ended = until is not None and (page.certificate_state != "valid" or until < today)
    lacks = {
        Missing.ENTERPRISE: page.telephone is None,
        Missing.GTIN: page.gtins == 0,
        Missing.PHOTO: not page.photo,
        Missing.RECOGNITION: not page.recognised,
        Missing.STANDARD: page.recognised and page.standard_state != "in_force",
        Missing.CERTIFICATE: page.recognised and ended,
        Missing.INDICATORS: page.indicators == 0,
        Missing.LIMITS: page.indicators > 0 and page.limits == 0,
        Missing.TEST_REPORT: page.test_reports == 0,
        Missing.COMMITMENT: not page.commitment,
    }
    return [one for one, lacking in lacks.items() if lacking]
