"""One QR Code symbol from a URI, by segno: matrix, SVG and PNG at a stated physical size."""

import io
import re
from typing import Literal

import numpy as np
import segno
from segno.encoder import DataOverflowError

from codes.labels.errors import SymbolTooLarge, UriNotPrintable
from codes.labels.paths import svg_path

Level = Literal["L", "M", "Q", "H"]

# GS1 General Specifications, QR Code with a Digital Link URI: smallest, target and largest module in mm.
X_MIN_MM, X_TARGET_MM, X_MAX_MM = 0.396, 0.495, 0.990
QUIET = 4                   # modules on every side, ISO/IEC 18004
# 57 modules are 26 mm at the smallest module; what needs more belongs behind the link, not in it.
MAX_VERSION = 10

_PRINTABLE = re.compile(r"[\x21-\x7e]+")


def symbol(uri: str, level: Level = "M") -> segno.QRCode:
    """The symbol of `uri`: smallest version, one mode, exactly the level asked for.

    segno would raise the level where the version has room (`boost_error`). Then two hosts of one
    profile would differ in level, a verifier would report another level than the order says, and
    the symbols of `plates` could not be predicted; who wants Q asks for Q.
    """
    if not _PRINTABLE.fullmatch(uri):
        raise UriNotPrintable(field="uri")
    try:
        code = segno.make(uri, error=level, micro=False, boost_error=False)
    except DataOverflowError:
        code = None
    if code is None or code.version > MAX_VERSION:
        raise SymbolTooLarge(field="uri", length=len(uri), level=level, limit=MAX_VERSION)
    return code


def matrix(code: segno.QRCode) -> np.ndarray:
    """The modules of a symbol as uint8 (side, side), 1 dark, without quiet zone."""
    return np.array([list(row) for row in code.matrix], dtype=np.uint8)


def width_mm(side: int, x_mm: float = X_TARGET_MM) -> float:
    """Width of a symbol of `side` modules with its quiet zone."""
    return (side + 2 * QUIET) * x_mm


def svg(uri: str, *, level: Level = "M", x_mm: float = X_TARGET_MM, dark: str = "#000") -> bytes:
    """A document of true size in mm; the modules are one filled path on white.

    Filled, not stroked as segno draws: a drawing programme that scales without scaling strokes
    would print a broken symbol.
    """
    modules = matrix(symbol(uri, level))
    box, size = len(modules) + 2 * QUIET, f"{width_mm(len(modules), x_mm):.3f}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {box} {box}">'
        f'<path fill="#fff" d="M0 0h{box}v{box}h-{box}z"/>'
        f'<path fill="{dark}" transform="translate({QUIET} {QUIET})" d="{svg_path(modules)}"/></svg>\n'
    ).encode()


def png(uri: str, *, level: Level = "M", module_px: int = 8, x_mm: float = X_TARGET_MM) -> bytes:
    """One bit a pixel, `module_px` pixels a module, with the resolution that makes a module `x_mm` wide."""
    out = io.BytesIO()
    symbol(uri, level).save(out, kind="png", scale=module_px, border=QUIET, dpi=round(module_px * 25.4 / x_mm))
    return out.getvalue()
