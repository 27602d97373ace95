"""The one door of an export: an order and a format in, (labels so far, bytes) out."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from codes.labels.errors import TooManyLabels, UnknownFormat
from codes.labels.orders import MAX_INDEX, ExportOrder
from codes.labels.rows import csv, txt
from codes.labels.serials import SealBlock
from codes.labels.sheet import pdf
from codes.labels.vectors import svg, svg_zip

MAX_PDF = 20_000            # reportlab holds all pages until the last: 3 KB a label on sheets, 10 KB on rolls
MAX_SVG = 2_000             # 4 KB a label; drawing programmes grow slow beyond some 10 MB of paths
MAX_SVG_ZIP = 100_000       # zipfile holds the directory until the end, 0.5 KB a member


class Format(NamedTuple):
    write: Callable[[ExportOrder, SealBlock], Iterator[tuple[int, bytes]]]
    media_type: str
    suffix: str
    most: int


FORMATS = {
    "csv": Format(csv, "text/csv; charset=utf-8; header=present", "csv", MAX_INDEX),
    "txt": Format(txt, "text/plain; charset=us-ascii", "txt", MAX_INDEX),
    "svg": Format(svg, "image/svg+xml", "svg", MAX_SVG),
    "svg-zip": Format(svg_zip, "application/zip", "zip", MAX_SVG_ZIP),
    "pdf": Format(pdf, "application/pdf", "pdf", MAX_PDF),
}


def stream(order: ExportOrder, fmt: str, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """(labels so far, bytes) in bounded memory; every refusal comes from this call, none from the iteration."""
    form = _format(fmt)
    if order.count > form.most:
        raise TooManyLabels(field="count", format=fmt, limit=form.most)
    # The last serial first: an epoch without a key or an index out of range is refused before any byte.
    seal_block(order.epoch, order.batch, order.last, 1, order.variant)
    return form.write(order, seal_block)


def file_name(order: ExportOrder, fmt: str) -> str:
    """Says GTIN, batch and range, so that two parts of one batch never share a name."""
    kind = "-proof" if order.proof else "-demo" if order.demo else ""
    return f"zpm-{order.gtin}-{order.batch}-{order.first}-{order.last}{kind}.{_format(fmt).suffix}"


def _format(fmt: str) -> Format:
    if fmt not in FORMATS:
        raise UnknownFormat(field="format", format=fmt, known=", ".join(FORMATS))
    return FORMATS[fmt]
