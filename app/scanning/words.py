"""The words of the scan page in one language, and the sentences of a verdict made of them.

Everything that comes out is HTML: what is published by others is escaped, and Chinese inside an
English sentence carries its `lang`. "|" in a Chinese headline marks where a line may break, so
that a line ends with a phrase and never with half a word.
"""

import re
import tomllib
from datetime import date
from html import escape
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from codes.verdict import Bilingual, Held, Parameter, State

LANGUAGES = ("zh", "en")

# A reason is published with or without its full stop; the sentence around it has its own.
_FULL_STOPS = "。.；;，, \n"


_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[\U00020000-\U0003ffff]")


class Sentence(NamedTuple):
    """A state's headline and what explains it, as HTML."""

    headline: str
    explanation: str


class Words:
    """One language's file: `words.texts` for templates, `sentence` for verdicts."""

    def __init__(self, language: str, texts: dict[str, Any]) -> None:
        self.language = language
        self.texts = texts
        self.english = language == "en"
        self.provinces: dict[str, str] = texts["province"]
        self.short = {State(name): state["short"] for name, state in texts["state"].items()}
        self._sentences = {
            (State(name), variant): _sentence(own)
            for name, state in texts["state"].items()
            for variant, own in _variants(state)
        }

    def sentence(self, held: Held) -> Sentence:
        """The state's sentence with its parameters; a recall's telephone is a link."""
        sentence = self._sentences[held.state, held.variant]
        if not held.parameters:
            return sentence
        filled = self._fill(held.parameters)
        return Sentence(sentence.headline.format_map(filled), sentence.explanation.format_map(filled))

    def say(self, text: Bilingual) -> str:
        """A published text; on an English page what is there in Chinese alone is marked as such."""
        if not self.english:
            return escape(text.zh)
        if text.en:
            return escape(text.en)
        return f'<span lang="zh">{escape(text.zh)}</span>' if _HAN.search(text.zh) else escape(text.zh)

    def _fill(self, parameters: dict[str, Parameter]) -> dict[str, str]:
        filled = {name: self._html(name, value) for name, value in parameters.items()}
        if "n" in parameters:
            self._fill_counts(filled, parameters)
        if "made_from" in parameters:
            filled["lots"] = self._made(parameters["made_from"], parameters["made_to"])
        return filled

    def _html(self, name: str, value: Parameter) -> str:
        match value:
            case Bilingual():
                return self.say(Bilingual(value.zh.rstrip(_FULL_STOPS), value.en and value.en.rstrip(_FULL_STOPS)))
            case date():
                return f'<span class="one">{value.isoformat()}</span>'
            case tuple():
                return escape(self.texts["phrase"]["list"].join(value)) or self.texts["phrase"]["unnamed"]
            case str() if name in self.texts["choice"]:
                return self.texts["choice"][name][value]
            case str() if name == "tel":
                return f'<a class="one" href="tel:{dialled(value)}">{escape(value)}</a>'
        return escape(str(value))

    def _fill_counts(self, filled: dict[str, str], parameters: dict[str, Parameter]) -> None:
        for name, count in (("times", "n"), ("checked", "n"), ("spread", "k")):
            filled[name] = self._plural(name, parameters.get(count))
        province = self.provinces.get(str(parameters.get("province")))
        filled["place"] = self.texts["phrase"]["place"].format(province=province) if province else ""

    def _plural(self, name: str, count: Parameter) -> str:
        if count is None:
            return ""
        said = self.texts["plural"][name]["one" if count == 1 else "other"].format(n=count)
        return f'<span class="one">{said}</span>'

    def _made(self, start: Parameter, end: Parameter) -> str:
        phrase = self.texts["phrase"]
        key = "made" if start and end else "made_from" if start else "made_to" if end else "unnamed"
        return phrase[key].format(start=self._html("", start), end=self._html("", end))


def dialled(telephone: str) -> str:
    """A published telephone number as the target of a `tel:` link."""
    return quote("".join(one for one in telephone if one.isdigit() or one in "+*#,"), safe="+*,")


def read(folder: Path) -> dict[str, Words]:
    """Both languages, read once."""
    return {one: Words(one, tomllib.loads((folder / f"{one}.toml").read_text("utf-8"))) for one in LANGUAGES}


def _variants(state: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The state's own wording under "", and each variant with what it does not say itself."""
    own = {key: text for key, text in state.items() if isinstance(text, str)}
    return [("", own), *((key, own | table) for key, table in state.items() if isinstance(table, dict))]


def _sentence(texts: dict[str, str]) -> Sentence:
    return Sentence(texts["headline"].replace("|", "<wbr>"), texts.get("explanation", ""))
