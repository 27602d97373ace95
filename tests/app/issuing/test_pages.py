"""Issuing's pages as people use them: plain forms, refusals beside their fields, both languages."""

import re
from datetime import timedelta

import asyncpg
import httpx
import pytest

from codes.serial import Item, seal
from tests.app.issuing.cast import HOOD, KETTLE
from tests.app.issuing.service import Client


def key_of(answer: httpx.Response) -> str:
    found = re.search(r'name="key" value="([0-9a-f]{32})"', answer.text)
    assert found
    return found[1]


async def order(client: Client, **fields: object) -> int:
    """A batch ordered by the form; its number."""
    key = key_of(await client.get("/codes/new"))
    answer = await client.send_form("/codes/new", gtin=HOOD, key=key, **({"lot": "A1", "count": 100} | fields))
    assert answer.status_code == 303, answer.text
    return int(re.findall(r"/codes/(\d+)", answer.headers["location"])[0])


async def shown(client: Client, path: str, *words: str) -> httpx.Response:
    """The page in both languages, without a hole in its words."""
    for language in ("en", "zh"):
        answer = await client.get(path, params={"lang": language})
        assert answer.status_code == 200, answer.text
        assert "Undefined" not in answer.text
        assert not re.search(r"<script(?! src=)| style=| on\w+=", answer.text)
    for word in words:
        assert word in answer.text, word
    return answer


