"""Passwords: what is taken, and how it is kept (argon2id) without letting a crowd take the machine.

`check` says all that is wrong with a new password; `hashed` and `verified` run in a few threads, and
who would wait too long in front of them is told to come back.
"""

import asyncio
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.accounts.identity.errors import (
    PasswordAmbiguous,
    PasswordKnown,
    PasswordLong,
    PasswordPlain,
    PasswordShort,
    PasswordTelling,
    TooManyHashings,
)
from codes.errors import Refusal

T = TypeVar("T")

LEAST, MOST = 8, 128
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's second choice: 19 MiB and two passes, tens of milliseconds of one core."""

AT_ONCE = 4
WAITING_MOST = 32
"""Beyond these the queue would be longer than people wait: about a second on two cores."""
RETRY_S = 3

OURS = ("zhepinma", "zpm", "浙品码")
"""What everybody knows of this service."""

_ADDED = 9
"""Digits and signs put before and behind a word that are tried with it."""
_FEW = 4
_DIGITS_MOST = 15
_SIGNS = str.maketrans("@$!013457", "asioleast")
_EDGES = re.compile(r"[\W\d_]+")
_PARTS = re.compile(r"[^\w]+|_")
_HAN = re.compile(r"[\u4e00-\u9fff]{2,}")
_BREACHED = Path(__file__).with_name("breached.txt")


def check(password: str, about: Iterable[str] = (), field: str = "password") -> list[Refusal]:
    """All that speaks against this new password; `about`: names and addresses others know of the person."""
    return list(_objections(password, about, field))


def _objections(password: str, about: Iterable[str], field: str) -> Iterator[Refusal]:
    if len(password) < LEAST:
        yield PasswordShort(field=field, count=len(password), least=LEAST)
        return
    if len(password) > MOST:
        yield PasswordLong(field=field, count=len(password), most=MOST)
        return
    if unicodedata.normalize("NFC", password) != password:
        yield PasswordAmbiguous(field=field)
    if is_plain(password):
        yield PasswordPlain(field=field)
    elif is_breached(password):
        yield PasswordKnown(field=field)
    if (part := known_part(password, about)) is not None:
        yield PasswordTelling(field=field, part=part)


def is_plain(password: str) -> bool:
    """Digits alone (dates, telephone numbers), or the same few characters again and again?"""
    return (password.isdecimal() and len(password) <= _DIGITS_MOST) or len(set(password.casefold())) < _FEW


def is_breached(password: str) -> bool:
    """Is it on the list, as it is, with signs for letters, or with digits and signs around it?"""
    return any(one in _breached() or one.translate(_SIGNS) in _breached() for one in _cores(password.casefold()))


def _cores(given: str) -> Iterator[str]:
    """The text with some of the digits and signs at its ends taken away: every word they could surround."""
    signs = _EDGES.match(given)
    before = len(signs.group()) if signs else 0
    signs = _EDGES.match(given[::-1])
    behind = len(signs.group()) if signs else 0
    for off in range(min(before, _ADDED) + 1):
        for end in range(min(behind, _ADDED - off) + 1):
            yield given[off : len(given) - end]


@lru_cache(1)
def _breached() -> frozenset[str]:
    lines = _BREACHED.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def known_part(password: str, about: Iterable[str]) -> str | None:
    """The first name of the person or of this service that stands in the password."""
    given = password.casefold()
    return next((part for part in (*OURS, *names_in(about)) if part in given), None)


def names_in(about: Iterable[str]) -> Iterator[str]:
    """What could be recognised of these names: their words from four letters on, their runs of Chinese, and
    the name of an address from three."""
    for text in filter(None, about):
        folded = text.casefold()
        name, at, _ = folded.partition("@")
        if at and len(name) >= 3:
            yield name
        yield from (part for part in _PARTS.split(folded) if len(part) >= 4)
        yield from _HAN.findall(folded)


async def hashed(password: str) -> str:
    """The argon2id hash to keep; raises `TooManyHashings`."""
    return await _aside(lambda: HASHER.hash(password))


async def verified(kept: str | None, password: str) -> bool:
    """Is this the password that was kept? Takes as long where nothing was kept; raises `TooManyHashings`."""
    return await _aside(lambda: _verify(kept, password))


def outdated(kept: str) -> bool:
    """Was it hashed with parameters we no longer use?"""
    return HASHER.check_needs_rehash(kept)


def _verify(kept: str | None, password: str) -> bool:
    possible = kept is not None and len(password) <= MOST
    try:
        return HASHER.verify(kept if possible and kept else _nobodys(HASHER), password[:MOST]) and possible
    except (VerificationError, InvalidHashError):
        return False


@lru_cache(2)
def _nobodys(hasher: PasswordHasher) -> str:
    """A hash nothing matches for practical purposes: what an unknown address is compared with."""
    return hasher.hash("nobody's password: verified so that unknown addresses take as long")


_threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="argon2")
_waiting = 0


def refuse_crowd() -> None:
    """Refuse before anything is counted, when the queue is full."""
    if _waiting >= AT_ONCE + WAITING_MOST:
        raise TooManyHashings(retry_after=RETRY_S)


async def _aside(work: Callable[[], T]) -> T:
    global _waiting
    refuse_crowd()
    _waiting += 1
    try:
        return await asyncio.get_running_loop().run_in_executor(_threads, work)
    finally:
        _waiting -= 1
