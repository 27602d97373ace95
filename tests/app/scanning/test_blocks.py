"""Where the page's links lead, and what its blocks say of facts that are there, missing or stale."""

import re

import pytest
from msgspec.structs import replace

from codes.verdict import State
from tests.app.scanning.cast import FACTS, GTIN, NOW, SAW, SERIAL, STATUS, SUCCESSOR
from tests.app.scanning.outline import Outline, status_of
from tests.app.scanning.scenes import RECALL, SCENES, SUSPECT, Scene
from tests.app.scanning.test_page import LANGUAGES, PAGES, each_language


class TestLinks:
    def hrefs(self, scene=SCENES[State.VALID_FIRST], **more):
        return [one["href"] for one in Outline(scene.page(PAGES, **more).html).all("a") if "href" in one]

    def test_lead_where_the_facts_are(self):
        hrefs = self.hrefs()
        for start in ("/enterprise/91330282MA2DEMO01X", "/standard/", "/certificate/", f"/comparison/{GTIN}",
                      f"/commitment/{GTIN}", "/photo/", "tel:12315", "tel:400-000-0000".replace("-", ""), "#genuine",
                      "https://zjamr.example/2025/42"):  # fmt: skip
            assert any(href.startswith(start) for href in hrefs), start

    @pytest.mark.parametrize(
        ("state", "start"),
        [
            (State.RECALLED, "/recall/r1"),
            (State.RECALL_CHECK, "/recall/r1"),
            (State.RECOGNITION_REVOKED, "/announcement/s1"),
            (State.AUTHORISATION_WITHDRAWN, "/announcement/s2"),
            (State.MEASURE_IN_FORCE, "/announcement/s3"),
            (State.NOT_RECOGNISED, "/enterprise/91330282MA2DEMO01X"),
            (State.CERTIFICATE_ENDED, "/certificate/"),
            (State.CERTIFICATE_SUSPENDED, "/certificate/"),
            (State.STANDARD_RECOGNITION_CANCELLED, "/standard/"),
            (State.STANDARD_ABOLISHED, "/standard/"),
            (State.SUSPECT, "tel:057400000000"),
            (State.UNKNOWN, "#check"),
            (State.DEGRADED, f"/01/{GTIN}/21/{SERIAL}"),
            (State.VALID_PRODUCT, "#standard"),
        ],
    )
    def test_the_next_step_leads_on(self, state, start):
        assert f'href="{start}' in status_of(SCENES[state].page(PAGES).html)[2]

    def test_no_call_where_no_telephone_is_known(self):
        scene = Scene(item=SUSPECT)
        scene.facts = None
        html = scene.page(PAGES).html
        assert scene.verdict.state is State.SUSPECT
        assert "tel:" not in status_of(html)[2]

    def test_keep_language_and_size_once_chosen(self):
        for large, query in ((False, "?lang=en"), (True, "?lang=en&view=large")):
            hrefs = self.hrefs(language="en", large=large, chosen=True)
            own = [href for href in hrefs if href.startswith("/") and not href.startswith("/photo/")]
            assert own
            assert all(href.endswith(query) for href in own)
        assert not any("lang=" in href for href in self.hrefs(language="en") if href.startswith("/"))

    def test_switches_change_one_thing(self):
        assert self.hrefs()[1:3] == ["?view=large", "?lang=en"]
        assert self.hrefs(language="en", large=True, chosen=True)[1:3] == ["?lang=en", "?lang=zh&view=large"]
        assert self.hrefs(query="code=X")[1:3] == ["?code=X&view=large", "?code=X&lang=en"]

    def test_report_carries_the_code_without_a_script(self):
        html = SCENES[State.VALID_FIRST].page(PAGES, chosen=True).html
        form = re.search(r'<form id="report" action="/report" hidden>(.*?)</form>', html)[1]
        assert [one["value"] for one in Outline(form).all("input")] == [SERIAL, "zh"]
        assert html.count('form="report"') == 1  # block 6; states that ask for a report have one more
        assert SCENES[State.SUSPECT].page(PAGES).html.count('form="report"') == 2


