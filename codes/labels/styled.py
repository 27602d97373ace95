"""The styled product code by qrcode: rounded modules in the accent colour, with or without the mark inside."""

import re
from io import BytesIO

import qrcode
from PIL import Image, ImageColor, ImageDraw, ImageFont
from qrcode.constants import ERROR_CORRECT_H, ERROR_CORRECT_Q
from qrcode.image.styledpil import StyledPilImage
from qrcode.image.styles.moduledrawers.pil import RoundedModuleDrawer
from qrcode.image.styles.moduledrawers.svg import BaseSvgQRModuleDrawer
from qrcode.image.svg import SvgPathImage

from codes.labels.lettering import FONTS
from codes.labels.symbols import QUIET, X_TARGET_MM, symbol, width_mm
from codes.labels.words import NAME

ACCENT = "#2a6f69"              # 5.9 : 1 on white, and red light sees it nearly black
ROUNDING = 0.8                  # of half a module; a lone dot keeps 86 % of its ink
MODULE_PX = 32
# Room for the mark, in modules, odd like the side so that it covers whole ones. No product URI fits
# level H below version 3. Measured there and at 4 with zxing: a further patch of 6 % is mended in 96–100 %
# of all places; with 11 × 5 modules in 80–96 %. Level Q leaves no such margin.
PLATE = (9, 5)
MARK_EM = 2.6                   # modules a sign; three signs are 7.8 wide
BOLD = 0.1                      # modules added to a stroke; the label face alone is thin beside full modules
LEVELS = {"Q": ERROR_CORRECT_Q, "H": ERROR_CORRECT_H}

_MARK = re.search(r' d="([^"]+)"', (FONTS / "mark.svg").read_text()).group(1)


class _RoundedPath(BaseSvgQRModuleDrawer):
    """qrcode rounds pixels only; the same shape as path data: a corner is round where both its sides are free."""

    needs_neighbors = True

    def drawrect(self, box: tuple, is_active: object) -> None:
        if not is_active:
            return
        x, y = (place // self.img.box_size for place in box[0])
        free = [not getattr(is_active, side) for side in "NESW"]
        nw, ne, se, sw = (ROUNDING / 2 if free[at - 1] and free[at] else 0 for at in range(4))
        self.img._subpaths.append(
            f"M{x + nw:g} {y}H{x + 1 - ne:g}{_arc(ne, ne, ne)}V{y + 1 - se:g}{_arc(se, -se, se)}"
            f"H{x + sw:g}{_arc(sw, -sw, -sw)}V{y + nw:g}{_arc(nw, nw, -nw)}z"
        )


def _arc(radius: float, dx: float, dy: float) -> str:
    return f"a{radius:g} {radius:g} 0 0 1 {dx:g} {dy:g}" if radius else ""


def _code(uri: str, *, mark: bool) -> qrcode.QRCode:
    level = "H" if mark else "Q"
    version = symbol(uri, level).version                # refuses what is no URI or too long
    code = qrcode.QRCode(version, LEVELS[level], MODULE_PX, QUIET)
    code.add_data(uri, optimize=0)                      # one mode throughout, as segno writes it
    code.make(fit=False)
    if mark:
        middle = code.modules_count // 2
        for row in range(middle - PLATE[1] // 2, middle + PLATE[1] // 2 + 1):
            for column in range(middle - PLATE[0] // 2, middle + PLATE[0] // 2 + 1):
                code.modules[row][column] = False
    return code


def svg(uri: str, *, mark: bool = False, x_mm: float = X_TARGET_MM) -> bytes:
    """Rounded modules as one path, true size; with `mark` 浙品码 in outlines in the middle, level H instead of Q."""
    code = _code(uri, mark=mark)
    drawn = code.make_image(SvgPathImage, module_drawer=_RoundedPath(), eye_drawer=_RoundedPath())
    box, size = code.modules_count + 2 * QUIET, f"{width_mm(code.modules_count, x_mm):.3f}mm"
    sign = _sign(box) if mark else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {box} {box}">'
        f'<path fill="#fff" d="M0 0h{box}v{box}h-{box}z"/>'
        f'<g fill="{ACCENT}"><path d="{drawn.path.get("d")}"/>{sign}</g></svg>\n'
    ).encode()


def png(uri: str, *, mark: bool = False, x_mm: float = X_TARGET_MM) -> bytes:
    """The same in pixels for the web, 32 a module."""
    code = _code(uri, mark=mark)
    drawer = RoundedModuleDrawer(radius_ratio=ROUNDING)
    grey = code.make_image(StyledPilImage, module_drawer=drawer, eye_drawer=drawer).get_image().convert("L")
    if mark:
        _write_mark(grey)
    # Coloured by a palette: qrcode's own colour mask walks over every pixel in Python, 2 s an image.
    grey.putpalette(_ramp())
    out = BytesIO()
    dpi = MODULE_PX * 25.4 / x_mm
    grey.save(out, "PNG", dpi=(dpi, dpi))
    return out.getvalue()


def _sign(box: int) -> str:
    """The mark as outlines in the middle of `box` modules."""
    place = f"translate({box / 2 - 1.5 * MARK_EM:g} {box / 2 - 0.5 * MARK_EM:g}) scale({MARK_EM / 1000:g})"
    return f'<path transform="{place}" stroke="{ACCENT}" stroke-width="{BOLD / MARK_EM * 1000:.0f}" d="{_MARK}"/>'


def _ramp() -> bytes:
    """256 colours from the accent to white."""
    accent = ImageColor.getrgb(ACCENT)
    return bytes(round(dark + (255 - dark) * step / 255) for step in range(256) for dark in accent)


def _write_mark(grey: Image.Image) -> None:
    font = ImageFont.truetype(FONTS / "label.ttf", MARK_EM * MODULE_PX)
    left, top, right, bottom = font.getbbox(NAME)
    place = ((grey.width - left - right) / 2, (grey.height - top - bottom) / 2)
    ImageDraw.Draw(grey).text(place, NAME, fill=0, font=font, stroke_width=BOLD * MODULE_PX / 2)
