import json
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from codes.gs1 import BadDigitalLink, DigitalLink, Why, check_digit
from codes.gs1.digital_link import MAX_LENGTH, parse

VECTORS = json.loads(Path(__file__).with_name("uri_vectors.json").read_text())
CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
G = "06901234567892"
calm = settings(deadline=None)
values = st.text(CSET82, min_size=1, max_size=20)
gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))
chosen = st.fixed_dictionaries({}, optional={"22": values, "10": values, "21": values}).map(
    lambda found: tuple((ai, found[ai]) for ai in ("22", "10", "21") if ai in found)
)
attributes = st.fixed_dictionaries(
    {}, optional={"3103": st.just("000189"), "17": st.just("261231"), "240": values, "99": values}
).map(lambda found: tuple((ai, found[ai]) for ai in ("3103", "17", "240", "99") if ai in found))  # canonical order
links = st.builds(DigitalLink, st.just("01"), gtins, chosen, attributes)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["uri"])
def test_the_verdict_is_that_of_gs1s_own_engine(vector):
    if vector["valid"]:
        link = parse(vector["uri"])
        assert link.element_string == vector["element_string"]
        assert link.canonical() == vector["canonical"]
        assert parse(link.canonical()).canonical() == link.canonical()
    else:
        with pytest.raises(BadDigitalLink):
            parse(vector["uri"])


def test_the_vectors_are_all_there():
    assert (len(VECTORS), sum(vector["valid"] for vector in VECTORS)) == (120, 69)


@calm
@given(links)
def test_the_canonical_form_is_read_back_as_the_link(link):
    assert parse(link.canonical()) == link
    assert parse(link.canonical("HTTP://127.0.0.1:8000/")) == link


@calm
@given(links, st.sampled_from(("01/09520123456788/", "21/S1/", "00/x/", "a//", "01/")))
def test_a_stem_may_look_like_a_key(link, stem):
    path = link.canonical("https://id.gs1.org")[len("https://id.gs1.org/") :]
    assert parse(f"https://host/{stem}{path}") == link


def test_a_link_says_what_it_names():
    link = parse(f"https://host/01/{G}/22/V1/10/L%2F1/21/S1?17=261231&s=x")
    assert (link.gtin, link.cpv, link.lot, link.serial) == (G, "V1", "L/1", "S1")
    assert (link.key, link.value, link.attributes) == ("01", G, (("17", "261231"),))
    assert parse(f"https://host/01/{G}/235/T1?10=L1").lot == "L1"
    pallet = parse("https://host/00/006141411234567890")
    assert (pallet.gtin, pallet.lot, pallet.serial) == (None, None, None)


@pytest.mark.parametrize(
    "uri",
    [
        "https://host/00/952012345678912345?02=09520123456788&37=25&10=ABC123",
        "https://host/415/6901234567892/8020/R1?12=261231",
        "https://host/8010/12345ABC/8011/1",
        "https://host/8017/123456789012345675/8019/1",
        "https://host/8013/1987654Ad4X4bL5ttr2310c2K",
        f"https://host/01/{G}/21/S1?8030=abc-_",
        f"https://host/01/{G}?89",
        f"https://host/01/{G}?=1&17x=2&x17=3",
        f"https://host/01/{G}#?21=/10/",
        f"https://xn--fsq.xn--0zwm56d.:65535/01/{G}",
    ],
)
def test_other_valid_links(uri):
    assert parse(uri).canonical().startswith("https://id.gs1.org/")


