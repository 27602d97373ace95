"""The reading process: `python -m app.catalogue.tables.reading` takes a file on stdin and writes an `Answer`.

It runs alone and within limits, since what it parses comes from strangers: whatever happens to it,
the service goes on. It is given no settings and opens nothing.
"""

import sys
import zlib
from contextlib import suppress

from msgspec import msgpack

from app.catalogue.tables.delimited import read_delimited
from app.catalogue.tables.errors import BrokenTable, NotATable, OldSpreadsheet, TableEmpty, TableTooHeavy
from app.catalogue.tables.limits import CPU_MOST_S, MEMORY_MOST
from app.catalogue.tables.raw import Answer, Raw, Refused
from app.catalogue.tables.workbooks import read_workbook
from codes.errors import Refusal

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    b"%PDF-",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BZh",
    b"\x7fELF",
    b"MZ",
)
"""Files whose beginning could pass for a text in some encoding."""


def read(data: bytes) -> Raw:
    """By content, whatever the file is called."""
    if data.startswith(_ZIP):
        return read_workbook(data)
    if data.startswith(_OLE):
        raise OldSpreadsheet
    if data.startswith(_OTHERS):
        raise NotATable
    raw = read_delimited(data)
    if not raw.rows:
        raise TableEmpty
    return raw


def answer(data: bytes) -> Answer:
    try:
        return Answer(raw=read(data))
    except Refusal as refusal:
        return _refused(refusal)
    except (MemoryError, RecursionError):
        return _refused(TableTooHeavy())
    except (zlib.error, EOFError, UnicodeError):
        return _refused(BrokenTable())


def _refused(refusal: Refusal) -> Answer:
    return Answer(refused=Refused(refusal.code, {name: fact for name, fact in refusal.facts.items() if _plain(fact)}))


def _plain(fact: object) -> bool:
    return isinstance(fact, (str, int))


def _limit() -> None:
    """Address space and processor time; no file can be written. Where a system has no such limits, the
    asking process's patience is the only one."""
    with suppress(ImportError):
        import resource

        for what, most in (
            (resource.RLIMIT_AS, MEMORY_MOST),
            (resource.RLIMIT_CPU, CPU_MOST_S),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_CORE, 0),
        ):
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def main() -> None:
    _limit()
    sys.stdout.buffer.write(msgpack.encode(answer(sys.stdin.buffer.read())))


if __name__ == "__main__":
    main()
