"""Files under the digest of their content: a folder, or a bucket of S3-compatible storage.

The name is the SHA-256, so the same content is kept once, nothing is ever overwritten by something
else, and what is read is held against its name. obstore's own asyncio calls end the interpreter with
an abort now and then (seen in 3 of 15 short programs), its blocking ones do not: they run in threads.
"""

import asyncio
import logging
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

log = logging.getLogger(__name__)

T = TypeVar("T")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_OPTIONS = frozenset({"endpoint", "region", "style"})
AT_A_TIME = 4


class FileLost(Exception):
    """A record names content that is not there: our fault, for the operator to see."""


class FileDamaged(Exception):
    """What is there is not what was put there."""


class Bucket(Struct, frozen=True):
    """A place such as `s3://bucket/prefix?endpoint=https://…&region=…&style=virtual`."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"
    virtual: bool = False
    """The bucket stands in the host's name (some providers demand it) instead of in the path."""

    @classmethod
    def named(cls, place: str) -> "Bucket":
        """Raises ValueError for what is no such place."""
        parts = urlsplit(place)
        options = dict(parse_qsl(parts.query, strict_parsing=True)) if parts.query else {}
        if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or set(options) - _OPTIONS:
            raise ValueError("give s3://bucket/prefix?endpoint=…&region=…&style=path or virtual")
        return cls(
            parts.netloc,
            parts.path.strip("/"),
            options.get("endpoint"),
            options.get("region", "us-east-1"),
            options.get("style") == "virtual",
        )


class Files:
    """One interface over both kinds of storage."""

    def __init__(self, store: LocalStore | S3Store, prefix: str = "", folder: Path | None = None) -> None:
        self._store = store
        self._prefix = prefix + "/" if prefix else ""
        self._folder = folder
        self._threads = ThreadPoolExecutor(AT_A_TIME, thread_name_prefix="files")

    @classmethod
    def at(cls, place: str | Path, key: str | None = None, secret: str | None = None) -> "Files":
        """The storage at a folder or an `s3://` place; nothing is asked of it yet."""
        if str(place).startswith("s3://"):
            bucket = Bucket.named(str(place))
            return cls(_s3(bucket, key, secret), bucket.prefix)
        folder = Path(place).absolute()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return cls(LocalStore(folder), folder=folder)

    async def put(self, content: bytes) -> str:
        """Keep this content; its name. Once this returns it outlives a cut of power."""
        digest = sha256(content).hexdigest()
        await self._ask(lambda: self._write(digest, content))
        return digest

    async def get(self, digest: str) -> bytes:
        """The content of this name; raises FileLost or FileDamaged."""
        try:
            content = await self._ask(lambda: bytes(self._store.get(self._path(digest)).bytes()))
        except FileNotFoundError:
            raise FileLost(digest) from None
        if sha256(content).hexdigest() != digest:
            raise FileDamaged(digest)
        return content

    async def exists(self, digest: str) -> bool:
        try:
            await self._ask(lambda: self._store.head(self._path(digest)))
        except FileNotFoundError:
            return False
        return True

    async def delete(self, digest: str) -> None:
        """Only for content that no record names (`evidence.jobs`); gone already is as good."""
        with suppress(FileNotFoundError):
            await self._ask(lambda: self._store.delete(self._path(digest)))

    async def untouched_for(self, age: timedelta, now: datetime) -> list[str]:
        """Names last put longer ago than this."""
        return await self._ask(lambda: list(self._untouched(now - age)))

    def _untouched(self, before: datetime) -> list[str]:
        found = (one for page in self._store.list(self._prefix or None) for one in page)
        names = (one["path"].rpartition("/")[2] for one in found if one["last_modified"] < before)
        return [name for name in names if _DIGEST.fullmatch(name)]

    def _path(self, digest: str) -> str:
        if not _DIGEST.fullmatch(digest):
            raise ValueError("a name is a SHA-256 in hexadecimal")
        return f"{self._prefix}{digest[:2]}/{digest[2:4]}/{digest}"

    def _write(self, digest: str, content: bytes) -> None:
        """A folder's file is written under another name and then renamed; here it is brought to the disk.

        Content that is there already is written again: its age starts anew, so that no clean-up that
        has just looked takes it away (`untouched_for`)."""
        path = self._path(digest)
        try:
            self._store.put(path, content, use_multipart=False)
        except FileNotFoundError as error:  # no such bucket, the folder was taken away
            raise _away(error) from error
        if self._folder is not None:
            file = self._folder / path
            for place in (file, file.parent, file.parent.parent, self._folder):
                _sync(place)

    async def _ask(self, call: Callable[[], T]) -> T:
        """Storage that does not answer is told as the database is: to be tried again."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, call)
        except (FileNotFoundError, ConnectionError):
            raise
        except (BaseError, OSError) as error:
            raise _away(error) from error


def _away(error: Exception) -> ConnectionError:
    log.error("the file storage failed: %s", str(error).splitlines()[0])
    return ConnectionError("the file storage failed")


def _sync(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _s3(bucket: Bucket, key: str | None, secret: str | None) -> S3Store:
    """Without a key the machine's own role is asked."""
    keys = {"access_key_id": key, "secret_access_key": secret} if key and secret else {}
    endpoint = {"endpoint": bucket.endpoint} if bucket.endpoint else {}
    return S3Store(
        bucket.name,
        region=bucket.region,
        virtual_hosted_style_request=bucket.virtual,
        client_options={
            "connect_timeout": "3s",
            "timeout": "20s",
            "allow_http": (bucket.endpoint or "").startswith("http://"),
        },
        retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=15)},
        **endpoint,
        **keys,
    )
