"""The words of the scan page in one language, and the sentences of a verdict made of them.

Everything that comes out is HTML: what is published by others is escaped, and Chinese inside an
English sentence carries its `lang`. "|" in a Chinese sentence parts its phrases, so that a line
ends with a phrase and not with half a word.
"""

import re
import tomllib
from datetime import date
from html import escape
from pathlib import Path
from string import Formatter
from typing import Any, NamedTuple
from urllib.parse import quote

from codes.verdict import Bilingual, Held, Parameter, State

LANGUAGES = ("zh", "en")

# A reason is published with or without its full stop; the sentence around it has its own.
_FULL_STOPS = "。.；;，, \n"
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[\U00020000-\U0003ffff]")

_RUN = re.compile(r"[\u2e80-\u9fff]+")
_LATIN = re.compile(r"[a-z]{3} [a-z]")

_PUBLISHED = ("name", "reason", "remedy", "measure", "lots", "no")
"""Parameters that are texts of any length; a phrase that holds one flows freely."""
_COUNTED = {"times": "n", "checked": "n", "spread": "k"}
"""Words of a sentence that depend on a count, and on which."""


TEXT_MOST = 200
"""Characters of a published text on the scan page; the whole stands behind the notice's link."""
LOTS_MOST = 5
"""Recalled lots that are named; the notice names all."""


class Sentence(NamedTuple):
    """A state's headline and what explains it, as HTML."""

    headline: str
    explanation: str


class _Wording(NamedTuple):
    """A sentence with the fields that are still to be filled."""

    sentence: Sentence
    fields: frozenset[str]


class Words:
    """One language's file: `texts` for templates, `sentence` for verdicts."""

    def __init__(self, language: str, texts: dict[str, Any]) -> None:
        self.language = language
        self.texts = texts
        self.english = language == "en"
        self.short = {State(name): state["short"] for name, state in texts["state"].items()}
        self._phrase: dict[str, str] = texts["phrase"]
        self._choice: dict[str, dict[str, str]] = texts["choice"]
        self._wordings = {
            (State(name), variant): _wording(own)
            for name, state in texts["state"].items()
            for variant, own in _variants(state)
        }

    def sentence(self, held: Held, most: int = TEXT_MOST) -> Sentence:
        """The state's sentence with its parameters, published texts cut; a recall's telephone is a link."""
        sentence, fields = self._wordings[held.state, held.variant]
        if not fields:
            return sentence
        filled = {field: self._field(field, held.parameters, most) for field in fields}
        return Sentence(sentence.headline.format_map(filled), sentence.explanation.format_map(filled))

    def say(self, text: Bilingual) -> str:
        """A published text; on an English page what is there in Chinese alone is marked as such."""
        if not self.english:
            return escape(text.zh)
        if text.en:
            return escape(text.en)
        return f'<span lang="zh">{escape(text.zh)}</span>' if _HAN.search(text.zh) else escape(text.zh)

    def _field(self, field: str, parameters: dict[str, Parameter], most: int) -> str:
        if field in _COUNTED:
            return self._counted(field, parameters.get(_COUNTED[field]))
        if field == "place":
            province = self.texts["province"].get(parameters.get("province"))
            return self._phrase["place"].format(province=province) if province else ""
        if field == "lots" and field not in parameters:
            return self._made(parameters["made_from"], parameters["made_to"])
        return self._html(field, parameters[field], most)

    def _html(self, name: str, value: Parameter, most: int = TEXT_MOST) -> str:
        match value:
            case date():
                return f'<span class="one">{value.isoformat()}</span>'
            case Bilingual():
                return self.say(Bilingual(_cut(value.zh, most), value.en and _cut(value.en, most)))
            case tuple():
                return self._lots(value)
            case str() if name in self._choice:
                return self._choice[name][value]
            case str() if name == "tel":
                return f'<a class="one" href="tel:{dialled(value)}">{escape(value)}</a>'
        return self.say(Bilingual(str(value)))

    def _counted(self, name: str, count: Parameter) -> str:
        if count is None:
            return ""
        said = self.texts["plural"][name]["one" if count == 1 else "other"].format(n=count)
        return said if self.english else f'<span class="one">{said}</span>'

    def _lots(self, lots: tuple[str, ...]) -> str:
        named = escape(self._phrase["list"].join(lots[:LOTS_MOST])) or self._phrase["unnamed"]
        if len(lots) <= LOTS_MOST:
            return named
        return self._phrase["lots"].format(lots=named, all=len(lots), more=len(lots) - LOTS_MOST)

    def _made(self, start: Parameter, end: Parameter) -> str:
        key = "made" if start and end else "made_from" if start else "made_to" if end else "unnamed"
        return self._phrase[key].format(start=self._html("date", start), end=self._html("date", end))


def _cut(text: str, most: int) -> str:
    """The text without its own full stop, and "…" for what is beyond `most` characters."""
    text = text.rstrip(_FULL_STOPS)
    return text if len(text) <= most else text[: most - 1].rstrip(_FULL_STOPS) + "…"


def dialled(telephone: str) -> str:
    """A published telephone number as the target of a `tel:` link."""
    return quote("".join(one for one in telephone if one in "0123456789+*#,"), safe="+*,")


def read(folder: Path) -> dict[str, Words]:
    """Both languages, read once."""
    return {one: Words(one, tomllib.loads((folder / f"{one}.toml").read_text("utf-8"))) for one in LANGUAGES}


def _variants(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The state's own wording under "", and each variant with what it does not say itself."""
    own = {key: text for key, text in state.items() if isinstance(text, str)}
    return [("", own), *((key, own | table) for key, table in state.items() if isinstance(table, dict))]


def _wording(texts: dict[str, str]) -> _Wording:
    headline, explanation = texts["headline"], texts.get("explanation", "")
    fields = frozenset(field for _, field, _, _ in Formatter().parse(headline + explanation) if field)
    return _Wording(Sentence(phrases(headline), foreign(phrases(explanation))), fields)


def foreign(text: str) -> str:
    """Chinese words inside an English sentence, marked as such; a Chinese text is left alone."""
    if not _LATIN.search(text):
        return text
    return _RUN.sub(r'<span lang="zh">\g<0></span>', text)


def phrases(text: str) -> str:
    """Each phrase kept together, save those that hold a published text."""
    phrases = text.split("|")
    if len(phrases) == 1:
        return text
    return "".join(one if any(f"{{{name}}}" in one for name in _PUBLISHED) else _together(one) for one in phrases)


def _together(phrase: str) -> str:
    """An inline block swallows the space at its end, so that one stands behind it."""
    return f"<i>{phrase.rstrip()}</i>{' ' * phrase.endswith(' ')}"
