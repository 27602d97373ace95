"""Scan statistics as a page: a line by day, bars by place, tables beside them, and downloads."""

from datetime import date
from typing import Any

from litestar import Request, Response, get
from msgspec import Struct

from app.edge.asks import Db, Language, Today
from app.edge.guards import needs
from app.edge.pages import page
from app.statistics import actions, asking, rules
from app.statistics.answers import address_of, download, labels
from app.statistics.asking import Address, Wrong
from app.statistics.reports.pages import HANDLERS as REPORTS
from app.statistics.shapes import DayCount, Named, Statistics
from app.statistics.tables import TABLES, as_csv, rows_of
from codes.errors import Refusal

READ = needs("statistics:read")
CHOSEN = ("days", "from", "to", "gtin", "batch")

Asked = Request[Any, Any, Any]


class StatisticsPage(Struct, frozen=True, kw_only=True):
    """What statistics/show.html shows; without figures where the choice was refused."""

    here: Address
    today: date
    typed: dict[str, str]
    found: Statistics | None = None
    named: Named = Named()
    wrong: Wrong = Wrong()
    ranges: tuple[int, ...] = rules.RANGES
    least: int = rules.PLACE_LEAST

    @property
    def days(self) -> int | None:
        """Which of the usual ranges this is."""
        assert self.found is not None
        many = len(self.found.days)
        return many if many in self.ranges and self.found.last == self.today else None

    @property
    def most(self) -> DayCount:
        assert self.found is not None
        return max(self.found.days, key=lambda one: one.views)


@get("/statistics", guards=[READ])
async def show_statistics(request: Asked, db: Db, today: Today, language: Language) -> Response[str]:
    here, typed = address_of(request, *CHOSEN), dict(request.query_params)
    try:
        asked = asking.read_asked(typed, today)
        found = await actions.count(db, asked, today)
    except Refusal as refusal:
        wrong = asking.wrong(refusal, labels(request, language, **{"from": "from", "to": "to"}), language)
        return page(request, SHOW, StatisticsPage(here=here, today=today, typed=typed, wrong=wrong), status=422)
    named = await actions.name(db, asked)
    return page(request, SHOW, StatisticsPage(here=here, today=today, typed=typed, found=found, named=named))


@get("/statistics/download", guards=[READ])
async def download_statistics(request: Asked, db: Db, today: Today, language: Language) -> Response[bytes]:
    typed = request.query_params
    what = asking.choice(typed, "what", TABLES) or "days"
    found = await actions.count(db, asking.read_asked(typed, today), today, actions.LISTED)
    name = f"scans-{what.replace('_', '-')}-{found.first}-{found.last}.csv"
    return download(name, as_csv(*rows_of(found, what, request.app.state.sheets.words[language])))


SHOW = "statistics/show.html"
HANDLERS = [show_statistics, download_statistics, *REPORTS]
