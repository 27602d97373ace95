"""The page behind a code: static segments rendered once with Jinja2, and the words of one request.

One template (`web/templates/scanning/page.html`) holds the whole page with `slot` markers. It is
rendered once per product, view and manner and cut at the markers: before the first stands the
`prefix`, behind the last the `suffix`, and `middle` joins what lies between with what only this
request knows. No template runs at request time.
"""

import base64
import hashlib
import re
from html import escape
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app.scanning.comparing import Relation, compared
from app.scanning.middle import middle
from app.scanning.pieces import Ask, Inner, Manner, Segments, View, manner_of
from app.scanning.shapes import ProductFacts
from app.scanning.words import LANGUAGES, Words, dialled, foreign, read
from codes.verdict import Bilingual, Tone

__all__ = ["Ask", "Inner", "Manner", "Pages", "Segments", "View", "manner_of", "middle"]

# A comment cannot come out of an escaped value, so no published text can forge a marker.
_SLOT = "<!--slot-->"


class Pages:
    """Renders segments; made once per worker."""

    def __init__(
        self, templates: Path, locale: Path, public_url: str, demonstration: bool = False, operator: str | None = None
    ) -> None:
        self.words = read(locale)
        self.public_url = public_url.rstrip("/")
        css = small((templates / "_layout/page.css").read_text("utf-8"))
        self.style_sha256 = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
        self.environment = _environment(templates)
        self.environment.globals |= {
            "css": Markup(css),  # noqa: S704 - our own file
            "host": urlsplit(self.public_url).netloc,
            "demonstration": demonstration,
            "operator": operator,
        }
        self._texts = {one: markup(self.words[one].texts) for one in LANGUAGES}
        icon = self.environment.get_template("_layout/parts.html").module.icon
        self._icons = {tone: str(icon(tone)) for tone in Tone}

    def segments(
        self, facts: ProductFacts | None, language: str, large: bool, manner: Manner, chosen: bool = False
    ) -> Segments:
        """The page's fixed parts; None for a page that knows no product and offers to type a code."""
        view, words = View(language, large, chosen), self.words[language]
        html = self.environment.get_template("scanning/page.html").render(
            t=self._texts[language],
            view=view,
            manner=manner,
            facts=facts,
            to=lambda path: path + view.query,
            say=lambda zh, en=None: _say(words, zh, en),
            plain=lambda zh, en=None: (words.english and en) or zh,
            **(_comparison(facts, manner, words) if facts else {}),
        )
        prefix, *pieces, suffix = re.sub(r"\s*\n\s*", "\n", html).split(_SLOT)
        title, description = _card(facts, words)
        inner = Inner(
            facts=facts,
            view=view,
            words=words,
            icons=self._icons,
            public_url=self.public_url,
            pieces=tuple(pieces),
            title=title,
            description=description,
            image=self._image(facts),
            query=escape(view.query),
            fields="".join(f'<input type="hidden" name="{name}" value="{value}">' for name, value in view.pairs),
        )
        return Segments(prefix=prefix.encode(), suffix=suffix.encode(), style_sha256=self.style_sha256, inner=inner)

    def _image(self, facts: ProductFacts | None) -> str:
        if facts is None or facts.photo is None:
            return ""
        return f'<meta property="og:image" content="{self.public_url}/photo/{quote(facts.photo.sha256, safe="")}">\n'


def _environment(templates: Path) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["path"] = lambda text: quote(text, safe="")
    environment.filters["foreign"] = lambda text: Markup(foreign(str(text)))  # noqa: S704 - our own words
    environment.globals |= {
        "slot": Markup(_SLOT),  # noqa: S704 - a constant
        "dialled": dialled,
        "outside": _outside,
        "one": _one,
    }
    return environment


def _one(value: object) -> Markup:
    """A date never breaks at its hyphens."""
    return Markup('<span class="one">{}</span>').format(value)


def _say(words: Words, zh: str, en: str | None = None) -> Markup:
    return Markup(words.say(Bilingual(zh, en)))  # noqa: S704 - `say` escapes


def _comparison(facts: ProductFacts, manner: Manner, words: Words) -> dict[str, object]:
    rows = compared(facts.indicators, manner.in_force)
    limits = [one.national for one in facts.indicators if one.national and one.national.value]
    references = dict.fromkeys(limit.reference for limit in limits if limit.reference)
    english = facts.product.features_en
    return {
        "compared": rows,
        "all_better": bool(rows) and all(row.relation is Relation.BETTER for row in rows),
        "references": [_say(words, reference) for reference in references],
        "features": list(zip_longest(facts.product.features, english[: len(facts.product.features)])),
    }


def _card(facts: ProductFacts | None, words: Words) -> tuple[str, str]:
    """Title and description of the card that a messenger shows, the state left open."""
    page = words.texts["page"]
    if facts is None:
        return words.texts["brand"], page["description_plain"]
    product, enterprise, english = facts.product, facts.enterprise, words.english
    brand = (english and product.brand_en) or product.brand
    name = (english and product.name_en) or product.name
    title = escape(" ".join(filter(None, (brand, name, product.model))))
    maker = escape((english and enterprise.name_en) or enterprise.name)
    description = page["description"].replace("{product}", title).replace("{enterprise}", maker)
    return f"{title} · {words.texts['brand']}", description


def _outside(url: str | None) -> bool:
    """Is this an address of the web? A published `javascript:` is never made a link."""
    return url is not None and url.startswith(("https://", "http://"))


def markup(texts: object) -> object:
    """Our own words are HTML already; `format` on them escapes what is put in."""
    if isinstance(texts, dict):
        return {name: markup(text) for name, text in texts.items()}
    return Markup(texts)  # noqa: S704 - our own file


def small(css: str) -> str:
    """The style sheet without comments and needless spaces; the file stays readable."""
    css = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL))
    return re.sub(r"(?<=[{};:,]) | (?=[{}])", "", css).replace(";}", "}").strip()
