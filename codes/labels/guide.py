"""How large to print a product code: the same facts as text and as a dimensioned sheet."""

from io import BytesIO
from math import ceil, floor
from urllib.parse import urlsplit

from reportlab.lib.colors import HexColor
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.pathobject import PDFPathObject

from codes.labels.errors import UriNotPrintable
from codes.labels.lettering import MONO, SANS
from codes.labels.paths import pdf_path
from codes.labels.symbols import QUIET, X_MAX_MM, X_MIN_MM, X_TARGET_MM, matrix, symbol
from codes.labels.words import GUIDE_TITLE, MODULE, RULES, SIDE, SIZES, SYMBOLS, TOTAL, TRUE_SIZE

INK, SOFT, ACCENT, LINE = (HexColor(colour) for colour in ("#1c2421", "#5a6661", "#2a6f69", "#c9d1cc"))
PAGE, LEFT = (210, 297), 20  # mm
DRAWING = 84  # mm, the dimensioned symbol with its quiet zone
RULE_MM = 50  # the printed rule that shows whether a printer scaled the page


def sizes(side: int) -> list[tuple[float, float, float]]:
    """(X, symbol, with quiet zone) in mm: smallest, target, largest, to a tenth on the safe side."""
    return [
        (x, turn(side * x * 10) / 10, turn((side + 2 * QUIET) * x * 10) / 10)
        for x, turn in ((X_MIN_MM, ceil), (X_TARGET_MM, ceil), (X_MAX_MM, floor))
    ]


def _host(uri: str) -> str:
    """The address as people compare it; what has none cannot be a product code."""
    host = urlsplit(uri).netloc.lower()
    if not host:
        raise UriNotPrintable(field="uri")
    return host


def text(uri: str) -> bytes:
    """Chinese, then English, UTF-8."""
    sides = [len(matrix(symbol(uri, level))) for level in ("Q", "H")]
    pages = []
    for tongue in (0, 1):
        heads = MODULE[tongue], SIDE[tongue], TOTAL[tongue]
        lines = [GUIDE_TITLE[tongue], uri, ""]
        for words, side in zip(SYMBOLS, sides, strict=True):
            lines.append(words[tongue].format(side=side))
            for size, values in zip(SIZES, sizes(side), strict=True):
                places = zip(heads, values, (3, 1, 1), strict=True)
                parts = [f"{head} {value:.{digits}f} mm" for head, value, digits in places]
                lines.append(f"  {size[tongue]}: {', '.join(parts)}")
        lines += ["", *(f"{number}. {rule[tongue].format(host=_host(uri))}" for number, rule in enumerate(RULES, 1))]
        pages.append("\n".join(lines) + "\n")
    return "\n".join(pages).encode()


def sheet(uri: str) -> bytes:
    """One A4 page: the dimensioned symbol, the sizes, the symbol at true size beside a rule, the rules."""
    out = BytesIO()
    canvas = Canvas(out, pagesize=(PAGE[0] * mm, PAGE[1] * mm), invariant=1)
    canvas.setTitle(" ".join(GUIDE_TITLE))
    _say(canvas, LEFT, 268, GUIDE_TITLE[0], 20)
    _say(canvas, LEFT, 261.5, GUIDE_TITLE[1], 10, SOFT)
    _say(canvas, LEFT, 254, uri, 8.5, INK, MONO)
    modules = matrix(symbol(uri, "Q"))
    path = pdf_path(modules)
    _dimensions(canvas, path, len(modules))
    _tables(canvas, [len(modules), len(matrix(symbol(uri, "H")))])
    _true_size(canvas, path, len(modules))
    for number, (zh, en) in enumerate(RULES):
        y = 95 - 10 * number
        _say(canvas, LEFT, y, str(number + 1), 9, ACCENT)
        _say(canvas, LEFT + 6, y, zh.format(host=_host(uri)), 9)
        _say(canvas, LEFT + 6, y - 3.8, en.format(host=_host(uri)), 7, SOFT)
    canvas.save()
    return out.getvalue()


def _say(canvas: Canvas, x: float, y: float, words: str, size: float, colour: HexColor = INK, font: str = SANS) -> None:
    canvas.setFillColor(colour)
    canvas.setFont(font, size)
    canvas.drawString(x * mm, y * mm, words)


def _symbol(canvas: Canvas, path: str, x: float, y: float, module: float) -> None:
    """The dark modules with their lower left corner at x, y."""
    canvas.saveState()
    canvas.setFillGray(0)
    canvas.translate(x * mm, y * mm)
    canvas.scale(module * mm, module * mm)
    canvas.drawPath(PDFPathObject([path]), stroke=0, fill=1)
    canvas.restoreState()


