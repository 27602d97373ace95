"""The words of a label as dots: what a printer has no font for, and whole labels for PNG.

The outlines are those of the fonts beside this module, so that a thermal label says the same words as a PDF.
"""

from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from codes.labels.face import Face, Word
from codes.labels.lettering import FONTS, MONO, PT, SANS
from codes.labels.sizes import MM_PER_INCH

FILES = {SANS: "label.ttf", MONO: "mono.ttf"}


def dots(length: float, dpi: int) -> int:
    """mm as whole dots."""
    return round(length * dpi / MM_PER_INCH)


@lru_cache(maxsize=64)
def font(name: str, size: float, dpi: int) -> ImageFont.FreeTypeFont:
    """A font of `size` points."""
    return ImageFont.truetype(FONTS / FILES[name], size * PT * dpi / MM_PER_INCH, layout_engine=ImageFont.Layout.BASIC)


def blank(face: Face, dpi: int) -> Image.Image:
    """A white label, one bit a dot, 1 dark."""
    return Image.new("1", (dots(face.width, dpi), dots(face.height, dpi)), 0)


def draw_word(image: Image.Image, word: Word, dpi: int, ink: int = 1) -> None:
    place = dots(word.x, dpi), dots(word.y, dpi)
    ImageDraw.Draw(image).text(place, word.text, fill=ink, font=font(word.font, word.size, dpi), anchor="ls")


def draw_tag(image: Image.Image, face: Face, dpi: int) -> None:
    """The dark box of a proof or a demonstration with its light words."""
    if face.tag:
        left, top, width, height, word = face.tag
        corners = [dots(side, dpi) for side in (left, top, left + width, top + height)]
        ImageDraw.Draw(image).rectangle((*corners[:2], corners[2] - 1, corners[3] - 1), fill=1)
        draw_word(image, word, dpi, ink=0)


def cropped(image: Image.Image) -> tuple[int, int, np.ndarray]:
    """Left, top and the dots, uint8 (rows, columns), of what is drawn on the image."""
    left, top, right, bottom = image.getbbox()
    return left, top, np.asarray(image, np.uint8)[top:bottom, left:right]