async def test_an_order_by_the_form_once_for_one_key(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    form = await shown(client, "/codes/new", HOOD, "203 dpi", "300 dpi", "600 dpi")
    assert KETTLE not in form.text
    key = key_of(form)
    fields = {"gtin": HOOD, "lot": "A1", "count": "100", "made_on": "2026-09-12", "label_case": "lower", "key": key}
    wrong = await client.send_form("/codes/new", **fields | {"count": "一百", "made_on": "2026-02-30"})
    assert (wrong.status_code, key_of(wrong)) == (422, key)
    assert wrong.text.count('class="error"') == 2
    assert 'value="A1"' in wrong.text
    first, again = [await client.send_form("/codes/new", **fields) for _ in range(2)]
    assert first.headers["location"] == again.headers["location"]
    assert await own.fetchval("select array_agg(label_case) from batch") == ["lower"]
    await shown(client, first.headers["location"].partition("?")[0], "A1", "2026-09-12")
    sizes = await client.get("/codes/new/sizes", params={"gtin": HOOD}, headers={"HX-Request": "true"})
    assert sizes.text.count("203 dpi") == 2
    assert "<form" not in sizes.text
    client.become("viewer")
    assert (await client.get("/codes/new")).status_code == 403
    assert (await client.send_form("/codes/new", **fields)).status_code == 403


async def test_the_list_filters_and_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.issuing.console import batch_pages

    client.become("maker")
    assert "/codes/new" in (await shown(client, "/codes")).text
    numbers = [await order(client, lot=f"A{n}") for n in range(3)]
    monkeypatch.setattr(batch_pages, "LISTED", 2)
    first = await shown(client, "/codes", "吸油烟机", "A2", "A1")
    assert "A0<" not in first.text
    second = await client.get("/codes", params={"before": numbers[1]})
    assert ">A0<" in second.text
    assert ">A1<" in (await client.get("/codes", params={"q": "a1", "gtin": HOOD})).text
    assert ">A1<" not in (await client.get("/codes", params={"q": "a2"})).text
    part = await client.get("/codes", headers={"HX-Request": "true"})
    assert "<html" not in part.text
    client.become("other")
    assert ">A1<" not in (await client.get("/codes")).text
    assert (await client.get(f"/codes/{numbers[0]}")).status_code == 404


async def test_many_lots_by_a_file(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    key = key_of(await shown(client, "/codes/lots", "gtin"))
    good = f"gtin,lot,count\n{HOOD},B1,5\n{HOOD},B2,6\n".encode()
    bad = await client.send_form("/codes/lots", {"list": ("l.csv", good.replace(b"5", b"x"))}, key=key)
    assert bad.status_code == 422
    assert "Line 2" in bad.text
    assert (await client.send_form("/codes/lots", key=key)).status_code == 422
    done = await client.send_form("/codes/lots", {"list": ("l.csv", good)}, key=key)
    assert done.status_code == 303
    assert await own.fetchval("select count(*) from batch") == 2
    template = await client.get("/codes/lots/template.csv")
    assert template.headers["content-type"].startswith("text/csv")


async def test_a_roll_is_activated_bound_voided_and_taken_back(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await order(client, bound_later="on")
    path = f"/codes/{batch}"
    wrong = await client.send_form(path + "/activate", ranges="0-9")
    assert wrong.status_code == 422
    assert "0-9</textarea>" in wrong.text
    fields = {"ranges": "0-9， 20–29", "lot": "C1", "made_on": "2026-09-12"}
    assert (await client.send_form(path + "/activate", **fields)).status_code == 303
    page = await shown(client, path, "C1", "0–9", "20–29")
    act = re.findall(r"/undo/([0-9a-f-]{36})", page.text)[0]
    serial = seal(client.cast.settings.ring, Item(1, batch, 50))
    scanned = {"list": ("s.txt", f"{serial}\nrubbish\n".encode())}
    bad = await client.send_form(path + "/list", scanned, lot="C2")
    assert bad.status_code == 422
    assert "Line 2" in bad.text
    await shown(client, path, "/lists/")
    done = await client.send_form(path + "/list", scanned, lot="C2", skip="on")
    assert done.status_code == 303
    report = await client.get(re.findall(rf"({path}/lists/[0-9a-f-]+)", (await client.get(path)).text)[0])
    assert "rubbish" in report.text
    assert (await client.send_form(f"{path}/undo/{act}")).status_code == 422  # not the newest
    newest = re.findall(r"/undo/([0-9a-f-]{36})", (await client.get(path)).text)[0]
    assert (await client.send_form(f"{path}/undo/{newest}")).status_code == 303
    assert await own.fetchval("select sum(last - first + 1) from batch_activation") == 20
    refused = await client.send_form(path + "/void", ranges="5-500", reason="")
    assert refused.status_code == 422
    assert (await client.send_form(path + "/void", ranges="5", reason="破损")).status_code == 303
    page = await shown(client, path, "破损")
    at = re.findall(r'name="voided_at" value="([^"]+)"', page.text)[0]
    assert (await client.send_form(path + "/unvoid", voided_at="gestern")).status_code == 422
    assert (await client.send_form(path + "/unvoid", voided_at=at)).status_code == 303
    assert await own.fetchval("select count(*) from batch_void") == 0
    client.become("viewer")
    assert "<form" not in (await client.get(path)).text.partition("<main")[2]
    assert (await client.send_form(path + "/void", ranges="5", reason="破损")).status_code == 403


async def test_a_file_its_links_and_its_second_copy(client: Client) -> None:
    client.become("maker")
    batch = await order(client)
    path = f"/codes/{batch}"
    fields = {"format": "zpl", "first": "0", "roll_size": "", "encoding": "utf-8", "dpi": "300", "variant": "0"}
    wrong = await client.send_form(path + "/files", **fields | {"first": "100"})
    assert wrong.status_code == 422
    named = await client.send_form(path + "/files", **fields)
    file = named.headers["location"].partition("?")[0]
    await shown(client, file, ".zpl", file + "/download")
    assert (await client.send_form(file + "/manifest")).status_code == 303
    taken = await client.get(file + "/download")
    assert taken.status_code == 200
    await shown(client, file, 'name="reason"')
    assert (await client.get(file + "/download")).status_code == 409
    again = await client.get(file + "/download", params={"reason": "卡纸"})
    assert again.content == taken.content
    missing = await client.send_form(file + "/links", printer="印刷厂", days="7")
    assert missing.status_code == 422
    made = await client.send_form(file + "/links", printer="印刷厂", days="7", reason="补印")
    address = re.findall(r"https://zpm\.example(/print/[\w-]{43})", made.text)[0]
    assert address not in (await client.get(file)).text
    part = await client.get(file, headers={"HX-Request": "true"})
    assert part.text.strip().startswith('<div id="moving"')
    client.become("nobody")
    await shown(client, address, ".zpl", "300")
    assert (await client.get(address + "/file")).content == taken.content  # with the reason of the link, once
    assert (await client.get(address + "/file")).status_code == 409
    client.become("maker")
    link = re.findall(r"/links/([0-9a-f-]{36})/revoke", (await client.get(file)).text)[0]
    assert (await client.send_form(f"{path}/links/{link}/revoke")).status_code == 303
    split = await client.send_form(path + "/files", **fields | {"format": "txt", "roll_size": "30"})
    assert split.headers["location"].startswith(path + "?")
    assert (await client.get(path)).text.count("-roll000") >= 4
    client.become("bureau")
    await shown(client, "/reprints", "卡纸", "补印", "演示厨电有限公司")


async def test_codes_of_products_and_recalls(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    await shown(client, "/codes/products", HOOD)
    assert (await client.send_form(f"/codes/products/{HOOD}/product")).status_code == 303
    assert (await client.send_form(f"/codes/products/{HOOD}/pallet")).status_code == 422
    assert (await client.send_form(f"/codes/products/{KETTLE}/product")).status_code == 422
    await shown(client, "/codes/products", "/codes/products/artwork")
    assert (await client.get("/codes/products/artwork")).headers["content-type"] == "application/zip"
    assert (await client.send_form(f"/codes/products/{HOOD}/product", act="end")).status_code == 303
    path = f"/codes/products/{HOOD}/recalls"
    await shown(client, path)
    wrong = await client.send_form(path, reason="漏电", remedy="", telephone="400-000-0000")
    assert wrong.status_code == 422
    assert "漏电" in wrong.text
    opened = await client.send_form(path, reason="漏电", remedy="退货", telephone="400-000-0000", lots="A1，A2\nA3")
    assert opened.status_code == 303
    assert await own.fetchval("select lots from recall") == ["A1", "A2", "A3"]
    page = await shown(client, path, "漏电", "A2")
    close = re.findall(rf"{path}/[0-9a-f-]{{36}}", page.text)[0]
    today = await own.fetchval("select opened_on from recall")
    assert (await client.send_form(close, closed_on=(today - timedelta(1)).isoformat())).status_code == 422
    assert (await client.send_form(close)).status_code == 303
    assert (await client.get(f"/codes/products/{KETTLE}/recalls")).status_code == 404


async def test_a_page_says_beforehand_what_stands_against_it(client: Client, own: asyncpg.Connection) -> None:
    client.become("maker")
    batch = await order(client, policy="at_the_line")
    assert "/activate" in (await client.get(f"/codes/{batch}")).text
    await own.execute("update certificate set state = 'withdrawn', state_on = '2026-10-02'")
    page = await client.get(f"/codes/{batch}")
    assert "2026-10-02" in page.text
    assert "/activate" not in page.text
    assert (await client.send_form(f"/codes/{batch}/activate", whole="on")).status_code == 422


async def test_forms_are_taken_from_our_own_pages_only(client: Client) -> None:
    client.become("maker")
    batch = await order(client)
    forged = await client.post(f"/codes/{batch}/void", data={"whole": "on", "reason": "x", "csrf": "w" * 32})
    assert forged.status_code == 403
    client.become("nobody")
    assert (await client.get("/codes")).headers["location"].startswith("/signin")
