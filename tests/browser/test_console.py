"""The console in Chromium: legible on a phone and a desk in both languages, and usable without scripts."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.app.databases import run, with_database
from tests.browser.console_site import CSRF
from tests.browser.legible import in_order
from tests.browser.looking import PHONE, USUAL_PX, Visit, context_of
from tests.browser.program import ROOT, free_port

pytestmark = pytest.mark.browser

DESK = {"width": 1280, "height": 800}
PAGES = {
    "home": ("enterprise", "/home"),
    "empty": ("empty", "/home"),
    "products": ("enterprise", "/products"),
    "none": ("empty", "/products"),
    "product": ("enterprise", "/products/{product}"),
    "draft": ("enterprise", "/products/{draft}"),
    "new": ("enterprise", "/products/new"),
    "indicators": ("enterprise", "/products/{product}/indicators"),
    "commitment": ("enterprise", "/products/{product}/commitment"),
    "reports": ("enterprise", "/products/{product}/test-reports"),
    "photo": ("enterprise", "/products/{product}/photo"),
    "photos": ("enterprise", "/products/photos"),
    "history": ("enterprise", "/products/{product}/history"),
    "answer": ("enterprise", "/products/{product}/answer"),
    "profile": ("enterprise", "/profile"),
    "profile_form": ("enterprise", "/profile/edit"),
    "imports": ("enterprise", "/imports"),
    "bureau": ("bureau", "/home"),
    "review": ("bureau", "/review"),
    "review_form": ("bureau", "/review/{product}"),
    "coverage": ("bureau", "/coverage"),
    "confirmations": ("body", "/confirmations"),
    "confirm": ("body", "/confirmations/{product}"),
}


class Site:
    def __init__(self, port: int, made: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self.made = made

    def path(self, name: str) -> tuple[str, str]:
        who, path = PAGES[name]
        return who, path.format(**self.made)


@pytest.fixture(scope="package")
def site(stores, template) -> Iterator[Site]:
    """A process of its own over a database of its own."""
    name = "zpm_console"
    run(stores.database_url, f'create database "{name}" template "{template}"')
    port = free_port()
    url = with_database(stores.database_url, name)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.browser.console_site", url, str(port)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield Site(port, json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate(timeout=60)
        run(stores.database_url, f'drop database "{name}" with (force)')


Opens = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture
def opened(browser, site: Site) -> Opens:
    """`with opened("enterprise", "en", …) as one:` somebody's browser."""

    @contextmanager
    def open_as(who: str, language: str = "zh", **options: object) -> Iterator[Visit]:
        context = context_of(browser, language, **options)
        context.add_cookies([{"name": "zpm", "value": who, "url": site.url}])
        try:
            yield Visit(context, site.url)
        finally:
            context.close()

    return open_as


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_legible(site: Site, opened: Opens, name: str, language: str) -> None:
    who, path = site.path(name)
    with opened(who, language) as one:
        answer = one.open(path)
        assert answer.status == 200
        seen = one.look(answer, f"console.{name}.{language}")
        assert seen.complaints == []
        for probe in (seen.light, seen.twice):
            cut = [one for one in probe.cut if not one.startswith("input")]  # a long value scrolls in its field
            assert (probe.width, probe.wide, cut) == (PHONE["width"], [], [])
        assert (seen.light.dim, seen.dark.dim) == ([], [])
        assert seen.light.small == []
        assert in_order(seen.light.levels), seen.light.levels
        assert seen.light.language.partition("-")[0] == language
        assert seen.light.unmarked == []
        assert (seen.light.pictures, seen.light.cells) == ([], [])
        assert [one.url for one in seen.fetched if not one.url.startswith(site.url + "/")] == []
        one.page.set_viewport_size(DESK)
        one.set_text(USUAL_PX)
        one.page.emulate_media(color_scheme="light")
        assert one.probe().width == DESK["width"]
        one.shoot(f"console.{name}.{language}.desk")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_product_from_draft_to_preview(site: Site, opened: Opens, scripts: bool) -> None:
    model = f"J-{scripts}"
    with opened("enterprise", java_script_enabled=scripts) as one:
        one.open("/products/new")
        one.page.fill("#f-name", "电饭煲")
        one.follow("form.card button.full")
        assert one.page.locator("[aria-invalid=true]").count() == 1
        assert one.page.input_value("#f-name") == "电饭煲"
        one.page.fill("#f-model", model)
        one.follow("form.card button.full")
        assert "草稿" in one.page.inner_text("main")
        own = one.page.url.partition("?")[0]
        assert one.follow("form[action*=publish] button").status == 422
        assert one.page.locator(".refusals li").count() == 6
        one.open(own + "/indicators")
        rows = one.page.locator("fieldset.row")
        n = rows.count()
        one.page.fill("[id='f-0.name']", "容量")
        one.page.click("button[name=more]")
        rows.nth(n).wait_for()
        assert one.page.input_value("[id='f-0.name']") == "容量"
        one.page.click(f"button[name=remove][value='{n}']")
        rows.nth(n).wait_for(state="detached")
        one.page.fill("[id='f-0.unit']", "L")
        one.page.fill("[id='f-0.product_value']", "4")
        one.follow("form#table > .acts button.full")
        assert "容量" in one.page.inner_text("#comparison")
        one.open(own + "/preview")
        assert "预览：该产品尚未发布" in one.page.inner_text("main")
        assert "容量" in one.page.inner_text("main")
        one.follow("nav a:has-text('English')")
        assert "Preview" in one.page.inner_text("main")


def test_the_list_answers_as_one_chooses(site: Site, opened: Opens) -> None:
    with opened("enterprise", viewport=DESK) as one:
        one.open("/products")
        one.page.select_option("#f-show", "draft")
        one.page.locator("#found tr:has-text('台灯0')").wait_for(state="detached")
        assert "show=draft" in one.page.url
        assert "电热水壶" in one.page.inner_text("#found")
        assert one.complaints == []


def test_archiving_asks_once_more(site: Site, opened: Opens) -> None:
    with opened("enterprise") as one:
        one.open(f"/products/{site.made['product']}")
        one.page.once("dialog", lambda dialog: dialog.dismiss())
        one.page.click("form[action*=archive] button")
        assert "已发布" in one.page.inner_text(".lead .tags")
        assert one.page.get_attribute("meta[name=csrf]", "content") == CSRF


def test_paper_has_no_buttons(site: Site, opened: Opens) -> None:
    with opened("enterprise") as one:
        one.open(f"/products/{site.made['product']}")
        one.page.emulate_media(media="print")
        assert not one.page.locator(".act:visible").count()
        assert one.page.locator("h1").is_visible()
