"""What a confirmation rests on, by each of the three routes (REQ-047, REQ-048), and what a sanction must say."""

from collections.abc import Iterator
from datetime import date

from app.edge import fields
from app.edge.refusals import Record, UnknownReference
from app.recognition.errors import (
    CertificateForAnother,
    CertificateNotValid,
    CoveredTwice,
    NothingCovered,
    NotOfEnterprise,
    RouteNeeds,
    StandardNotInForce,
)
from app.recognition.shapes import (
    Evidence,
    NewCovered,
    NewMeasure,
    NewRecognition,
    NewRevocation,
    NewWithdrawal,
)
from codes.errors import Refusal, refuse_all

COVERED_MOST = 500
BAN_YEARS = 3
"""REQ-057."""


def check_recognition(new: NewRecognition, today: date) -> list[Refusal]:
    """What the confirmation itself says, before the registers are asked."""
    refusals = [
        *fields.texts(new, {"confirmation_number": fields.NAME, "basis": fields.SENTENCE}),
        *fields.url("declaration_url", new.declaration_url),
        *fields.url("announcement_url", new.announcement_url),
        *fields.not_future("confirmed_on", new.confirmed_on, today),
        *fields.not_future("as_of", new.as_of, today),
        *fields.at_most("products", new.products, COVERED_MOST),
    ]
    if not new.products:
        refusals.append(NothingCovered(field="products"))
    if new.route == "self_declaration" and new.declaration_url is None:
        refusals.append(RouteNeeds(field="declaration_url", route=new.route))
    if new.route == "conversion" and new.basis is None:
        refusals.append(RouteNeeds(field="basis", route=new.route))
    return refusals


def check_covered(new: NewRecognition, evidence: list[Evidence]) -> list[Refusal]:
    """Each model with its standard and certificate, against what the registers hold."""
    refusals: list[Refusal] = []
    seen = set()
    for index, (covered, held) in enumerate(zip(new.products, evidence, strict=True)):
        within = f"products[{index}]."
        if covered.product_id in seen:
            refusals.append(CoveredTwice(field=within + "product_id"))
        seen.add(covered.product_id)
        refusals += _check_records(new, covered, held, within)
        if covered.certificate_id is not None:
            refusals += _check_certificate(new, covered, held, within + "certificate_id")
        elif new.route == "certification":
            refusals.append(RouteNeeds(field=within + "certificate_id", route=new.route))
    return refusals


def _check_records(new: NewRecognition, covered: NewCovered, held: Evidence, within: str) -> Iterator[Refusal]:
    field = within + "product_id"
    if held.product_enterprise_id is None:
        yield UnknownReference(field=field, record=Record.PRODUCT, given=covered.product_id)
    elif held.product_enterprise_id != new.enterprise_id:
        yield NotOfEnterprise(field=field, record=Record.PRODUCT)
    field = within + "standard_id"
    if held.standard_state is None:
        yield UnknownReference(field=field, record=Record.STANDARD, given=covered.standard_id)
    elif held.standard_state != "in_force":
        yield StandardNotInForce(field=field, state=held.standard_state)


def _check_certificate(new: NewRecognition, covered: NewCovered, held: Evidence, field: str) -> Iterator[Refusal]:
    if held.certificate_from is None or held.certificate_until is None:
        yield UnknownReference(field=field, record=Record.CERTIFICATE, given=covered.certificate_id)
        return
    if held.certificate_enterprise_id != new.enterprise_id:
        yield NotOfEnterprise(field=field, record=Record.CERTIFICATE)
    if held.certificate_standard_id != covered.standard_id:
        yield CertificateForAnother(field=field)
    in_time = held.certificate_from <= new.confirmed_on <= held.certificate_until
    if not in_time or held.certificate_state != "valid":
        yield CertificateNotValid(
            field=field, day=new.confirmed_on, first=held.certificate_from, last=held.certificate_until,
            state=held.certificate_state,
        )  # fmt: skip


def banned_until(revoked_on: date) -> date:
    """The first day on which a revoked enterprise may apply again."""
    try:
        return revoked_on.replace(year=revoked_on.year + BAN_YEARS)
    except ValueError:  # 29 February
        return date(revoked_on.year + BAN_YEARS, 3, 1)


def check_sanction(new: NewRevocation | NewWithdrawal | NewMeasure, today: date) -> None:
    most = {"reason": fields.SENTENCE, "reason_en": fields.SENTENCE, "announcement_number": fields.NAME}
    if isinstance(new, NewMeasure):
        most |= {"measure": fields.NAME, "measure_en": fields.NAME}
    refuse_all(
        [
            *fields.texts(new, most),
            *fields.not_future("effective_on", new.effective_on, today),
            *fields.url("announcement_url", new.announcement_url),
        ]
    )
