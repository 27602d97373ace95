"""The page in large text and on paper."""

import pypdfium2
import pytest

from tests.browser.looking import LANGUAGES, PHONE

pytestmark = pytest.mark.browser

LARGE_LEAST = 24
"""18 pt."""
A4_WIDTH = 794
SAMPLE = ("valid_first", "valid_batch", "recalled (lot)", "product: revoked", "product: standard_abolished", "unknown")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", SAMPLE)
def test_large_text_is_large_and_fits(phone, path_of, state, language):
    path, one = path_of(state), phone(language)
    one.open(path + "?view=large")
    probe = one.probe()
    one.shoot(f"large, {state}.{language}")
    assert probe.text >= LARGE_LEAST
    assert (probe.width, probe.wide, probe.cut, probe.small) == (PHONE["width"], [], [], [])


@pytest.mark.parametrize("language", LANGUAGES)
class TestOnPaper:
    def test_nothing_is_cut(self, visit, path_of, language):
        with visit(language, viewport={"width": A4_WIDTH, "height": 1123}) as one:
            one.open(path_of("product: hood"))
            one.page.emulate_media(media="print")
            one.shoot(f"print.{language}")
            probe = one.probe()
            assert (probe.width, probe.wide, probe.cut, probe.dim) == (A4_WIDTH, [], [], [])
            assert one.page.locator("#genuine li").first.is_visible()
            assert not one.page.locator(".steps").is_visible()

    def test_a_dark_screen_prints_dark_on_light(self, visit, path_of, language):
        with visit(language, color_scheme="dark") as one:
            one.open(path_of("product: hood"))
            one.page.emulate_media(media="print")
            assert one.probe().dim == []

    def test_every_word_is_there(self, visit, path_of, language, tmp_path):
        with visit(language) as one:
            one.open(path_of("product: hood"))
            one.page.emulate_media(media="print")
            words = one.page.inner_text("main").split() + one.page.inner_text("footer").split()
            printed = one.page.pdf(format="A4", path=tmp_path / "page.pdf")
        with pypdfium2.PdfDocument(printed) as document:
            text = "".join("".join(page.get_textpage().get_text_range().split()) for page in document)
        assert [word for word in words if word not in text] == []
