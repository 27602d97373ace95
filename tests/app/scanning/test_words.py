"""The locale says the specification's sentences word for word, in two languages with the same keys."""

import re
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from app.scanning.words import LANGUAGES, dialled, read
from codes.verdict import TABLE, Bilingual, Held, State, Step

ROOT = Path(__file__).parents[3]
WORDS = read(ROOT / "web/locale")
TABLE_ROW = re.compile(r"^\| \d+ \| ([^|]+) \|[^|]*\| (.+) \| (.+) \| [^|]+ \|$", re.MULTILINE)

# What stands in the specification's braces, for each field of ours.
BRACES = {
    "zh": {
        "scope": "{本批/本款}", "kind": "{保质期/限用日期}", "verb": "{食用/使用}", "how": "{到期/被撤销/注销}",
        "remedy": "{what to do}", "times": "{n} 次", "spread": "，{k} 个省份", "place": "（{province}）",
    },
    "en": {
        "scope": "{This batch / This model}", "verb": "{eat / use}", "how": "{expired / was withdrawn / was cancelled}",
        "remedy": "{what to do}", "times": "{n} times", "spread": ", {k} provinces", "place": " ({province})",
        "checked": "{n} times before, first on",
    },
}  # fmt: skip
TWO_IN_A_CELL = ("degraded", "valid_batch` / `valid_product")


class Braces(dict):
    def __missing__(self, name):
        return "{" + name + "}"


def wording(language, state, variant=None):
    texts = WORDS[language].texts["state"][state]
    texts = texts | texts[variant] if variant else texts
    headline, explanation = (texts.get(key, "").replace("|", "") for key in ("headline", "explanation"))
    return f"**{headline}** {explanation}".strip().format_map(Braces(BRACES[language]))


def specified():
    text = (ROOT / "tests/codes/verdict/states.md").read_text("utf-8")
    return {name.strip(" `"): {"zh": zh, "en": en} for name, zh, en in TABLE_ROW.findall(text)}


def test_the_specification_s_table_is_all_there():
    names = re.findall(r"`?(\w+)`?", " ".join(specified()))
    assert names == [state for state in State if state is not State.PROOF]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(specified().keys() - {*TWO_IN_A_CELL}))
def test_sentences_are_the_specification_s(name, language):
    assert wording(language, name) == specified()[name][language]


def test_sentences_with_two_forms_in_one_cell():
    degraded = specified()["degraded"]
    assert degraded["zh"] == f"item: {wording('zh', 'degraded', 'item')} product: {wording('zh', 'degraded')}"
    assert degraded["en"] == f"{wording('en', 'degraded', 'item')} / {wording('en', 'degraded')}"
    both = specified()["valid_batch` / `valid_product"]
    for name, zh, en in (("valid_batch", "批", "batch's"), ("valid_product", "款", "model's")):
        chinese = both["zh"].replace("{这批/这款}", f"这{zh}").replace("{同批/同款}", f"同{zh}")
        assert wording("zh", name) == chinese
        assert wording("en", name) == both["en"].replace("{batch's / model's}", en)


def keys(table, above=()):
    for name, value in table.items():
        yield from keys(value, (*above, name)) if isinstance(value, dict) else [(*above, name)]


def test_both_languages_have_the_same_keys():
    zh, en = (set(keys(WORDS[one].texts)) for one in LANGUAGES)
    assert zh == en


def test_fields_of_a_sentence_agree():
    def fields(text):
        return set(re.findall(r"{(\w+)", text))

    for key in set(keys(WORDS["zh"].texts)) & set(keys(WORDS["en"].texts)):
        if key[0] in ("state", "plural") or key == ("phrase", "lots"):
            continue  # a headline may say what the other's explanation has; 等 counts all, "more" the rest
        zh, en = WORDS["zh"].texts, WORDS["en"].texts
        for name in key:
            zh, en = zh[name], en[name]
        assert fields(zh) == fields(en), key


def test_every_state_and_step_has_words():
    for words in WORDS.values():
        assert set(words.texts["state"]) == set(State) == set(words.short)
        assert set(words.texts["step"]) == {*Step, "new_standard_known"}
        assert all(row.steps for row in TABLE)


def plain(html):
    return re.sub(r"<[^>]+>", "", html)


