"""The words of one request, joined without a template: title, status card, lot and dates, beacon."""

from datetime import datetime
from functools import lru_cache
from html import escape
from urllib.parse import quote, urlencode

from app.scanning.pieces import Ask, Inner, View
from app.scanning.shapes import BatchFacts, LotFacts, ProductFacts
from app.scanning.words import Words, dialled
from codes.verdict import CHINA, ROWS, Held, State, Step, Verdict

_TYPED = 64
"""As much of a mistyped code as the page repeats."""

# Steps that say what to do without leading anywhere.
_SPOKEN = (Step.RESCAN, Step.ASK_SELLER)
_NOTICES = (Step.RECALL_NOTICE, Step.ANNOUNCEMENT)


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
        before_rows,
        _rows(words, batch) if batch is not None else "",
        after_rows,
        f'<img class="unseen" src="{escape(ask.beacon)}" width="1" height="1" alt="">' if ask.beacon else "",
    )).encode()


def _head(inner: Inner, short: str, ask: Ask) -> str:
    title = f"{inner.title} · {short}"
    description = inner.description.replace("{short}", short)
    address = escape(f"{inner.public_url}{ask.path}")
    own = escape(ask.query) + "&amp;" if ask.query else ""
    photo = inner.facts.photo if inner.facts else None
    return (
        f"<title>{title}</title>\n"
        f'<meta name="description" content="{description}">\n'
        f'<meta property="og:title" content="{title}">\n'
        f'<link rel="canonical" href="{address}">\n'
        f'<link rel="alternate" hreflang="zh" href="{address}?{own}lang=zh">\n'
        f'<link rel="alternate" hreflang="en" href="{address}?{own}lang=en">\n'
        + (f'<meta property="og:image" content="{inner.public_url}/photo/{quote(photo.sha256)}">\n' if photo else "")
        + ("" if ask.serial is None else '<meta name="robots" content="noindex">\n')
    )


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
    words, line = inner.words, verdict.line
    headline, explanation = words.sentence(line)
    tone = verdict.tone
    return "".join((
        f'<section class="status {tone}" role="status">\n',
        f'<p class="top">{inner.icons[tone]}<span>{_time(words, verdict, ask)}</span></p>\n<h1>{headline}</h1>\n',
        f"<p>{explanation}</p>\n" if explanation else "",
        f"<p>{escape(ask.explanation)}</p>\n" if ask.explanation else "",
        _others(inner, verdict) if verdict.others else "",
        _code(words, ask),
        '<div class="steps">',
        *(_step(inner, step, line, ask, at) for at, step in enumerate(verdict.steps)),
        f'</div>\n</section>\n<form id="report" action="/report" hidden>{_hidden(inner.view, ask)}</form>\n',
    ))


def _clock(instant: datetime) -> str:
    at = instant.astimezone(CHINA)
    return f"{at.year}-{at.month:02}-{at.day:02} {at.hour:02}:{at.minute:02}"


def _time(words: Words, verdict: Verdict, ask: Ask) -> str:
    page, now = words.texts["page"], _clock(ask.now)
    checked = f'<span class="one">{page["checked_at"].replace("{time}", now)}</span>'
    if verdict.fresh or ask.as_of is None:
        return checked
    as_of = _clock(ask.as_of)
    same_day = as_of[:10] == now[:10]
    return f'{checked} · <span class="one">{page["as_of_time"].format(time=as_of[11:] if same_day else as_of)}</span>'


def _others(inner: Inner, verdict: Verdict) -> str:
    """The states that hold beneath the gravest, each with the way to its notice."""
    items = []
    for held in verdict.others:
        headline, explanation = inner.words.sentence(held)
        row = ROWS[held.state]
        notice = _link(inner, row.steps[0], held) if row.steps[0] in _NOTICES else ""
        items.append(
            f'<li class="{row.tone}">{inner.icons[row.tone]}<p><b>{headline}</b> {explanation} {notice}</p></li>\n'
        )
    return f'<ul class="others">{"".join(items)}</ul>\n'


