"""Which application identifiers (AIs) may or must stand together.

Rearranged from the associations of GS1's Syntax Dictionary (2025; of the later AIs 717 is treated
like its siblings, 8040–8043 are free): who is a key of a Digital Link and takes which qualifiers, who
may stand in its query, who needs or excludes whom. AIs are named by prefix: `31` is every 31nn.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from functools import cache

from codes.gs1.errors import Why

QUALIFIERS: dict[str, tuple[tuple[str, ...], ...]] = {
    # key: its chains of qualifiers; a link uses one chain, in this order, leaving out what it likes
    **dict.fromkeys(("00", "253", "255", "401", "402", "8003", "8013"), ((),)),
    "01": (("22", "10", "21"), ("235",)),
    "414": (("254",), ("7040",)),
    "415": (("8020",),),
    "417": (("7040",),),
    "8004": (("7040",),),
    "8006": (("22", "10", "21"),),
    "8010": (("8011",),),
    "8017": (("8019",),),
    "8018": (("8019",),),
}

NEVER_IN_QUERY = frozenset(("03", "21", "22", "235", "254", "7040", "7041", "8011", "8014", "8019", "8020", "8200"))

_MEASURES = "30 31 32 35 36"
_ITEMS = "01 02 03 8006 8026"
_NEEDS = (
    # each of these AIs needs one of those; several lines for an AI: every line holds
    ("02", "37"),
    ("10 11 13 15 16", _ITEMS),
    ("12", "8020"),
    ("17", f"{_ITEMS} 255"),
    ("20 240 241 242 422 7001", "01 02 8006 8026"),
    ("21", "01 03 8006"),
    ("22 235 243 337 392 710 711 712 713 714 715 716 717 7004 8001 8014 8200", "01"),
    ("250 251 7020 7021 7240 8012", "01 8006"),
    ("250", "21"),
    ("254", "414"),
    ("30 31 32 350 351 352 356 357 360 361 364 365 366", "01 02"),
    ("423 424 425 426 427 7002 7003 7005 7006 7007 7008 7009 7010 7011 703 8005 8008", "01 02"),
    ("330 331 332 333 334 335 336 34 353 354 355 362 363 367 368 369 8009", "00 01"),
    ("37", "00"),
    ("37", "02 8026"),
    ("390", "255 8020"),
    ("391", "8020"),
    ("392 393 395", _MEASURES),
    ("394 8111", "255"),
    ("403 430 431 432 433 7041", "00"),
    ("4303", "4302"),
    ("4313", "4312"),
    ("415", "8020"),
    ("427", "422"),
    ("7004", "10"),
    ("7020", "416"),
    ("7022", "7021"),
    ("723", "01 8004"),
    ("7241 7242 7253 7254 7255 7256 8019", "8017 8018"),
    ("7250 7251 7252 7257 7259", "8018"),
    ("7258", "8018+7259"),
    ("8007 8020", "415"),
    ("8011", "8010"),
    ("8026", "37"),
    ("8030", "00 01+21 253 255 8003 8004 8006+21 8010+8011 8017 8018"),
)

_EXCLUDES = (
    ("01", "255 37"),
    ("02", "01 03"),
    ("03", "01 02 37"),
    ("21", "235"),
    ("255", "01 02 415 8006 8020 8026"),
    ("390", "391 394 8111"),
    ("392", "393"),
    ("394", "8111"),
    ("395", "392 393 8005"),
    ("420", "421"),
    ("421", "4307"),
    ("422 423 424 425", "426"),
    ("4330", "4331"),
    ("4332", "4333"),
    ("7250", "7251"),
    ("7253 7254 7255", "7256 7259"),
    ("7259", "7256"),
    ("8006", "01 37"),
    ("8017", "8018"),
    ("8026", "02 8006"),
)

_MEASURE = re.compile(r"3[1-69]\d\d")
"""Measures and amounts: the last digit is only the place of the decimal point, so one of a kind may stand."""


def _by_prefix(table: tuple[tuple[str, str], ...]) -> dict[str, list[tuple[str, ...]]]:
    rules: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for ais, others in table:
        for ai in ais.split():
            rules[ai].append(tuple(others.split()))
    return dict(rules)


_needs, _excludes = _by_prefix(_NEEDS), _by_prefix(_EXCLUDES)


def _rules(rules: dict[str, list[tuple[str, ...]]], ai: str) -> list[tuple[str, ...]]:
    return [rule for end in range(2, len(ai) + 1) for rule in rules.get(ai[:end], ())]


@cache  # known AIs only, so at most 541
def _rules_of(ai: str) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Whom the AI excludes and what it needs, as lists of prefixes."""
    kind = [(ai[:3],)] if _MEASURE.fullmatch(ai) else []
    return _rules(_excludes, ai) + kind, _rules(_needs, ai)


def in_order(ais: Sequence[str], chain: Sequence[str]) -> bool:
    """Whether `ais` is `chain` with some left out: none repeated, none out of order."""
    rest = iter(chain)
    return all(ai in rest for ai in ais)


def _met(need: str, others: Sequence[str]) -> bool:
    return all(any(other.startswith(prefix) for other in others) for prefix in need.split("+"))


def fault(ais: Sequence[str]) -> tuple[str, Why, str] | None:
    """The first AI that excludes or lacks another, why, and the other; `ais` repeats none."""
    for ai in ais:
        others = [other for other in ais if other != ai]
        excluded, needed = _rules_of(ai)
        for prefixes in excluded:
            for other in others:
                if other.startswith(prefixes):
                    return ai, Why.EXCLUDES, f"({other})"
        for needs in needed:
            if not any(_met(need, others) for need in needs):
                return ai, Why.NEEDS, ", ".join(needs)
    return None
