"""Question and answer: what was scanned, and everything that holds of it."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from codes.verdict.states import ROWS, Row, State, Step, Tone


class Level(StrEnum):
    """What the code names: one piece, a lot, or the model."""

    ITEM = "item"
    LOT = "lot"
    PRODUCT = "product"


class Bilingual(NamedTuple):
    """A text as published, with its English where one was given."""

    zh: str
    en: str | None = None


Parameter = Bilingual | str | int | date | tuple[str, ...] | None


class Question(Struct, frozen=True):
    """What was scanned, as far as it can be told without facts.

    `finding` is malformed, unknown or other_product, `other` the name of that other product;
    `index` is the item's place in its batch.
    """

    level: Level
    index: int = 0
    finding: State | None = None
    other: Bilingual | None = None


class Held(Struct, frozen=True):
    """One state that holds, with the parameters of its sentence under the names of the wordings.

    `variant` names the wording where a state has several: `undated`, `unnamed`, `made_on`, `item`.
    """

    state: State
    parameters: dict[str, Parameter] = {}
    variant: str = ""


class Verdict(Struct, frozen=True):
    """What a scanner is told: the gravest state that holds, and the others in their order."""

    level: Level
    line: Held
    others: tuple[Held, ...] = ()
    in_force: bool = False
    """May "in force", the bars and "better" stand on the page?"""
    fresh: bool = True
    """False: the facts may be out of date; the page says as of when they are."""

    @property
    def state(self) -> State:
        return self.line.state

    @property
    def held(self) -> tuple[Held, ...]:
        return (self.line, *self.others)

    @property
    def row(self) -> Row:
        return ROWS[self.line.state]

    @property
    def tone(self) -> Tone:
        return self.row.tone

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.row.steps

    @property
    def doubtful(self) -> bool:
        """Is this very piece in doubt?"""
        return any(ROWS[held.state].doubtful for held in self.held)
