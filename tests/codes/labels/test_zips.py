import io
import zipfile

import pytest

from codes.labels import zip_stream, zips

MEMBERS = [("甲/a.svg", b"<svg/>" * 1000), ("b.png", b"\x00" * 1000), ("c.pdf", b"")]


def test_an_archive_streams_opens_and_repeats():
    chunks = list(zip_stream(MEMBERS))
    assert len(chunks) == len(MEMBERS) + 1
    data = b"".join(chunks)
    assert data == b"".join(zip_stream(MEMBERS))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert [(info.filename, archive.read(info)) for info in archive.infolist()] == MEMBERS
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.create_system for info in archive.infolist()} == {3}
        packed = {info.filename[-3:]: info.compress_type for info in archive.infolist()}
    assert packed == {"svg": zipfile.ZIP_DEFLATED, "png": zipfile.ZIP_STORED, "pdf": zipfile.ZIP_STORED}


def test_members_are_asked_for_one_at_a_time():
    asked = []

    def members():
        for name, content in MEMBERS:
            asked.append(name)
            yield name, content

    stream = zip_stream(members())
    next(stream)
    assert asked == ["甲/a.svg"]
    assert zipfile.ZipFile(io.BytesIO(b"".join(zip_stream([])))).namelist() == []


def test_contents_may_come_in_pieces():
    pieces = [("a.xml", iter([b"<a>", b"x" * 500_000, b"</a>"])), ("b.txt", b"b"), ("c.xml", iter([]))]
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_stream(pieces)))) as archive:
        assert archive.testzip() is None
        assert [archive.read(name) for name in archive.namelist()] == [b"<a>" + b"x" * 500_000 + b"</a>", b"b", b""]


def test_a_piece_beyond_four_gigabytes_is_our_mistake(monkeypatch):
    monkeypatch.setattr(zips, "_LONG", 10)
    with pytest.raises(OverflowError, match=r"a\.xml"):
        list(zip_stream([("a.xml", iter([b"x" * 11]))]))


def test_more_members_than_the_old_format_counts():
    with zipfile.ZipFile(io.BytesIO(b"".join(zip_stream((f"{n}.png", b"") for n in range(65_536))))) as archive:
        assert len(archive.namelist()) == 65_536


def test_a_member_behind_four_gigabytes(tmp_path):
    far, directory = 5 * 2**30, zips._Directory()
    directory.at = far
    with (tmp_path / "far.zip").open("wb") as file:  # a hole of five gigabytes takes no room
        file.seek(far)
        file.write(zips._member(directory, "a.txt", b"far away"))
        file.write(directory.end())
    with zipfile.ZipFile(tmp_path / "far.zip") as archive:
        assert archive.read("a.txt") == b"far away"
