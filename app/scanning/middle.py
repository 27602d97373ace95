"""The words of one request, joined without a template: title, status card, lot and dates, beacon."""

from datetime import datetime
from functools import lru_cache
from html import escape
from urllib.parse import urlencode

from app.scanning.pieces import Ask, Inner, View
from app.scanning.shapes import BatchFacts, LotFacts
from app.scanning.steps import NOTICES, link, step
from app.scanning.words import Words
from codes.verdict import CHINA, ROWS, Verdict

_TYPED = 64
"""As much of a mistyped code as the page repeats."""
_OTHERS = 5
"""States told beneath the headline, the gravest of them; how many more there are is said."""
_OTHER_TEXT = 40
"""Characters of a published text beneath the headline."""


def middle(inner: Inner, batch: BatchFacts | LotFacts | None, verdict: Verdict, ask: Ask) -> bytes:
    """Everything between a page's prefix and suffix."""
    words = inner.words
    before_switches, before_status, before_rows, after_rows = inner.pieces
    return "".join((
        _head(inner, words.short[verdict.state], ask),
        before_switches,
        _switches(inner.view, words, ask),
        before_status,
        _status(inner, verdict, ask),
        f'<form id="report" action="/report" hidden><input type="hidden" name="code" value="{escape(ask.code or "")}">',
        inner.fields,
        "</form>\n",
        before_rows,
        _rows(words, batch) if batch is not None else "",
        after_rows,
        f'<img class="unseen" src="{escape(ask.beacon)}" width="1" height="1" alt="">' if ask.beacon else "",
    )).encode()  # fmt: skip


def _head(inner: Inner, short: str, ask: Ask) -> str:
    own = escape(ask.query) + "&amp;" if ask.query else ""
    robots = "" if ask.serial is None else '<meta name="robots" content="noindex">\n'
    return f"""<title>{inner.title} · {short}</title>
<meta name="description" content="{inner.description.replace("{short}", short)}">
{inner.image}{robots}<link rel="canonical" href="{inner.public_url}{escape(ask.path)}">
<link rel="alternate" hreflang="zh" href="?{own}lang=zh">
<link rel="alternate" hreflang="en" href="?{own}lang=en">
"""


@lru_cache(16)
def _switch_queries(view: View) -> tuple[str, str]:
    """The queries that change the size and the language of this view."""
    language = [("lang", view.language)] if view.chosen else []
    size = [] if view.large else [("view", "large")]
    other = [("lang", "zh" if view.language == "en" else "en")]
    keep = [("view", "large")] if view.large else []
    return escape(urlencode(language + size)), escape(urlencode(other + keep))


def _switches(view: View, words: Words, ask: Ask) -> str:
    page = words.texts["page"]
    size, language = _switch_queries(view)
    own = escape(ask.query) + "&amp;" if ask.query else ""
    other = page["other_lang"]
    return (
        f'<a href="?{own}{size}">{page["normal" if view.large else "large"]}</a> '
        f'<a href="?{own}{language}" lang="{other}" hreflang="{other}">{page["other_language"]}</a>'
    )


def _status(inner: Inner, verdict: Verdict, ask: Ask) -> str:
    words, row = inner.words, verdict.row
    headline, explanation = words.sentence(verdict.line)
    said = f"<p>{explanation}</p>\n" if explanation else ""
    if ask.explanation:
        said += f"<p>{escape(ask.explanation)}</p>\n"
    if verdict.others:
        said += _others(inner, verdict)
    steps = "".join([step(inner, one, verdict.line, ask, at == 0) for at, one in enumerate(row.steps)])
    return f"""<section class="status {row.tone.value}" role="status">
<p class="top">{inner.icons[row.tone]}<span>{_time(words, verdict, ask)}</span></p>
<h1>{headline}</h1>
{said}{_code(words, ask)}<div class="steps">{steps}</div>
</section>
"""


def _clock(instant: datetime) -> str:
    return _minute(int(instant.timestamp()) // 60)


@lru_cache(256)
def _minute(minutes: int) -> str:
    """`2026-11-22 21:04` in UTC+8; every scan of a minute shares it."""
    return datetime.fromtimestamp(minutes * 60, CHINA).isoformat(" ", "minutes")[:16]


def _time(words: Words, verdict: Verdict, ask: Ask) -> str:
    page, now = words.texts["page"], _clock(ask.now)
    checked = page["checked_at"].replace("{time}", f'<span class="one">{now}</span>')
    if verdict.fresh or ask.as_of is None:
        return checked
    as_of = _clock(ask.as_of)
    shown = as_of[11:] if as_of[:10] == now[:10] else as_of
    return f'<span class="keep">{checked}</span> <span class="keep">{page["as_of_time"].format(time=shown)}</span>'


def _others(inner: Inner, verdict: Verdict) -> str:
    """The states that hold beneath the gravest, each with the way to its notice."""
    items = []
    for held in verdict.others[:_OTHERS]:
        headline, explanation = inner.words.sentence(held, _OTHER_TEXT)
        row = ROWS[held.state]
        notice = link(inner, row.steps[0], held) if row.steps[0] in NOTICES else ""
        said = f"<p><b>{headline}</b> {explanation} {notice}</p>"
        items.append(f'<li class="{row.tone.value}">{inner.icons[row.tone]}{said}</li>\n')
    more = len(verdict.others) - _OTHERS
    if more > 0:
        items.append(f"<li>{inner.words.texts['page']['others_more'].format(n=more)}</li>\n")
    return f'<ul class="others">\n{"".join(items)}</ul>\n'


def _code(words: Words, ask: Ask) -> str:
    """The code as printed on the pack: the serial in groups of four."""
    page, serial = words.texts["page"], ask.serial
    if serial is not None:
        label, groups = page["code"], [serial[at : at + 4] for at in range(0, len(serial), 4)]
    elif ask.typed:
        label, groups = page["code_typed"], [ask.typed[:_TYPED]]
    elif ask.gtin is not None:
        label, groups = page["code_lot" if ask.lot else "code_product"], ["(01)" + ask.gtin]
        groups += ["(10)" + ask.lot] if ask.lot else []
    else:
        return ""
    spans = "</span> <span>".join(groups if serial and serial.isalnum() else map(escape, groups))
    return f'<dl class="code"><dt>{label}</dt><dd class="mono"><span>{spans}</span></dd></dl>\n'


def _rows(words: Words, batch: BatchFacts | LotFacts) -> str:
    product, status = words.texts["product"], batch.status
    rows = f"<div><dt>{product['lot']}</dt><dd>{escape(status.lot)}</dd></div>\n"
    if status.made_on:
        rows += f"<div><dt>{product['made_on']}</dt><dd>{status.made_on.isoformat()}</dd></div>\n"
    if status.expires_on:
        name = product["expires"][status.expiry_kind]
        rows += f"<div><dt>{name}</dt><dd>{status.expires_on.isoformat()}</dd></div>\n"
    return rows
