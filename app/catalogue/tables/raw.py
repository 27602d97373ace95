"""What the reading process hands over: cells as texts, and which of them cannot be taken."""

from typing import Literal

from msgspec import Struct

FileForm = Literal["csv", "xlsx"]
Fact = str | int


class Flaw(Struct, frozen=True):
    """A cell that has no text to take; `code` is that of a refusal in `cell_errors`."""

    row: int
    column: int
    code: str
    facts: dict[str, Fact]


class Raw(Struct, frozen=True, kw_only=True):
    """The rows that have content, with their numbers as a spreadsheet shows them."""

    form: FileForm
    encoding: str
    delimiter: str
    rows: list[tuple[int, list[str]]]
    flaws: list[Flaw]


class Refused(Struct, frozen=True):
    """The file as a whole is refused; `code` is that of a refusal in `errors`."""

    code: str
    facts: dict[str, Fact]


class Answer(Struct, frozen=True):
    """What the reading process writes; one of the two."""

    raw: Raw | None = None
    refused: Refused | None = None
