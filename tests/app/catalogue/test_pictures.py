import io
import random
import struct
import zlib

import asyncpg
import pytest
from PIL import Image

from app.catalogue.errors import NotAPicture, PictureTooLarge
from app.catalogue.pictures import RESULT_MOST, UPLOAD_MOST, redraw
from tests.app.service import Api, written
from tests.world import World


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def noise(side: int) -> Image.Image:
    return Image.frombytes("RGB", (side, side), random.Random(7).randbytes(side * side * 3))


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is large and has almost no content."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("size", [(1, 1), (3000, 20), (1600, 1200)])
def test_pictures_become_small_webp(form: str, size: tuple[int, int]) -> None:
    picture = redraw(encoded(Image.new("RGB", size, "teal"), form))
    with Image.open(io.BytesIO(picture.content)) as image:
        assert (image.format, image.size) == ("WEBP", (picture.width, picture.height))
    assert max(picture.width, picture.height) <= 720


def test_even_noise_fits_the_pages_budget() -> None:
    assert len(redraw(encoded(noise(900), "PNG")).content) <= RESULT_MOST


def test_nothing_of_the_file_but_its_picture_is_kept() -> None:
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    exif[0x0112] = 6  # turned by a quarter
    plain = Image.new("RGB", (400, 200), "teal")
    content = encoded(plain, "JPEG", exif=exif) + b"<script>alert(1)</script>"
    picture = redraw(content)
    assert (picture.width, picture.height) == (200, 400)
    assert b"where I live" not in picture.content
    assert b"<script>" not in picture.content
    assert redraw(content).sha256 == picture.sha256


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "L", "CMYK", "1", "I;16"])
def test_every_mode_is_drawn(mode: str) -> None:
    image = Image.new(mode, (40, 30))
    picture = redraw(encoded(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert (picture.width, picture.height) == (40, 30)


def test_transparent_ground_becomes_white() -> None:
    picture = redraw(encoded(Image.new("RGBA", (40, 40), (0, 0, 0, 0)), "PNG"))
    with Image.open(io.BytesIO(picture.content)) as image:
        assert min(image.convert("RGB").getpixel((20, 20))) > 250


GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00;"
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize("content", [b"", b"x", GIF, SVG, b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\0\0\0\0WEBP"])
def test_what_is_no_picture_of_ours_is_refused(content: bytes) -> None:
    with pytest.raises(NotAPicture):
        redraw(content)


def test_bombs_are_refused_before_they_are_decoded() -> None:
    for size in ((60_000, 60_000), (2**30, 1)):
        with pytest.raises(PictureTooLarge):
            redraw(bomb(*size))
    with pytest.raises(NotAPicture):
        redraw(bomb(3_000, 3_000))  # allowed in size, but its content is missing
    with pytest.raises(PictureTooLarge):
        redraw(b"x" * (UPLOAD_MOST + 1))


@pytest.mark.anyio
async def test_a_photo_over_http(api: Api, world: World, db: asyncpg.Connection) -> None:
    url = f"/api/products/{(await world.product((await world.enterprise()).id)).id}"
    before = await written(db)
    assert (await api.refused(400, "PUT", f"{url}/photo", content=GIF))["code"] == "not-a-picture"
    assert (await api.refused(413, "PUT", f"{url}/photo", content=b"x" * (UPLOAD_MOST + 1)))["code"] == "too-large"
    assert await written(db) == before
    photo = await api.done("PUT", f"{url}/photo", content=encoded(noise(400), "PNG"))
    assert (await api.done("GET", url))["product"]["photo_sha256"] == photo["sha256"]
    assert await db.fetchval("select length(content) from photo where sha256 = $1", photo["sha256"]) <= RESULT_MOST
