"""Labels as PDF pages by reportlab: vector symbols, embedded fonts, black only."""

from collections.abc import Iterator
from io import BytesIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from codes.labels.face import Face, Word, compose
from codes.labels.layouts import SheetLayout, layout
from codes.labels.lettering import MONO, SANS, check_glyphs
from codes.labels.orders import ExportOrder
from codes.labels.paths import pdf_paths
from codes.labels.plates import Plate, plate
from codes.labels.serials import SealBlock, blocks, texts
from codes.labels.words import JOB, LOT
from codes.serial import grouped

PRESSED = 520                   # labels sealed and drawn at a time, rounded to whole pages
CHUNK = 1 << 18
JOB_MM, JOB_PT = 5.0, 6         # job line above the paper's edge; printers reach 4.2 mm
JOB_ROOM_MM = 8.0               # a sheet with less foot than this has no job line


def pdf(order: ExportOrder, seal_block: SealBlock) -> Iterator[tuple[int, bytes]]:
    """Sheets or a roll of labels. reportlab holds the document until it is complete, hence `export.MAX_PDF`."""
    sheet, dies = layout(order.layout), plate(order.prefix, order.level)
    face = compose(sheet, dies.side, order.host, proof=order.proof, demo=order.demo)
    check_glyphs(order.lot, "lot")
    return _pages(order, sheet, face, dies, seal_block)


def _pages(
    order: ExportOrder, sheet: SheetLayout, face: Face, dies: Plate, seal_block: SealBlock
) -> Iterator[tuple[int, bytes]]:
    out = BytesIO()
    canvas = Canvas(out, pagesize=(sheet.page_width * mm, sheet.page_height * mm), invariant=1, pageCompression=1)
    canvas.setTitle(f"{order.gtin} {order.batch} {order.first}-{order.last}")
    _define_face(canvas, face)
    pages = -(-order.count // sheet.per_page)
    step = sheet.per_page * max(1, PRESSED // sheet.per_page)
    page = 0
    for _, serials in blocks(order, seal_block, step):
        paths, names = pdf_paths(dies.press(serials)), texts(serials)
        for at in range(0, len(names), sheet.per_page):
            page += 1
            for number, (path, serial) in enumerate(zip(paths[at : at + sheet.per_page], names[at:], strict=False)):
                _draw(canvas, sheet, face, number, path, serial)
            _job_line(canvas, order, sheet, page, pages)
            canvas.showPage()
    canvas.save()
    whole = out.getbuffer()
    for at in range(0, len(whole), CHUNK):
        yield order.count, bytes(whole[at : at + CHUNK])


def _define_face(canvas: Canvas, face: Face) -> None:
    """What all labels share, once in the file."""
    canvas.beginForm("face", 0, 0, face.width * mm, face.height * mm)
    canvas.setFillGray(0)
    for word in face.words:
        _write(canvas, face, word)
    if face.tag:
        left, top, width, height, word = face.tag
        canvas.rect(left * mm, (face.height - top - height) * mm, width * mm, height * mm, stroke=0, fill=1)
        canvas.setFillGray(1)
        _write(canvas, face, word)
    canvas.endForm()


def _write(canvas: Canvas, face: Face, word: Word) -> None:
    canvas.setFont(word.font, word.size)
    canvas.drawString(word.x * mm, (face.height - word.y) * mm, word.text)


def _draw(canvas: Canvas, sheet: SheetLayout, face: Face, number: int, path: str, serial: str) -> None:
    left, top = sheet.place(number)
    canvas.saveState()
    canvas.translate(left * mm, (sheet.page_height - top - face.height) * mm)
    canvas.doForm("face")
    groups = grouped(serial).split(" ")
    for line in face.serial:
        _write(canvas, face, Word(line.x, line.y, line.size, MONO, " ".join(groups[line.start : line.stop])))
    x, y = face.symbol
    scale = face.module * mm
    canvas.transform(scale, 0, 0, scale, x * mm, (face.height - y - face.side * face.module) * mm)
    canvas.drawPath(PDFPathObject([path]), stroke=0, fill=1)
    canvas.restoreState()


def _job_line(canvas: Canvas, order: ExportOrder, sheet: SheetLayout, page: int, pages: int) -> None:
    """Which sheet of which job this is, in the margin that is thrown away."""
    foot = sheet.page_height - sheet.top - sheet.rows * sheet.height
    if foot < JOB_ROOM_MM:
        return
    first = order.first + (page - 1) * sheet.per_page
    last = min(first + sheet.per_page - 1, order.last)
    words = JOB.format(gtin=order.gtin, batch=order.batch, first=first, last=last, page=page, pages=pages)
    canvas.setFont(SANS, JOB_PT)
    canvas.drawString(sheet.left * mm, JOB_MM * mm, words + (LOT.format(lot=order.lot) if order.lot else ""))