def sentence(language, held):
    return " ".join(filter(None, map(plain, WORDS[language].sentence(held))))


REPEAT = Held(State.VALID_REPEAT, {"n": 3, "date": date(2026, 11, 20), "province": "330000"})


class TestSentences:
    def test_plural(self):
        assert "checked 3 times before, first on 2026-11-20 (Zhejiang)." in sentence("en", REPEAT)
        once = replace(REPEAT, parameters=REPEAT.parameters | {"n": 1})
        assert "checked once before, on 2026-11-20 (Zhejiang)." in sentence("en", once)
        assert "查询过 1 次，首次 2026-11-20（浙江）。" in sentence("zh", once)
        suspect = Held(State.SUSPECT, {"n": 12, "k": 1})
        assert "(12 times, 1 province)" in sentence("en", suspect)
        assert "（12 次）" in sentence("zh", replace(suspect, parameters={"n": 12, "k": None}))

    def test_without_place(self):
        for place in (None, "999999"):
            held = replace(REPEAT, parameters=REPEAT.parameters | {"province": place})
            assert "首次 2026-11-20。" in sentence("zh", held)
            assert "first on 2026-11-20." in sentence("en", held)

    @pytest.mark.parametrize(
        ("start", "end", "zh", "en"),
        [
            (date(2026, 9, 1), date(2026, 9, 9), "2026-09-01 至 2026-09-09 生产", "made 2026-09-01 to 2026-09-09"),
            (date(2026, 9, 1), None, "2026-09-01 及以后生产", "made 2026-09-01 or later"),
            (None, date(2026, 9, 9), "2026-09-09 及以前生产", "made 2026-09-09 or earlier"),
            (None, None, "见召回公告", "see the recall notice"),
        ],
    )
    def test_recalled_days(self, start, end, zh, en):
        held = Held(State.RECALL_CHECK, {"id": "r", "made_from": start, "made_to": end}, "made_on")
        assert zh in sentence("zh", held)
        assert en in sentence("en", held)

    def test_recalled_lots(self):
        assert "（A1、B2）" in sentence("zh", Held(State.RECALL_CHECK, {"id": "r", "lots": ("A1", "B2")}))
        assert "(see the recall notice)" in sentence("en", Held(State.RECALL_CHECK, {"id": "r", "lots": ()}))
        many = tuple(f"A{n}" for n in range(1, 8))
        assert "（A1、A2、A3、A4、A5）" in sentence("zh", Held(State.RECALL_CHECK, {"id": "r", "lots": many[:5]}))
        assert "（A1、A2、A3、A4、A5等 7 批）" in sentence("zh", Held(State.RECALL_CHECK, {"id": "r", "lots": many}))
        assert "(A1, A2, A3, A4, A5 and 2 more)" in sentence("en", Held(State.RECALL_CHECK, {"id": "r", "lots": many}))

    def test_a_long_reason_is_cut(self):
        reason = Bilingual("查" * 200, "x" * 199 + " y")
        held = Held(State.VOID, {"date": date(2026, 10, 8), "reason": reason})
        assert "查" * 200 in sentence("zh", held)
        assert "(" + "x" * 199 + "…)" in sentence("en", held)
        assert "（" + "查" * 9 + "…）" in WORDS["zh"].sentence(held, 10).headline

    def test_a_reason_s_own_full_stop_is_not_doubled(self):
        reason = Bilingual("抽查不合格。", "Failed a spot check.")
        held = Held(State.RECOGNITION_REVOKED, {"date": date(2026, 10, 8), "reason": reason})
        assert sentence("zh", held).endswith("原因：抽查不合格。")
        assert sentence("en", held).endswith("on 2026-10-08. Failed a spot check.")

    def test_what_is_published_is_escaped_and_marked(self):
        held = Held(State.VOID, {"date": date(2026, 10, 8), "reason": Bilingual("<b>破损</b>")})
        for words in WORDS.values():
            assert "<b>" not in words.sentence(held).headline
        assert '<span lang="zh">&lt;b&gt;破损&lt;/b&gt;</span>' in WORDS["en"].sentence(held).headline
        assert "lang" not in WORDS["en"].say(Bilingual("CXW-200"))

    def test_telephones_are_links(self):
        assert dialled("+86 (574) 8800-1234") == "+8657488001234"
        assert dialled('"><script>') == ""
