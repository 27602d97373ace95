"""One program, one Chromium, and the pages of every state, each opened once."""

import io
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.looking import Phone, Seen, Visit, context_of, visiting
from tests.browser.program import Batch, Program
from tests.browser.states import CHANGED_BY_LOOKING, ELSEWHERE

pytest.register_assert_rewrite("tests.browser.legible")

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
)  # fmt: skip
HOOD, BAYBERRY = "06900000000014", "06900000000083"
ITEMS = 96

Visiting = Callable[..., AbstractContextManager[Visit]]


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser; without one these tests are skipped, but never where CI relies on them."""
    found = os.environ.get("ZPM_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine; see ZPM_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def program(chromium: str) -> Iterator[Program]:
    """The real program, started once, ended by SIGTERM."""
    data = Path(tempfile.mkdtemp(prefix="zpm-b"))  # short: sockets lie in it
    running = Program(data)
    try:
        running.start()
        yield running
        code = running.stop()
        assert code == 0, running.log
    finally:
        shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="package")
def browser(chromium: str) -> Iterator[Browser]:
    """Not kept through other packages' tests: the sync API occupies the thread's event loop."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def examples(program: Program) -> dict[str, str]:
    """State → address of the demonstration."""
    return program.examples()


@pytest.fixture(scope="session")
def hoods(program: Program) -> Batch:
    return program.issue(HOOD, "BROWSER1", ITEMS, "--made-on", date.today() - timedelta(days=7))


@pytest.fixture(scope="session")
def foods(program: Program) -> Batch:
    made, lasts = date.today() - timedelta(days=7), date.today() + timedelta(days=300)
    return program.issue(BAYBERRY, "BROWSER2", 8, "--made-on", made, "--expires-on", lasts)


@pytest.fixture
def visit(browser: Browser, program: Program) -> Visiting:
    """`with visit("en", …) as one:` a phone of its own; options are the context's."""
    return partial(visiting, browser, program.url)


@pytest.fixture(scope="package")
def phones() -> dict[str, Phone]:
    return {}


@pytest.fixture
def phone(browser: Browser, program: Program, phones: dict[str, Phone]) -> Callable[..., Phone]:
    """`phone("en")`: for tests that do no more than open pages and look."""

    def find(language: str = "zh") -> Phone:
        if language not in phones:
            phones[language] = Phone(context_of(browser, language), program.url)
        phones[language].reset()
        return phones[language]

    return find


@pytest.fixture
def path_of(examples: dict[str, str], hoods: Batch, foods: Batch, phone: Callable[..., Phone]) -> Callable[[str], str]:
    """The path of a state; where looking changes it, of an item that nobody looked at."""

    def find(state: str) -> str:
        if state not in CHANGED_BY_LOOKING:
            return ELSEWHERE.get(state) or "/01/" + examples[state].partition("/01/")[2]
        path = (foods if "food" in state else hoods).unseen()
        if state == "valid_repeat":
            phone().open(path)
        return path

    return find


@pytest.fixture(scope="session")
def pack_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "#7fc4bc").save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="session")
def seen_before() -> dict[tuple[str, str], Seen]:
    return {}


@pytest.fixture
def seen(
    seen_before: dict[tuple[str, str], Seen], path_of: Callable[[str], str], phone: Callable[..., Phone]
) -> Callable[[str, str], Seen]:
    """`seen(state, language)`: its page as Chromium shows it."""

    def look(state: str, language: str) -> Seen:
        if (state, language) not in seen_before:
            path, one = path_of(state), phone(language)
            seen_before[state, language] = one.look(one.open(path), f"{state}.{language}")
        return seen_before[state, language]

    return look
