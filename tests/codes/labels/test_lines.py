"""Texts begin at any byte without what stands before being made, and say their length beforehand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from codes.labels import ExportOrder, file_name, length, media_type, stream, stream_from
from codes.labels.orders import ENCODINGS, MAX_INDEX
from tests.codes.labels.reading import GTIN, fake_seal

TEXTS = ("txt", "csv", "zpl")


def make(**fields):
    plain = {"epoch": 1, "batch": 12, "gtin": GTIN, "stem": "https://zpm.example", "lot": "L靐", "layout": "roll-60x40"}
    return ExportOrder(**plain | fields)


def whole(order, fmt, offset=0):
    return b"".join(chunk for _, chunk in stream_from(order, fmt, fake_seal, offset))


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(TEXTS), st.sampled_from(ENCODINGS), st.sampled_from([0, 5, 97, 9_990, MAX_INDEX - 40]),
    st.integers(1, 40), st.floats(0, 1.01),
)  # fmt: skip
def test_any_offset_and_the_length(fmt, encoding, first, count, share):
    order = make(first=first, count=count, encoding=encoding)
    data = whole(order, fmt)
    assert length(order, fmt) == len(data)
    offset = int(len(data) * share)
    assert whole(order, fmt, offset) == data[offset:]


@pytest.mark.parametrize("fmt", ["xlsx", "svg", "svg-zip", "png-zip", "pdf"])
def test_packed_formats_begin_anywhere_too_but_do_not_know_their_length(fmt):
    order = make(count=5, lot="L1")
    data = whole(order, fmt)
    assert length(order, fmt) is None
    for offset in (0, 1, len(data) // 2, len(data) - 1, len(data), len(data) + 9):
        assert whole(order, fmt, offset) == data[offset:]


@pytest.mark.parametrize("fmt", TEXTS)
def test_what_stands_before_is_not_made(fmt):
    order = make(count=MAX_INDEX - 7, first=7)
    end = length(order, fmt)
    sealed = []

    def counting(*place):
        sealed.append(place[3])
        return fake_seal(*place)

    tail = b"".join(chunk for _, chunk in stream_from(order, fmt, counting, end - 100))
    assert len(tail) == 100
    assert sum(sealed) <= 3  # the one that proves the key, and the last of all
    assert tail == whole(make(count=3, first=MAX_INDEX - 3), fmt)[-100:]


def test_a_resumed_stream_goes_on_counting():
    order = make(count=30_000, first=5)
    end = length(order, "txt")
    assert [done for done, _ in stream_from(order, "txt", fake_seal, end - 63)] == [30_000]
    assert [done for done, _ in stream(order, "txt", fake_seal)] == [16_384, 30_000]


@pytest.mark.parametrize("fmt", TEXTS)
def test_behind_the_end_there_is_nothing(fmt):
    order = make(count=3)
    assert whole(order, fmt, length(order, fmt) - 1)
    assert whole(order, fmt, length(order, fmt)) == b""


def test_encodings_differ_where_letters_do():
    plain, marked, chinese = (whole(make(count=2, encoding=name), "csv") for name in ENCODINGS)
    assert marked == b"\xef\xbb\xbf" + plain
    assert chinese.decode("gb18030") == plain.decode()
    assert chinese != plain
    texts = [whole(make(count=2, encoding=name), "txt") for name in ENCODINGS]
    assert texts[0] == texts[2] == texts[1].removeprefix(b"\xef\xbb\xbf")


def test_the_media_type_names_the_encoding():
    assert media_type(make(count=1), "csv") == "text/csv; charset=utf-8; header=present"
    assert media_type(make(count=1, encoding="gb18030"), "csv") == "text/csv; charset=gb18030; header=present"
    assert media_type(make(count=1, encoding="utf-8-sig"), "csv") == "text/csv; charset=utf-8; header=present"
    assert media_type(make(count=1, encoding="gb18030"), "txt") == "text/plain; charset=gb18030"
    assert media_type(make(count=1, encoding="gb18030"), "zpl") == "text/plain; charset=us-ascii"
    assert file_name(make(count=1, encoding="gb18030"), "zpl").endswith("-0-0.zpl")
