"""A file becomes a table: it is read in a process of its own and its headings are understood here."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from msgspec import DecodeError, msgpack

from app.catalogue.tables import errors
from app.catalogue.tables.errors import BrokenTable, TableEmpty, TableTooHeavy, TableTooLarge
from app.catalogue.tables.headings import headed
from app.catalogue.tables.limits import FILE_MOST, WALL_MOST_S
from app.catalogue.tables.raw import Answer, Raw, Refused
from app.catalogue.tables.shapes import Table
from codes.errors import Refusal

log = logging.getLogger(__name__)

_ROOT = Path(__file__).parents[3]
_COMMAND = (sys.executable, "-P", "-m", "app.catalogue.tables.reading")
_REFUSALS = {kind.code: kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Refusal)}

_readers = ThreadPoolExecutor(2, thread_name_prefix="tables")
"""Two files at a time: each may take a core for seconds and some hundred megabytes."""


async def open_table(data: bytes, name: str) -> Table:
    """`read_table` without holding up anybody else; the third file waits for one of the first two."""
    return await asyncio.get_running_loop().run_in_executor(_readers, read_table, data, name)


def read_table(data: bytes, name: str) -> Table:
    """The table in this file, XLSX or CSV by its content; `name` is only repeated.

    Takes up to seconds. Raises a Refusal where the file as a whole cannot be taken; cells that cannot
    are in the table's `bad`.
    """
    if len(data) > FILE_MOST:
        raise TableTooLarge(size=f"{len(data) / 2**20:.1f}", most=FILE_MOST // 2**20)
    if not data.strip():
        raise TableEmpty
    return headed(_read_apart(data), name)


def _read_apart(data: bytes) -> Raw:
    """What the reading process makes of it; its death is a refusal of the file."""
    try:
        done = subprocess.run(
            _COMMAND, input=data, capture_output=True, timeout=WALL_MOST_S, env=_environment(), check=False
        )
    except subprocess.TimeoutExpired as error:
        raise TableTooHeavy from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TableTooHeavy
    try:
        answer = msgpack.decode(done.stdout, type=Answer)
    except DecodeError as error:
        log.error("reading a table ended with %s: %s", done.returncode, done.stderr[-4000:].decode(errors="replace"))
        raise BrokenTable from error
    if answer.raw is None:
        raise _again(answer.refused)
    return answer.raw


def _again(refused: Refused | None) -> Refusal:
    assert refused is not None
    return _REFUSALS[refused.code](**refused.facts)


def _environment() -> dict[str, str]:
    """No setting and no secret goes along."""
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
    return {"PYTHONPATH": path, "PATH": os.environ.get("PATH", ""), "PYTHONIOENCODING": "utf-8"}
