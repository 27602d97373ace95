"""Sign-in's decisions: what comes next, how long to wait, where to go on, which code is right."""

import base64
import hmac
import re
from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from hashlib import sha256
from ipaddress import ip_address, ip_network
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pyotp
from msgspec import Struct

from app.accounts.identity.shapes import Standing
from app.accounts.roles import needs_totp
from codes.serial.alphabet import SYMBOLS

HOME = "/home"
NEXT_MOST = 500

LONGEST_WAIT_S = 15 * 60
STEP_S = 30
"""A code of RFC 6238 stands for half a minute."""

RECOVERY_CODES = 10
RECOVERY_LENGTH = 16
"""Of 32 symbols: 80 bits, so that the digests tell nothing."""

_CODE = re.compile(r"[0-9]{6}")
_ALIKE = str.maketrans("OIL", "011")


class Step(Enum):
    """What is left to do before a session opens anything; the value is the page for it."""

    CODE = "/signin/totp"
    ENROL = "/account/totp"
    ORGANISATION = "/signin/organisation"


def next_step(standing: Standing) -> Step | None:
    """None: signed in."""
    if standing.enrolled and not standing.passed_totp:
        return Step.CODE
    if not standing.enrolled and obliged(standing.kinds):
        return Step.ENROL
    if standing.organisation_id is None:
        return Step.ORGANISATION
    return None


def obliged(kinds: Iterable[str]) -> bool:
    """Does membership in organisations of these kinds oblige to a second factor?"""
    return any(needs_totp(kind) for kind in kinds)


class Limit(Struct, frozen=True):
    """Tries under a key (a digest, never a name) before each next one must wait."""

    key: bytes
    free: int
    own: bool = True
    """Of one person alone: a right try clears it. A network is others' too."""


PAIR_FREE, NETWORK_FREE, PERSON_FREE, RESETS_FREE = 5, 20, 20, 3


def wait_after(failures: int, free: int) -> int:
    """Seconds between the last wrong try and the next one: 2, 4, 8 … up to a quarter of an hour."""
    beyond = failures - free
    return 0 if beyond < 0 else min(2 ** min(beyond + 1, 16), LONGEST_WAIT_S)


def password_limits(email: str, address: str | None) -> tuple[Limit, ...]:
    """The pair of name and network, then the network: nobody elsewhere can slow the owner down."""
    network = network_of(address)
    return (
        Limit(_digest("pair", email, network), PAIR_FREE),
        Limit(_digest("network", network), NETWORK_FREE, own=False),
    )


def code_limits(person_id: UUID, address: str | None) -> tuple[Limit, ...]:
    """A code has only a million values: here the person counts too. Who gets this far has the password."""
    return (
        Limit(_digest("code", str(person_id), network_of(address)), PAIR_FREE),
        Limit(_digest("codes", str(person_id)), PERSON_FREE),
    )


def reset_limits(email: str, address: str | None) -> tuple[Limit, Limit]:
    return (
        Limit(_digest("reset", email), RESETS_FREE),
        Limit(_digest("resets", network_of(address)), NETWORK_FREE, own=False),
    )


def _digest(*parts: str) -> bytes:
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()


def network_of(address: str | None) -> str:
    """The /24 or /64 an address lies in: one connection of a house or an office."""
    try:
        ip = ip_address((address or "").partition("%")[0])
    except ValueError:
        return "nowhere"
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return str(ip_network((ip, 24 if ip.version == 4 else 64), strict=False))


def way_on(wanted: str | None) -> str:
    """Where to go after sign-in: a path of ours, else home."""
    return kept_way(wanted) or HOME


def kept_way(wanted: str | None) -> str:
    """The same as forms carry it: nothing for what leads nowhere of ours."""
    return wanted if wanted is not None and is_ours(wanted) else ""


def is_ours(path: str) -> bool:
    """Would every browser read this as a path of this site, behind sign-in?"""
    if not path.startswith("/") or len(path) > NEXT_MOST or not path.isascii() or not path.isprintable():
        return False
    if path.startswith("//") or "\\" in path or " " in path:
        return False
    try:
        parts = urlsplit(path)
    except ValueError:
        return False
    first = unquote(parts.path).strip("/").partition("/")[0].casefold()
    return not parts.scheme and not parts.netloc and first not in ("signin", "signout")


def right_step(secret: bytes, code: str, now: datetime, last_step: int) -> int | None:
    """The time step whose code this is, of the present one and its neighbours, if it is later than the last used."""
    given = "".join(code.split())
    if not _CODE.fullmatch(given):
        return None
    present = step_at(now)
    right = [step for step in (present - 1, present, present + 1) if hmac.compare_digest(code_at(secret, step), given)]
    return next((step for step in right if step > last_step), None)


def step_at(now: datetime) -> int:
    return int(now.timestamp()) // STEP_S


def code_at(secret: bytes, step: int) -> str:
    return pyotp.HOTP(base32(secret)).at(step)


def base32(secret: bytes) -> str:
    """The secret as authenticator apps take it: 20 bytes are 32 letters without padding."""
    return base64.b32encode(secret).decode()


def recovery_code(random: bytes) -> str:
    """A printable code of 16 random bytes: four groups of four."""
    letters = "".join(SYMBOLS[byte % 32] for byte in random[:RECOVERY_LENGTH])
    return "-".join(letters[at : at + 4] for at in range(0, RECOVERY_LENGTH, 4))


def as_recovery_code(typed: str) -> str | None:
    """The code as it is digested, however it was typed; None for what cannot be one."""
    given = "".join(char for char in typed.upper() if char.isalnum()).translate(_ALIKE)
    return given if len(given) == RECOVERY_LENGTH and set(given) <= set(SYMBOLS) else None


def recovery_digest(person_id: UUID, code: str) -> bytes:
    return sha256(person_id.bytes + code.encode()).digest()


# In this order: Edge, Opera and WeChat also call themselves Chrome, Chrome calls itself Safari.
_BROWSERS = (
    ("MicroMessenger", "wechat"), ("Edg", "edge"), ("OPR/", "opera"), ("HuaweiBrowser", "huawei"), ("QQBrowser", "qq"),
    ("UCBrowser", "uc"), ("SamsungBrowser", "samsung"), ("Firefox", "firefox"), ("FxiOS", "firefox"),
    ("CriOS", "chrome"), ("Chrome", "chrome"), ("Safari", "safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "harmony"), ("OpenHarmony", "harmony"), ("Android", "android"), ("iPhone", "iphone"),
    ("iPad", "ipad"), ("Windows", "windows"), ("Mac OS X", "mac"), ("CrOS", "chromeos"), ("Linux", "linux"),
)  # fmt: skip


def browser_of(agent: str | None) -> tuple[str, str]:
    """Names of the browser and the system in the words of the page; `other` for what is not known."""
    return _named(agent, _BROWSERS), _named(agent, _SYSTEMS)


def _named(agent: str | None, marks: Iterable[tuple[str, str]]) -> str:
    return next((name for mark, name in marks if mark in (agent or "")), "other")


def told(given: str, most: int) -> str:
    """A text from outside as it may be written down: what does not print is shown as such, cut."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in given[:most])


def email_of(typed: str) -> str:
    """The address as accounts keep it; what no account could have becomes one that none has."""
    email = typed.strip().lower()
    return email if len(email) <= 254 and email.isprintable() else ""
