"""The pages in a phone's width: nothing to scroll sideways, nothing too small to touch, all of it without a script."""

import shutil

import pytest

from codes.verdict import State
from tests.app.scanning.scenes import SCENES
from tests.app.scanning.test_page import LANGUAGES, PAGES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here")]

PHONE = {"width": 375, "height": 700}
TOUCH_LEAST = 44
TWICE = "html { font-size: 212.5% !important; }"

TOO_SMALL = """least => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
    .filter(one => one.checkVisibility())
    .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
    .filter(([text, box]) => box.width < least || box.height < least)
    .map(([text, box]) => `${text} ${box.width} × ${box.height}`)"""
WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture(scope="module")
def sheet():
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        context = browser.new_context(viewport=PHONE, java_script_enabled=True, offline=True)
        yield context.new_page()
        browser.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_every_state_fits_a_phone(sheet, language, large):
    for state, scene in SCENES.items():
        sheet.set_content(scene.page(PAGES, language, large).html)
        assert sheet.evaluate(WIDTH) == PHONE["width"], state
        assert sheet.evaluate(TOO_SMALL, TOUCH_LEAST) == [], state
        sheet.add_style_tag(content=TWICE)
        assert sheet.evaluate(WIDTH) == PHONE["width"], state


def test_main_text_of_the_large_view_has_18_points(sheet):
    size = "parseFloat(getComputedStyle(document.querySelector('{}')).fontSize)"
    for large, body, status in ((False, 17, 23), (True, 24, 32)):
        sheet.set_content(SCENES[State.VALID_FIRST].page(PAGES, large=large).html)
        assert sheet.evaluate(size.format(".facts dd")) >= body
        assert sheet.evaluate(size.format("h1")) >= status
