import pytest
from hypothesis import given
from hypothesis import strategies as st

from codes.labels import LAYOUTS, LabelTooSmall, SheetLayout, WordsDoNotFit
from codes.labels.face import SAFE_MM, compose
from codes.labels.lettering import MONO, PITCH, PT, SANS, width
from codes.labels.setting import HOST_MIN_PT, SIZES_PT, choose

HOSTS = ["zpm.example", "zpm.example.gov.cn", "zpm.zhejiang.scjgj.example.gov.cn", "127.0.0.1:8000"]
NAMES = sorted(LAYOUTS)


def inside(face, left, top, right, bottom):
    return left >= 0 and top >= 0 and right <= face.width - SAFE_MM + 1e-6 and bottom <= face.height


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("side", [25, 29, 33, 37])
@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("marks", [{}, {"proof": True}, {"proof": True, "demo": True}])
def test_everything_stands_on_the_label_and_clear_of_the_quiet_zone(name, side, host, marks):
    sheet = LAYOUTS[name]
    try:
        face = compose(sheet, side, host, **marks)
    except WordsDoNotFit:
        assert name == "roll-30x20"
        assert side > 29 or len(host) > 20
        return
    x, y = face.symbol
    quiet = 4 * face.module
    assert 0.396 <= face.module <= sheet.x_mm
    assert inside(face, x - quiet, y - quiet, x + side * face.module + quiet, y + side * face.module + quiet)
    clear = x + side * face.module + quiet
    for word in (*face.words, *([face.tag.word] if face.tag else [])):
        right = word.x + width(word.text, word.font, word.size) * PT
        assert word.x >= clear - 1e-6
        assert inside(face, word.x, word.y - 0.84 * word.size * PT, right, word.y)
    for line in face.serial:
        assert line.size >= SIZES_PT[-1]
        assert line.x >= clear - 1e-6
        right = line.x + (5 * (line.stop - line.start) - 1) * PITCH * line.size * PT
        assert inside(face, line.x, line.y - line.size * PT, right, line.y)
    assert [line.start for line in face.serial] == [0, *(line.stop for line in face.serial[:-1])]
    assert face.serial[-1].stop == 5
    assert "".join(word.text for word in face.words if word.font == MONO).replace(" ", "") == host
    assert any("只认" in word.text for word in face.words)
    if face.tag:
        assert inside(face, *face.tag[:2], face.tag.left + face.tag.width, face.tag.top + face.tag.height)
        assert face.tag.word.text == {1: "印刷样张", 2: "演示 印刷样张"}[len(marks)]
    assert bool(face.tag) == bool(marks)


def test_blocks_stand_as_high_as_the_symbol_where_they_can():
    face = compose(LAYOUTS["roll-40x30"], 29, "zpm.example")
    _, y = face.symbol
    name, *_, host = face.words
    assert name.y - 0.84 * name.size * PT == pytest.approx(y)
    assert host.y == pytest.approx(y + 29 * face.module)


def test_the_tag_stands_alone_where_the_line_is_short():
    wide = compose(LAYOUTS["a4-24"], 29, "zpm.example", proof=True)
    narrow = compose(LAYOUTS["roll-30x20"], 29, "zpm.example", proof=True)
    assert next(word.text for word in wide.words) == "浙品码"
    assert "浙品码" not in [word.text for word in narrow.words]
    assert narrow.tag.word.text == "印刷样张"


def test_the_symbol_yields_to_an_unbroken_address():
    sheet = LAYOUTS["a4-65"]
    short, long = compose(sheet, 33, "zpm.example"), compose(sheet, 33, "zpm.example.gov.cn")
    assert short.module > long.module >= 0.396
    assert [word.text for word in long.words][-1] == "zpm.example.gov.cn"


def test_a_long_address_breaks_after_dots_only():
    face = compose(LAYOUTS["a4-65"], 29, "quality.zhejiang.scjgj.example.gov.cn")
    lines = [word.text for word in face.words if word.font == MONO]
    assert len(lines) > 1
    assert all(line.endswith(".") for line in lines[:-1])


def test_what_would_come_out_too_small_is_refused_with_the_remedy():
    assert 0.396 <= compose(LAYOUTS["roll-30x20"], 33, "zpm.cn").module < 18 / 41
    with pytest.raises(LabelTooSmall, match="41 modules does not fit the layout roll-30x20; choose a larger one"):
        compose(LAYOUTS["roll-30x20"], 41, "zpm.cn")
    with pytest.raises(WordsDoNotFit, match="legible type") as no:
        compose(LAYOUTS["roll-30x20"], 29, "averyveryverylonghostname.cn")
    assert no.value.field == "layout"


def test_a_label_narrower_than_its_symbol_is_refused():
    with pytest.raises(WordsDoNotFit):
        compose(SheetLayout("sliver", 18, 30, 1, 1, 18, 30), 29, "z.cn")


@given(st.floats(30, 300), st.floats(20, 200), st.sampled_from(HOSTS), st.booleans())
def test_a_setting_keeps_its_bounds(room, height, host, whole):
    setting = choose(host, room, (height, height + 10), whole=whole)
    if setting:
        assert setting.width <= room
        assert setting.height <= height + 10
        assert setting.host_size >= HOST_MIN_PT
        assert setting.solid < setting.height


def test_more_room_never_means_smaller_type():
    sizes = [choose("zpm.example", room, (60,), whole=True).size for room in range(45, 120, 5)]
    assert sizes == sorted(sizes)
    assert width("0" * 10, MONO, 10) == pytest.approx(10 * PITCH * 10, rel=0.001)
    assert width("浙品码", SANS, 10) == pytest.approx(30)
