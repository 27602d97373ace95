"""The states of a scanned code, gravest first: order, tone, next steps and consequences in one table."""

from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """How the page speaks: each has its own icon shape and colour."""

    VALID = "valid"
    CAUTION = "caution"
    STOP = "stop"
    NO_RECORD = "no_record"


class Step(StrEnum):
    """What the reader does next."""

    RESCAN = "rescan"
    TYPE = "type"
    REPORT = "report"
    RECALL_NOTICE = "recall_notice"
    ANNOUNCEMENT = "announcement"
    ASK_SELLER = "ask_seller"
    CALL_MAKER = "call_maker"
    REGISTER = "register"
    NEW_STANDARD = "new_standard"
    RETRY = "retry"
    COMPARE = "compare"
    READ_ON = "read_on"


class State(StrEnum):
    """What can hold of a code; several may hold at once."""

    MALFORMED = "malformed"
    UNKNOWN = "unknown"
    OTHER_PRODUCT = "other_product"
    RECALLED = "recalled"
    RECOGNITION_REVOKED = "recognition_revoked"
    AUTHORISATION_WITHDRAWN = "authorisation_withdrawn"
    MEASURE_IN_FORCE = "measure_in_force"
    PROOF = "proof"
    VOID = "void"
    SUSPECT = "suspect"
    RECALL_CHECK = "recall_check"
    NOT_RECOGNISED = "not_recognised"
    EXPIRED = "expired"
    CERTIFICATE_ENDED = "certificate_ended"
    CERTIFICATE_SUSPENDED = "certificate_suspended"
    STANDARD_RECOGNITION_CANCELLED = "standard_recognition_cancelled"
    STANDARD_ABOLISHED = "standard_abolished"
    NOT_ACTIVATED = "not_activated"
    DEGRADED = "degraded"
    VALID_REPEAT = "valid_repeat"
    VALID_FIRST = "valid_first"
    VALID_BATCH = "valid_batch"
    VALID_PRODUCT = "valid_product"


class Row(NamedTuple):
    """One line of the table."""

    state: State
    tone: Tone
    steps: tuple[Step, ...]
    """The first is the next step, a second one is offered beside it."""
    grave: bool = True
    """Stays when the newest status cannot be had; the others give way to `degraded`."""
    in_force: bool = True
    """May the page still say that the recognition is in force, and "better" anywhere?"""
    doubtful: bool = False
    """Does the state put this very piece in doubt ("is this one genuine?" stands open)?"""


# Order is precedence: the first state that holds fills the status line, the others stand beneath.
# `proof` stands after all that warns of the model (whoever holds goods with a proof label must still
# hear of a recall) and before all that is said of a piece, which a printed sample is not.
TABLE = (
    Row(State.MALFORMED, Tone.NO_RECORD, (Step.RESCAN, Step.TYPE), in_force=False),
    Row(State.UNKNOWN, Tone.NO_RECORD, (Step.TYPE, Step.REPORT), in_force=False, doubtful=True),
    Row(State.OTHER_PRODUCT, Tone.STOP, (Step.REPORT,), in_force=False, doubtful=True),
    Row(State.RECALLED, Tone.STOP, (Step.RECALL_NOTICE,), in_force=False),
    Row(State.RECOGNITION_REVOKED, Tone.STOP, (Step.ANNOUNCEMENT,), in_force=False),
    Row(State.AUTHORISATION_WITHDRAWN, Tone.STOP, (Step.ANNOUNCEMENT,), in_force=False),
    Row(State.MEASURE_IN_FORCE, Tone.STOP, (Step.ANNOUNCEMENT,), in_force=False),
    Row(State.PROOF, Tone.CAUTION, (Step.REPORT,), doubtful=True),
    Row(State.VOID, Tone.STOP, (Step.ASK_SELLER, Step.REPORT), doubtful=True),
    Row(State.SUSPECT, Tone.CAUTION, (Step.REPORT, Step.CALL_MAKER), doubtful=True),
    Row(State.RECALL_CHECK, Tone.CAUTION, (Step.RECALL_NOTICE,)),
    Row(State.NOT_RECOGNISED, Tone.NO_RECORD, (Step.REGISTER,), in_force=False),
    Row(State.EXPIRED, Tone.STOP, (Step.ASK_SELLER,)),
    Row(State.CERTIFICATE_ENDED, Tone.CAUTION, (Step.REGISTER,)),
    Row(State.CERTIFICATE_SUSPENDED, Tone.CAUTION, (Step.REGISTER,)),
    Row(State.STANDARD_RECOGNITION_CANCELLED, Tone.CAUTION, (Step.REGISTER,)),
    Row(State.STANDARD_ABOLISHED, Tone.CAUTION, (Step.NEW_STANDARD,)),
    Row(State.NOT_ACTIVATED, Tone.NO_RECORD, (Step.REPORT,), grave=False),
    Row(State.DEGRADED, Tone.NO_RECORD, (Step.RETRY,), grave=False, in_force=False),
    Row(State.VALID_REPEAT, Tone.VALID, (Step.COMPARE,), grave=False),
    Row(State.VALID_FIRST, Tone.VALID, (Step.COMPARE,), grave=False),
    Row(State.VALID_BATCH, Tone.VALID, (Step.READ_ON,), grave=False),
    Row(State.VALID_PRODUCT, Tone.VALID, (Step.READ_ON,), grave=False),
)

ROWS = {row.state: row for row in TABLE}
RANK = {row.state: rank for rank, row in enumerate(TABLE)}
