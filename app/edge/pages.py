"""HTML: one template file gives the whole page to a browser and the named block to htmx."""

import base64
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from litestar import MediaType, Request, Response
from markupsafe import Markup
from msgspec import Struct

from app.edge.asks import language_of
from app.edge.assets import ASSETS
from app.edge.language import LANGUAGES
from app.edge.principals import Principal

WEB = Path(__file__).parents[2] / "web"


class View(Struct, frozen=True):
    """How the reader sees pages: what the layout asks for."""

    language: str
    large: bool
    chosen: bool

    @property
    def query(self) -> str:
        """What links carry on."""
        language = [f"lang={self.language}"] if self.chosen else []
        pairs = [*language, "view=large"] if self.large else language
        return "?" + "&".join(pairs) if pairs else ""


class Sheets:
    """The templates with our words; made once per worker."""

    def __init__(self, public_url: str, demonstration: bool = False, operator: str | None = None) -> None:
        css = (WEB / "templates/_layout/page.css").read_text("utf-8")
        self.style_sha256 = base64.b64encode(sha256(css.encode()).digest()).decode()
        self.words = {one: _markup(words_in(one)) for one in LANGUAGES}
        self.environment = Environment(
            loader=FileSystemLoader(WEB / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.environment.globals |= {
            "css": Markup(css),  # noqa: S704 - our own file
            "asset": ASSETS.address,
            "host": urlsplit(public_url).netloc,
            "demonstration": demonstration,
            "operator": operator,
        }

    def render(
        self, template: str, data: Struct, view: View, block: str | None = None, me: Principal | None = None
    ) -> str:
        told = {
            "page": data,
            "view": view,
            "me": me,
            "t": self.words[view.language],
            "to": lambda path: path + view.query,
        }
        if block is not None:
            return render_block(self.environment, template, block, **told)
        return self.environment.get_template(template).render(**told)


def page(
    request: Request[Any, Any, Any], template: str, data: Struct, block: str | None = None, status: int = 200
) -> Response[str]:
    """The page, or the block of it when htmx asks."""
    sheets: Sheets = request.app.state.sheets
    fragment = block if request.headers.get("hx-request") == "true" else None
    view = view_of(request)
    return Response(
        sheets.render(template, data, view, fragment, request.scope.get("user")),
        status_code=status,
        media_type=MediaType.HTML,
        headers={"Content-Language": view.language, "Vary": "Accept-Language, HX-Request"},
    )


def view_of(request: Request[Any, Any, Any]) -> View:
    query = request.query_params
    return View(language_of(request), query.get("view") == "large", query.get("lang") in LANGUAGES)


def words_in(language: str) -> dict[str, Any]:
    """The words of the scan page and, under a room's name, those of each room's pages."""
    words = tomllib.loads((WEB / f"locale/{language}.toml").read_text("utf-8"))
    for path in sorted((WEB / "locale").glob(f"*/{language}.toml")):
        words[path.parent.name] = tomllib.loads(path.read_text("utf-8"))
    return words


def _markup(texts: object) -> Any:
    """Our own words are HTML already; `format` on them escapes what is put in."""
    if isinstance(texts, dict):
        return {name: _markup(text) for name, text in texts.items()}
    return Markup(texts)  # noqa: S704 - our own file