class TestBlocks:
    def test_the_code_stands_as_printed(self):
        assert "18YR 9ZDC YNA3 EFHA 15FZ" in Outline(SCENES[State.VALID_FIRST].page(PAGES).html).said
        assert f"(01){GTIN} (10)260912A" in Outline(SCENES[State.VALID_BATCH].page(PAGES).html).said
        typed = SCENES[State.MALFORMED].page(PAGES, serial=None, gtin=None, typed="ab<c" * 40)
        assert "ab<c" * 16 in Outline(typed.html).said
        assert "ab<c" * 17 not in Outline(typed.html).said
        assert "<dl" not in status_of(SCENES[State.MALFORMED].page(PAGES, serial=None, gtin=None).html)[2]

    def test_stale_facts_tell_since_when(self):
        scene = Scene(fresh=False, product=replace(STATUS, recalls=(RECALL,)))
        assert "状态截至 20:59" in scene.page(PAGES, as_of=NOW.replace(minute=-1 % 60, hour=12)).html
        assert "status as of 2026-11-21 21:04" in scene.page(PAGES, "en", as_of=NOW.replace(day=21)).html
        assert "状态截至" not in scene.page(PAGES).html

    def test_lot_and_days(self):
        lot = replace(Scene().batch.status, expires_on=NOW.date(), expiry_kind="use_by", made_on=None)
        said = Outline(Scene(lot=lot).page(PAGES).html).said
        assert "限用日期2026-11-22" in said
        assert "生产日期" not in said

    @each_language
    def test_no_requirement_is_said_in_words(self, language):
        html = Scene().page(PAGES, language, facts=replace(FACTS, indicators=SAW)).html
        none = PAGES.words[language].texts["comparison"]["none"]
        assert html.count(f'<td role="cell">{none}</td>') == 2
        assert PAGES.words[language].texts["comparison"]["title_better"] not in Outline(html).said.split("<footer")[0]
        assert "EU 1907/2006" in html

    def test_signs_are_spoken(self):
        for language, least, most in (("zh", "不低于", "不高于"), ("en", "at least", "at most")):
            html = Scene().page(PAGES, language).html
            assert f'<span role="img" aria-label="{least}">≥</span> 24' in html
            assert f'<span role="img" aria-label="{most}">≤</span> 68' in html

    def test_more_than_five_indicators_fold(self):
        assert "其余 4 项指标" in Scene().page(PAGES).html
        assert "其余" not in Scene().page(PAGES, facts=replace(FACTS, indicators=FACTS.indicators[:5])).html

    def test_a_page_says_only_what_there_is(self):
        bare = replace(
            FACTS, photo=None, recognition=None, standard=None, certificate=None, indicators=(), report=None,
            commitment=None, enterprise=replace(FACTS.enterprise, telephone=None),
        )  # fmt: skip
        for language in LANGUAGES:
            for scene in (SCENES[State.SUSPECT], SCENES[State.NOT_RECOGNISED], SCENES[State.CERTIFICATE_ENDED]):
                html = scene.page(PAGES, language, facts=replace(bare, status=scene.facts.status)).html
                Outline(html)
                assert "comparison" not in html.split("</style>")[1]

    def test_missing_translations_are_marked(self):
        english = Scene().page(PAGES, "en", facts=replace(FACTS, product=replace(FACTS.product, name_en=None))).html
        assert '<span lang="zh">家用吸油烟机</span>' in english
        assert '<span lang="zh">宁波市慈溪市</span>' in english

    def test_notes(self):
        newer = replace(FACTS, successor=SUCCESSOR, product=replace(FACTS.product, demonstration=False))
        html = Scene().page(PAGES, facts=newer).html
        assert f'<a href="/01/{SUCCESSOR.gtin}">' in html
        assert "虚构" not in html
        assert "虚构" in Scene().page(PAGES).html

    def test_a_state_of_the_standard_or_certificate_stands_in_its_block(self):
        successor = replace(FACTS.standard, successor_number="T/ZZB 演示-0009")
        scene = SCENES[State.STANDARD_ABOLISHED]
        html = scene.page(PAGES, facts=replace(scene.facts, standard=successor)).html
        assert "查看替代标准 T/ZZB 演示-0009" in html
        assert "2026-11-04</span> 废止" in html

    def test_routes(self):
        for route, more, word in (
            ("self_declaration", {"declaration_url": "https://qybz.example/1"}, "企业自我声明并接受监管"),
            ("conversion", {"basis": "绿色产品认证 CGP-1"}, "绿色产品认证 CGP-1"),
        ):
            facts = replace(FACTS, recognition=replace(FACTS.recognition, route=route, **more), certificate=None)
            html = Scene().page(PAGES, facts=facts).html
            assert word in html
            assert more.get("declaration_url", "") in html
