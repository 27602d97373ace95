"""Pictures of packs: read by their content, drawn anew, small enough for the page's budget.

A picture is never kept as it came: re-encoding drops metadata, appended files and anything a
decoder of a phone could be attacked with. The pixel cap is asked before a pixel is decoded.
"""

import io
from hashlib import sha256

from PIL import Image, ImageOps

from app.catalogue.errors import NotAPicture, PictureTooLarge
from app.catalogue.shapes import Picture

UPLOAD_MOST = 10 * 2**20
PIXELS_MOST = 40_000_000
"""A 40-megapixel telephone camera; decoded it takes 120 MB for a moment."""
RESULT_MOST = 20_000
"""The page's first view may weigh 40 KB with its one picture (consumer-page.md §4)."""
LONGEST_SIDE = (720, 600, 480, 360, 240)
QUALITIES = (82, 70, 58, 45, 30)
FORMATS = ("JPEG", "PNG", "WEBP")

Image.MAX_IMAGE_PIXELS = None  # Pillow's cap warns only, and higher; ours refuses, and before decoding


def redraw(content: bytes) -> Picture:
    """The picture as WebP of at most 20 KB; takes up to about a second, so call it in a thread."""
    if len(content) > UPLOAD_MOST:
        raise PictureTooLarge(given=f"{len(content) / 2**20:.1f} MB", most=f"{UPLOAD_MOST // 2**20} MB")
    image = _read(content)
    for side in LONGEST_SIDE:
        smaller = image.copy()
        smaller.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            buffer = io.BytesIO()
            smaller.save(buffer, "WEBP", quality=quality, method=4)
            if buffer.tell() <= RESULT_MOST:
                return _picture(buffer.getvalue(), smaller)
    raise AssertionError("240 pixels at quality 30 never weigh 20 KB")


def _picture(content: bytes, image: Image.Image) -> Picture:
    name = sha256(content).hexdigest()
    return Picture(sha256=name, media_type="image/webp", width=image.width, height=image.height, content=content)


def _read(content: bytes) -> Image.Image:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > PIXELS_MOST:
                raise PictureTooLarge(given=f"{image.width} × {image.height}", most=f"{PIXELS_MOST:,} pixels")
            image.draft("RGB", (LONGEST_SIDE[0] * 2, LONGEST_SIDE[0] * 2))
            upright = ImageOps.exif_transpose(image)
            if upright.mode in ("RGBA", "LA", "P", "PA"):
                upright = upright.convert("RGBA")
                ground = Image.new("RGBA", upright.size, "white")
                return Image.alpha_composite(ground, upright).convert("RGB")
            return upright.convert("RGB")
    except PictureTooLarge:
        raise
    except Exception:  # decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise NotAPicture from None
