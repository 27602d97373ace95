"""Both kinds of storage keep the same promises."""

import asyncio
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from app.store.files import Bucket, FileDamaged, FileLost, Files

CONTENT = "检验报告".encode() * 1000
NAME = sha256(CONTENT).hexdigest()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    """An S3 of our own on the loopback, with one bucket."""
    boto3 = pytest.importorskip("boto3")
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    client = boto3.client(
        "s3", endpoint_url=address, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
    client.create_bucket(Bucket="evidence")
    client.close()
    yield address
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> Files:
    if request.param == "folder":
        return Files.at(tmp_path / "new" / "files")
    address = request.getfixturevalue("endpoint")
    return Files.at(f"s3://evidence/{tmp_path.name}?endpoint={address}&region=us-east-1", "k", "s")


async def test_what_is_put_is_got_and_may_go(files: Files) -> None:
    assert not await files.exists(NAME)
    with pytest.raises(FileLost):
        await files.get(NAME)
    assert await files.put(CONTENT) == NAME
    assert await files.put(CONTENT) == NAME
    assert await files.exists(NAME)
    assert await files.get(NAME) == CONTENT
    assert await files.put(b"") == sha256(b"").hexdigest()
    await files.delete(NAME)
    await files.delete(NAME)
    assert not await files.exists(NAME)


async def test_many_at_once_leave_one_each(files: Files) -> None:
    contents = [bytes([n]) * 5000 for n in range(8)]
    names = await asyncio.gather(*(files.put(one) for one in contents * 3))
    assert len(set(names)) == len(contents)
    assert await asyncio.gather(*(files.get(one) for one in names[:8])) == contents
    later = datetime.now(UTC) + timedelta(days=2)
    assert sorted(await files.untouched_for(timedelta(days=1), later)) == sorted(set(names))
    assert await files.untouched_for(timedelta(days=1), datetime.now(UTC)) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", NAME.upper(), NAME[:-1], f"{NAME}/..", NAME + "\n"])
async def test_a_name_is_a_digest(files: Files, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        await files.get(name)


async def test_a_damaged_file_is_not_handed_out(tmp_path: Path) -> None:
    files = Files.at(tmp_path)
    await files.put(CONTENT)
    path = tmp_path / NAME[:2] / NAME[2:4] / NAME
    assert path.read_bytes() == CONTENT
    assert [one.name for one in tmp_path.rglob("*") if one.is_file()] == [NAME]
    path.write_bytes(CONTENT[:-1])
    with pytest.raises(FileDamaged):
        await files.get(NAME)
    await files.put(CONTENT)
    assert await files.get(NAME) == CONTENT


async def test_storage_that_is_away_says_so(endpoint: str) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        away = Files.at(f"s3://evidence/x?endpoint=http://127.0.0.1:{port}", "k", "s")
        with pytest.raises(ConnectionError):
            await away.put(CONTENT)
    with pytest.raises(ConnectionError):
        await Files.at(f"s3://nosuch?endpoint={endpoint}", "k", "s").put(CONTENT)


def test_a_bucket_is_read_from_its_address() -> None:
    told = Bucket.named("s3://b/p/q/?endpoint=https://oss.example&region=cn-hangzhou&style=virtual")
    assert told == Bucket("b", "p/q", "https://oss.example", "cn-hangzhou", True)
    assert Bucket.named("s3://b") == Bucket("b")
    for wrong in ("s3://", "s3:///p", "s3://k:s@b", "s3://b?keys=1", "http://b", "s3://b?endpoint"):
        with pytest.raises(ValueError):
            Bucket.named(wrong)
