import io
import zipfile

from codes.labels import zip_stream

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
