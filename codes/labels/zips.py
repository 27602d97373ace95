"""ZIP archives as a stream of bytes, the same bytes for the same members."""

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase

_WHEN = (1980, 1, 1, 0, 0, 0)           # the first moment a ZIP can name; an archive made again must be identical
_PACKED = (".png", ".pdf")              # these hold deflated data already


class _Outlet(RawIOBase):
    """Collects what zipfile writes; it cannot seek, so sizes follow the data."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        taken, self.parts = b"".join(self.parts), []
        return taken


def zip_stream(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The archive of (name, content), one chunk a member and the directory last."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, _WHEN)
            entry.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o644 << 16    # the same on every platform
            archive.writestr(entry, content)
            yield outlet.take()
    yield outlet.take()
