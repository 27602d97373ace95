import io

import pytest
from PIL import Image

from app.catalogue.pictures import redraw
from app.demo.load import FOLDER, read
from tests.world import TODAY

MOST = 8_000


@pytest.mark.parametrize("path", sorted((FOLDER / "photos").glob("*.webp")), ids=lambda path: path.stem)
def test_a_picture_is_small_and_stays_so(path: object) -> None:
    content = path.read_bytes()
    assert len(content) <= MOST
    picture = redraw(content)
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (480, 480)


def test_every_product_has_one_and_none_is_left_over() -> None:
    used = {one["photo"] for one in read(TODAY).products.values()}
    assert used == {path.stem for path in (FOLDER / "photos").glob("*.webp")}
