"""The joined member is one valid gzip member of exactly the three parts."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scanning.joined import STORED_MOST, Joined

parts = st.binary(max_size=4000) | st.text(max_size=2000).map(str.encode)


@given(parts, st.lists(parts, min_size=1, max_size=4), parts)
def test_the_parts_come_out_whole(prefix: bytes, middles: list[bytes], suffix: bytes) -> None:
    frame = Joined(prefix, suffix)
    for middle in middles:
        member = frame.gzip(middle)
        assert gzip.decompress(member) == prefix + middle + suffix == frame.plain(middle)
        reader = zlib.decompressobj(wbits=31)
        reader.decompress(member)
        assert reader.eof  # one member, checked to its CRC and length
        assert reader.unused_data == b""


def test_a_changed_byte_of_the_middle_breaks_the_checksum() -> None:
    frame = Joined(b"before" * 100, b"behind" * 100)
    member = bytearray(frame.gzip(b"x" * 50))
    place = bytes(member).index(b"x" * 50)
    member[place] = ord("y")
    with pytest.raises(gzip.BadGzipFile, match="CRC"):
        gzip.decompress(bytes(member))


@pytest.mark.parametrize("length", [0, 1, STORED_MOST - 1, STORED_MOST, STORED_MOST + 1, 3 * STORED_MOST + 7])
def test_a_long_middle_takes_several_blocks(length: int) -> None:
    frame = Joined(b"a", b"b")
    assert gzip.decompress(frame.gzip(b"m" * length)) == b"a" + b"m" * length + b"b"
