"""Comparison and commitment in full, pictures: what stands behind one product's blocks."""

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest
from msgspec import convert

from app.catalogue import statements
from app.catalogue.shapes import NewCommitment, NewIndicators, NewTestReport
from app.issuing import recalls
from app.issuing.shapes import NewRecall
from tests.app.scanning.site import TODAY, Goods, Site, site_on
from tests.world import ACTOR

INDICATORS = [
    {
        "name": "全压效率", "name_en": "Total-pressure efficiency", "unit": "%", "sense": "ge", "product_value": "26",
        "zhejiang_made_limit": "24", "national_limit": "15", "national_reference": "GB/T 17713-2011",
        "industry_limit": "18", "industry_reference": "QB/T 0001", "international_reference": "IEC 61591",
    },
    {"name": "内胆", "unit": "—", "sense": "text", "product_value": "06Cr17Ni12Mo2", "zhejiang_made_limit": "S30408"},
]  # fmt: skip
COMMITMENT = {
    "text": "整机保修五年。\n电机保修十年。", "remedy": "三天内上门。", "telephone": "400-000-0000",
    "valid_from": "2026-01-01",
}  # fmt: skip


@pytest.fixture
async def site(cloned: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with site_on(cloned, redis_url, tmp_path, monkeypatch) as made:
        yield made


async def stated(site: Site) -> Goods:
    """A model with a report, two indicators and a commitment."""
    goods = await site.goods(name_en="Range hood")
    report = convert({"number": "检-1", "laboratory": "某检测中心", "issued_on": "2026-03-02"}, NewTestReport)
    await statements.add_test_report(site.db, goods.product_id, report, ACTOR, TODAY)
    table = convert({"indicators": INDICATORS, "as_of": "2026-03-02"}, NewIndicators)
    await statements.set_indicators(site.db, goods.product_id, table, ACTOR, TODAY)
    commitment = convert(COMMITMENT, NewCommitment)
    await statements.set_commitment(site.db, goods.product_id, commitment, ACTOR, TODAY)
    await site.settled()
    return goods


async def test_the_full_table_names_every_reference(site: Site) -> None:
    goods = await stated(site)
    told = await site.read(f"/comparison/{goods.gtin}")
    for words in (
        "全压效率", "越高越好", "本产品26 %", "优于国家标准", f"浙江制造{goods.standard}≥ 24 %",
        "国家标准GB/T 17713-2011≥ 15 %", "行业标准QB/T 0001≥ 18 %", "国际标准IEC 61591无要求", "06Cr17Ni12Mo2",
        "检-1", "某检测中心", "2026-03-02", "怎样看这张表",
    ):  # fmt: skip
        assert words in told, words
    english = (await site.get(f"/comparison/{goods.gtin}", "en")).text
    assert "Total-pressure efficiency" in english
    assert '<span lang="zh">内胆</span>' in english
    assert '<span role="img" aria-label="at least">≥</span>' in english
    assert f'href="/01/{goods.gtin}"' in english


async def test_a_recall_takes_bars_and_better_from_the_table(site: Site) -> None:
    goods = await stated(site)
    page = f"/comparison/{goods.gtin}"
    before = (await site.get(page)).text
    assert "优于国家标准</em>" in before
    assert '<svg class="bar"' in before
    recall = NewRecall(gtin=goods.gtin, reason="漏电", remedy="换线", telephone="12345")
    await recalls.open_recall(site.db, recall, TODAY, ACTOR)
    await site.settled()
    after = (await site.get(page)).text
    assert "正在召回" in after
    assert "优于" not in after
    assert '<svg class="bar"' not in after
    assert "26" in after  # the dated facts stay
    commitment = await site.read(f"/commitment/{goods.gtin}")
    assert "正在召回" in commitment
    assert "整机保修五年" in commitment


async def test_the_commitment_stands_in_full(site: Site) -> None:
    goods = await stated(site)
    page = await site.get(f"/commitment/{goods.gtin}")
    assert '<blockquote class="flow">整机保修五年。\n电机保修十年。</blockquote>' in page.text
    assert 'href="tel:4000000000"' in page.text
    assert "自 2026-01-01 起" in await site.read(f"/commitment/{goods.gtin}")
    assert '<span lang="zh">三天内上门。</span>' in (await site.get(f"/commitment/{goods.gtin}", "en")).text
    assert 'name="code" value="' + goods.gtin in page.text  # a report knows which product


async def test_what_was_not_stated_is_said_so(site: Site) -> None:
    goods = await site.goods()
    told = await site.read(f"/comparison/{goods.gtin}")
    assert "还没有公布这款产品的指标对比" in told
    assert "还没有公布检验报告" in told
    assert "还没有公布这款产品的质量承诺" in await site.read(f"/commitment/{goods.gtin}")
    assert "has not published a commitment" in await site.read(f"/commitment/{goods.gtin}", "en")
    assert (await site.get(f"/comparison/{goods.gtin[1:]}")).status_code == 200


async def test_a_picture_is_kept_for_good(site: Site) -> None:
    content = b"RIFF\x00\x00\x00\x00WEBP"
    name = sha256(content).hexdigest()
    await site.db.execute("insert into photo values ($1, 'image/webp', 1, 1, $2)", name, content)
    answer = await site.get(f"/photo/{name}")
    assert answer.content == content
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    await site.db.execute("delete from photo")
    assert (await site.get(f"/photo/{name}")).content == content  # addressed by content, so never wrong
    assert (await site.get(f"/photo/{name.upper()}")).status_code == 404


async def test_pictures_kept_in_memory_are_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.scanning.behind.records.PHOTOS_BYTES", 250)
    names = []
    for number in range(5):
        content = bytes([number]) * 100
        names.append(sha256(content).hexdigest())
        await site.db.execute("insert into photo values ($1, 'image/webp', 1, 1, $2)", names[-1], content)
        assert (await site.get(f"/photo/{names[-1]}")).status_code == 200
    assert site.behind.photo_bytes == 200
    await site.db.execute("delete from photo")
    assert [(await site.get(f"/photo/{name}")).status_code for name in names] == [404, 404, 404, 200, 200]
