"""Facts about a code → what a scanner is told: one pure function, the order of precedence in one table."""

from codes.verdict.facts import (
    CHINA,
    NEVER_VIEWED,
    BatchStatus,
    ItemState,
    ProductStatus,
    Recall,
    Sanction,
    Void,
    VoidAct,
)
from codes.verdict.judging import judge
from codes.verdict.product import same_lot
from codes.verdict.states import RANK, ROWS, TABLE, Row, State, Step, Tone
from codes.verdict.verdicts import Bilingual, Held, Level, Parameter, Question, Verdict

__all__ = [
    "CHINA",
    "NEVER_VIEWED",
    "RANK",
    "ROWS",
    "TABLE",
    "BatchStatus",
    "Bilingual",
    "Held",
    "ItemState",
    "Level",
    "Parameter",
    "ProductStatus",
    "Question",
    "Recall",
    "Row",
    "Sanction",
    "State",
    "Step",
    "Tone",
    "Verdict",
    "Void",
    "VoidAct",
    "judge",
    "same_lot",
]
