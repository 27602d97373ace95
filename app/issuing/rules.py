"""Pure decisions of issuing: is the order sound, may the product be given codes, which ranges follow."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial

import msgspec

from app.edge import fields
from app.issuing.errors import (
    AuthorisationWithdrawn,
    BindingMissing,
    BindingRefused,
    BoundLaterRefused,
    CertificateCancelled,
    CertificateExpired,
    CertificateSuspended,
    CertificateWithdrawn,
    CodeEnded,
    ExpiresBeforeMade,
    KeyRefused,
    MadeTooLate,
    NotADate,
    NotANumber,
    NotPublished,
    NotRecognised,
    RecallScopeMixed,
    RecognitionRevoked,
    StandardAbolished,
    StandardNotRecognised,
)
from app.issuing.file_errors import NotAnOption, RollWithoutSize
from app.issuing.shapes import Batch, NewActivation, NewBatch, NewRecall, Standing, Wanted, Which
from codes.errors import Refusal, refuse_all
from codes.gs1 import checked_value, gtin14
from codes.gs1.errors import shown
from codes.labels.layouts import layout
from codes.serial import CountOutOfRange

MADE_AHEAD = timedelta(days=366)
"""Labels are printed before production; a date further off is a slip of the year."""
LONGEST_KEY = 200
LOTS_MOST = 1_000
FORMS = ("item", "short")
_KEY = re.compile(r"[\x21-\x7e]+")
_DIGITS = re.compile(r"[0-9]{1,20}")

_CERTIFICATE = {
    "suspended": CertificateSuspended,
    "withdrawn": CertificateWithdrawn,
    "cancelled": CertificateCancelled,
}
_STANDARD = {"abolished": StandardAbolished, "recognition_cancelled": StandardNotRecognised}


def whole_number(text: str, field: str) -> int:
    """A typed number; int() alone would take full-width digits, signs and underscores."""
    if not _DIGITS.fullmatch(text):
        raise NotANumber(field=field, given=shown(text))
    return int(text)


def iso_date(text: str, field: str) -> date:
    """A typed date, written 2026-09-12."""
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise NotADate(field=field, given=shown(text))


def page_before(batch: int | None) -> int | None:
    """Where a page of batches ends, among the numbers there are."""
    return None if batch is None else max(0, min(batch, 2**32))


def in_utc(at: datetime) -> datetime | None:
    """The instant; None for one that lies outside of the calendar. One without an offset is UTC."""
    try:
        return at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        return None


def refused(*checks: Callable[[], object]) -> list[Refusal]:
    """What the checks raise, so that all that is wrong is said at once."""
    gathered: list[Refusal] = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            gathered.append(refusal)
    return gathered


def checked_order(new: NewBatch, today: date) -> NewBatch:
    """The order with its GTIN in 14 digits; all that is wrong with it is said at once."""
    raised = refused(
        lambda: gtin14(new.gtin), lambda: checked_value("10", new.lot, "lot"), lambda: CountOutOfRange.check(new.count),
        lambda: new.layout and layout(new.layout),
    )  # fmt: skip
    refuse_all([*raised, *_dates(new, today)])
    return msgspec.structs.replace(new, gtin=gtin14(new.gtin))


def _dates(new: NewBatch | NewActivation, today: date) -> Iterator[Refusal]:
    if new.made_on and new.made_on > today + MADE_AHEAD:
        yield MadeTooLate(field="made_on", latest=today + MADE_AHEAD)
    if new.made_on and new.expires_on and new.expires_on < new.made_on:
        yield ExpiresBeforeMade(field="expires_on", made_on=new.made_on, expires_on=new.expires_on)
    if isinstance(new, NewBatch) and new.bound_later and (new.made_on or new.expires_on or new.policy == "when_issued"):
        yield BoundLaterRefused(field="bound_later")


def checked_binding(batch: Batch, which: Which, today: date) -> NewActivation | None:
    """The lot and dates the items are bound to; None for a batch whose order fixed them."""
    given = which if isinstance(which, NewActivation) and which.binds else None
    if not batch.bound_later:
        if given is not None:
            raise BindingRefused(field="lot", batch=batch.batch)
        return None
    if given is None or given.lot is None:
        raise BindingMissing(field="lot", batch=batch.batch)
    lot = given.lot
    refuse_all([*refused(lambda: checked_value("10", lot, "lot")), *_dates(given, today)])
    return given


def checked_key(key: str) -> str:
    if len(key) > LONGEST_KEY or not _KEY.fullmatch(key):
        raise KeyRefused(field="idempotency_key", most=LONGEST_KEY)
    return key


def digest(order: NewBatch | list[NewBatch]) -> bytes:
    """SHA-256 of checked orders: the same content, however it was written, has the same digest."""
    return hashlib.sha256(msgspec.json.encode(order, order="sorted")).digest()


def codes_refused(standing: Standing, today: date) -> list[Refusal]:
    """Why the product may have no item codes: none ordered, none exported, none printed again, none put into use."""
    missing = missing_facts(standing, today)
    if standing.item_level == "ended":
        missing.append(CodeEnded(field="gtin", gtin=standing.gtin))
    return missing


def missing_facts(standing: Standing, today: date) -> list[Refusal]:
    """Which facts keep the product from being given codes, gravest first."""
    s, about = standing, {"field": "gtin", "gtin": standing.gtin}
    missing: list[Refusal] = []
    if not s.published:
        missing.append(NotPublished(**about))
    if s.revoked_on:
        missing.append(RecognitionRevoked(**about, on=s.revoked_on))
    if s.withdrawn_on:
        missing.append(AuthorisationWithdrawn(**about, on=s.withdrawn_on))
    if s.recognition_id is None:
        missing.append(NotRecognised(**about))
    if s.certificate_state in _CERTIFICATE:
        missing.append(_CERTIFICATE[s.certificate_state](**about, on=s.certificate_state_on))
    elif s.certificate_valid_until and s.certificate_valid_until < today:
        missing.append(CertificateExpired(**about, on=s.certificate_valid_until))
    if s.standard_state in _STANDARD:
        missing.append(_STANDARD[s.standard_state](**about, number=s.standard_number, on=s.standard_state_on))
    return missing


def wanted_refused(wanted: Wanted) -> list[Refusal]:
    """What of an export's options is no option at all; the order of labels checks the rest."""
    refusals: list[Refusal] = []
    if wanted.form not in FORMS:
        refusals.append(NotAnOption(field="form", given=shown(wanted.form), known=", ".join(FORMS)))
    if wanted.roll is not None and wanted.roll_size is None:
        refusals.append(RollWithoutSize(field="roll_size"))
    if wanted.roll_size is not None and wanted.roll_size < 1:
        refusals.append(CountOutOfRange())
    return refusals


def checked_recall(new: NewRecall, today: date) -> NewRecall:
    """The recall with its GTIN in 14 digits."""
    words = dict.fromkeys(("reason", "reason_en", "remedy", "remedy_en"), fields.PARAGRAPH)
    lots = [partial(checked_value, "10", lot, f"lots[{place}]") for place, lot in enumerate(new.lots[:LOTS_MOST])]
    refuse_all(
        [
            *refused(lambda: gtin14(new.gtin), *lots),
            *fields.at_most("lots", new.lots, LOTS_MOST),
            *fields.texts(new, words),
            *fields.telephone("telephone", new.telephone),
            *fields.url("notice_url", new.notice_url),
            *fields.not_future("opened_on", new.opened_on, today),
            *_recall_scope(new),
        ]
    )
    return msgspec.structs.replace(new, gtin=gtin14(new.gtin), lots=tuple(dict.fromkeys(new.lots)))


def _recall_scope(new: NewRecall) -> Iterator[Refusal]:
    ends = (new.made_from, new.made_to)
    if new.lots and ends != (None, None):
        yield RecallScopeMixed(field="lots")
    elif ends != (None, None) and (new.made_from is None or new.made_to is None or new.made_from > new.made_to):
        yield RecallScopeMixed(field="made_from")
