"""What is printed: QR symbols, label sheets, product artwork and export streams; no files, no network."""

from codes.labels.artwork import artwork_zip, product_artwork
from codes.labels.errors import (
    GtinNotPadded,
    LabelTooSmall,
    NoGlyph,
    RangeRefused,
    SymbolTooLarge,
    TooManyLabels,
    UnknownFormat,
    UnknownLayout,
    UriNotPrintable,
    WordsDoNotFit,
)
from codes.labels.export import FORMATS, MAX_PDF, MAX_SVG, MAX_SVG_ZIP, Format, file_name, stream
from codes.labels.layouts import LAYOUTS, SheetLayout
from codes.labels.orders import ExportOrder
from codes.labels.rows import csv_cell
from codes.labels.serials import SealBlock
from codes.labels.symbols import (
    QUIET,
    X_MAX_MM,
    X_MIN_MM,
    X_TARGET_MM,
    Level,
    symbol,
    width_mm,
)
from codes.labels.symbols import png as symbol_png
from codes.labels.symbols import svg as symbol_svg
from codes.labels.zips import zip_stream

__all__ = [
    "FORMATS",
    "LAYOUTS",
    "MAX_PDF",
    "MAX_SVG",
    "MAX_SVG_ZIP",
    "QUIET",
    "X_MAX_MM",
    "X_MIN_MM",
    "X_TARGET_MM",
    "ExportOrder",
    "Format",
    "GtinNotPadded",
    "LabelTooSmall",
    "Level",
    "NoGlyph",
    "RangeRefused",
    "SealBlock",
    "SheetLayout",
    "SymbolTooLarge",
    "TooManyLabels",
    "UnknownFormat",
    "UnknownLayout",
    "UriNotPrintable",
    "WordsDoNotFit",
    "artwork_zip",
    "csv_cell",
    "file_name",
    "product_artwork",
    "stream",
    "symbol",
    "symbol_png",
    "symbol_svg",
    "width_mm",
    "zip_stream",
]
