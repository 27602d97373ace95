"""One cell's text: what it says, and how it is kept from being taken for a formula."""

import re
from datetime import date

from app.catalogue.tables.cell_errors import NotAChoice, NotADate, NotAPosition
from app.catalogue.tables.columns import YES_NO, Column, folded
from app.edge.refusals import shown
from codes.gs1 import printed

# Full-width and small forms too: some programs fold them before they look for a formula.
_FORMULA = r"[=+\-@\t\r\n＝＋－＠﹦﹢﹣﹫]"
_STARTS_FORMULA = re.compile(rf"'*{_FORMULA}")
_GUARDED = re.compile(rf"'+{_FORMULA}")
_GTINS_APART = re.compile(r"[\n;；,，、]+")
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_MIDNIGHT = re.compile(r"[T ]00:00(:00(\.0+)?)?Z?$")


def guarded(text: str) -> str:
    """For CSV: a text that a spreadsheet might take for a formula gets an apostrophe; so does one that
    begins with apostrophes before such a text, so that exactly one can be taken off again."""
    return f"'{text}" if _STARTS_FORMULA.match(text) else text


def guarded_in_workbook(text: str) -> str:
    """For XLSX, whose cells say that they are text: only what `unguarded` would take an apostrophe from."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def cleaned(text: str) -> str:
    """The cell as given, without the guard; its line ends are one kind, and spaces alone are nothing."""
    if not text.strip():
        return ""
    return unguarded(text).replace("\r\n", "\n").replace("\r", "\n")


def choice(column: Column, text: str) -> str:
    """The value a word stands for; raises NotAChoice."""
    for one in column.choices:
        if folded(text) in map(folded, (one.zh, one.en, *one.also)):
            return one.value
    raise NotAChoice(
        field=column.key,
        given=shown(text),
        open_en=", ".join(one.en for one in column.choices),
        open_zh="、".join(one.zh for one in column.choices),
    )


def yes(column: Column, text: str) -> bool:
    return choice(column, text) == YES_NO[0].value


def lines(text: str) -> tuple[str, ...]:
    """One entry a line; empty lines are none."""
    return tuple(line for line in text.split("\n") if line.strip())


def gtins(text: str) -> tuple[str, ...]:
    return tuple(one for one in _GTINS_APART.split(text) if one.strip())


def day(column: Column, text: str) -> date:
    """The date, however its parts are divided, year first; raises NotADate."""
    match = _DATE.fullmatch(_MIDNIGHT.sub("", text.strip()))
    try:
        if match and text.isprintable():
            return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        pass
    raise NotADate(field=column.key, given=shown(text))


def position(column: Column, text: str) -> int:
    digits = text.strip()
    if digits.isascii() and digits.isdecimal() and len(digits) <= 4 and int(digits):
        return int(digits)
    raise NotAPosition(field=column.key, given=shown(text))


def written(column: Column, value: object, language: str) -> str:
    """The value as a cell has it; None is an empty one."""
    if value is None:
        return ""
    if column.form == "yes_no":
        value = YES_NO[0 if value else 1].value
    if column.choices:
        return next(one for one in column.choices if one.value == value).say(language)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return "\n".join(printed(one) if column.form == "gtins" else one for one in value)
    return str(value)