@pytest.mark.parametrize(
    ("good", "bad", "why"),
    [
        ("HTTPS://host/01/{G}", "HttPS://host/01/{G}", Why.SCHEME),
        ("https://host/01/{G}", "https:/host/01/{G}", Why.SCHEME),
        ("https://host/01/{G}", "//host/01/{G}", Why.SCHEME),
        ("https://host/01/{G}", " https://host/01/{G}", Why.URI_CHARACTERS),
        ("https://host/01/{G}", "https://host/01/{G}\n", Why.URI_CHARACTERS),
        ("https://host/01/{G}/10/%22", 'https://host/01/{G}/10/"', Why.URI_CHARACTERS),
        ("https://host/01/{G}/10/A", "https://host/01/{G}/10/批", Why.URI_CHARACTERS),
        ("https://host:80/01/{G}", "https://user@host/01/{G}", Why.HOST),
        ("https://host/01/{G}?x", "https://host?/01/{G}", Why.HOST),
        ("https://[::1]/01/{G}", "https://[fe80::1%25lo]/01/{G}", Why.HOST),
        ("https://host/01/{G}", "https://host/1/{G}", Why.NO_KEY),
        ("https://host/01/{G}", "https://host/%30%31/{G}", Why.NO_KEY),
        ("https://host/01/{G}/10/L", "https://host/01/{G}/lot/L", Why.NO_KEY),
        ("https://host/01/{G}", "https://host/01//{G}", Why.NO_KEY),
        ("https://host/01/{G}", "https://host/01/6901234567892", Why.FORM),
        ("https://host/01/{G}", "https://host/01/06901234567893", Why.CHECK_DIGIT),
        ("https://host/01/{G}/21/A%252FB", "https://host/01/{G}/21/A%5BB", Why.VALUE_CHARACTERS),
        ("https://host/01/{G}/21/A", "https://host/01/{G}/21/A%00", Why.VALUE_CHARACTERS),
        ("https://host/01/{G}/21/A", "https://host/01/{G}/21/%E6%89%B9", Why.VALUE_CHARACTERS),
        ("https://host/01/{G}/10/A+B", "https://host/01/{G}?240=A+B", Why.VALUE_CHARACTERS),
        ("https://host/01/{G}/10/A/21/B", "https://host/01/{G}/21/B/10/A", Why.QUALIFIERS),
        ("https://host/01/{G}/10/A/21/B", "https://host/01/{G}/10/A/10/A", Why.QUALIFIERS),
        ("https://host/01/{G}/235/T", "https://host/01/{G}/235/T/10/A", Why.QUALIFIERS),
        ("https://host/01/{G}?17=261231", "https://host/01/{G}/17/261231", Why.QUALIFIERS),
        ("https://host/01/{G}/10/A/21/B", "https://host/01/{G}/21/B?10=A", Why.IN_PATH),
        ("https://host/01/{G}?17=261231", "https://host/01/{G}?17=261231&17=261231", Why.REPEATED),
        ("https://host/01/{G}/10/A", "https://host/01/{G}/10/A?10=A", Why.REPEATED),
        ("https://host/01/{G}/22/A", "https://host/01/{G}?22=A", Why.NOT_ATTRIBUTE),
        ("https://host/01/{G}/235/A", "https://host/01/{G}?235=A", Why.NOT_ATTRIBUTE),
        ("https://host/01/{G}?17", "https://host/01/{G}?17=", Why.EMPTY),
        ("https://host/01/{G}?x17=1", "https://host/01/{G}?1=1", Why.UNKNOWN_AI),
        ("https://host/01/{G}?x=1", "https://host/01/{G}?" + "1" * 500 + "=1", Why.UNKNOWN_AI),
        ("https://host/01/{G}?17=261231", "https://host/01/{G}?12=261231", Why.NEEDS),
        ("https://host/01/{G}?3103=000189&3922=0299", "https://host/01/{G}?3922=0299", Why.NEEDS),
        ("https://host/01/{G}?3103=000189", "https://host/01/{G}?3103=000189&3102=000189", Why.EXCLUDES),
        ("https://host/01/{G}", "https://host/01/{G}?37=5", Why.EXCLUDES),
        ("https://host/01/{G}", "https://host/" + "x" * MAX_LENGTH + "/01/{G}", Why.TOO_LONG),
    ],
)
def test_each_rule_lets_the_good_pass_and_names_what_breaks_it(good, bad, why):
    assert parse(good.replace("{G}", G)).gtin == G
    with pytest.raises(BadDigitalLink) as caught:
        parse(bad.replace("{G}", G))
    assert (caught.value.why, caught.value.field) == (why, "uri")


def test_an_escape_that_is_none_stands_for_itself():
    # GS1's engine leaves it so; % is of CSET 82.
    assert parse(f"https://host/01/{G}/21/A%ZZ%4").serial == "A%ZZ%4"
    assert parse(f"https://host/01/{G}/21/A%ZZ%4").canonical().endswith("/21/A%25ZZ%254")


def test_a_refusal_is_short_printable_and_says_the_part_in_both_languages():
    with pytest.raises(BadDigitalLink) as caught:
        parse(f"https://host/01/{G}?3922=0299")
    assert caught.value.say("en").endswith("Link. (3922): it needs one of 30, 31, 32, 35, 36 beside it.")
    assert caught.value.say("zh") == "这不是有效的 GS1 数字链接。(3922)：必须同时包含 30, 31, 32, 35, 36 之一。"
    with pytest.raises(BadDigitalLink) as caught:
        parse("https://host/\ud800" + "\x00" * 60)
    assert "\ufffd…" in str(caught.value)
    assert str(caught.value).encode()


def parse_or_refuse(text):
    try:
        return parse(text)
    except BadDigitalLink as refusal:
        return refusal


hostile = (
    st.text("/0123:?#&=%[]@ABchtps.\x00\xff\ud800批") | st.text() | st.binary().map(lambda raw: raw.decode("latin-1"))
)
beginnings = ("", "https://host/", f"https://host/01/{G}/", f"https://host/01/{G}/10/", f"https://host/01/{G}?")


@calm
@given(hostile, st.sampled_from(beginnings))
@example("%2530%2531", "https://host/01/")
@example("\x00", "https://host/01/")
@example("/10/1" * 13107, "https://host/01/1")
@example("&7256=" + "%2541" * 1000, f"https://host/01/{G}?")
def test_any_text_is_read_or_refused(text, before):
    found = parse_or_refuse(before + text)
    if isinstance(found, BadDigitalLink):
        assert found.say("en").encode()
        assert found.say("zh").encode()
    else:
        assert parse(found.canonical()).canonical() == found.canonical()


@calm
@given(st.text(min_size=1, max_size=20))
def test_a_serial_is_valid_exactly_when_gs1_allows_its_characters(serial):
    uri = f"https://host/01/{G}/21/{quote(serial, safe='', errors='surrogatepass')}"
    if set(serial) <= set(CSET82):
        assert parse(uri).serial == serial
    else:
        with pytest.raises(BadDigitalLink):
            parse(uri)
