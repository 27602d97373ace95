"""The page of every state in both languages: what it says, in which order, what it weighs, what it never does."""

import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from msgspec.structs import replace

from app.scanning.page import Pages
from app.scanning.shapes import Confirmation
from codes.verdict import Level, State, Tone
from tests.app.scanning.cast import FACTS, STATUS, SUCCESSOR
from tests.app.scanning.outline import Outline, status_of
from tests.app.scanning.scenes import RECALL, SCENES, Scene, of_product, sanction

WEB = Path(__file__).parents[3] / "web"
PAGES = Pages(WEB / "templates", WEB / "locale", "https://id.zpm.example")
BUDGET = 14_600
"""Ten packets of 1,460 bytes, headers included (consumer-page §4)."""
HEADERS = 500
MIDDLE_MOST = 4096
LANGUAGES = ("zh", "en")
BETTER = {"zh": ("优于", "好在哪", "目前有效"), "en": ("better than", "Better than", "in force; ", "is in force;")}

EVERY = pytest.mark.parametrize(("state", "language"), [(state, one) for state in SCENES for one in LANGUAGES])
each_language = pytest.mark.parametrize("language", LANGUAGES)


@EVERY
def test_every_state_is_told(state, language):
    scene = SCENES[state]
    verdict = scene.verdict
    assert verdict.state is state
    page = scene.page(PAGES, language)
    status, words = status_of(page.html), PAGES.words[language]
    assert status[1] == verdict.tone
    said = re.sub(r"<[^>]+>", "", status[2])
    headline, explanation = (re.sub(r"<[^>]+>", "", part) for part in words.sentence(verdict.line))
    assert headline in re.sub(r"<[^>]+>", "", re.search(r"<h1>(.*?)</h1>", status[2])[1])
    assert explanation in said
    for held in verdict.others:
        assert re.sub(r"<[^>]+>", "", words.sentence(held).headline) in said
    assert re.search(rf"<title>[^<]*浙品码 · {words.short[state]}</title>", page.html)
    assert "2026-11-22 21:04" in said
    assert page.html.index('role="status"') < page.html.index("<h2")


@EVERY
def test_every_state_keeps_the_budget(state, language):
    for large in (False, True):
        page = SCENES[state].page(PAGES, language, large, chosen=True)
        assert page.weight + HEADERS <= BUDGET
        assert len(page.middle) < MIDDLE_MOST


@each_language
@pytest.mark.parametrize("level", list(Level))
def test_however_much_is_published_the_status_stays_small(level, language):
    many = replace(RECALL, lots=tuple(f"{n:020}" for n in range(1000)))
    page = Scene(level=Level.PRODUCT, product=replace(STATUS, recalls=(many,))).page(PAGES, language)
    assert len(page.middle) < MIDDLE_MOST
    assert "/recall/r1" in page.html
    long = {"reason": "险" * 2000, "reason_en": None}
    recalls = tuple(
        replace(many, id=str(uuid4()), scope=("model", "lots")[n % 2], remedy="换" * 2000, remedy_en=None, **long)
        for n in range(5)
    )
    measures = tuple(replace(sanction(1), id=str(uuid4()), **long) for _ in range(5))
    scene = Scene(level=level, product=replace(STATUS, recalls=recalls, measures=measures))
    page = scene.page(PAGES, language, chosen=True, large=True)
    assert page.weight + HEADERS <= BUDGET
    assert len(page.middle) < 2.1 * MIDDLE_MOST  # half of it are the icons, the links and block 1
    beneath = re.search(r'<ul class="others">(.*?)</ul>', page.html, re.DOTALL)[1]
    assert beneath.count("<li") == 6
    more = len(scene.verdict.others) - 5
    assert {"zh": f"另有 {more} 项", "en": f"{more} more"}[language] in beneath
    assert page.middle.decode().count("险" * 199 + "…") == page.middle.decode().count("换" * 199 + "…") == 1


@EVERY
def test_every_page_is_whole_and_harmless(state, language):
    page = SCENES[state].page(PAGES, language)
    outline = Outline(page.html)
    assert outline.headings[0] == "h1"
    assert outline.headings.count("h1") == 1
    assert page.html.startswith("<!doctype html>\n<html lang=")
    assert outline.tags[0] == ("html", {"lang": "zh-CN" if language == "zh" else "en"})
    assert page.segments.prefix.rstrip().endswith(b"</style>")
    assert "<script" not in page.html
    assert not any(name == "style" or name.startswith("on") for _, attributes in outline.tags for name in attributes)
    assert "<!--" not in page.html


