from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.gs1 import BadDigitalLink, ScanPath, Why, check_digit, parse_digital_link, parse_scan_path, resolve_path

CSET82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
G = "06901234567892"
S = "1A7K2M9QX4TB5C6D7E8F"
calm = settings(deadline=None)
gtins = st.text("0123456789", min_size=13, max_size=13).map(lambda body: body + check_digit(body))
serials = st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZabcxyz", min_size=20, max_size=20)
lots = st.text(CSET82, min_size=1, max_size=20)


@calm
@given(gtins, serials, lots, st.sampled_from(("", "/", "!'()*+,:;=&")))
def test_our_own_shapes_are_read_as_the_general_parser_reads_them(gtin, serial, lot, bare):
    for path in (f"/01/{gtin}", f"/01/{gtin}/21/{serial}", f"/01/{gtin}/10/{quote(lot, safe=bare.strip('/'))}"):
        link = parse_digital_link("https://host" + path)
        assert parse_scan_path(path) == resolve_path(path) == ScanPath(link.gtin, link.lot, link.serial)
    assert parse_scan_path(f"/{serial}") == ScanPath(None, None, serial)


@calm
@given(
    st.text("/012345678ABlo%2F+ \x00\xff批", max_size=60) | st.text(),
    st.sampled_from(("", "/01/", f"/01/{G}", f"/01/{G}/10/")),
)
def test_no_path_is_read_that_the_general_parser_refuses(text, before):
    found = parse_scan_path(before + text)
    if found and found.gtin:
        link = parse_digital_link("https://host" + before + text)
        assert found == ScanPath(link.gtin, link.lot, link.serial)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/favicon.ico",
        f"{S}1",
        f"/{S}1",
        "/1A7K2M9QX4TB5C6D7E8-",
        "/１１１１１１１１１１１１１１１１１１１１",
        "/01/06901234567893",
        "/01/6901234567892",
        "/01/0690123456789²",
        f"/01/{G}/",
        f"/01/{G}/21/{S}0",
        f"/01/{G}/21/1A7K2M9QX4TB5C6D7E8-",
        f"/01/{G}/10/",
        f"/01/{G}/10/L/1",
        f"/01/{G}/10/%00",
        f"/01/{G}/10/" + "A" * 21,
        f"/01/{G}/10/" + "%41" * 21,
        f"/01/{G}/10/" + "A" * 65536,
        f"/01/{G}/10/L1/21/{S}",
        f"/01/{G}/22/V",
    ],
)
def test_other_shapes_are_left_to_the_general_parser(path):
    assert parse_scan_path(f"/01/{G}/21/{S}") == ScanPath(G, None, S)
    assert parse_scan_path(path) is None


@pytest.mark.parametrize(
    ("path", "query", "found"),
    [
        (f"/01/{G}", "", ScanPath(G, None, None)),
        (f"/01/{G}/", "", ScanPath(G, None, None)),
        (f"/{S}/", "", ScanPath(None, None, S)),
        (f"/{S.lower()}", "from=singlemessage", ScanPath(None, None, S.lower())),
        (f"/01/{G}/21/{S}/", "s=x&linkType=gs1:pip", ScanPath(G, None, S)),
        (f"/01/{G}/10/B/21/S", "", ScanPath(G, "B", "S")),
        (f"/01/{G}/10/A%2fB/", "", ScanPath(G, "A/B", None)),
        (f"/01/{G}/22/V/21/S", "utm=中|文", ScanPath(G, None, "S")),
        (f"/01/{G}/21/{S}", "17=261231&x", ScanPath(G, None, S)),
        (f"/01/{G}/235/T", "10=B", ScanPath(G, "B", None)),
        (f"/stem/01/{G}", "", ScanPath(G, None, None)),
        ("/00/006141411234567890", "", ScanPath(None, None, None)),
    ],
)
def test_every_valid_path_resolves(path, query, found):
    assert resolve_path(path, query) == found


@pytest.mark.parametrize(
    ("path", "query", "why"),
    [
        ("", "", Why.NO_KEY),
        ("/", "", Why.NO_KEY),
        ("/foo", "", Why.NO_KEY),
        (f"01/{G}//", "", Why.NO_KEY),
        ("/01/06901234567893", "", Why.CHECK_DIGIT),
        (f"/01/{G}/21/", "", Why.NO_KEY),
        (f"/01/{G}/21//", "", Why.EMPTY),
        (f"/01/{G}/21/{S}", "10=B", Why.IN_PATH),
        (f"/01/{G}/21/{S}", "x=1&17=260230", Why.DATE),
        (f"/01/{G}/21/{S}", "17=\ud800", Why.URI_CHARACTERS),
        (f"/{S}", "17=261231", Why.NO_KEY),
        (f"/01/{G}/10/\xe6\x89\xb9", "", Why.URI_CHARACTERS),
        ("/" + "x" * 65536, "", Why.TOO_LONG),
    ],
)
def test_every_other_path_is_refused_with_its_reason(path, query, why):
    assert resolve_path(f"/01/{G}/21/{S}").serial == S
    with pytest.raises(BadDigitalLink) as caught:
        resolve_path(path, query)
    assert caught.value.why is why


def resolve_or_refuse(path, query):
    try:
        return resolve_path(path, query)
    except BadDigitalLink as refusal:
        return refusal


@calm
@given(st.text(), st.text())
def test_any_request_is_read_or_refused(path, query):
    found = resolve_or_refuse(path, query)
    assert isinstance(found, ScanPath) or found.say("zh").encode()
