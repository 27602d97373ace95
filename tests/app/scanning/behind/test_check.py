"""Typing a code instead of scanning it: understood in any form people type, or told what is wrong."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scanning.behind.typed import Meant, Problem, understand
from codes.serial import is_canonical
from tests.app.scanning.site import HOST, Site, site_on

SERIAL = "18YR9ZDCYNA3EFHA15FZ"
GTIN = "06901234567892"


@pytest.fixture
async def site(cloned: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with site_on(cloned, redis_url, tmp_path, monkeypatch) as made:
        yield made


@pytest.mark.parametrize(("typed", "address"), [
    (SERIAL, f"/{SERIAL}"),
    ("  18yr 9zdc-yna3_efha—15fz ", f"/{SERIAL}"),
    ("１８ＹＲ 9ZDC YNA3 EFHA 15FZ", f"/{SERIAL}"),
    ("l8YR 9ZDC YNA3 EFHA I5FZ", f"/{SERIAL}"),
    ("6901234567892", f"/01/{GTIN}"),
    ("6 901234 567892", f"/01/{GTIN}"),
    (GTIN, f"/01/{GTIN}"),
    (f"(01){GTIN}", f"/01/{GTIN}"),
    (f"(01) {GTIN} (21) {SERIAL}", f"/01/{GTIN}/21/{SERIAL}"),
    (f"(01){GTIN}(10)260912A", f"/01/{GTIN}/10/260912A"),
    (f"HTTPS://{HOST.upper()}/01/{GTIN}/21/{SERIAL}", f"/01/{GTIN}/21/{SERIAL}"),
    (f"{HOST}/{SERIAL.lower()}", f"/{SERIAL}"),
    (f"/01/{GTIN}/10/A%2FB", f"/01/{GTIN}/10/A%2FB"),
])  # fmt: skip
def test_what_is_meant(typed: str, address: str) -> None:
    meant = understand(typed, HOST)
    assert isinstance(meant, Meant), meant
    assert meant.address == address


@pytest.mark.parametrize(("typed", "name", "fact"), [
    ("", "empty", None), (" - ", "empty", None),
    (SERIAL[:-1], "short", 19), (SERIAL + "1", "long", 21), ("9" * 200, "barcode_length", 200),
    ("18YR 9ZDC UNA3 EFHA 15FZ", "character", 9), ("18YR 9ZDC Y码A3", "character", 10), ("\x00", "character", 1),
    ("6901234567893", "barcode_digit", None), ("00000000", "barcode_digit", None), ("690123", "barcode_length", 6),
    (f"https://zpm-cha.example/01/{GTIN}", "foreign", HOST), (f"https://{HOST}@evil.example/{SERIAL}", "foreign", HOST),
    (f"https://{HOST}/check", "address", None), ("http://[", "address", None), ("/", "address", None),
    (f"https://{HOST}/01/{GTIN}/21/{SERIAL[:-1]}", "short", 19), (f"(01){GTIN[:-1]}3", "barcode_digit", None),
])  # fmt: skip
def test_what_is_wrong(typed: str, name: str, fact: object) -> None:
    problem = understand(typed, HOST)
    assert isinstance(problem, Problem), problem
    assert problem.name == name
    assert fact is None or fact in problem.facts.values()


@given(st.text(max_size=250) | st.text("0123456789ABCXYZilou -/().", max_size=30))
def test_anything_typed_is_understood_or_told(typed: str) -> None:
    told = understand(typed, HOST)
    if isinstance(told, Meant):
        assert told.address.startswith("/")
        assert not told.address.startswith("//")
        assert told.serial is None or is_canonical(told.serial)


async def test_the_form_leads_to_the_code_or_says_what_is_wrong(site: Site) -> None:
    answer = await site.get("/check?code=18yr+9zdc-yna3+efha+15fz&lang=en&view=large")
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/{SERIAL}?lang=en&view=large"
    assert answer.headers["cache-control"] == "no-store"
    assert (await site.get("/check?code=6901234567892")).headers["location"] == f"/01/{GTIN}"
    wrong = await site.get("/check?code=18YR+9ZDC+UNA3&lang=en")
    assert wrong.status_code == 200
    assert 'Character 9, "U", never stands in a number' in wrong.text
    assert 'value="18YR 9ZDC UNA3"' in wrong.text
    assert 'aria-invalid="true">' in wrong.text
    assert 'href="?code=18YR+9ZDC+UNA3&amp;lang=zh"' in wrong.text
    assert "还没有输入编号" in await site.read("/check?code=")
    assert 'aria-invalid="true">' not in (await site.get("/check")).text


async def test_rubbish_is_told_and_never_breaks_the_form(site: Site) -> None:
    for typed in ("%00", "%FF%FE", "%3Cscript%3Ealert(1)%3C/script%3E", "%22%3E", "a" * 5000, "%F0%9F%98%80"):
        answer = await site.get(f"/check?code={typed}")
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert 'action="/check"' in answer.text


async def test_home_says_what_this_is_and_offers_the_form(site: Site) -> None:
    told = await site.read("/")
    for words in ("浙品码", "一款产品对应一个码", "没法扫码时", "编号印在哪里", f"只认 {HOST}"):
        assert words in told
    assert "square code" in await site.read("/", "en")
    assert 'name="code"' in (await site.get("/")).text
