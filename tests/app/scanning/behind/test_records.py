"""Every page behind the scan page: what it tells in both languages, and what is not there."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from app.issuing import recalls
from app.issuing.shapes import NewRecall
from app.recognition import sanctions
from app.recognition.shapes import NewMeasure, NewRevocation
from tests.app.scanning.site import TODAY, Goods, Site, site_on
from tests.world import ACTOR

PACKETS = 14_600
"""Ten packets: what a server sends before it waits for an answer."""


@pytest.fixture
async def site(cloned: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with site_on(cloned, redis_url, tmp_path, monkeypatch) as made:
        yield made


async def addresses(site: Site, goods: Goods) -> dict[str, str]:
    """One page of each kind."""
    revoked = await sanctions.revoke(
        site.db, NewRevocation(enterprise_id=(await site.goods()).enterprise_id, reason="虚假材料", effective_on=TODAY),
        ACTOR, TODAY,
    )  # fmt: skip
    recall = NewRecall(gtin=goods.gtin, lots=("A1",), reason="漏电", remedy="换线", telephone="12345")
    opened = await recalls.open_recall(site.db, recall, TODAY, ACTOR)
    await site.settled()
    return {
        "home": "/",
        "check": "/check",
        "enterprise": f"/enterprise/{goods.uscc}",
        "standard": f"/standard/{goods.standard_id}",
        "certificate": f"/certificate/{goods.certificate_id}",
        "comparison": f"/comparison/{goods.gtin}",
        "commitment": f"/commitment/{goods.gtin}",
        "recall": f"/recall/{opened.id}",
        "announcement": f"/announcement/{revoked.id}",
        "report": "/report",
    }


async def test_every_page_has_our_manners_in_both_languages(site: Site) -> None:
    pages = await addresses(site, await site.goods())
    for name, path in pages.items():
        for language, tag in (("zh", "zh-CN"), ("en", "en")):
            answer = await site.get(path, language)
            assert answer.status_code == 200, (name, answer.text[:500])
            assert answer.headers["content-language"] == language
            assert f'<html lang="{tag}">' in answer.text
            kept = "private, max-age=300" if name in ("home", "check") else "no-store"
            assert answer.headers["cache-control"] == kept
            style = re.findall(r"<style>(.*?)</style>", answer.text, re.S)
            digest = b64encode(sha256(style[0].encode()).digest()).decode()
            assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
            assert len(style) == 1
            assert "<script" not in answer.text
            assert "style=" not in answer.text
            assert int(answer.headers["content-length"]) < PACKETS
            assert answer.headers["content-encoding"] == "gzip"
            assert not re.search(r"None|\{\w*\}", words := await site.read(path, language)), words


async def test_the_head_of_a_page_can_be_asked_for(site: Site) -> None:
    for path in (await addresses(site, await site.goods())).values():
        page, head = await site.get(path), await site.client.head(path, headers={"accept-language": "zh"})
        assert head.status_code == 200
        assert head.content == b""
        assert head.headers["content-type"] == page.headers["content-type"]


async def test_links_keep_language_and_size(site: Site) -> None:
    goods = await site.goods()
    answer = await site.get(f"/standard/{goods.standard_id}?lang=en&view=large", "zh")
    assert '<html lang="en" class="large">' in answer.text
    assert f'href="/01/{goods.gtin}?lang=en&amp;view=large"' in answer.text
    assert 'href="?lang=en"' in answer.text
    assert 'href="?lang=zh&amp;view=large"' in answer.text
    plain = await site.get(f"/standard/{goods.standard_id}", "zh")
    assert f'href="/01/{goods.gtin}"' in plain.text


async def test_the_enterprise_shows_what_is_on_record(site: Site) -> None:
    goods = await site.goods()
    told = await site.read(f"/enterprise/{goods.uscc}")
    assert "1 款产品的“浙江制造”品牌认定有效。" in told
    assert goods.uscc in told
    assert "宁波市慈溪市" in told
    assert "电气机械和器材制造业" in told
    assert goods.model in told
    assert goods.gtin[1:] in told
    assert "认定有效" in told
    assert "第三方认证" in told
    english = await site.read(f"/enterprise/{goods.uscc}", "en")
    assert "Zhejiang Made recognition in force for 1 product." in english
    assert "Electrical machinery and apparatus" in english
    nobody = await site.world.enterprise()
    empty = await site.read(f"/enterprise/{nobody.uscc}")
    assert "没有这家企业的有效认定记录" in empty
    assert "目前没有公布的产品" in empty


async def test_standard_and_certificate_lead_to_each_other(site: Site) -> None:
    goods = await site.goods()
    standard = await site.get(f"/standard/{goods.standard_id}")
    assert goods.standard in standard.text
    assert "标准现行有效" in standard.text
    assert f'href="/01/{goods.gtin}"' in standard.text
    certificate = await site.get(f"/certificate/{goods.certificate_id}", "en")
    assert "Certificate valid until" in certificate.text
    assert f'href="/standard/{goods.standard_id}"' in certificate.text
    assert f'href="/enterprise/{goods.uscc}"' in certificate.text
    assert "2025-06-01" in certificate.text


async def test_recall_and_announcement_tell_what_to_do(site: Site) -> None:
    goods = await site.goods()
    pages = await addresses(site, goods)
    recall = await site.get(pages["recall"])
    assert "A1" in recall.text
    assert 'href="tel:12345"' in recall.text
    assert "漏电" in await site.read(pages["recall"], "en")  # no English was given: the Chinese, marked
    assert '<span lang="zh">漏电</span>' in (await site.get(pages["recall"], "en")).text
    announcement = await site.read(pages["announcement"])
    assert "品牌认定已于 2026-11-22 被撤销" in announcement
    assert "虚假材料" in announcement
    measure = NewMeasure(product_id=goods.product_id, measure="责令停止销售", reason="抽查不合格", effective_on=TODAY)
    imposed = await sanctions.impose(site.db, measure, ACTOR, TODAY)
    told = await site.read(f"/announcement/{imposed.id}")
    assert "措施正在执行（责令停止销售）" in told
    assert goods.model in told


async def test_what_is_not_there_is_a_whole_page_too(site: Site) -> None:
    goods = await site.goods()
    there = f"/standard/{goods.standard_id}"
    assert (await site.get(there)).status_code == 200
    missing = [
        f"/standard/{uuid4()}", "/standard/1", f"/certificate/{uuid4()}", "/certificate/%00", f"/recall/{uuid4()}",
        f"/announcement/{uuid4()}", "/enterprise/91330282MA20000009", "/enterprise/91330282MA2000000Q", "/enterprise/É",
        "/comparison/06901234999991", "/comparison/x", "/commitment/06901230009996", "/photo/" + "a" * 64, "/photo/x",
        "/report/R-20261122-000000", "/report/x", f"{there}x",
    ]  # fmt: skip
    for path in missing:
        for language, words in (("zh", "没有查到这个页面"), ("en", "There is no such page")):
            assert words in await site.read(path, language, 404), path
    assert 'action="/check"' in (await site.get("/standard/1")).text


async def test_hostile_texts_stay_texts(site: Site) -> None:
    evil = "<script>alert(1)</script>\"'&{{7*7}}{0}|"
    goods = await site.goods()
    await site.db.execute("update enterprise set name = $1, website = 'javascript:alert(1)'", evil)
    await site.db.execute("update product set name = $1, brand = $1, model = $1", evil)
    await site.db.execute("update standard set title = $1, number = $1, publisher = $1, register_url = 'data:x'", evil)
    await site.db.execute("update certificate set number = $1", evil)
    await site.db.execute("update certification_body set name = $1", evil)
    await site.db.execute(
        "insert into quality_commitment (product_id, text, remedy, telephone, valid_from, as_of)"
        " values ($1, $2, $2, $2, '2026-01-01', '2026-01-01')", goods.product_id, evil,
    )  # fmt: skip
    await site.db.execute("select facts_tick(array['*'])")
    await site.settled()
    for path in (await addresses(site, goods)).values():
        for language in ("zh", "en"):
            answer = await site.get(path, language)
            assert answer.status_code == 200
            assert "<script" not in answer.text
            assert "javascript:" not in answer.text
            assert "data:x" not in answer.text
    assert evil in await site.read(f"/enterprise/{goods.uscc}")
    assert evil in await site.read(f"/commitment/{goods.gtin}")


async def test_long_lists_come_in_pages_and_say_how_many(site: Site) -> None:
    goods = await site.goods()
    await site.db.execute(
        "insert into product (enterprise_id, name, model, as_of)"
        " select $1, '极长的产品名称用来占地方' || i, md5(i::text), '2026-01-01' from generate_series(1, 260) i",
        goods.enterprise_id,
    )
    await site.db.execute(
        "insert into gtin (gtin, product_id) select lpad(row_number() over ()::text, 14, '0'), id from product"
        " where id not in (select product_id from gtin)"
    )
    await site.db.execute(
        "insert into recognised_product (recognition_id, product_id, standard_id) select r.id, p.id, $1"
        " from recognition r, product p where p.id <> $2", goods.standard_id, goods.product_id,
    )  # fmt: skip
    await site.db.execute("select facts_tick(array['*'])")
    await site.settled()
    answer = await site.get(f"/standard/{goods.standard_id}", "zh")
    assert answer.text.count("认定有效") == 50
    assert int(answer.headers["content-length"]) < PACKETS
    assert "第 1 页，共 4 页" in answer.text
    assert "共 261 款，这里列出最近认定的 200 款" in answer.text
    assert 'href="?page=2#products"' in answer.text
    last = await site.get(f"/standard/{goods.standard_id}?page=4&lang=en", "zh")
    assert "Page 4 of 4" in last.text
    assert 'href="?lang=en&amp;page=3#products"' in last.text
    assert 'href="?page=4&amp;lang=zh"' in last.text
    for rubbish in ("0", "-1", "999", "9" * 400, "x", "１", ""):
        assert (await site.get(f"/standard/{goods.standard_id}?page={rubbish}")).status_code == 200
    assert "所列产品中有 200 款的“浙江制造”品牌认定有效" in await site.read(f"/enterprise/{goods.uscc}")
