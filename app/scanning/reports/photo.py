"""The photo of a report: read by its content, drawn anew, so that nothing of the file itself is kept.

Where and with what it was taken stays out, and so does anything appended or hidden in it. The pixel
cap is asked before a pixel is decoded.
"""

import io

from PIL import Image, ImageOps

PHOTO_MOST = 5 * 2**20
PIXELS_MOST = 12_000_000
"""Decoded and drawn smaller this takes 100 MB for a moment."""
PIXELS_CAMERA = 52_000_000
"""A baseline JPEG, as cameras write, is decoded at a quarter of its size or less; 50 megapixels fit."""
LONGEST_SIDE = 1600
"""Print on a pack can be read at this size; about 300 KB."""
QUALITY = 80
FORMATS = ("JPEG", "PNG", "WEBP")


class PhotoRefused(Exception):
    """`name` is the wording's: photo_large, photo_pixels or photo_kind."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def redraw(content: bytes) -> bytes:
    """The picture as WebP without metadata; takes up to a second, so call it in a thread."""
    if len(content) > PHOTO_MOST:
        raise PhotoRefused("photo_large")
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > _most(image):
                raise PhotoRefused("photo_pixels")
            image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
            image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
            upright = _opaque(ImageOps.exif_transpose(image))
    except PhotoRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PhotoRefused("photo_pixels") from None
    except Exception:  # decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise PhotoRefused("photo_kind") from None
    buffer = io.BytesIO()
    upright.save(buffer, "WEBP", quality=QUALITY, method=4)
    return buffer.getvalue()


def _most(image: Image.Image) -> int:
    return PIXELS_CAMERA if image.format == "JPEG" and not image.info.get("progressive") else PIXELS_MOST


def _opaque(image: Image.Image) -> Image.Image:
    """In three colours, what was transparent on white; without anything the file carried beside."""
    if image.mode not in ("RGBA", "LA", "PA", "P"):
        image = image.convert("RGB")
        image.info.clear()
        return image
    image = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
