"""Cut the two label fonts and the mark from Debian's fonts; needs fontTools, see README.txt.

    python make_fonts.py "$(python -c 'from codes.labels.words import glyphs; print(glyphs())')"
"""

import sys
import tempfile
from pathlib import Path

from fontTools import subset
from fontTools.merge import Merger
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem

HERE = Path(__file__).parent
FONTS = Path("/usr/share/fonts/truetype")
HAN = FONTS / "droid/DroidSansFallbackFull.ttf"
SANS = FONTS / "dejavu/DejaVuSans.ttf"
MONO = FONTS / "dejavu/DejaVuSansMono.ttf"
EM = 2048
MARK = "浙品码"
RIGHTS = (
    "Han: Droid Sans Fallback, (c) 2006-2010 Google Corp., Apache License 2.0. "
    "Latin: DejaVu, (c) 2003 Bitstream Inc., (c) 2006 Tavmjong Bah, changes in the public domain; see README.txt"
)


def cut(source: Path, text: str) -> TTFont:
    options = subset.Options(hinting=False, layout_features=[], notdef_outline=True, glyph_names=False)
    options.drop_tables += ["FFTM", "GDEF", "GPOS", "GSUB", "kern", "gasp", "VORG", "vhea", "vmtx"]
    font = TTFont(source)
    one = subset.Subsetter(options)
    one.populate(text=text)
    one.subset(font)
    if font["head"].unitsPerEm != EM:
        scale_upem(font, EM)
    return font


def save(font: TTFont, file: str, name: str) -> None:
    # A name of its own: DejaVu's licence keeps "Bitstream" and "Vera" for unmodified fonts.
    font["name"].names = []
    for number, words in {0: RIGHTS, 1: name, 2: "Regular", 4: name, 6: name.replace(" ", "")}.items():
        font["name"].setName(words, number, 3, 1, 0x409)
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(HERE / file)
    print(file, (HERE / file).stat().st_size, len(font.getBestCmap()))  # noqa: T201


def mark(font: TTFont) -> None:
    """The three signs as one outline, y downwards, in thousandths of the em, for the middle of a symbol."""
    glyphs, names, scale = font.getGlyphSet(), font.getBestCmap(), 1000 / EM
    pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
    for place, sign in enumerate(MARK):
        glyphs[names[ord(sign)]].draw(TransformPen(pen, (scale, 0, 0, -scale, 1000 * place, 860)))
    (HERE / "mark.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3000 1000"><path d="{pen.getCommands()}"/></svg>\n'
    )


def main(text: str) -> None:
    latin, signs = (source_text(text, han=False), source_text(text, han=True))
    with tempfile.TemporaryDirectory() as folder:
        parts = [str(Path(folder) / name) for name in ("latin.ttf", "signs.ttf")]
        for part, font in zip(parts, (cut(SANS, latin), cut(HAN, signs)), strict=True):
            font.save(part)
        whole = Merger().merge(parts)
    save(whole, "label.ttf", "ZPM Label")
    save(cut(MONO, "".join(chr(code) for code in range(0x20, 0x7F))), "mono.ttf", "ZPM Label Mono")
    mark(whole)


def source_text(text: str, *, han: bool) -> str:
    held = TTFont(HAN).getBestCmap()
    return "".join(sign for sign in text if (ord(sign) in held and ord(sign) > 0x2E80) == han)


if __name__ == "__main__":
    main(sys.argv[1])
