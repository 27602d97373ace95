"""Reporting a problem: filed once with what the code names, or told beside the field what is wrong."""

import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.scanning.reports.form import KINDS, TEXT_MOST
from app.scanning.reports.photo import PHOTO_MOST
from codes.serial import Item, grouped, seal
from tests.app.scanning.site import HOST, Site, site_on

NUMBER = re.compile(r"R-[0-9]{8}-[0-9A-HJKMNP-TV-Z]{6}")
GOOD = {"kind": "quality", "text": "开机三天后不再加热"}


@pytest.fixture
async def site(cloned: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with site_on(cloned, redis_url, tmp_path, monkeypatch) as made:
        yield made


def picture(format_: str = "JPEG", size: tuple[int, int] = (40, 30), **more: Any) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, format_, **more)
    return buffer.getvalue()


async def send(site: Site, fields: dict[str, str], photo: bytes | None = None, **headers: str) -> httpx.Response:
    files = {"photo": ("p.jpg", photo or b"", "image/jpeg")} if photo is not None else {"photo": ("", b"")}
    return await site.client.post("/report?lang=zh", data=fields, files=files, headers=headers)


async def filed(site: Site, answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 303, answer.text
    number = answer.headers["location"].removeprefix("/report/").partition("?")[0]
    row = await site.db.fetchrow("select * from consumer_report where number = $1", number)
    assert row is not None
    return dict(row)


async def reports(site: Site) -> int:
    return await site.db.fetchval("select count(*) from consumer_report")


async def batch_of(site: Site, gtin: str, enterprise_id: object) -> int:
    await site.db.execute(
        "insert into batch (batch, epoch, enterprise_id, gtin, lot, count, idempotency_key, request_digest, issued_at,"
        " statement) values (7, 1, $1, $2, 'A1', 10, 'k', '', $3, 's')", enterprise_id, gtin, datetime.now(UTC),
    )  # fmt: skip
    return 7


async def test_kind_and_text_are_enough(site: Site) -> None:
    row = await filed(site, await send(site, GOOD))
    assert NUMBER.fullmatch(row["number"])
    assert (row["kind"], row["text"], row["language"]) == ("quality", GOOD["text"], "zh")
    assert [row[name] for name in ("code", "gtin", "batch", "index", "contact", "photo")] == [None] * 6
    assert not row.keys() & {"ip", "address", "agent", "user_agent"}
    plain = await site.client.post("/report", data=GOOD, headers={"accept-language": "en"})
    assert (await filed(site, plain))["language"] == "en"
    for kind in KINDS:
        assert (await send(site, GOOD | {"kind": kind})).status_code == 303


async def test_the_receipt_shows_the_number_and_nothing_of_the_text(site: Site) -> None:
    answer = await send(site, GOOD | {"code": "6901234567892", "contact": "13800000000"})
    assert answer.headers["cache-control"] == "no-store"
    for language, words in (("zh", "已经收到您反映的问题"), ("en", "We have received your report")):
        receipt = await site.get(answer.headers["location"].replace("zh", language))
        assert receipt.status_code == 200
        assert words in receipt.text
        assert NUMBER.search(receipt.text)
        assert "6901234567892" in receipt.text
        assert "tel:12315" in receipt.text
        assert GOOD["text"] not in receipt.text
        assert "13800000000" not in receipt.text
        assert receipt.headers["cache-control"] == "no-store"


async def test_a_code_is_resolved_to_what_it_names(site: Site) -> None:
    goods = await site.goods()
    batch = await batch_of(site, goods.gtin, goods.enterprise_id)
    serial = seal(site.scanning.ring, Item(1, batch, 4))
    row = await filed(site, await send(site, GOOD | {"code": grouped(serial).lower()}))
    assert (row["gtin"], row["batch"], row["index"], row["code"]) == (goods.gtin, 7, 4, grouped(serial).lower())
    row = await filed(site, await send(site, GOOD | {"code": goods.gtin[1:]}))
    assert (row["gtin"], row["batch"], row["index"]) == (goods.gtin, None, None)
    beyond = seal(site.scanning.ring, Item(1, batch, 10))
    for code in (beyond, seal(site.scanning.ring, Item(1, 8, 0)), "1" * 20, "6901234567892", "哪个码"):
        row = await filed(site, await send(site, GOOD | {"code": code}))
        assert (row["code"], row["gtin"], row["batch"], row["index"]) == (code, None, None, None)
    form = await site.get(f"/report?code={serial}")
    assert f'value="{grouped(serial)}"' in form.text


async def test_the_same_form_twice_is_one_report(site: Site) -> None:
    form = await site.get("/report")
    token = re.search(r'name="token" value="([^"]{22})"', form.text)
    assert token
    first = await send(site, GOOD | {"token": token[1]}, picture())
    again = await send(site, GOOD | {"token": token[1], "text": "改了一个字"})
    assert first.headers["location"] == again.headers["location"]
    row = await filed(site, again)
    assert row["text"] == "改了一个字"
    assert row["photo"]  # the browser does not send a photo again by itself
    assert await reports(site) == 1
    assert (await send(site, GOOD)).headers["location"] != first.headers["location"]
    for token in ("", "x", "a" * 23, "<" * 22):
        assert (await send(site, GOOD | {"token": token})).status_code == 303
    assert await reports(site) == 6


@pytest.mark.parametrize(("changes", "words"), [
    ({"kind": ""}, "请选择一种问题类型"), ({"kind": "nonsense"}, "请选择一种问题类型"),
    ({"text": ""}, "请写一写发生了什么"), ({"text": " \r\n "}, "请写一写发生了什么"),
    ({"text": "字" * (TEXT_MOST + 1)}, "情况说明有 2,001 字"), ({"text": "好\x00的"}, "第 2 个字符无法显示"),
    ({"code": "1" * 201}, "编号太长"), ({"code": "\x07"}, "编号里有无法显示的字符"),
    ({"contact": "1" * 121}, "联系方式太长"), ({"contact": "\x1b"}, "联系方式里有无法显示的字符"),
    ({"topic": "spam"}, "请把这一栏清空后再提交"),
])  # fmt: skip
async def test_what_is_wrong_stands_beside_its_field(site: Site, changes: dict[str, str], words: str) -> None:
    kept = {"kind": "quality", "text": "留着", "code": "6901234567892", "contact": "家里电话"}
    answer = await send(site, kept | changes)
    assert answer.status_code == 422
    assert words in answer.text
    assert "还没有提交" in answer.text
    for name, value in kept.items():
        if name not in changes and name != "kind":
            assert value in answer.text
    if "kind" not in changes:
        assert re.search(r'value="quality" required checked', answer.text)
    assert await reports(site) == 0
    assert (await send(site, kept)).status_code == 303


async def test_what_was_typed_is_kept_exactly(site: Site) -> None:
    texts = [
        "一\n\n  二 \n",
        "<b>&amp;</b>\"'",
        "'; drop table consumer_report; --",
        "👩‍👩‍👧 ﷽ \u202e x",
        "{{7*7}} {0}",
    ]
    for text in texts:
        row = await filed(site, await send(site, {"kind": "other", "text": text.replace("\n", "\r\n")}))
        assert row["text"] == text
        again = (await send(site, {"text": text})).text
        shown = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", again, re.S)
        assert shown
        assert "<b>" not in shown[1]


async def test_a_photo_is_drawn_anew(site: Site) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    exif[0x0112] = 6  # turned by a quarter
    row = await filed(site, await send(site, GOOD, picture(exif=exif) + b"<?php appended"))
    with Image.open(io.BytesIO(row["photo"])) as kept:
        assert kept.format == "WEBP"
        assert kept.size == (30, 40)
        assert not kept.getexif()
    assert b"secret" not in row["photo"]
    assert b"appended" not in row["photo"]
    large = await filed(site, await send(site, GOOD, picture("PNG", (4000, 2000))))
    with Image.open(io.BytesIO(large["photo"])) as kept:
        assert kept.size == (1600, 800)


@pytest.mark.parametrize(("photo", "words"), [
    (b"GIF89a" + b"x" * 100, "不是能识别的照片"), (b"%PDF-1.7", "不是能识别的照片"), (b"<svg/>", "不是能识别的照片"),
    (picture()[:200], "不是能识别的照片"), (b"\xff" * (PHOTO_MOST + 1), "照片超过 5 MB"),
    (picture("PNG", (5000, 4000)), "照片的尺寸太大"), (picture("PNG", (20000, 10000)), "照片的尺寸太大"),
])  # fmt: skip
async def test_a_photo_that_cannot_be_taken_costs_no_text(site: Site, photo: bytes, words: str) -> None:
    answer = await send(site, GOOD | {"contact": "家里电话"}, photo)
    assert answer.status_code == 422
    assert words in answer.text
    assert GOOD["text"] in answer.text
    assert "家里电话" in answer.text
    assert await reports(site) == 0
    assert (await send(site, GOOD, picture())).status_code == 303


async def test_only_our_own_page_can_send(site: Site) -> None:
    ours = [{}, {"sec-fetch-site": "same-origin"}, {"origin": f"http://{HOST}"}, {"referer": f"https://{HOST}/report"}]
    theirs = [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": "none"},
        {"origin": "null"}, {"origin": "https://evil.example"}, {"origin": "http://["},
        {"referer": f"https://evil.example/{HOST}"}, {"origin": "https://evil.example", "referer": f"http://{HOST}/"},
    ]  # fmt: skip
    for headers in theirs:
        answer = await send(site, GOOD, **headers)
        assert answer.status_code == 403, headers
        assert "请从本站的这个页面提交" in answer.text
    assert await reports(site) == 0
    for headers in ours:
        assert (await send(site, GOOD, **headers)).status_code == 303, headers
    assert await reports(site) == len(ours)


MULTIPART = "multipart/form-data; boundary=b"
PART = b"--b\r\nContent-Disposition: form-data; "
END = b"\r\n--b--\r\n"
URLENCODED = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(("kind", "body", "status"), [
    (MULTIPART, b"", 400), (MULTIPART, b"rubbish", 400), ("multipart/form-data", b"--b--", 400),
    (MULTIPART, PART + b'name="text"\r\n\r\nhalf', 400),
    (MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nx" + END, 400),
    (MULTIPART, PART + b'name="text"\r\n\r\n\xff\xfe' + END, 400),
    (MULTIPART, PART + b'name="text"\r\nContent-Type: text/plain; charset=nonsense\r\n\r\nx' + END, 422),
    (MULTIPART, b"".join(PART + b'name="f%d"\r\n\r\nx\r\n' % n for n in range(2000)) + b"--b--\r\n", 400),
    (MULTIPART, PART + b'name="text"; filename="x"\r\n\r\nx' + END, 422),
    (MULTIPART, PART + b'name="photo"\r\n\r\nx' + END, 422),
    (MULTIPART, PART + b'name="text"\r\n\r\n' + b"x" * 70_000 + END, 413),
    (URLENCODED, b"text=%FF", 400), (URLENCODED, "text=字".encode(), 400), (URLENCODED, b"&" * 10, 422),
    (URLENCODED, b"&" * 100, 400), (URLENCODED, b"&".join([b"a=1"] * 100), 400),
    (URLENCODED, b"text=" + b"a" * 70_000, 413), (URLENCODED, b"text=a&text=b", 422),
    ("application/json", b"{}", 415), ("nonsense", b"\x00", 415),
])  # fmt: skip
async def test_rubbish_is_a_page_and_no_report(site: Site, kind: str, body: bytes, status: int) -> None:
    answer = await site.client.post("/report", content=body, headers={"content-type": kind, "accept-language": "zh"})
    assert answer.status_code == status, answer.text
    assert 'enctype="multipart/form-data"' in answer.text
    assert await reports(site) == 0


async def test_a_body_without_end_is_cut_off(site: Site) -> None:
    async def endless() -> AsyncIterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="photo"; filename="x"\r\n\r\n'
        for _ in range(40):
            yield b"x" * 2**20

    answer = await site.client.post("/report", content=endless(), headers={"content-type": MULTIPART})
    assert answer.status_code == 413
    assert "太大" in answer.text
    assert await reports(site) == 0