def _arrow(canvas: Canvas, start: float, stop: float, y: float, words: str) -> None:
    """A dimension line with end strokes and its words under the middle."""
    canvas.setStrokeColor(ACCENT)
    canvas.setLineWidth(0.5)
    canvas.line(start * mm, y * mm, stop * mm, y * mm)
    for x in (start, stop):
        canvas.line(x * mm, (y - 1.2) * mm, x * mm, (y + 1.2) * mm)
    canvas.setFillColor(ACCENT)
    canvas.setFont(SANS, 8)
    canvas.drawCentredString((start + stop) / 2 * mm, (y - 4) * mm, words)


def _dimensions(canvas: Canvas, path: str, side: int) -> None:
    module = DRAWING / (side + 2 * QUIET)
    x, y, quiet = LEFT, 160, QUIET * module
    canvas.setStrokeColor(LINE)
    canvas.setLineWidth(0.5)
    canvas.setDash(2, 2)
    canvas.rect(x * mm, y * mm, DRAWING * mm, DRAWING * mm)
    canvas.setDash()
    _symbol(canvas, path, x + quiet, y + quiet, module)
    _arrow(canvas, x + quiet, x + DRAWING - quiet, y - 4, f"{SIDE[0]} {side}X  {SIDE[1]}")
    _arrow(canvas, x, x + DRAWING, y - 13, f"{TOTAL[0]} {side + 2 * QUIET}X  {TOTAL[1]}")
    _arrow(canvas, x, x + quiet, y - 4, "4X")
    _arrow(canvas, x + DRAWING - quiet, x + DRAWING, y - 4, "4X")


def _tables(canvas: Canvas, sides: list[int]) -> None:
    left, columns = LEFT + DRAWING + 12, (31, 52, 74)
    for number, (words, side) in enumerate(zip(SYMBOLS, sides, strict=True)):
        y = 240 - 46 * number
        _say(canvas, left, y, words[0].format(side=side), 9)
        _say(canvas, left, y - 4.2, words[1].format(side=side), 7, SOFT)
        for x, zh, en in zip(columns, (MODULE[0], SIDE[0], TOTAL[0]), (MODULE[1], SIDE[1], TOTAL[1]), strict=True):
            canvas.setFillColor(SOFT)
            canvas.setFont(SANS, 7.5)
            canvas.drawRightString((left + x) * mm, (y - 11) * mm, f"{zh} mm")
            canvas.setFont(SANS, 5.5)
            canvas.drawRightString((left + x) * mm, (y - 13.8) * mm, en)
        for row, ((zh, en), values) in enumerate(zip(SIZES, sizes(side), strict=True)):
            base = y - 20 - 6.5 * row
            canvas.setStrokeColor(LINE)
            canvas.line(left * mm, (base + 4.2) * mm, (left + columns[-1]) * mm, (base + 4.2) * mm)
            _say(canvas, left, base, zh, 9)
            _say(canvas, left + 8, base, en, 5.5, SOFT)
            canvas.setFillColor(ACCENT if row == 1 else INK)
            canvas.setFont(SANS, 9)
            for x, value in zip(columns, (f"{values[0]:.3f}", f"{values[1]:.1f}", f"{values[2]:.1f}"), strict=True):
                canvas.drawRightString((left + x) * mm, base * mm, value)


def _true_size(canvas: Canvas, path: str, side: int) -> None:
    y, x = 114, LEFT
    for module in (X_MIN_MM, X_TARGET_MM):
        _symbol(canvas, path, x, y, module)
        _say(canvas, x, y - 4, f"X {module:.3f} mm", 7, SOFT)
        x += side * module + 14
    canvas.setStrokeColor(INK)
    canvas.setLineWidth(0.4)
    canvas.line(x * mm, y * mm, (x + RULE_MM) * mm, y * mm)
    for tick in range(RULE_MM + 1):
        high = 4 if tick % 10 == 0 else 2.5 if tick % 5 == 0 else 1.5
        canvas.line((x + tick) * mm, y * mm, (x + tick) * mm, (y + high) * mm)
    _say(canvas, x, y + 8.5, TRUE_SIZE[0], 9)
    _say(canvas, x, y + 5.5, TRUE_SIZE[1], 6.5, SOFT)
    _say(canvas, x, y - 4, f"{RULE_MM} mm", 7, SOFT)
