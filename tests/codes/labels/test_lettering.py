import re
from pathlib import Path

import pytest

from codes.labels import NoGlyph, words
from codes.labels.lettering import FONTS, MONO, SANS, check_glyphs, width


def test_the_fonts_hold_every_word_and_stay_small():
    check_glyphs(words.glyphs(), "words")
    assert (FONTS / "label.ttf").stat().st_size < 60_000
    assert (FONTS / "mono.ttf").stat().st_size < 20_000


def test_a_sign_without_glyph_is_refused_by_name():
    check_glyphs("L-1/浙", "lot")
    with pytest.raises(NoGlyph, match="cannot draw 龘 🍵") as no:
        check_glyphs("🍵L龘1龘", "lot")
    assert no.value.field == "lot"


def test_the_readme_lists_the_glyphs_and_no_han_word_hides_elsewhere():
    readme = (FONTS / "README.txt").read_text(encoding="utf-8")
    assert all(sign in readme for sign in words.glyphs() if ord(sign) > 0x7F)
    for file in Path(words.__file__).parent.glob("*.py"):
        code = re.sub(r'"""[\s\S]*?"""|#.*|\bzh = .*', "", file.read_text(encoding="utf-8"))
        assert file.name in ("words.py", "rows.py") or not re.search(r"[\u2e80-\uffff]", code), file.name


def test_serials_are_set_in_equal_steps():
    assert len({width(sign, MONO, 10) for sign in "0189ABWJilI.:"}) == 1
    assert width("浙", SANS, 8) == pytest.approx(8)
