"""The ZIP around a workbook, judged by its directory before a byte is unpacked, and counted while it is."""

import io
import posixpath
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from app.catalogue.tables.errors import BrokenTable, LinksElsewhere, OtherSpreadsheet, TableTooHeavy, UnsafeArchive
from app.catalogue.tables.limits import (
    DIRECTORY_MOST,
    ENTRIES_MOST,
    RATIO_FROM,
    RATIO_MOST,
    UNPACKED_MOST,
)

CHUNK = 64 * 1024

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_ENCRYPTED = 0x1 | 0x40 | 0x2000
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_WHY = {
    "entries": (f"it has more than {ENTRIES_MOST} parts", f"其中的部件超过 {ENTRIES_MOST} 个"),
    "zip64": ("it is packed for sizes no workbook has", "其压缩格式用于远大于工作簿的文件"),
    "unpacked": (f"it unpacks to more than {UNPACKED_MOST // 2**20} MB", f"解压后超过 {UNPACKED_MOST // 2**20} MB"),
    "ratio": (
        f"a part unpacks to more than {RATIO_MOST} times its size",
        f"某个部件解压后超过原大小的 {RATIO_MOST} 倍",
    ),
    "overlap": ("its parts overlap", "其中的部件相互重叠"),
    "encrypted": ("a part is encrypted", "其中的部件已加密"),
    "names": ("a part has a name that leads outside", "某个部件的名称指向外部路径"),
    "twice": ("two parts have the same name", "有两个部件同名"),
    "method": ("a part is packed in an unusual way", "某个部件使用了不常见的压缩方式"),
}


def _unsafe(why: str) -> UnsafeArchive:
    en, zh = _WHY[why]
    return UnsafeArchive(why=why, reason_en=en, reason_zh=zh)


class Archive:
    """A workbook's parts. Every part comes as chunks, and all together may not exceed what is allowed."""

    def __init__(self, data: bytes) -> None:
        _check_end(data)
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError) as error:
            raise BrokenTable from error
        _check_directory(data, self._zip)
        self._left = UNPACKED_MOST
        self.names = frozenset(self._zip.namelist())
        if any(name.lower().startswith("xl/externallinks/") for name in self.names):
            raise LinksElsewhere

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part, unpacked; raises a Refusal where it is missing or not what the directory says."""
        if name not in self.names:
            raise BrokenTable
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(CHUNK):
                    self._left -= len(chunk)
                    if self._left < 0:
                        raise _unsafe("unpacked")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise BrokenTable from error


def _check_end(data: bytes) -> None:
    """The end of the directory: how much of one there is, before it is read."""
    place = data.rfind(b"PK\x05\x06", max(0, len(data) - _END.size - 0xFFFF))
    if place < 0 or len(data) < place + _END.size:
        raise BrokenTable
    _, _, _, here, entries, size, start, _ = _END.unpack_from(data, place)
    if 0xFFFF in (here, entries) or 0xFFFFFFFF in (size, start) or data[place - 20 : place - 16] == b"PK\x06\x07":
        raise _unsafe("zip64")
    if entries > ENTRIES_MOST or size > DIRECTORY_MOST:
        raise _unsafe("entries")
    if not entries:
        raise OtherSpreadsheet


def _check_directory(data: bytes, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > ENTRIES_MOST:
        raise _unsafe("entries")
    if len({part.filename.casefold() for part in parts}) < len(parts):
        raise _unsafe("twice")
    for part in parts:
        _check_part(part)
    if sum(part.file_size for part in parts) > UNPACKED_MOST:
        raise _unsafe("unpacked")
    _check_places(data, parts, archive.start_dir)


def _check_part(part: zipfile.ZipInfo) -> None:
    if part.flag_bits & _ENCRYPTED:
        raise _unsafe("encrypted")
    if part.compress_type not in _METHODS:
        raise _unsafe("method")
    if not _stays_inside(part.orig_filename) or stat.S_ISLNK(part.external_attr >> 16):
        raise _unsafe("names")
    if part.file_size > RATIO_FROM and part.file_size > RATIO_MOST * part.compress_size:
        raise _unsafe("ratio")
    if part.compress_type == zipfile.ZIP_STORED and part.file_size != part.compress_size:
        raise BrokenTable


def _stays_inside(name: str) -> bool:
    plain = (
        not any(ord(char) < 32 for char in name) and "\\" not in name and ":" not in name and not name.startswith("/")
    )
    return plain and ".." not in name.split("/")


def _check_places(data: bytes, parts: list[zipfile.ZipInfo], directory: int) -> None:
    """No byte belongs to two parts: that is how 42 kB unpack to 5 GB."""
    end = 0
    for part in sorted(parts, key=lambda one: one.header_offset):
        if part.header_offset < end:
            raise _unsafe("overlap")
        end = _end_of(data, part)
    if end > directory:
        raise _unsafe("overlap")


def _end_of(data: bytes, part: zipfile.ZipInfo) -> int:
    if part.header_offset < 0 or part.header_offset + _LOCAL.size > len(data):
        raise BrokenTable
    signature, *_, name, extra = _LOCAL.unpack_from(data, part.header_offset)
    if signature != b"PK\x03\x04":
        raise BrokenTable
    return part.header_offset + _LOCAL.size + name + extra + part.compress_size


def beside(part: str, target: str) -> str:
    """The name of the part that `part` calls `target`."""
    inside = target.removeprefix("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
    if len(inside) > 1_000:
        raise TableTooHeavy
    return posixpath.normpath(inside)
