"""The product code as a packaging designer needs it: plain, rounded and marked, and how large to print it."""

import re
from collections.abc import Iterable, Iterator

from codes.labels import guide, styled, symbols
from codes.labels.zips import zip_stream

NAME_LENGTH = 40                        # of a folder; 255 bytes hold 85 Han signs, Windows paths 260 characters
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')


def product_artwork(uri: str, *, stem: str = "zpm") -> dict[str, bytes]:
    """File name → content: the symbol at level Q plain (black) and rounded, at H with the mark, and the size guide."""
    return {
        f"{stem}.svg": symbols.svg(uri, level="Q"),
        f"{stem}.png": symbols.png(uri, level="Q", module_px=styled.MODULE_PX),
        f"{stem}-rounded.svg": styled.svg(uri),
        f"{stem}-rounded.png": styled.png(uri),
        f"{stem}-mark.svg": styled.svg(uri, mark=True),
        f"{stem}-mark.png": styled.png(uri, mark=True),
        f"{stem}-size-guide.pdf": guide.sheet(uri),
        f"{stem}-size-guide.txt": guide.text(uri),
    }


def artwork_zip(products: Iterable[tuple[str, str, str]]) -> Iterator[bytes]:
    """One archive of (gtin, name, uri): a folder a product, made while it is sent, the same bytes each time."""
    return zip_stream(
        (f"{_folder(gtin, name)}/{file}", content)
        for gtin, name, uri in products
        for file, content in product_artwork(uri, stem=gtin).items()
    )


def _folder(gtin: str, name: str) -> str:
    """The GTIN leads, so that folders sort and never collide; the name follows as far as file systems allow."""
    return f"{gtin} {_UNSAFE.sub(' ', name)[:NAME_LENGTH]}".rstrip(" .")
