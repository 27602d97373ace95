"""How small a product's symbols may be printed, as the order form says it."""

from app.settings import Settings
from codes.errors import Refusal
from codes.gs1 import LabelProfile, gtin14, item_uri, short_uri
from codes.labels import print_sizes
from codes.labels.sizes import PrintSize
from codes.serial.alphabet import LENGTH

ANY_GTIN = "06900000000007"
"""All GTINs are 14 digits and make symbols of one size."""


def sizes_of(gtin: str, label_case: str, settings: Settings) -> dict[str, tuple[PrintSize, ...]]:
    """Of the full address and of the short one, at each resolution."""
    try:
        known = gtin14(gtin)
    except Refusal:
        known = ANY_GTIN
    case = label_case if label_case in ("upper", "lower") else settings.label_case
    profile, serial = LabelProfile(case), "0" * LENGTH
    return {
        "item": print_sizes(item_uri(settings.public_url, known, serial, profile)),
        "short": print_sizes(short_uri(settings.public_url, serial, profile)),
    }
