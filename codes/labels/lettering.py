"""The two fonts of a label: widths for setting, embedding for PDF, glyph outlines for artwork."""

from pathlib import Path

from reportlab import rl_config
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from codes.labels.errors import NoGlyph

FONTS = Path(__file__).parent / "fonts"
SANS, MONO = "ZPM-Label", "ZPM-Label-Mono"
PT = 1 / mm                                 # one point in mm
PITCH = 0.602                               # advance of MONO in em
# Where neither font is embedded (SVG): the reader's own, as on the page a scan opens.
FAMILIES = {
    SANS: "'PingFang SC','Noto Sans CJK SC','Microsoft YaHei',sans-serif",
    MONO: "'DejaVu Sans Mono',Menlo,Consolas,monospace",
}

# Else pages are wrapped in ASCII85 by Python: a third of the time and a quarter more bytes.
rl_config.useA85 = 0
pdfmetrics.registerFont(TTFont(SANS, str(FONTS / "label.ttf")))
pdfmetrics.registerFont(TTFont(MONO, str(FONTS / "mono.ttf")))


def width(text: str, font: str, size: float) -> float:
    """Width in points at `size` points."""
    return pdfmetrics.stringWidth(text, font, size)


def check_glyphs(text: str, field: str) -> None:
    """Refuse what would print as an empty box."""
    missing = sorted(set(text) - set(map(chr, pdfmetrics.getFont(SANS).face.charToGlyph)))
    if missing:
        raise NoGlyph(field=field, signs=" ".join(missing))
