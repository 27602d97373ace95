"""Files over HTTP: ranges, tags, copies and their reasons, manifests, printers' links, and the log of it all."""

import asyncio
import hashlib
import json
from datetime import timedelta
from pathlib import Path

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from app.issuing import files, manifests, progress
from app.issuing.file_errors import RangeNotThere
from app.issuing.shapes import ExportFile, Wanted
from app.store.askers import become
from tests.app.issuing.cast import NOW
from tests.app.issuing.service import Client

FILE = ExportFile(
    id="00000000-0000-0000-0000-000000000001", batch=1, digest=bytes(32), format="txt", wanted="", total=10, length=500,
    first=0, last=9, variant=0, name="x.txt", named_at=NOW, done=0, begun_at=None, ticked_at=None, failed=None,
    size=None, sha256=None, manifest=None, made_at=None,
)  # fmt: skip
TAG = files.etag(FILE)


@pytest.mark.parametrize(
    ("asked", "tag", "expected"),
    [
        (None, None, (0, 500, False)),
        ("bytes=0-", None, (0, 500, True)),
        ("bytes=0-0", TAG, (0, 1, True)),
        ("bytes=499-999", None, (499, 500, True)),
        ("bytes=-100", None, (400, 500, True)),
        ("bytes=-900", None, (0, 500, True)),
        ("bytes=100-", '"another"', (0, 500, False)),
        ("bytes=0-1,5-6", None, (0, 500, False)),
        ("items=0-1", None, (0, 500, False)),
        ("bytes=٣-", None, (0, 500, False)),
        ("bytes=9" + "9" * 30 + "-", None, (0, 500, False)),
        ("bytes=-", None, (0, 500, False)),
    ],
)
def test_ranges(asked: str | None, tag: str | None, expected: tuple[int, int, bool]) -> None:
    piece = files.piece_of(FILE, asked, tag)
    assert (piece.first, piece.stop, piece.partial) == expected


@pytest.mark.parametrize("asked", ["bytes=500-", "bytes=9-8", "bytes=-0"])
def test_ranges_behind_the_end(asked: str) -> None:
    with pytest.raises(RangeNotThere):
        files.piece_of(FILE, asked, None)
    assert not files.piece_of(structs.replace(FILE, length=None), asked, None).partial


@given(st.text(max_size=30))
def test_any_range_is_a_piece_or_a_refusal(asked: str) -> None:
    try:
        piece = files.piece_of(FILE, "bytes=" + asked, None)
    except RangeNotThere:
        return
    assert 0 <= piece.first < (piece.stop or 0) <= 500