@EVERY
def test_blocks_stand_in_order(state, language):
    html = SCENES[state].page(PAGES, language).html
    marks = ['role="status"', 'class="notes"', 'id="product"', 'id="standard"', 'id="comparison"', 'id="commitment"',
             'id="genuine"', 'class="pair"', "<footer"]  # fmt: skip
    if SCENES[state].facts is None:
        marks = ['role="status"', 'id="check"', 'id="code"', 'class="pair"', "<footer"]
    places = [html.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "id.zpm.example" in html[places[-1] :]


@EVERY
def test_nothing_is_better_without_recognition_in_force(state, language):
    scene = SCENES[state]
    if scene.facts is None:
        return
    outline = Outline(scene.page(PAGES, language).html)
    body = outline.said.split(PAGES.words[language].texts["product"]["title"], 1)[1]
    in_force = scene.verdict.in_force
    assert any(word in body for word in BETTER[language]) == in_force
    assert any("rail" in (one.get("class") or "") for one in outline.all("rect")) == in_force
    assert "T/ZZB 演示-0001" in body  # dated facts and the commitment stay
    assert "400-000-0000" in body


@EVERY
def test_doubt_opens_the_block_that_answers_it(state, language):
    scene = SCENES[state]
    if scene.facts:
        details = re.search(r'<details class="card fold" id="genuine"( open)?>', scene.page(PAGES, language).html)
        assert bool(details[1]) == (state in (State.PROOF, State.VOID, State.SUSPECT))


def test_a_product_page_never_says_the_code_is_valid():
    for level in (Level.PRODUCT, Level.LOT):
        assert "码有效" not in Scene(level=level).page(PAGES).html
        assert "这个码由平台签发" not in Scene(level=level).page(PAGES).html


@each_language
def test_hostile_texts_stay_text(language):
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{short}<!--slot-->"
    product = replace(FACTS.product, name=hostile, name_en=hostile, brand=hostile, model=hostile, features=(hostile,))
    named = {"name": hostile, "name_en": hostile, "place": hostile, "uscc": hostile, "telephone": hostile}
    facts = replace(
        FACTS,
        product=product,
        enterprise=replace(FACTS.enterprise, **named),
        standard=replace(FACTS.standard, id=hostile, number=hostile, title=hostile, register_url="javascript:alert(3)"),
        certificate=replace(FACTS.certificate, id=hostile, number=hostile, body=hostile),
        commitment=replace(FACTS.commitment, text=hostile, remedy=hostile, telephone=hostile),
        successor=replace(SUCCESSOR, name=hostile, model=hostile),
    )
    recalled = replace(RECALL, id=hostile, reason=hostile, reason_en=None, telephone=hostile, scope="model")
    scene = of_product(recalls=(recalled,))
    more = {"path": "/01/%22%3E", "lot": hostile, "explanation": hostile, "query": "code=%22", "beacon": hostile}
    for asked in ({}, {"serial": hostile}, {"serial": None, "typed": hostile}, {"serial": None, "gtin": hostile}):
        facts_of = replace(facts, status=scene.facts.status)
        outline = Outline(scene.page(PAGES, language, facts=facts_of, **more, **asked).html)
        assert not outline.all("script")
        assert not any("onerror" in attributes for _, attributes in outline.tags)
        assert not any("javascript" in (one.get("href") or "") for one in outline.all("a"))


@each_language
def test_confirmed_indicators_are_said_in_their_block(language):
    """Within the budget, and only while the confirmation is of these indicators (the facts leave it out otherwise)."""
    said = {"zh": "指标由演示认证公司对照检验报告确认", "en": "Indicators confirmed by Demo Body against"}
    confirmation = Confirmation(body="演示认证公司", body_en="Demo Body", confirmed_on=date(2026, 11, 20))
    facts = replace(SCENES[State.VALID_FIRST].facts, confirmation=confirmation)
    page = SCENES[State.VALID_FIRST].page(PAGES, language, chosen=True, facts=facts)
    block = page.html.partition('id="comparison"')[2].partition("</section>")[0]
    assert said[language] in re.sub(r"<[^>]+>", "", block)
    assert "2026-11-20" in block
    assert page.weight + HEADERS <= BUDGET
    assert said[language] not in SCENES[State.VALID_FIRST].page(PAGES, language).html


def test_who_runs_the_page():
    for more, word in (({"demonstration": True}, "不是政府网站"), ({"operator": "浙江某中心"}, "本页由浙江某中心运行")):
        pages = Pages(WEB / "templates", WEB / "locale", "https://id.zpm.example", **more)
        assert word in SCENES[State.UNKNOWN].page(pages).html


def test_every_tone_has_its_own_icon():
    icons = SCENES[State.VALID_FIRST].page(PAGES).segments.inner.icons
    assert len({icons[tone] for tone in Tone}) == len(Tone)
