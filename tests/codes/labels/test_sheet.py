import io

import numpy as np
import pikepdf
import pytest

from codes.labels import LAYOUTS, NoGlyph, stream
from codes.serial import grouped
from tests.codes.labels.reading import collect, fake_seal, fake_serials, pdf_pages, scan


def printed(text):
    return "".join(text.split())


def sheet_bytes(order):
    return collect(stream(order, "pdf", fake_seal))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("a4-24", {"stem": "https://zpm.example.gov.cn"}),
        ("a4-40", {}),
        ("a4-65", {"stem": "https://zpm.example.gov.cn", "profile": "lower"}),
        ("roll-60x40", {}),
        ("roll-40x30", {"level": "Q"}),
        ("roll-30x20", {"form": "short"}),
    ],
)
def test_every_label_of_every_layout_is_read_at_300_dpi_and_says_what_it_should(order, name, fields):
    sheet = LAYOUTS[name]
    wanted = order(layout=name, count=sheet.per_page + 2, lot="260912A", **fields)
    serials, pages = fake_serials(wanted), pdf_pages(sheet_bytes(wanted))
    assert len(pages) == -(-wanted.count // sheet.per_page)
    read = []
    for image, text in pages:
        read += sorted(scan(image))
        assert image.size == pytest.approx((sheet.page_width / 25.4 * 300, sheet.page_height / 25.4 * 300), abs=1)
        assert "浙品码" in text
        assert f"只认{wanted.host}" in printed(text)
        assert ("批号 260912A" in text) == name.startswith("a4")
    assert sorted(read) == sorted((wanted.prefix + serial, wanted.level) for serial in serials)
    whole = " ".join(text for _, text in pages)
    for serial in serials:
        assert printed(grouped(serial)) in printed(whole)
        assert all(group in whole for group in grouped(serial).split())


def test_labels_stand_where_the_sheet_is_cut(order):
    wanted = order(layout="a4-65", count=65)
    sheet, ((image, _),) = LAYOUTS["a4-65"], pdf_pages(sheet_bytes(wanted))
    for number, serial in enumerate(fake_serials(wanted)):
        left, top = sheet.place(number)
        box = [side / 25.4 * 300 for side in (left, top, left + sheet.width, top + sheet.height)]
        assert scan(image.crop(box)) == [(wanted.prefix + serial, "M")]


def test_serial_lines_are_groups_of_four_in_the_text(order):
    wanted = order(layout="a4-24", count=1)
    ((_, text),) = pdf_pages(sheet_bytes(wanted))
    (serial,) = fake_serials(wanted)
    assert grouped(serial) in " ".join(text.split())


@pytest.mark.parametrize(
    ("fields", "proof", "demo"),
    [({}, 0, 0), ({"epoch": 0}, 5, 0), ({"demo": True}, 0, 5), ({"epoch": 0, "demo": True}, 5, 5)],
)
def test_proofs_and_demonstrations_say_so_on_each_label(order, fields, proof, demo):
    ((_, text),) = pdf_pages(sheet_bytes(order(count=5, layout="a4-40", **fields)))
    assert (text.count("印刷样张"), text.count("演示")) == (proof, demo)
    assert text.count("zpm.example") == 5


def test_the_margin_says_which_page_of_which_job(order):
    (_, first), (_, second) = pdf_pages(sheet_bytes(order(count=30, first=100)))
    assert "GTIN 06901234567892 批次 12 序号 100–123 第 1/2 页" in " ".join(first.split())
    assert "序号 124–129 第 2/2 页" in " ".join(second.split())
    assert "批号" not in first


def test_a_lot_the_font_cannot_draw_is_refused_before_the_first_page(order):
    assert sheet_bytes(order(lot="甲".encode().hex()))
    with pytest.raises(NoGlyph, match="靐") as no:
        stream(order(lot="L靐"), "pdf", fake_seal)
    assert no.value.field == "lot"


def boxes(data):
    with pikepdf.open(io.BytesIO(data)) as document:
        assert not document.check_pdf_syntax()
        page = document.pages[0]
        return [tuple(float(side) for side in getattr(page, name)) for name in ("mediabox", "trimbox", "bleedbox")]


def test_the_file_is_sound_and_its_pages_stand_in_a_tree(order):
    data = sheet_bytes(order(count=1203, layout="roll-40x30"))
    with pikepdf.open(io.BytesIO(data)) as document:
        assert not document.check_pdf_syntax()
        assert len(document.pages) == 1203
        assert [int(node.Count) for node in document.Root.Pages.Kids] == [500, 500, 203]
        assert str(document.docinfo.Title) == "06901234567892 12 0-1202"
    paper, trim, bleed = boxes(data)
    assert paper == trim == bleed == pytest.approx((0, 0, 40 / 25.4 * 72, 30 / 25.4 * 72), abs=0.01)


@pytest.mark.parametrize(
    ("fields", "margin"),
    [({"bleed": 2}, 2), ({"marks": True}, 5), ({"marks": True, "bleed": 3}, 7)],
)
def test_bleed_and_marks_of_a_single_label_stand_around_it(order, fields, margin):
    wanted = order(layout="roll-60x40", count=1, **fields)
    data, point = sheet_bytes(wanted), 72 / 25.4
    paper, trim, bleed = boxes(data)
    assert paper == pytest.approx((0, 0, (60 + 2 * margin) * point, (40 + 2 * margin) * point), abs=0.01)
    assert trim == pytest.approx([side * point for side in (margin, margin, 60 + margin, 40 + margin)], abs=0.01)
    edge = margin - fields.get("bleed", 0)
    assert bleed[:2] == pytest.approx((edge * point, edge * point), abs=0.01)
    ((image, _),) = pdf_pages(data)
    assert scan(image) == [(wanted.prefix + fake_serials(wanted)[0], "M")]
    corner = np.asarray(image)[: round((margin - 1) / 25.4 * 300), :]
    assert (corner < 128).any() == ("marks" in fields)


def test_marks_of_a_sheet_stand_in_its_margins(order):
    plain, marked = (
        np.asarray(pdf_pages(sheet_bytes(order(layout="a4-65", count=65, marks=marks)))[0][0])
        for marks in (False, True)
    )
    assert plain.shape == marked.shape
    changed = np.argwhere(plain != marked) / 300 * 25.4
    sheet = LAYOUTS["a4-65"]
    inside = (changed[:, 0] > sheet.top) & (changed[:, 0] < sheet.top + sheet.rows * sheet.height)
    inside &= (changed[:, 1] > sheet.left) & (changed[:, 1] < sheet.page_width - sheet.left)
    assert len(changed)
    assert not inside.any()
    assert {round(x) for x in changed[changed[:, 0] < sheet.top - 1.5, 1]} >= {5, 43, 45, 83}
