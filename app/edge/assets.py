"""Style sheets, scripts and pictures of ours: read once, under an address that names their content."""

import mimetypes
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

STATIC = Path(__file__).parents[2] / "web" / "static"
_TEXT = ("text/css", "text/javascript", "image/svg+xml")


class Asset(Struct, frozen=True):
    """One file as it is sent."""

    media_type: str
    content: bytes
    digest: str


class Assets:
    """All files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._by_name = {
            path.relative_to(folder).as_posix(): _read(path) for path in sorted(folder.rglob("*")) if path.is_file()
        }

    def find(self, name: str) -> Asset | None:
        return self._by_name.get(name)

    def address(self, name: str) -> str:
        """Changes with the content, so that browsers may keep it for ever; KeyError for a file that is not there."""
        return f"/static/{self._by_name[name].digest}/{name}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind in _TEXT else kind
    return Asset(media_type, content, sha256(content).hexdigest()[:12])


ASSETS = Assets(STATIC)
