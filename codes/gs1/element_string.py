"""Element strings: AIs with their values, as read by people and as carried by a bar code.

People read `(01)06901234567892(10)L1`; an opening bracket inside a value is written `\\(`. A bar
code has no brackets: after a value without predefined length stands the separator GS. One symbol may
hold a part of a whole spread over several, so AIs are not checked against each other here.
"""

import re
from collections.abc import Iterable

from codes.gs1 import ai_values
from codes.gs1.ai_values import Ai
from codes.gs1.errors import BadElementString, Why, element, shown

Elements = tuple[tuple[str, str], ...]
"""Pairs of AI and value, in their order."""

GS = "\x1d"
MAX_LENGTH = 8191  # as GS1's own engine; a QR code holds less
_SYMBOLOGY = re.compile(r"\](?:C1|e0|d2|Q3|J1)")  # what a scanner may put before GS1 data
_BRACKETED = re.compile(r"\(([^()]*)\)((?:\\\(|[^(])*)", re.DOTALL)


def bracketed(elements: Iterable[tuple[str, str]]) -> str:
    """`(01)06901234567892(10)L1`, for people."""
    return "".join("({}){}".format(ai, value.replace("(", r"\(")) for ai, value in elements)


def separated(elements: Iterable[tuple[str, str]]) -> str:
    """As a bar code carries it: no brackets, GS where a value has no predefined length; no leading FNC1."""
    text = "".join(ai + value + ("" if _known(ai).fixed_length else GS) for ai, value in elements)
    return text.removesuffix(GS)


def label_elements(gtin: str, lot: str | None = None, serial: str | None = None) -> Elements:
    """What a label says, in the order of a Digital Link."""
    pairs = (("01", gtin), ("10", lot), ("21", serial))
    return tuple((ai, value) for ai, value in pairs if value is not None)


def parse_element_string(text: str, field: str = "element_string") -> Elements:
    """Read either form; every value is checked, no AI may repeat.

    Raises BadElementString.
    """
    if len(text) > MAX_LENGTH:
        raise BadElementString(field=field, part=shown(text), why=Why.TOO_LONG, other=MAX_LENGTH)
    elements = _read_bracketed(text, field) if text.startswith("(") else _read_separated(text, field)
    seen: set[str] = set()
    for digits, value in elements:
        if digits in seen:
            raise BadElementString(field=field, part=element(digits), why=Why.REPEATED)
        seen.add(digits)
        if why := ai_values.fault(_known(digits, field), value):
            raise BadElementString(field=field, part=element(digits, value), why=why)
    return elements


def _known(digits: str, field: str = "elements") -> Ai:
    ai = ai_values.look_up(digits)
    if ai is None:
        raise BadElementString(field=field, part=element(digits), why=Why.UNKNOWN_AI)
    return ai


def _read_bracketed(text: str, field: str) -> Elements:
    elements, at = [], 0
    while at < len(text):
        found = _BRACKETED.match(text, at)
        if found is None:
            raise BadElementString(field=field, part=shown(text[at:]), why=Why.BRACKETS)
        elements.append((found[1], found[2].replace(r"\(", "(")))
        at = found.end()
    return tuple(elements)


def _read_separated(text: str, field: str) -> Elements:
    prefix = _SYMBOLOGY.match(text)
    rest = text[prefix.end() :] if prefix else text
    rest = rest.removeprefix(GS)  # FNC1 in first position, as some scanners send it
    if not rest:
        raise BadElementString(field=field, part=shown(text), why=Why.EMPTY)
    elements = []
    while rest:
        ai = next((ai for end in (2, 3, 4) if (ai := ai_values.look_up(rest[:end]))), None)
        if ai is None:
            raise BadElementString(field=field, part=shown(rest), why=Why.UNKNOWN_AI)
        rest = rest[len(ai.digits) :]
        value, _, after = rest.partition(GS)
        if ai.fixed_length and len(value) > ai.fixed_length:
            value, after = rest[: ai.fixed_length], rest[ai.fixed_length :]
        elements.append((ai.digits, value))
        rest = after
    return tuple(elements)
