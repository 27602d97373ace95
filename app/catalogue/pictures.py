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
PIXELS_MOST = 12_000_000
"""Decoded and drawn smaller this takes about 100 MB for a moment (measured with an animated WebP)."""
PIXELS_CAMERA = 52_000_000
"""A baseline JPEG, as cameras write, is decoded at a quarter of its size or less."""
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
            camera = image.format == "JPEG" and not image.info.get("progressive")
            if image.width * image.height > (most := PIXELS_CAMERA if camera else PIXELS_MOST):
                raise PictureTooLarge(given=f"{image.width} × {image.height}", most=f"{most:,} pixels")
            image.draft("RGB", (LONGEST_SIDE[0], LONGEST_SIDE[0]))
            plain = image.convert("RGBA") if image.mode in ("RGBA", "LA", "PA", "P") else image
            plain.thumbnail((LONGEST_SIDE[0], LONGEST_SIDE[0]), Image.Resampling.LANCZOS)
            upright = ImageOps.exif_transpose(plain)
            if upright.mode != "RGBA":
                return upright.convert("RGB")
            return Image.alpha_composite(Image.new("RGBA", upright.size, "white"), upright).convert("RGB")
    except PictureTooLarge:
        raise
    except Exception:  # decoders raise OSError, SyntaxError, ValueError, struct.error, zlib.error, …
        raise NotAPicture from None
