import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from codes.labels import LAYOUTS, stream
from codes.serial import grouped
from tests.codes.labels.reading import collect, fake_seal, fake_serials, rasterise, scan

SVG = "{http://www.w3.org/2000/svg}"


def words(group):
    return [text.text for text in group.iter(f"{SVG}text")]


@pytest.mark.parametrize(
    "fields", [{"layout": "a4-24", "count": 7}, {"layout": "a4-65", "count": 3, "profile": "lower"}]
)
def test_one_document_holds_every_label_at_true_size(order, fields):
    wanted = order(**fields, demo=True)
    data = collect(stream(wanted, "svg", fake_seal))
    root, sheet, serials = ElementTree.fromstring(data), LAYOUTS[wanted.layout], fake_serials(wanted)
    columns = min(sheet.columns, wanted.count)
    assert root.get("width") == f"{columns * sheet.width + (columns - 1) * sheet.gap_x:g}mm"
    assert root.get("height") == f"{-(-wanted.count // columns) * sheet.height:g}mm"
    groups = root.findall(f"{SVG}g")
    assert [group.get("id") for group in groups] == [f"s-{serial}" for serial in serials]
    for group, serial in zip(groups, serials, strict=True):
        said = words(group)
        assert " ".join(said).startswith(grouped(serial))
        assert "只认" in " ".join(said)
        assert " zpm.example" in said or "zpm.example" in said
        assert "演示" in said
    assert sorted(scan(rasterise(data, 12))) == sorted((wanted.prefix + serial, "M") for serial in serials)


def test_a_zip_holds_one_document_per_label(order):
    wanted = order(count=3, first=41, epoch=0, layout="roll-40x30")
    chunks = list(stream(wanted, "svg-zip", fake_seal))
    assert [done for done, _ in chunks] == [1, 2, 3, 3]
    with zipfile.ZipFile(io.BytesIO(b"".join(chunk for _, chunk in chunks))) as archive:
        assert archive.namelist() == [
            f"{index:010d}-{serial}.svg" for index, serial in enumerate(fake_serials(wanted), 41)
        ]
        for name in archive.namelist():
            data = archive.read(name)
            assert "印刷样张" in words(ElementTree.fromstring(data))
            assert scan(rasterise(data, 12)) == [(wanted.prefix + name[11:31], "M")]


def test_a_label_without_tag_has_no_box(order):
    plain = collect(stream(order(count=1), "svg", fake_seal)).decode()
    tagged = collect(stream(order(count=1, demo=True), "svg", fake_seal)).decode()
    assert len(re.findall("<path", plain)) == 2
    assert len(re.findall("<path", tagged)) == 3
