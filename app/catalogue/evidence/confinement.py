"""Starts `cleaning` apart from the service, and says its no in our words.

The other process gets the file, little memory and time, and nothing else: no environment with
secrets in it, no connection, no folder to write to. What breaks it is refused here.
"""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from threading import Timer

from msgspec import Struct, convert, json

from app.catalogue.evidence import errors

PROGRAM = str(Path(__file__).with_name("cleaning.py"))
WALL_S = 60.0
"""Four times the processor's time it is given: other work may run beside it."""
KEPT_MOST = 40 * 2**20
UPLOAD_MOST = 20 * 2**20
"""The largest file of any kind (`cleaning.PDF_MOST`)."""

_apart = ThreadPoolExecutor(2, thread_name_prefix="evidence")
"""Two files at a time: each may take a gigabyte for a moment."""

REFUSALS = {
    "kind": errors.WrongFile,
    "large": errors.FileTooLarge,
    "archive": errors.HiddenArchive,
    "pixels": errors.TooManyPixels,
    "animated": errors.Animated,
    "damaged": errors.FileUnreadable,
    "encrypted": errors.FileEncrypted,
    "pages": errors.TooManyPages,
    "unpacked": errors.FileTooComplex,
    "complex": errors.FileTooComplex,
}


class Cleaned(Struct, frozen=True, kw_only=True):
    """A file as it is kept, and what it is."""

    media_type: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None
    content: bytes = b""
    given_sha256: str = ""
    """Of the file as it was handed in."""


async def cleaned(content: bytes, field: str = "file") -> Cleaned:
    """The file as it may be kept; raises the refusal that says why not, under this field."""
    if len(content) > UPLOAD_MOST:
        raise errors.FileTooLarge(field=field, most_mb=UPLOAD_MOST // 2**20)
    head, kept = await asyncio.get_running_loop().run_in_executor(_apart, run_apart, content)
    told = json.decode(head)
    if name := told.pop("unfit", None):
        raise REFUSALS[name](field=field, **told)
    return convert(told | {"content": kept, "given_sha256": sha256(content).hexdigest()}, Cleaned)


def run_apart(content: bytes, program: str = PROGRAM, wall_s: float = WALL_S) -> tuple[bytes, bytes]:
    """The line the program says and the file it gives; a program that broke has said `complex`."""
    command = [sys.executable, "-I", "-X", "utf8", program]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, cwd="/", env={}) as process:
        assert process.stdin
        assert process.stdout
        clock = Timer(wall_s, process.kill)
        clock.start()
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(content)
                process.stdin.close()
            said = process.stdout.read(KEPT_MOST + 1)
        finally:
            process.stdout.close()  # whatever it would still say
            code = process.wait()
            clock.cancel()
    if code > 0:  # not the file's doing: a library that is missing, a mistake of ours
        raise RuntimeError(f"the cleaning program ended with {code}")
    if code < 0 or len(said) > KEPT_MOST:
        return b'{"unfit":"complex"}', b""
    head, _, kept = said.partition(b"\n")
    return head, kept
