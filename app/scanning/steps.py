"""The next step of a state: a sentence, a link on this service, a call, or the report form's button."""

from html import escape
from urllib.parse import quote

from app.scanning.pieces import Ask, Inner
from app.scanning.shapes import ProductFacts
from app.scanning.words import dialled
from codes.verdict import Bilingual, Held, State, Step

NOTICES = (Step.RECALL_NOTICE, Step.ANNOUNCEMENT)

# Steps that say what to do without leading anywhere.
_SPOKEN = (Step.RESCAN, Step.ASK_SELLER)
_ON_THIS_PAGE = {Step.COMPARE: "#genuine", Step.READ_ON: "#standard"}


def step(inner: Inner, one: Step, held: Held, ask: Ask, first: bool) -> str:
    """The step of a state that fills the status line; the first one stands out."""
    text = inner.words.texts["step"][one]
    look = "act full" if first else "act"
    if one in _ON_THIS_PAGE:
        return f'<a class="{look}" href="{_ON_THIS_PAGE[one]}">{text}</a>'
    if one in _SPOKEN:
        return f"<p>{text}</p>"
    if one is Step.REPORT:
        return f'<button class="{look}" form="report">{text}</button>'
    if one is Step.RETRY:
        query = f"?{escape(ask.query)}{inner.query.replace('?', '&amp;')}" if ask.query else inner.query
        return f'<a class="{look}" href="{escape(ask.path)}{query}">{text}</a>'
    return link(inner, one, held, look)


def link(inner: Inner, one: Step, held: Held, look: str = "more") -> str:
    """The step as a link; nothing where the facts that it leads to are not there."""
    facts = inner.facts
    address = _address(one, held, facts)
    if address is None:
        return ""
    query = inner.query if address.startswith("/") else ""
    return f'<a class="{look}" href="{address}{query}">{_text(inner, one)}</a>'


def _text(inner: Inner, one: Step) -> str:
    texts, facts = inner.words.texts["step"], inner.facts
    if one is Step.CALL_MAKER:
        return texts[one].format(tel=escape(_telephone(facts) or ""))
    if one is Step.NEW_STANDARD and facts and facts.standard and facts.standard.successor_number:
        return texts["new_standard_known"].format(no=inner.words.say(Bilingual(facts.standard.successor_number)))
    return texts[one]


def _telephone(facts: ProductFacts | None) -> str | None:
    if facts is None:
        return None
    return facts.enterprise.telephone or (facts.commitment.telephone if facts.commitment else None)


def _address(one: Step, held: Held, facts: ProductFacts | None) -> str | None:
    match one:
        case Step.TYPE:
            return "/check" if facts else "#check"
        case Step.CALL_MAKER:
            telephone = _telephone(facts)
            return telephone and "tel:" + dialled(telephone)
        case Step.RECALL_NOTICE:
            return "/recall/" + quote(str(held.parameters["id"]), safe="")
        case Step.ANNOUNCEMENT:
            return "/announcement/" + quote(str(held.parameters["id"]), safe="")
    return _register(held, facts) if facts else None


def _register(held: Held, facts: ProductFacts) -> str:
    """The register that holds the truth about a state: certificate, standard, else the enterprise's."""
    if held.state in (State.CERTIFICATE_ENDED, State.CERTIFICATE_SUSPENDED) and facts.certificate:
        return "/certificate/" + quote(facts.certificate.id, safe="")
    if held.state is not State.NOT_RECOGNISED and facts.standard:
        return "/standard/" + quote(facts.standard.id, safe="")
    return "/enterprise/" + quote(facts.enterprise.uscc, safe="")
