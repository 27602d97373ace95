"""Scans over ASGI on real stores: the right verdict, once counted, never a wrong answer."""

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from app.scanning.front import _view_of, accepts_gzip, preferred, view_of
from tests.app.scanning.conftest import Demonstration, Worker, connected

ZH = {
    "valid_first": "此前没有消费者查询记录",
    "valid_batch": "这批产品的“浙江制造”品牌认定有效",
    "void": "作废此码",
    "not_activated": "企业尚未登记启用",
    "expired": "已超过标注的保质期",
    "proof": "印刷样张",
    "other_product": "此码属于另一款产品（家用吸油烟机）",
    "unknown": "没有查到这个码",
    "malformed": "编号不完整或有误",
    "recalled (lot)": "本批产品正在召回",
    "product: hood": "这款产品的“浙江制造”品牌认定有效",
    "product: suspended": "认证证书自",
    "product: expired": "到期",
    "product: withdrawn_certificate": "被撤销",
    "product: cancelled_certificate": "注销",
    "product: standard_cancelled": "被取消“浙江制造”标准认定",
    "product: standard_abolished": "废止",
    "product: revoked": "品牌认定已于",
    "product: authorisation_withdrawn": "授权已于",
    "product: measure": "监管部门对这款产品的措施正在执行",
    "product: not_recognised": "没有这款产品的有效认定记录",
    "product: recalled": "本款产品正在召回，请停止使用",
    "product: recalled_lots": "有批次正在召回",
}


async def test_every_state_of_the_demonstration_is_told(worker: Worker, demonstration: Demonstration) -> None:
    for state, words in ZH.items():
        answer = await worker.get(demonstration.path(state))
        assert answer.status_code == 200, state
        assert words in re.sub(r"<[^>]+>", "", answer.text), state
    assert worker.behind == []


async def test_a_forged_serial_asks_no_store(worker: Worker, demonstration: Demonstration, monkeypatch: Any) -> None:
    async def no(*_: object, **__: object) -> None:
        raise AssertionError("a store was asked")

    scanning = worker.scanning
    monkeypatch.setattr(scanning.facts.batches, "get", no)
    monkeypatch.setattr(scanning.facts.products, "get", no)
    monkeypatch.setattr(scanning.items, "state", no)
    monkeypatch.setattr(scanning.wire, "call", no)
    assert "没有查到" in await worker.headline(demonstration.path("unknown"))
    assert "编号不完整" in await worker.headline(demonstration.path("malformed"))
    assert (await worker.get("/01/06901234567892/21/" + "1" * 20)).status_code == 404  # nobody's GTIN: the same
    # A genuine one does ask; and what goes wrong by our fault is a whole page, not a bare 500.
    failed = await worker.get(demonstration.path("valid_first"))
    assert failed.status_code == 503
    assert "最新状态暂时查不到" in await worker.headline(demonstration.path("valid_first"))
    assert "a store was asked" not in failed.text


async def test_addresses_that_are_wrong_get_a_human_page(worker: Worker, demonstration: Demonstration) -> None:
    good = demonstration.path("product: hood")
    assert (await worker.get(good)).status_code == 200
    for path, status in {
        good[:-1] + "5": 400,  # check digit
        "/01/1234": 400,
        good + "/99/x": 400,
        good + "/21/": 400,
        good + "/21/S?10=B": 400,
        "/01/06901234567892": 404,
        "/01/": 400,
        "/01/%00": 400,
        "/01/" + "9" * 5000: 400,
        "/" + "%" * 20: 400,
    }.items():
        answer = await worker.get(path)
        assert answer.status_code == status, path
        assert "<h1>" in answer.text, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
    english = await worker.get(good[:-1] + "5?lang=en")
    assert "check digit" in english.text


async def test_long_addresses_and_headers_get_short_answers_and_are_not_kept(
    worker: Worker, demonstration: Demonstration
) -> None:
    good = demonstration.path("valid_first")
    for path in ("/01/" + "a" * 60_000, "/01/" + "%41" * 5_000, f"{good}?10={'y' * 60_000}"):
        answer = await worker.get(path)
        assert answer.status_code == 400
        assert len(answer.content) < 40_000
    assert (await worker.get(f"{good}?tracker={'y' * 60_000}")).status_code == 200
    before = _view_of.cache_info().currsize
    for n in range(50):
        answer = await worker.client.get(
            demonstration.path("product: hood"), headers={"accept-language": f"en;q=0.{n}, " + "x" * 5_000}
        )
        assert answer.status_code == 200
    assert _view_of.cache_info().currsize == before


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        (b"gzip", True), (b"br, GZIP;q=0.5", True), (b"gzip;q=0", False), (b"gzip; q=0.000", False),
        (b"x-gzip", False), (b"", False),
    ],
)
def test_gzip_is_sent_to_who_takes_it(header: bytes, accepted: bool) -> None:
    assert accepts_gzip(header) is accepted


async def test_typed_forms_name_the_same_item(worker: Worker, demonstration: Demonstration) -> None:
    path = demonstration.path("valid_first")
    serial = path.rpartition("/")[2]
    await worker.view(path)
    for form in (path, "/" + serial, "/" + serial.lower(), path.replace(serial, serial.lower()), path + "/"):
        assert "此前查询过 1 次" in await worker.headline(form), form
    assert worker.behind == []


