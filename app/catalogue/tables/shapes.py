"""A table as read, what is wrong with it, and what it would do."""

from msgspec import Struct

from app.catalogue.tables.columns import Kind
from app.catalogue.tables.raw import FileForm


class Words(Struct, frozen=True):
    """The same in both languages."""

    zh: str
    en: str

    def say(self, language: str) -> str:
        return self.zh if language == "zh" else self.en


class BadCell(Struct, frozen=True, kw_only=True):
    """One cell to be corrected; `column` is its letter, None where the file lacks that column."""

    row: int
    column: str | None
    heading: Words
    code: str
    detail: Words


class Row(Struct, frozen=True):
    """A row by its number in the file; `cells` has every column the file has, empty ones as ''."""

    number: int
    cells: dict[str, str]


class Table(Struct, frozen=True, kw_only=True):
    """A file as read; `columns` gives the letter of each column it has."""

    kind: Kind
    name: str
    form: FileForm
    encoding: str
    columns: dict[str, str]
    rows: tuple[Row, ...]
    bad: tuple[BadCell, ...]


class Difference(Struct, frozen=True):
    """What would become of one field; '' is an empty one."""

    heading: Words
    before: Words
    after: Words


class Step(Struct, frozen=True, kw_only=True):
    """What would become of one model, from the row that names it first."""

    row: int
    model: str
    act: str
    """create | update | same."""
    differences: tuple[Difference, ...] = ()


class Plan(Struct, frozen=True, kw_only=True):
    """The dry run: nothing can be written while `bad` names a cell."""

    kind: Kind
    rows: int
    steps: tuple[Step, ...]
    bad: tuple[BadCell, ...]

    @property
    def ready(self) -> bool:
        return not self.bad

    def count(self, act: str) -> int:
        return sum(step.act == act for step in self.steps)


class Done(Struct, frozen=True, kw_only=True):
    """What was written, in models; GTINs and test reports that were added with them."""

    kind: Kind
    created: int
    updated: int
    same: int
    gtins: int = 0
    reports: int = 0
