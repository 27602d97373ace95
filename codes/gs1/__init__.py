"""GS1: GTINs, Digital Link URIs, element strings and the URIs on our labels; no input or output."""

from codes.gs1.ai_values import checked_value
from codes.gs1.digital_link import DigitalLink
from codes.gs1.digital_link import parse as parse_digital_link
from codes.gs1.element_string import (
    Elements,
    bracketed,
    label_elements,
    parse_element_string,
    separated,
)
from codes.gs1.errors import (
    BadDigitalLink,
    BadElementString,
    BadGtin,
    BadLabelStem,
    BadSyntax,
    BadValue,
    GtinCheckDigit,
    GtinLength,
    GtinNotDigits,
    GtinZero,
    Why,
)
from codes.gs1.gtin import check_digit, check_digit_fits, ean13, gtin14, printed
from codes.gs1.label_uri import LabelProfile, cased_stem, item_uri, lot_uri, product_uri, short_uri
from codes.gs1.scan_path import ScanPath, parse_scan_path, resolve_path

__all__ = [
    "BadDigitalLink",
    "BadElementString",
    "BadGtin",
    "BadLabelStem",
    "BadSyntax",
    "BadValue",
    "DigitalLink",
    "Elements",
    "GtinCheckDigit",
    "GtinLength",
    "GtinNotDigits",
    "GtinZero",
    "LabelProfile",
    "ScanPath",
    "Why",
    "bracketed",
    "cased_stem",
    "check_digit",
    "check_digit_fits",
    "checked_value",
    "ean13",
    "gtin14",
    "item_uri",
    "label_elements",
    "lot_uri",
    "parse_digital_link",
    "parse_element_string",
    "parse_scan_path",
    "printed",
    "product_uri",
    "resolve_path",
    "separated",
    "short_uri",
]