def _code(words: Words, ask: Ask) -> str:
    """The code as printed on the pack: the serial in groups of four."""
    page = words.texts["page"]
    if ask.serial is not None:
        label, groups = page["code"], [ask.serial[at : at + 4] for at in range(0, len(ask.serial), 4)]
    elif ask.gtin is not None:
        label, groups = page["code_lot" if ask.lot else "code_product"], ["(01)" + ask.gtin]
        groups += ["(10)" + ask.lot] if ask.lot else []
    elif ask.typed:
        label, groups = page["code_typed"], [ask.typed[:_TYPED]]
    else:
        return ""
    spans = " ".join([f"<span>{escape(group)}</span>" for group in groups])
    return f'<dl class="code"><dt>{label}</dt><dd class="mono">{spans}</dd></dl>\n'


def _step(inner: Inner, step: Step, held: Held, ask: Ask, at: int) -> str:
    texts = inner.words.texts["step"]
    if step in _SPOKEN:
        return f"<p>{texts[step]}</p>"
    look = "act" if at else "act full"
    if step is Step.RETRY:
        query = f"?{escape(ask.query)}{inner.query.replace('?', '&amp;')}" if ask.query else inner.query
        return f'<a class="{look}" href="{escape(ask.path)}{query}">{texts[step]}</a>'
    if step is Step.REPORT:
        return f'<button class="{look}" form="report">{texts[step]}</button>'
    return _link(inner, step, held, look)


def _link(inner: Inner, step: Step, held: Held, look: str = "more") -> str:
    """The step as a link; nothing where the facts that it leads to are not there."""
    text, facts = inner.words.texts["step"][step], inner.facts
    address = _address(step, held, facts)
    if address is None:
        return ""
    if step is Step.CALL_MAKER:
        text = text.format(tel=escape(_telephone(facts) or ""))
    elif step is Step.NEW_STANDARD and facts and facts.standard and facts.standard.successor_number:
        text = inner.words.texts["step"]["new_standard_known"].format(no=escape(facts.standard.successor_number))
    query = inner.query if address.startswith("/") else ""
    return f'<a class="{look}" href="{address}{query}">{text}</a>'


def _telephone(facts: ProductFacts | None) -> str | None:
    if facts is None:
        return None
    return facts.enterprise.telephone or (facts.commitment.telephone if facts.commitment else None)


def _address(step: Step, held: Held, facts: ProductFacts | None) -> str | None:
    """Where a step leads on this service."""
    match step:
        case Step.CALL_MAKER:
            telephone = _telephone(facts)
            return telephone and "tel:" + dialled(telephone)
        case Step.TYPE:
            return "/check" if facts else "#check"
        case Step.RECALL_NOTICE:
            return "/recall/" + quote(str(held.parameters["id"]), safe="")
        case Step.ANNOUNCEMENT:
            return "/announcement/" + quote(str(held.parameters["id"]), safe="")
        case Step.COMPARE | Step.READ_ON:
            return "#genuine" if step is Step.COMPARE else "#standard"
    return _register(held, facts) if facts else None


def _register(held: Held, facts: ProductFacts) -> str:
    """The register that holds the truth about a state: certificate, standard, else the enterprise's."""
    if held.state in (State.CERTIFICATE_ENDED, State.CERTIFICATE_SUSPENDED) and facts.certificate:
        return "/certificate/" + quote(facts.certificate.id, safe="")
    if held.state is not State.NOT_RECOGNISED and facts.standard:
        return "/standard/" + quote(facts.standard.id, safe="")
    return "/enterprise/" + quote(facts.enterprise.uscc, safe="")


def _rows(words: Words, batch: BatchFacts | LotFacts) -> str:
    product, status = words.texts["product"], batch.status
    expires = product["expires"][status.expiry_kind]
    return "".join((
        f"<dt>{product['lot']}</dt><dd>{escape(status.lot)}</dd>\n",
        f"<dt>{product['made_on']}</dt><dd>{status.made_on.isoformat()}</dd>\n" if status.made_on else "",
        f"<dt>{expires}</dt><dd>{status.expires_on.isoformat()}</dd>\n" if status.expires_on else "",
    ))


def _hidden(view: View, ask: Ask) -> str:
    """The report form's own fields: the code, and how the reader sees pages."""
    fields = (("code", ask.code or ""), *view.pairs)
    return "".join([f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields])
