"""What is printed: QR symbols, label sheets, product artwork and export streams; no files, no network."""

from codes.labels.artwork import artwork_zip, product_artwork
from codes.labels.checks import EVERY, OpenSerial
from codes.labels.errors import (
    BleedOnSheet,
    ExportBroken,
    GtinNotPadded,
    LabelTooSmall,
    NoGlyph,
    RangeRefused,
    SymbolTooLarge,
    TooManyLabels,
    UnknownEncoding,
    UnknownFormat,
    UnknownLayout,
    UnknownResolution,
    UriNotPrintable,
    WordsDoNotFit,
)
from codes.labels.export import (
    FORMATS,
    MAX_PDF,
    MAX_SVG,
    MAX_XLSX,
    MAX_ZIP,
    Format,
    file_name,
    length,
    media_type,
    stream,
    stream_from,
)
from codes.labels.layouts import LAYOUTS, SheetLayout
from codes.labels.orders import DPIS, ENCODINGS, Dpi, Encoding, ExportOrder, rolls
from codes.labels.rows import csv_cell
from codes.labels.serials import SealBlock
from codes.labels.sizes import PrintSize, print_sizes
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
    "DPIS",
    "ENCODINGS",
    "EVERY",
    "FORMATS",
    "LAYOUTS",
    "MAX_PDF",
    "MAX_SVG",
    "MAX_XLSX",
    "MAX_ZIP",
    "QUIET",
    "X_MAX_MM",
    "X_MIN_MM",
    "X_TARGET_MM",
    "BleedOnSheet",
    "Dpi",
    "Encoding",
    "ExportBroken",
    "ExportOrder",
    "Format",
    "GtinNotPadded",
    "LabelTooSmall",
    "Level",
    "NoGlyph",
    "OpenSerial",
    "PrintSize",
    "RangeRefused",
    "SealBlock",
    "SheetLayout",
    "SymbolTooLarge",
    "TooManyLabels",
    "UnknownEncoding",
    "UnknownFormat",
    "UnknownLayout",
    "UnknownResolution",
    "UriNotPrintable",
    "WordsDoNotFit",
    "artwork_zip",
    "csv_cell",
    "file_name",
    "length",
    "media_type",
    "print_sizes",
    "product_artwork",
    "rolls",
    "stream",
    "stream_from",
    "symbol",
    "symbol_png",
    "symbol_svg",
    "width_mm",
    "zip_stream",
]
