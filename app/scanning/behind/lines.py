"""What the sentence at the top of each page says: facts and the day → a line. No I/O.

Whatever a verdict can tell is judged by `codes.verdict`, so these pages and the scan page never
differ. A grave state stays when the newest status cannot be had; "in force" does not.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from app.scanning.behind.frame import Line, Voice
from app.scanning.behind.records import Look
from app.scanning.behind.shapes import (
    AnnouncementSheet,
    CertificateSheet,
    EnterpriseSheet,
    Listed,
    RecallSheet,
    SanctionRecord,
    StandardSheet,
)
from app.scanning.shapes import ProductFacts
from codes.verdict import CHINA, Bilingual, Held, Level, ProductStatus, Question, State, Tone, Verdict, judge

PAGE = 50
"""Products a page lists: with 50 a page stays within ten packets."""

_SANCTION_STATE = {
    "recognition_revoked": State.RECOGNITION_REVOKED,
    "authorisation_withdrawn": State.AUTHORISATION_WITHDRAWN,
    "measure": State.MEASURE_IN_FORCE,
}
_NOTHING_WRONG = (State.VALID_PRODUCT, State.DEGRADED)


class Row(NamedTuple):
    """A listed product with its state in a word."""

    listed: Listed
    tone: Tone
    short: str


def today(look: Look) -> date:
    return look.now.astimezone(CHINA).date()


def _judged(status: ProductStatus, look: Look) -> Verdict:
    return judge(Question(Level.PRODUCT), status, None, None, look.now, look.fresh)


def rows(voice: Voice, listed: Iterable[Listed], look: Look) -> list[Row]:
    verdicts = ((one, _judged(one.status, look)) for one in listed)
    return [Row(one, verdict.tone, voice.scan.short[verdict.state]) for one, verdict in verdicts]


def in_effect(sanctions: Iterable[SanctionRecord], day: date) -> list[SanctionRecord]:
    """Announced ones count from their day on, as on the scan page."""
    return [one for one in sanctions if one.effective_on <= day and one.ended_on is None]


def of_enterprise(voice: Voice, look: Look[EnterpriseSheet]) -> Line:
    sheet = look.record
    for one in in_effect(sheet.sanctions, today(look)):
        if one.kind == "recognition_revoked":
            return voice.held(_held(one))
    if not look.fresh:
        return voice.unavailable(look.as_of)
    states = [_judged(one.status, look).state for one in sheet.products]
    if all(state is State.NOT_RECOGNISED for state in states):
        return voice.line(Tone.NO_RECORD, "enterprise_none")
    good = states.count(State.VALID_PRODUCT)
    products = voice.count("products" if sheet.total == len(states) else "listed", good)
    others = voice.count("products", len(states) - good)
    if good == len(states):
        return voice.line(Tone.VALID, "enterprise_valid", products=products)
    name = "enterprise_mixed" if good else "enterprise_marked"
    return voice.line(Tone.CAUTION, name, products=products, others=others)


def of_standard(voice: Voice, look: Look[StandardSheet]) -> Line:
    one = look.record.standard
    status = ProductStatus(
        recognised=True, standard_number=one.number, standard_state=one.state, standard_state_on=one.state_on
    )
    verdict = _judged(status, look)
    if verdict.state not in _NOTHING_WRONG:
        return voice.held(verdict.line)
    if not look.fresh:
        return voice.unavailable(look.as_of)
    if one.effective_on is not None and one.effective_on > today(look):
        return voice.line(Tone.NO_RECORD, "standard_coming", date=one.effective_on)
    return voice.line(Tone.VALID, "standard_in_force")


def of_certificate(voice: Voice, look: Look[CertificateSheet]) -> Line:
    one = look.record.certificate
    status = ProductStatus(
        recognised=True,
        certificate_state=one.state,
        certificate_state_on=one.state_on,
        certificate_valid_until=one.valid_until,
    )
    verdict = _judged(status, look)
    if verdict.state not in _NOTHING_WRONG:
        return voice.held(verdict.line)
    if not look.fresh:
        return voice.unavailable(look.as_of)
    if one.valid_from > today(look):
        return voice.line(Tone.NO_RECORD, "certificate_coming", date=one.valid_from)
    return voice.line(Tone.VALID, "certificate_valid", date=one.valid_until)


def of_recall(voice: Voice, look: Look[RecallSheet]) -> Line:
    one = look.record.recall
    if one.closed_on is not None:
        return voice.line(Tone.NO_RECORD, "recall_closed", date=one.closed_on)
    return voice.line(Tone.STOP, f"recall_{one.scope}")


def of_announcement(voice: Voice, look: Look[AnnouncementSheet]) -> Line:
    one = look.record.sanction
    if one.ended_on is not None:
        return voice.line(Tone.NO_RECORD, "sanction_ended", date=one.ended_on)
    if one.effective_on > today(look):
        return voice.line(Tone.CAUTION, "sanction_coming", date=one.effective_on)
    return voice.held(_held(one))


def of_product(voice: Voice, look: Look[ProductFacts]) -> tuple[Line | None, bool]:
    """The product's gravest state, None where nothing is wrong; and whether it is in force."""
    verdict = _judged(look.record.status, look)
    if verdict.state is State.VALID_PRODUCT:
        return None, True
    if verdict.state is State.DEGRADED:
        return voice.unavailable(look.as_of), False
    return voice.held(verdict.line), verdict.in_force


def _held(one: SanctionRecord) -> Held:
    reason = Bilingual(one.reason, one.reason_en)
    measure = Bilingual(one.measure, one.measure_en) if one.measure else reason
    parameters = {"id": one.id, "date": one.effective_on, "reason": reason, "measure": measure}
    return Held(_SANCTION_STATE[one.kind], parameters)
