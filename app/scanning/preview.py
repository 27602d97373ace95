"""The page of a model as shoppers see it or would see it, for those who look after it.

Rendered by what answers scans, from facts read as the asker: a draft's page is shown to its enterprise
and to those who may see its records. The look is not counted, and the page says that it is a preview.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from asyncpg import Connection
from msgspec import json

from app.scanning import queries
from app.scanning.front import policy
from app.scanning.page import Ask, Pages, manner_of, middle
from app.scanning.shapes import ProductFacts
from codes.verdict import Level, Question, judge

_STATUS_ENDS = "</section>\n"
"""Of the first section: the note stands with the page's own notes."""


class Preview:
    """Made once per worker; `offers` are the rooms' `queries` modules."""

    def __init__(self, pages: Pages, offers: Iterable[object]) -> None:
        self.pages = pages
        self.sql = queries.preview_facts(offers)
        self.headers = {"Content-Security-Policy": policy(pages.style_sha256).decode()}

    async def page(
        self, db: Connection, product_id: UUID, *, published: bool, language: str, large: bool, path: str, now: datetime
    ) -> bytes | None:
        """The whole page; None where the asker sees no such model. `path` is the page's own address."""
        text = await db.fetchval(self.sql, product_id)
        if text is None:
            return None
        facts = json.decode(text, type=ProductFacts)
        verdict = judge(Question(Level.PRODUCT), facts.status, None, None, now)
        segments = self.pages.segments(facts, language, large, manner_of(verdict), chosen=True)
        own = middle(segments.inner, None, verdict, Ask(path=path, now=now, gtin=facts.gtin or None))
        html = (segments.prefix + own + segments.suffix).decode()
        return html.replace(_STATUS_ENDS, _STATUS_ENDS + self._note(language, published), 1).encode()

    def _note(self, language: str, published: bool) -> str:
        words = self.pages.words[language].texts["page"]
        return f'<div class="notes"><p>{words["preview" if published else "preview_draft"]}</p></div>\n'