async def test_a_view_is_counted_by_its_beacon_and_once(worker: Worker, demonstration: Demonstration) -> None:
    path = demonstration.path("valid_first")
    for _ in range(3):
        assert "没有消费者查询记录" in await worker.headline(path)  # a page fetch never counts
    beacon = await worker.beacon(path)
    for _ in range(3):
        answer = await worker.get(beacon)
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
        assert answer.headers["cache-control"] == "no-store"
    assert "此前查询过 1 次" in await worker.headline(path)
    await worker.view(path)
    assert "查询过 2 次" in await worker.headline(path)
    assert "checked 2 times before" in await worker.headline(path + "?lang=en")


async def test_beacons_of_others_and_of_long_ago_count_nothing(worker: Worker, demonstration: Demonstration) -> None:
    path = demonstration.path("valid_first")
    serial = path.rpartition("/")[2]
    other = await worker.beacon(demonstration.path("valid_first (food)"))
    old = worker.scanning.views.make(serial, 1_700_000_000)
    for beacon in (
        f"/seen/{serial}?{other.partition('?')[2]}", f"/seen/{serial}?v={old}", f"/seen/{serial}", "/seen/?v=x",
        f"/seen/{serial}?v={'A' * 28}", "/seen/" + "x" * 3000, f"/seen/{serial}?v=%00%ff",
    ):  # fmt: skip
        assert (await worker.get(beacon)).status_code == 200
    head = await worker.client.head(await worker.beacon(path))
    assert head.status_code == 200
    assert "没有消费者查询记录" in await worker.headline(path)
    await worker.view(path)
    assert "查询过 1 次" in await worker.headline(path)


async def test_product_pages_are_counted_without_a_hot_row(
    worker: Worker, demonstration: Demonstration, demonstrated: str
) -> None:
    path = demonstration.path("product: hood")
    await worker.view(path)
    beacon = await worker.beacon(path)
    await worker.get(beacon)
    await worker.get(beacon)
    await worker.view(demonstration.path("valid_batch"))
    async with connected(demonstrated) as db:
        assert await db.fetchval("select sum(n) from product_view where gtin = '06900000000014'") == 3
        columns = await db.fetch("select column_name from information_schema.columns where table_name in "
                                 "('view_event', 'item_state', 'product_view_event', 'product_view')")  # fmt: skip
    names = {row["column_name"] for row in columns}
    assert not [name for name in names if re.search(r"ip|addr|agent|phone|user", name)]


async def test_the_province_comes_from_the_trusted_header_only(
    open_worker: Any, demonstrated: str, demonstration: Demonstration
) -> None:
    path = demonstration.path("valid_first")
    worker = await open_worker(demonstrated, ZPM_PROVINCE_HEADER="X-Province")
    await worker.get(await worker.beacon(path), **{"x-province": "330282"})
    assert "浙江" in await worker.headline(path)
    food = demonstration.path("valid_first (food)")
    for rubbish in ("abc", "33028", "３３００００", ""):
        answer = await worker.client.get(await worker.beacon(food), headers=[(b"x-province", rubbish.encode())])
        assert answer.status_code == 200
    assert "（" not in await worker.headline(food)


async def test_the_answer_is_no_store_negotiated_and_closed(worker: Worker, demonstration: Demonstration) -> None:
    path = demonstration.path("valid_first")
    zipped = await worker.get(path, **{"accept-encoding": "br, gzip"})
    plain = await worker.get(path, **{"accept-encoding": "identity"})
    assert zipped.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert len(gzip.compress(plain.content)) > 0
    for answer in (zipped, plain):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["vary"] == "Accept, Accept-Language, Accept-Encoding"
        assert "script" not in answer.headers["content-security-policy"]
        assert answer.headers["content-language"] == "zh"
    head = await worker.client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert int(head.headers["content-length"]) > 1000
    refused = await worker.client.post(path)
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


async def test_wechat_files_are_served_in_both_places(open_worker: Any, demonstrated: str, tmp_path: Path) -> None:
    folder = tmp_path / "wechat"
    folder.mkdir()
    (folder / "AbC123.txt").write_text("verification")
    worker = await open_worker(demonstrated, ZPM_WECHAT_FOLDER=str(folder))
    for path in ("/AbC123.txt", "/01/AbC123.txt"):
        answer = await worker.get(path)
        assert (answer.status_code, answer.text) == (200, "verification")
        assert answer.headers["content-type"].startswith("text/plain")
    assert (await worker.get("/01/other.txt")).status_code == 400
    assert (await worker.get("/other.txt")).status_code == 299  # the framework's business


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"), ("en", "en"), ("en-GB,en;q=0.9", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("de", "zh"),
        ("en;q=0.3, zh;q=0.9", "zh"), ("*", "zh"), ("en;q=0", "zh"), ("en;q=x", "zh"), (";;,,", "zh"), ("EN-us", "en"),
    ],
)  # fmt: skip
def test_the_language_is_the_readers(header: str, language: str) -> None:
    assert preferred(header) == language
    assert view_of(b"lang=en", header.encode()).language == "en"
    assert view_of(b"lang=fr&view=large", header.encode()) == view_of(b"view=large", header.encode())