async def test_a_download_is_resumed_free_of_charge_and_a_second_copy_is_not(
    client: Client, own: asyncpg.Connection
) -> None:
    client.become("maker")
    batch = await client.batch(count=5_000)
    path, query = f"/api/batches/{batch}/export", {"format": "txt"}
    weighed = await client.head(path, params=query)
    total, tag = int(weighed.headers["content-length"]), weighed.headers["etag"]
    assert (weighed.status_code, weighed.headers["accept-ranges"]) == (200, "bytes")
    assert await own.fetchval("select count(*) from export_log") == 0
    begun = await client.get(path, params=query, headers={"Range": "bytes=0-99999"})
    assert (begun.status_code, begun.headers["content-range"]) == (206, f"bytes 0-99999/{total}")
    rest = await client.get(path, params=query, headers={"Range": "bytes=100000-", "If-Range": tag})
    assert rest.status_code == 206
    lost = await client.get(path, params=query, headers={"Range": f"bytes={total - 10}-", "If-Range": tag})
    whole = begun.content + rest.content
    assert (len(whole), lost.content) == (total, whole[-10:])  # the end may have been lost on the way
    for asked, headers in (({"format": "txt"}, {}), ({"format": "csv"}, {}), ({"format": "zpl", "from": 4_999}, {})):
        again = await client.get(path, params=asked, headers=headers)
        assert again.status_code == 409
        assert (again.json()["code"], again.json()["field"]) == ("reprint-needs-reason", "reason")
    behind = await client.get(path, params=query, headers={"Range": f"bytes={total}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{total}")
    once_more = await client.get(path, params=query | {"reason": "卷筒受潮"})
    assert (once_more.status_code, once_more.content) == (200, whole)
    assert once_more.headers["etag"] == tag
    other = await client.get(path, params=query | {"variant": 2})  # labels of the cases are other serials
    assert other.status_code == 200
    downloads = (await client.get(f"/api/batches/{batch}/downloads")).json()
    assert [(one["from_byte"], one["bytes"], one["finished"], one["reason"]) for one in downloads[::-1]] == [
        (0, 100_000, True, None), (100_000, total - 100_000, True, None), (total - 10, 10, True, None),
        (0, total, True, "卷筒受潮"), (0, total, True, None),
    ]  # fmt: skip


async def test_leaving_out_the_last_byte_makes_no_copies_for_nothing(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(count=5_000)
    path, query = f"/api/batches/{batch}/export", {"format": "txt"}
    total = int((await client.head(path, params=query)).headers["content-length"])
    almost = {"Range": f"bytes=0-{total - 2}"}
    tries = [(await client.get(path, params=query, headers=almost)).status_code for _ in range(4)]
    assert tries == [206, 206, 206, 409]  # a line that broke off near the end is forgiven, a habit is not
    assert (await client.get(path, params=query | {"reason": "线路中断"}, headers=almost)).status_code == 206


async def test_a_database_away_for_a_moment_cuts_off_no_download(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.become("maker")
    batch = await client.batch(count=200_000)
    principal, pool = client.principals["maker"], client._transport.app.state.pool
    async with pool.acquire() as db:
        await become(db, principal.asker)
        (file,) = await files.name_files(db, batch, Wanted(format="txt"), principal, client.cast.settings, NOW)
        taking = await files.take(db, file, files.piece_of(file, None, None), None, None, principal, NOW)
    monkeypatch.setattr(files, "TICK_S", 0)
    flow, sent = files.flow(pool, taking, principal, client.cast.settings), 0
    pool.set_connect_args("postgresql://nobody@127.0.0.1:1/none")  # whoever asks now finds no server
    await pool.expire_connections()
    async for chunk in flow:
        sent += len(chunk)
        if sent == file.length:
            pool.set_connect_args(client.cast.settings.database_url, server_settings={"role": "zpm_reader"})
    assert sent == file.length


async def test_links_of_one_file_are_all_told(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(count=20)
    path = f"/api/batches/{batch}"
    one, two = (await client.post(path + "/files", json={"format": "txt", "roll_size": 10})).json()
    for file in (one, two, two):
        made = await client.post(f"{path}/files/{file['id']}/links", json={"printer": "印刷厂"})
        assert made.status_code == 201
    told = (await client.get(path + "/links", params={"file": two["id"]})).json()
    assert [link["file_id"] for link in told] == [two["id"]] * 2
    assert len((await client.get(path + "/links")).json()) == 3
    wrong = await client.post(path + "/files", json={"format": "txt", "cout": 5})
    assert (wrong.status_code, wrong.json()["field"]) == (400, "cout")


async def test_whoever_gives_up_waiting_takes_no_turn_away(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(count=10)
    principal, pool = client.principals["maker"], client._transport.app.state.pool
    async with pool.acquire() as db:
        await become(db, principal.asker)
        (file,) = await files.name_files(db, batch, Wanted(format="csv"), principal, client.cast.settings, NOW)
    turn = asyncio.Semaphore(1)
    await turn.acquire()
    waiting = asyncio.create_task(progress._wait_for(turn, pool, file, principal))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    turn.release()
    async with asyncio.timeout(5):
        await progress._wait_for(turn, pool, file, principal)
    assert turn.locked()


async def test_the_bureau_of_the_region_sees_reprints(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(count=5)
    query = {"format": "csv"}
    for reason in (None, "打印机卡纸"):
        answer = await client.get(f"/api/batches/{batch}/export", params=query | ({"reason": reason} if reason else {}))
        assert answer.status_code == 200
    assert (await client.get("/api/reprints")).status_code == 403
    client.become("bureau")
    (seen,) = (await client.get("/api/reprints")).json()["items"]
    assert (seen["reason"], seen["enterprise"], seen["batch"]) == ("打印机卡纸", "演示厨电有限公司", batch)
    client.become("elsewhere")
    assert (await client.get("/api/reprints")).json() == {"items": [], "next": None}
    client.become("other")
    assert (await client.get(f"/api/batches/{batch}/downloads")).status_code == 404


@pytest.mark.parametrize("fmt", ["csv", "txt", "zpl", "xlsx", "svg", "svg-zip", "png-zip", "pdf"])
async def test_every_format_is_taken_and_its_manifest_says_what_was_taken(client: Client, fmt: str) -> None:
    client.become("maker")
    batch = await client.batch(count=30)
    path, query = f"/api/batches/{batch}", {"format": fmt}
    taken = await client.get(path + "/export", params=query)
    assert taken.status_code == 200
    manifest = await client.get(path + "/manifest", params=query)
    assert (manifest.status_code, manifest.headers["content-type"]) == (200, "application/jose")
    keys = json.loads((await client.get("/.well-known/jwks.json", headers={"Authorization": ""})).content)
    said = manifests.verify(manifest.text, keys)
    assert (said.sha256, said.bytes) == (hashlib.sha256(taken.content).hexdigest(), len(taken.content))
    assert (said.rows, said.count, said.batch) == (30, 30, batch)
    (file,) = (await client.get(path + "/files")).json()
    assert (file["sha256"], file["length"]) == (said.sha256, said.bytes)


async def test_a_manifest_is_made_in_the_background_where_nobody_took_the_file(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(count=70_000)
    path = f"/api/batches/{batch}"
    answer = await client.get(path + "/manifest", params={"format": "csv"})
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "manifest-not-yet", "2")
    async with asyncio.timeout(60):
        while answer.status_code == 503:
            await asyncio.sleep(0.05)
            answer = await client.get(path + "/manifest", params={"format": "csv"})
    taken = await client.get(path + "/export", params={"format": "csv"})  # making the manifest gave nobody a copy
    keys = json.loads((await client.get("/.well-known/jwks.json")).content)
    assert manifests.verify(answer.text, keys).sha256 == hashlib.sha256(taken.content).hexdigest()


async def test_a_pass_whose_worker_died_is_begun_again(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(count=10)
    await client.post(f"/api/batches/{batch}/files", json={"format": "txt"})
    await own.execute("update export_file set begun_at = now(), ticked_at = now(), done = 3")
    for _ in range(2):
        assert (await client.get(f"/api/batches/{batch}/manifest?format=txt")).status_code == 503
    assert [row["done"] for row in await own.fetch("select done from export_file")] == [3]  # somebody seems to be at it
    await own.execute("update export_file set ticked_at = now() - interval '1 minute'")
    async with asyncio.timeout(60):
        while (await client.get(f"/api/batches/{batch}/manifest?format=txt")).status_code == 503:
            await asyncio.sleep(0.05)


def test_rate_and_time_left() -> None:
    begun = structs.replace(FILE, done=5, begun_at=NOW, ticked_at=NOW + timedelta(seconds=10))
    running = progress.progress_of(begun, NOW + timedelta(seconds=11))
    assert (running.running, running.percent, running.left_s) == (True, 50, 5)
    lost = progress.progress_of(begun, NOW + timedelta(minutes=5))
    assert (lost.running, lost.rate) == (False, None)


async def test_a_split_by_roll_covers_the_batch(client: Client) -> None:
    client.become("maker")
    batch = await client.batch(count=25)
    path = f"/api/batches/{batch}"
    named = (await client.post(path + "/files", json={"format": "txt", "roll_size": 10})).json()
    assert [(one["first"], one["last"], "-roll000" in one["name"]) for one in named] == [
        (0, 9, True), (10, 19, True), (20, 24, True)
    ]  # fmt: skip
    rolls = [(await client.get(one["download"])).content for one in named]
    second = await client.get(
        path + "/export", params={"format": "txt", "roll_size": 10, "roll": 2, "reason": "重打第二卷"}
    )
    assert second.content == rolls[1]
    whole = await client.get(path + "/export", params={"format": "txt", "reason": "整批"})
    assert whole.content == b"".join(rolls)
    for wrong, status, field in (
        ({"roll_size": 10, "roll": 4}, 404, "roll"),
        ({"roll": 1}, 400, "roll_size"),
        ({"roll_size": 0}, 400, "count"),
        ({"dpi": 72}, 404, "dpi"),
        ({"encoding": "latin-1"}, 404, "encoding"),
        ({"format": "docx"}, 404, "format"),
    ):
        answer = await client.post(path + "/files", json={"format": "txt"} | wrong)
        assert (answer.status_code, answer.json()["field"]) == (status, field), answer.text
    big = await client.batch("big", count=2**30)
    many = await client.post(f"/api/batches/{big}/files", json={"format": "txt", "roll_size": 1_000_000})
    assert (many.status_code, many.json()["code"]) == (429, "too-many-parts")


async def test_a_printer_s_link_opens_one_file_until_it_is_revoked(
    client: Client, own: asyncpg.Connection, tmp_path: Path
) -> None:
    client.become("maker")
    batch = await client.batch(count=2_000)
    path = f"/api/batches/{batch}"
    (file,) = (await client.post(path + "/files", json={"format": "txt"})).json()
    made = await client.post(f"{path}/files/{file['id']}/links", json={"printer": "演示印刷厂", "days": 30})
    assert made.status_code == 201
    address, link = made.json()["address"], made.json()["link"]["id"]
    assert address.startswith("https://zpm.example/print/")
    token = address.rpartition("/")[2]
    assert await own.fetchval("select count(*) from printer_link where token_sha256 = $1", token.encode()) == 0
    for wrong in ({"printer": ""}, {"printer": "x", "days": 31}, {"printer": "x", "days": 0}):
        assert (await client.post(f"{path}/files/{file['id']}/links", json=wrong)).status_code == 400
    client.become("other")
    assert (await client.delete(f"{path}/links/{link}")).status_code == 404
    assert (await client.post(f"{path}/files/{file['id']}/links", json={"printer": "x"})).status_code == 404
    client.become("nobody")
    page = await client.get(address)
    assert page.status_code == 200
    assert file["name"] in page.text
    half = await client.get(address + "/file", headers={"Range": "bytes=0-9999"})
    rest = await client.get(address + "/file", headers={"Range": "bytes=10000-", "If-Range": half.headers["etag"]})
    assert (half.status_code, rest.status_code) == (206, 206)
    again = await client.get(address + "/file")
    assert again.status_code == 409
    third = await client.get(address + "/file", params={"reason": "换版重印"})
    assert third.content == half.content + rest.content
    assert (await client.get(address[:-1] + ("A" if address[-1] != "A" else "B"))).status_code == 404
    logged = await own.fetch("select taken_by, link_id from export_log order by id")
    assert [(row["taken_by"], str(row["link_id"])) for row in logged] == [(f"printer link {link}", link)] * 3
    client.become("maker")
    assert (await client.delete(f"{path}/links/{link}")).status_code == 200
    assert (await client.delete(f"{path}/links/{link}")).status_code == 404
    client.become("nobody")
    for way in ("", "/file", "/manifest"):
        assert (await client.get(address + way)).status_code == 403
    kept = await own.fetch("select operation from history where relation = 'printer_link' order by id")
    assert [row["operation"] for row in kept] == ["insert", "update"]


async def test_a_link_ends_by_itself_and_with_the_facts(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(count=20)
    (file,) = (await client.post(f"/api/batches/{batch}/files", json={"format": "txt"})).json()
    links = f"/api/batches/{batch}/files/{file['id']}/links"
    address = (await client.post(links, json={"printer": "印刷厂"})).json()["address"]
    await own.execute("update certificate set state = 'withdrawn', state_on = '2026-10-02'")
    client.become("nobody")
    assert (await client.get(address + "/file")).status_code == 409
    await own.execute("update certificate set state = 'valid', state_on = null")
    assert (await client.get(address + "/file")).status_code == 200
    age = "made_at = made_at - interval '8 days', expires_at = expires_at - interval '8 days'"
    await own.execute(f"update printer_link set {age}")
    assert (await client.get(address + "/file", params={"reason": "x"})).status_code == 403


async def test_who_goes_away_in_the_middle_is_in_the_log_too(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await client.batch(count=10)
    principal, pool = client.principals["maker"], client._transport.app.state.pool
    async with pool.acquire() as db:
        await become(db, principal.asker)
        (file,) = await files.name_files(db, batch, Wanted(format="csv"), principal, client.cast.settings, NOW)
        taking = await files.take(db, file, files.piece_of(file, None, None), None, None, principal, NOW)
    flow = files.flow(pool, taking, principal, client.cast.settings)
    assert await anext(flow)
    await flow.aclose()
    await asyncio.gather(*files._ending)
    row = await own.fetchrow("select bytes, finished, ended_at is not null as ended from export_log")
    assert (row["finished"], row["ended"], row["bytes"] > 0) == (False, True, True)
    assert await own.fetchval("select finished_at from export_copy") is None
    resumed = await client.get(f"/api/batches/{batch}/export", params={"format": "csv"})
    assert resumed.status_code == 200  # what never became whole is free to begin again
