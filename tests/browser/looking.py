"""Opening pages in Chromium and telling what they look like; a page is opened once for many checks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

LANGUAGES = ("zh", "en")
PHONE = {"width": 375, "height": 800}
USUAL_PX = 16
"""The size of text where the reader chose none."""
PROBE = (Path(__file__).parent / "probe.js").read_text()
SHOTS = Path(__file__).parent / "shots"


class Probe(Struct):
    """What probe.js tells; lists name what is wrong."""

    language: str
    width: int
    """Of all there is to scroll to."""
    wide: list[str]
    cut: list[str]
    levels: list[tuple[int, str]]
    cells: list[str]
    small: list[str]
    dim: list[str]
    shift: float
    first: str | None
    """The role of what stands first in main."""
    links: list[str]
    """Other pages of ours that it leads to."""
    unmarked: list[str]
    """Chinese that is not marked as such."""
    status: str
    headline: str
    pictures: list[str]
    foot: str
    text: float
    """Of the main text, in CSS pixels."""
    ground: str


class Fetched(Struct):
    """One answer over the network."""

    url: str
    status: int
    size: int
    """Bytes that came, headers included."""


class Seen(Struct):
    """One page, looked at once."""

    url: str
    status: int
    headers: dict[str, str]
    fetched: list[Fetched]
    complaints: list[str]
    """Of the console: errors, refusals of the policy, failed requests."""
    light: Probe
    dark: Probe
    twice: Probe
    """With text twice as large."""


class Visit:
    """A page in a context of its own, with everything that it fetched and complained of."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        self.base = base
        self.context = context
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.asked: list[Request] = []
        self.wire = context.new_cdp_session(self.page)
        self.page.on("request", lambda request: self.asked.append(request))
        self.page.on("requestfailed", lambda request: self.complaints.append(f"{request.url}: {request.failure}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._note)

    def open(self, path: str) -> Response:
        """The page at `path` with its pictures; a path or a whole address."""
        answer = self.page.goto(path if "://" in path else self.base + path)
        assert answer
        return answer

    def follow(self, selector: str) -> Response:
        """The page behind the first link or button of that kind; what was fetched before is forgotten."""
        self.forget()
        with self.page.expect_navigation() as arrived:
            self.page.locator(selector).first.click()
        return arrived.value

    def probe(self) -> Probe:
        return msgspec.convert(self.page.evaluate(PROBE), Probe)

    def set_text(self, px: int) -> None:
        """The reader's own size of text, as chosen in the browser."""
        self.wire.send("Page.setFontSizes", {"fontSizes": {"standard": px, "fixed": px}})

    @property
    def fetched(self) -> list[Fetched]:
        """What came over the network so far, each waited for to its end."""
        came = [(request, request.response()) for request in self.asked]
        return [Fetched(answer.url, answer.status, _size(request)) for request, answer in came if answer]

    def shoot(self, name: str) -> None:
        SHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SHOTS / f"{name}.jpg", type="jpeg", quality=80, full_page=True)

    def look(self, answer: Response, name: str) -> Seen:
        """Everything about the page that is open; leaves it dark and large."""
        fetched, complaints, light = self.fetched, list(self.complaints), self.probe()
        self.shoot(name)  # a picture of a whole page moves it about
        self.page.emulate_media(color_scheme="dark")
        dark = self.probe()
        self.set_text(2 * USUAL_PX)
        twice = self.probe()
        return Seen(self.page.url, answer.status, answer.headers, fetched, complaints, light, dark, twice)

    def forget(self) -> None:
        """What was fetched and complained of."""
        self.asked.clear()
        self.complaints.clear()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        own = message.text.startswith("Failed to load resource") and message.location["url"] == self.page.url
        if not own:  # that a page is a 404 is no complaint about it
            self.complaints.append(message.text)


class Phone(Visit):
    """A visit used again and again, for every page as if it were the first; cheaper than one visit each."""

    def __init__(self, context: BrowserContext, base: str) -> None:
        super().__init__(context, base)
        self.wire.send("Network.enable")
        self.wire.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def reset(self) -> None:
        self.forget()
        self.page.emulate_media(color_scheme="light")
        self.set_text(USUAL_PX)


def context_of(browser: Browser, language: str = "zh", **options: Any) -> BrowserContext:
    """A phone in `language`."""
    locale = {"zh": "zh-CN", "en": "en-GB"}[language]
    return browser.new_context(**{"viewport": PHONE, "locale": locale, "service_workers": "block"} | options)


def _size(request: Request) -> int:
    sizes = request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


@contextmanager
def visiting(browser: Browser, base: str, language: str = "zh", **options: Any) -> Iterator[Visit]:
    """A phone that nobody used before, put away afterwards; options are the context's."""
    context = context_of(browser, language, **options)
    try:
        yield Visit(context, base)
    finally:
        context.close()
