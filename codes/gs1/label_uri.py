"""The URIs our labels carry.

A QR code in alphanumeric mode holds upper case only and is then a version smaller, so labels are
written in upper case unless the host's case matters: a WeChat prefix rule compares text.
"""

import re
from enum import StrEnum
from functools import lru_cache
from urllib.parse import quote

from codes.gs1.ai_values import checked_value
from codes.gs1.errors import BadLabelStem, shown

_STEM = re.compile(r"https?://[a-z0-9.\-]+(?::[0-9]{1,5})?", re.ASCII)


class LabelProfile(StrEnum):
    """The case of scheme and host; GTIN, AIs and serial are the same in both."""

    UPPER = "upper"
    LOWER = "lower"


@lru_cache(maxsize=64)  # one per host of the deployment; a run of labels asks a million times
def cased_stem(stem: str, profile: LabelProfile) -> str:
    """Scheme and host of the label: `https://zpm.example`, `HTTP://127.0.0.1:8000`.

    Raises BadLabelStem for a path, a query or anything that is not a host.
    """
    lower = stem.removesuffix("/").lower()
    if not (stem.isascii() and _STEM.fullmatch(lower)):  # the Kelvin sign lowers to a plain k
        raise BadLabelStem(field="stem", given=shown(stem))
    return lower.upper() if profile is LabelProfile.UPPER else lower


def product_uri(stem: str, gtin: str, profile: LabelProfile = LabelProfile.UPPER) -> str:
    """One code per model; `gtin` has 14 digits, as `gtin14` gives it."""
    return f"{cased_stem(stem, profile)}/01/{gtin}"


def lot_uri(stem: str, gtin: str, lot: str, profile: LabelProfile = LabelProfile.UPPER) -> str:
    """One code per lot; the lot keeps its case, since GS1 values are case-sensitive.

    Raises BadValue for a lot no GS1 code can carry.
    """
    return f"{product_uri(stem, gtin, profile)}/10/{quote(checked_value('10', lot, 'lot'), safe='')}"


def item_uri(stem: str, gtin: str, serial: str, profile: LabelProfile = LabelProfile.UPPER) -> str:
    """One code per piece; the serial is one of ours, 20 characters of Crockford base 32."""
    return f"{product_uri(stem, gtin, profile)}/21/{serial.upper()}"


def short_uri(stem: str, serial: str, profile: LabelProfile = LabelProfile.UPPER) -> str:
    """The item without its GTIN, for very small labels and typed entry."""
    return f"{cased_stem(stem, profile)}/{serial.upper()}"
