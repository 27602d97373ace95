"""A change is on every page at once; without PostgreSQL the last known is shown as what it is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from msgspec import convert

import app.catalogue.actions as catalogue
import app.certification.actions as certification
import app.standards.actions as standards
from app.certification.shapes import NewState as CertificateState
from app.issuing import recalls
from app.issuing.shapes import NewRecall
from app.recognition import sanctions
from app.recognition.shapes import NewRevocation, NewWithdrawal, SanctionEnd
from app.standards.shapes import NewState as StandardState
from tests.app.databases import with_database
from tests.app.scanning.site import TODAY, Site, site_on
from tests.world import ACTOR


@pytest.fixture
async def site(cloned: str, redis_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    async with site_on(cloned, redis_url, tmp_path, monkeypatch) as made:
        yield made


async def test_a_withdrawal_shows_everywhere_and_its_end_too(site: Site) -> None:
    goods = await site.goods()
    pages = [f"/enterprise/{goods.uscc}", f"/standard/{goods.standard_id}", f"/certificate/{goods.certificate_id}"]
    for page in (*pages, f"/comparison/{goods.gtin}", f"/commitment/{goods.gtin}"):
        assert "授权已收回" not in await site.read(page)
    new = NewWithdrawal(product_id=goods.product_id, reason="绩效不达标", effective_on=TODAY)
    withdrawn = await sanctions.withdraw(site.db, new, ACTOR, TODAY)
    await site.settled()
    for page in pages:
        assert "授权已收回" in await site.read(page)
    for page in (f"/comparison/{goods.gtin}", f"/commitment/{goods.gtin}"):
        assert "“品字标”授权已于 2026-11-22 收回" in await site.read(page)
    assert "1 款产品有需要留意的情况" in await site.read(pages[0])
    assert f'href="/announcement/{withdrawn.id}"' in (await site.get(pages[0])).text
    await sanctions.end(site.db, withdrawn.id, SanctionEnd(ended_on=TODAY), ACTOR, TODAY)
    await site.settled()
    for page in pages:
        assert "授权已收回" not in await site.read(page)
    assert "这项决定已于 2026-11-22 结束" in await site.read(f"/announcement/{withdrawn.id}")


async def test_a_revocation_counts_from_its_day_on(site: Site) -> None:
    goods = await site.goods()
    page = f"/enterprise/{goods.uscc}"
    announced = NewRevocation(enterprise_id=goods.enterprise_id, reason="虚假材料", effective_on=date(2026, 11, 22))
    await sanctions.revoke(site.db, announced, ACTOR, TODAY)
    await site.settled()
    told = await site.read(page)
    assert "品牌认定已于 2026-11-22 被撤销" in told
    assert "认定有效" not in told
    await site.db.execute("update sanction set effective_on = '2026-11-23'")
    await site.db.execute("select facts_tick(array['e:' || $1])", str(goods.enterprise_id))
    await site.settled()
    assert "品牌认定有效" in await site.read(page)
    sanction = await site.db.fetchval("select id from sanction")
    assert "这项决定自 2026-11-23 起生效" in await site.read(f"/announcement/{sanction}")


async def test_a_recall_opens_and_closes(site: Site) -> None:
    goods = await site.goods()
    page = f"/enterprise/{goods.uscc}"
    assert "认定有效" in await site.read(page)
    new = NewRecall(gtin=goods.gtin, reason="漏电", remedy="换线", telephone="12345")
    opened = await recalls.open_recall(site.db, new, TODAY, ACTOR)
    await site.settled()
    assert "正在召回" in await site.read(page)
    assert "这款产品正在召回，请停止使用" in await site.read(f"/recall/{opened.id}")
    await recalls.close_recall(site.db, opened.id, TODAY, TODAY, ACTOR)
    await site.settled()
    assert "认定有效" in await site.read(page)
    assert "这次召回已于 2026-11-22 结束" in await site.read(f"/recall/{opened.id}")


async def test_states_of_standard_and_certificate_show_at_once(site: Site) -> None:
    goods = await site.goods()
    standard, certificate = f"/standard/{goods.standard_id}", f"/certificate/{goods.certificate_id}"
    assert "标准现行有效" in await site.read(standard)
    assert "证书有效" in await site.read(certificate)
    abolished = convert({"state": "abolished", "on": "2026-11-22"}, StandardState)
    await standards.set_state(site.db, goods.standard_id, abolished, ACTOR, TODAY)
    newer = await site.world.standard(title="吸油烟机（新）")
    await standards.set_successor(site.db, goods.standard_id, newer.id, ACTOR)
    suspended = convert({"state": "suspended", "on": "2026-11-22"}, CertificateState)
    await certification.set_state(site.db, goods.certificate_id, suspended, ACTOR, TODAY)
    await site.settled()
    assert "已于 2026-11-22 废止" in await site.read(standard)
    assert f'href="/standard/{newer.id}"' in (await site.get(standard)).text
    assert "自 2026-11-22 起暂停" in await site.read(certificate)
    assert "证书暂停" in await site.read(standard)
    await site.db.execute("update certificate set valid_until = '2026-11-21'")
    await site.db.execute("select facts_tick(array['c:' || $1])", str(goods.certificate_id))
    await site.settled()
    assert "认证证书已于 2026-11-21 到期" in await site.read(certificate)


async def test_an_archived_product_leaves_and_comes_back(site: Site) -> None:
    goods = await site.goods()
    pages = [f"/enterprise/{goods.uscc}", f"/standard/{goods.standard_id}", f"/certificate/{goods.certificate_id}"]
    for page in pages:
        assert goods.model in await site.read(page)
    await catalogue.archive(site.db, goods.product_id, ACTOR)
    await site.settled()
    for page in pages:
        assert goods.model not in await site.read(page)
    assert "没有查到" in await site.read(f"/comparison/{goods.gtin}", status=404)
    await catalogue.publish(site.db, goods.product_id, ACTOR, TODAY)
    await site.settled()
    for page in pages:
        assert goods.model in await site.read(page)
    assert goods.model in await site.read(f"/comparison/{goods.gtin}")


async def test_a_new_product_joins_the_lists(site: Site) -> None:
    goods = await site.goods()
    pages = [f"/enterprise/{goods.uscc}", f"/standard/{goods.standard_id}", f"/certificate/{goods.certificate_id}"]
    for page in pages:
        assert "产品（1）" in await site.read(page)
    newer = await site.world.product(goods.enterprise_id)
    await site.settled()
    assert "产品（2）" in await site.read(pages[0])
    await site.world.recognition(goods.enterprise_id, [(newer.id, goods.standard_id, goods.certificate_id)])
    await site.settled()
    for page in pages:
        assert "产品（2）" in await site.read(page)
        assert newer.model in await site.read(page)


async def _cut(site: Site, url: str) -> asyncpg.Connection:
    """PostgreSQL lets nobody in and drops who is in."""
    name = await site.db.fetchval("select current_database()")
    outside = await asyncpg.connect(with_database(url, "postgres"))
    await outside.execute(f'alter database "{name}" allow_connections false')
    await outside.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name)
    while site.scanning.clock.fresh:
        await asyncio.sleep(0.02)
    return outside


async def test_without_postgresql_the_last_known_is_shown_as_such(site: Site, cloned: str) -> None:
    goods, revoked = await site.goods(), await site.goods()
    new = NewRevocation(enterprise_id=revoked.enterprise_id, reason="虚假材料", effective_on=TODAY)
    await sanctions.revoke(site.db, new, ACTOR, TODAY)
    await site.settled()
    good = [f"/standard/{goods.standard_id}", f"/certificate/{goods.certificate_id}", f"/enterprise/{goods.uscc}"]
    for page in (*good, f"/enterprise/{revoked.uscc}", f"/comparison/{goods.gtin}"):
        await site.read(page)
    outside = await _cut(site, cloned)
    for page in (*good, f"/comparison/{goods.gtin}"):
        told = await site.read(page)
        assert "最新状态暂时查不到" in told
        assert "下面是 2026-11-22 21:0" in told
        assert "有效，" not in told
        assert "现行有效" not in told
        assert "认定有效" not in told
    grave = await site.read(f"/enterprise/{revoked.uscc}", "en")
    assert "was revoked on 2026-11-22" in grave
    assert "As of 2026-11-22 21:0" in grave
    assert "current status unavailable" in grave
    unknown = await site.get(f"/standard/{uuid4()}", "en")
    assert unknown.status_code == 503
    assert unknown.headers["retry-after"]
    assert "Unavailable at this moment" in unknown.text
    assert (await site.get("/photo/" + "a" * 64)).status_code == 503
    form = {"kind": "other", "text": "留着这句话"}
    answer = await site.client.post("/report", data=form, headers={"accept-language": "zh"})
    assert answer.status_code == 503
    assert "留着这句话" in answer.text
    assert "现在无法保存" in answer.text
    await outside.close()
