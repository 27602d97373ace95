"""The one door of an export: an order and a format in, (labels so far, bytes) out.

There are two kinds of formats. The texts (csv, txt, zpl) have rows of known width: their length is known before
they are made, and they begin at any byte at once. The others (xlsx, svg, svg-zip, png-zip, pdf) are compressed:
their length is known when they have been made, and to begin in the middle means to make what comes before.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from codes.labels.checks import Checks, OpenSerial
from codes.labels.errors import TooManyLabels, UnknownFormat
from codes.labels.lines import Lines, write
from codes.labels.orders import MAX_INDEX, ExportOrder
from codes.labels.pictures import png_zip
from codes.labels.rows import csv, txt
from codes.labels.serials import SealBlock
from codes.labels.sheet import pdf
from codes.labels.vectors import svg, svg_zip
from codes.labels.workbook import MAX_SHEETS, SHEET_ROWS, xlsx
from codes.labels.zpl import zpl

MAX_XLSX = MAX_SHEETS * SHEET_ROWS
MAX_PDF = 500_000  # 0.8 KB a label on sheets, 1.2 KB on rolls; readers grow slow with half a million pages
MAX_SVG = 2_000  # 4 KB a label; drawing programmes grow slow beyond some 10 MB of paths
MAX_ZIP = 1_000_000  # the directory is held until the end, 0.1 KB a member; who unpacks it has as many files

Chunks = Iterator[tuple[int, bytes]]


class Format(NamedTuple):
    """One of `lines` (rows of known width) and `write` (anything else)."""

    media_type: str
    suffix: str
    most: int
    lines: Callable[[ExportOrder], Lines] | None = None
    write: Callable[[ExportOrder, SealBlock, Checks], Chunks] | None = None


FORMATS = {
    "csv": Format("text/csv; charset=utf-8; header=present", "csv", MAX_INDEX, csv),
    "txt": Format("text/plain; charset=us-ascii", "txt", MAX_INDEX, txt),
    "zpl": Format("text/plain; charset=us-ascii", "zpl", MAX_INDEX, zpl),
    "xlsx": Format("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", MAX_XLSX, write=xlsx),
    "svg": Format("image/svg+xml", "svg", MAX_SVG, write=svg),
    "svg-zip": Format("application/zip", "zip", MAX_ZIP, write=svg_zip),
    "png-zip": Format("application/zip", "zip", MAX_ZIP, write=png_zip),
    "pdf": Format("application/pdf", "pdf", MAX_PDF, write=pdf),
}
ENCODED = ("csv", "txt")  # what an order's encoding applies to


def stream(order: ExportOrder, fmt: str, seal_block: SealBlock, open_serial: OpenSerial | None = None) -> Chunks:
    """(labels so far, bytes) in bounded memory; every refusal comes from this call, none from the iteration.

    The iteration ends with ExportBroken where a label that is read again is not what it must be.
    """
    return stream_from(order, fmt, seal_block, 0, open_serial)


def stream_from(
    order: ExportOrder, fmt: str, seal_block: SealBlock, offset: int, open_serial: OpenSerial | None = None
) -> Chunks:
    """The same from byte `offset` on: at once for a text, by making and dropping what comes before for the others."""
    form = _format(fmt)
    if order.count > form.most:
        raise TooManyLabels(field="count", format=fmt, limit=form.most)
    # The last serial first: an epoch without a key or an index out of range is refused before any byte.
    seal_block(order.epoch, order.batch, order.last, 1, order.variant)
    checks = Checks(order, open_serial)
    if form.lines:
        return write(order, form.lines(order), seal_block, checks, offset)
    return _dropping(form.write(order, seal_block, checks), offset)


def length(order: ExportOrder, fmt: str) -> int | None:
    """Bytes of the whole export, None for a format whose length is known only when it has been made."""
    lines = _format(fmt).lines
    return lines(order).length if lines else None


def media_type(order: ExportOrder, fmt: str) -> str:
    """With the charset the order asks for."""
    said = _format(fmt).media_type
    if fmt not in ENCODED or order.encoding == "utf-8":
        return said
    charset = order.encoding.removesuffix("-sig")
    return said.replace("us-ascii", charset).replace("utf-8", charset)


def file_name(order: ExportOrder, fmt: str) -> str:
    """Says GTIN, batch, range and roll, so that two parts of one batch never share a name."""
    kind = "-proof" if order.proof else "-demo" if order.demo else ""
    roll = f"-roll{order.roll:04d}" if order.roll else ""
    return f"zpm-{order.gtin}-{order.batch}-{order.first}-{order.last}{roll}{kind}.{_format(fmt).suffix}"


def _dropping(chunks: Chunks, offset: int) -> Chunks:
    for done, chunk in chunks:
        if len(chunk) > offset:
            yield done, chunk[offset:]
        offset = max(0, offset - len(chunk))


def _format(fmt: str) -> Format:
    if fmt not in FORMATS:
        raise UnknownFormat(field="format", format=fmt, known=", ".join(FORMATS))
    return FORMATS[fmt]
