"""One shared connection: right replies for everybody, quick failure when the server is away."""

import asyncio
import contextlib
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from app.store.embedded.places import valkey_server
from app.store.wire import Script, Wire, WireDown


@pytest.fixture
async def wire(redis_url: str) -> AsyncIterator[Wire]:
    wire = Wire(redis_url, budget_s=30)  # these tests ask who gets which reply, not how soon
    await wire.open()
    yield wire
    await wire.close()


class Servers(list["subprocess.Popen[bytes]"]):
    """The servers started so far; `start()` starts one more on the same socket."""

    start: Callable[[], None]


@pytest.fixture
def server() -> Iterator[tuple[str, Servers]]:
    with tempfile.TemporaryDirectory(prefix="zpm-v") as folder:
        socket = Path(folder) / "v.sock"
        running = Servers()

        def start() -> None:
            command = [str(valkey_server()), "--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", folder]
            running.append(subprocess.Popen(command, stdout=subprocess.DEVNULL))

        running.start = start
        start()
        yield f"unix://{socket}", running
        for process in running:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()


async def until_up(wire: Wire) -> None:
    async with asyncio.timeout(15):
        while not wire.up:
            await asyncio.sleep(0.02)


async def test_many_callers_get_their_own_replies(wire: Wire) -> None:
    replies = await asyncio.gather(*(wire.call("ECHO", f"value {n}") for n in range(2_000)))
    assert replies == [f"value {n}".encode() for n in range(2_000)]
    with pytest.raises(WireDown, match="unknown command"):
        await wire.call("NOSUCHCOMMAND")


async def test_cancelled_callers_never_shift_replies(wire: Wire) -> None:
    async def ask(n: int) -> bytes:
        return await wire.call("ECHO", f"tag {n}")

    tasks = [asyncio.create_task(ask(n)) for n in range(2_000)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results[::2])
    assert results[1::2] == [f"tag {n}".encode() for n in range(1, 2_000, 2)]
    assert await ask(7) == b"tag 7"


async def test_a_script_is_sent_once_and_again_when_forgotten(wire: Wire) -> None:
    script = Script("return {KEYS[1], ARGV[1]}")
    assert await wire.run_script(script, ["k"], "a") == [b"k", b"a"]
    await wire.call("SCRIPT", "FLUSH")
    assert await wire.run_script(script, ["k"], "b") == [b"k", b"b"]


async def test_a_server_that_is_away_fails_at_once_and_is_found_again(server: tuple[str, Servers]) -> None:
    url, servers = server
    wire = Wire(url)
    await wire.open()
    await until_up(wire)
    first_run = wire.run_id
    assert first_run
    servers[-1].kill()
    servers[-1].wait()
    async with asyncio.timeout(10):
        while wire.up:
            await asyncio.sleep(0.01)
    with pytest.raises(WireDown):
        await wire.call("PING")
    assert not wire.up
    servers.start()
    await until_up(wire)
    assert await wire.call("PING") == b"PONG"
    assert wire.run_id != first_run
    await wire.close()


async def test_a_server_that_hangs_costs_each_caller_its_budget_only(server: tuple[str, Servers]) -> None:
    url, servers = server
    wire = Wire(url)
    await wire.open()
    await until_up(wire)
    servers[-1].send_signal(signal.SIGSTOP)
    with pytest.raises(WireDown, match="no answer in time"):
        await wire.call("PING")
    async with asyncio.timeout(10):  # then it is taken as away: no caller waits at all
        while wire.up:
            await asyncio.sleep(0.05)
    with pytest.raises(WireDown, match="not connected"):
        await wire.call("PING")
    servers[-1].send_signal(signal.SIGCONT)
    await until_up(wire)
    assert await wire.call("PING") == b"PONG"
    await wire.close()
