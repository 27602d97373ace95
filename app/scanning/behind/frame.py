"""How the pages behind the scan page are told: words of one reader, templates, and the answer.

They share layout, style sheet, words and macros with the scan page and add a few of their own
(`web/templates/scanning/behind`, `web/locale/pages.*.toml`). Rendered and compressed at request: no
page of these is on the hot path.
"""

import base64
import gzip
import hashlib
import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from markupsafe import Markup

from app.scanning.front import policy, view_of
from app.scanning.page import Pages, markup, small
from app.scanning.pieces import View
from app.scanning.words import LANGUAGES, Words, phrases
from codes.verdict import CHINA, ROWS, Bilingual, Held, Tone

Pairs = tuple[tuple[str, str], ...]
SMALL = 860
"""Below this a compressed answer saves no packet."""
KEPT_S = 300
"""Seconds a page without a state of anything may be kept by a browser."""


class Line(NamedTuple):
    """The sentence at the top of a page: how things stand."""

    tone: Tone
    headline: Markup
    note: Markup
    short: Markup
    tells_age: bool = False
    """Does the note say already as of when the facts are?"""


class Voice:
    """The words for one reader: what the scan page says (`scan`), and what these pages say (`own`)."""

    def __init__(self, view: View, scan: Words, t: Any, own: dict[str, Any]) -> None:
        self.view = view
        self.scan = scan
        self.t = t
        self.own = own

    def say(self, zh: str, en: str | None = None) -> Markup:
        """A published text, in the reader's language where it is there."""
        return Markup(self.scan.say(Bilingual(zh, en)))  # noqa: S704 - `say` escapes

    def plain(self, zh: str, en: str | None = None) -> str:
        """The same for places where no markup may stand."""
        return (self.scan.english and en) or zh

    def line(self, tone: Tone, name: str, **values: object) -> Line:
        """A sentence of these pages; dates do not break."""
        own = self.own["line"][name]
        filled = {key: _one(value) if isinstance(value, date) else value for key, value in values.items()}
        headline = Markup(phrases(own["headline"])).format(**filled)  # noqa: S704 - our own file
        return Line(tone, headline, own.get("note", Markup("")), own["short"])

    def unavailable(self, as_of: datetime | None) -> Line:
        """The newest status cannot be had, and nothing grave is known."""
        own = self.own["line"]["unavailable"]
        note = own["note"].format(time=moment(as_of)) if as_of else own["undated"]
        return Line(Tone.NO_RECORD, Markup(phrases(own["headline"])), note, own["short"], tells_age=True)  # noqa: S704

    def held(self, held: Held) -> Line:
        """A state in the words of the scan page."""
        headline, note = map(Markup, self.scan.sentence(held))
        return Line(ROWS[held.state].tone, headline, note, self.t["state"][held.state]["short"])

    def count(self, name: str, n: int) -> Markup:
        return self.own["plural"][name]["one" if n == 1 else "other"].format(n=n)


class Frame:
    """Renders pages; made once per worker beside `Pages`."""

    def __init__(self, pages: Pages, web: Path) -> None:
        self.words = pages.words
        self.public_url = pages.public_url
        self.environment = pages.environment
        own_style = small((web / "templates/scanning/behind/behind.css").read_text("utf-8"))
        self.css = str(self.environment.globals["css"]) + own_style
        digest = base64.b64encode(hashlib.sha256(self.css.encode()).digest()).decode()
        self.policy = policy(digest).decode()
        self.scan_texts: dict[str, Any] = {one: markup(pages.words[one].texts) for one in LANGUAGES}
        self.own_texts: dict[str, Any] = {
            one: markup(tomllib.loads((web / f"locale/pages.{one}.toml").read_text("utf-8"))) for one in LANGUAGES
        }

    def voice(self, query: bytes, accept_language: bytes) -> Voice:
        view = view_of(query, accept_language)
        return Voice(view, self.words[view.language], self.scan_texts[view.language], self.own_texts[view.language])

    def answer(
        self, voice: Voice, template: str, path: str, accept_encoding: str, *, kept_s: int = 0, own: Pairs = (),
        **context: object,
    ) -> tuple[bytes, dict[str, str]]:  # fmt: skip
        """The page with its headers. `own` is what its address carries beside language and size."""
        html = self.render(template, voice, path, own, **context)
        body, encoding = _packed(html.encode(), accept_encoding)
        return body, encoding | {
            "Cache-Control": f"private, max-age={kept_s}" if kept_s else "no-store",
            "Content-Language": voice.view.language,
            "Content-Security-Policy": self.policy,
            "Referrer-Policy": "same-origin",
            "Vary": "Accept-Language, Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
        }

    def render(self, template: str, voice: Voice, path: str, own: Pairs = (), **context: object) -> str:
        view = voice.view
        return self.environment.get_template(f"scanning/behind/{template}").render(
            css=Markup(self.css),  # noqa: S704 - our own file
            t=voice.t,
            w=voice.own,
            view=view,
            to=lambda address: address + view.query,
            say=voice.say,
            plain=voice.plain,
            count=voice.count,
            moment=moment,
            size_query=urlencode((*own, *_language(view), *(() if view.large else (("view", "large"),)))),
            other_query=urlencode((*own, ("lang", voice.t["page"]["other_lang"]), *_size(view))),
            address=self.public_url + quote(path, safe="/%"),
            own=own,
            **context,
        )


def moment(instant: datetime) -> Markup:
    """Date and minute in China; a line may break between them."""
    return Markup(" ").join(map(_one, instant.astimezone(CHINA).strftime("%Y-%m-%d %H:%M").split()))


def _one(value: object) -> Markup:
    return Markup('<span class="one">{}</span>').format(value)


def _language(view: View) -> Pairs:
    return (("lang", view.language),) if view.chosen else ()


def _size(view: View) -> Pairs:
    return (("view", "large"),) if view.large else ()


def _packed(body: bytes, accepted: str) -> tuple[bytes, dict[str, str]]:
    if len(body) < SMALL or "gzip" not in accepted:
        return body, {}
    return gzip.compress(body, 6, mtime=0), {"Content-Encoding": "gzip"}
