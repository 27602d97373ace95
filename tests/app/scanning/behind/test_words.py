"""The words of these pages: both languages say the same things, and each is used."""

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from app.scanning.reports.form import KINDS

WEB = Path(__file__).parents[4] / "web"
BEHIND = WEB / "templates/scanning/behind"
TEXTS = {one: tomllib.loads((WEB / f"locale/pages.{one}.toml").read_text("utf-8")) for one in ("zh", "en")}
HAN = re.compile(r"[\u4e00-\u9fff]")


def leaves(texts: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for name, value in texts.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield path + name, value


def test_both_languages_have_the_same_words_with_the_same_facts() -> None:
    zh, en = dict(leaves(TEXTS["zh"])), dict(leaves(TEXTS["en"]))
    assert zh.keys() == en.keys()
    for name, text in zh.items():
        facts = [{fact for _, fact, _, _ in string.Formatter().parse(one) if fact} for one in (text, en[name])]
        assert facts[0] == facts[1], name


def test_each_language_is_that_language() -> None:
    for name, text in leaves(TEXTS["zh"]):
        assert HAN.search(text) or name == "enterprise.covers", name
    for name, text in leaves(TEXTS["en"]):
        assert not HAN.search(text.replace("浙品码", "")), name


def test_every_word_is_used() -> None:
    templates = "".join(path.read_text("utf-8") for path in BEHIND.glob("*.html"))
    lines = "".join(path.read_text("utf-8") for path in (WEB.parent / "app/scanning/behind").glob("*.py"))
    for name, _ in leaves(TEXTS["zh"]):
        group = name.rpartition(".")[0]
        if group.startswith(("line.", "plural.")):
            asked = group.partition(".")[2]
            assert f'"{asked}"' in lines or f'"{asked.partition("_")[0]}_{{' in lines, name
        else:
            assert re.search(rf"w\.{re.escape(name)}\b|w\.{re.escape(group)}\[", templates), name


def test_every_kind_of_report_has_its_words() -> None:
    for texts in TEXTS.values():
        assert tuple(texts["report"]["kinds"]) == tuple(texts["report"]["short"]) == KINDS
