"""Pages with scripts, pictures or styles off."""

import re

import pytest

from tests.browser.looking import PHONE, USUAL_PX
from tests.browser.test_views import PARTS, without_pictures

pytestmark = pytest.mark.browser

ORDER = (
    "浙品码", "此前没有消费者查询记录", "企业和产品", "家用吸油烟机", "标准和认证", "比国家标准好在哪", "全压效率",
    "质量承诺", "这件是正品吗", "反映问题", "怎样确认这是真页面",
)  # fmt: skip

TOPS = """[...document.querySelectorAll('main > *, footer')].filter((part) => part.checkVisibility())
    .map((part) => part.getBoundingClientRect().top)"""


def stands_in_order(text):
    places = [text.find(words) for words in ORDER]
    return -1 not in places and places == sorted(places)


def without_styles(one):
    def answer(route):
        if route.request.resource_type != "document":
            route.continue_()
            return
        fetched = route.fetch()
        route.fulfill(response=fetched, body=re.sub(r"<style>.*?</style>", "", fetched.text(), flags=re.DOTALL))

    one.context.route("**/*", answer)


class TestWithoutScripts:
    @pytest.fixture
    def one(self, visit):
        with visit(java_script_enabled=False) as one:
            yield one

    def test_everything_can_be_read_and_folds_open(self, one, hoods):
        one.open(hoods.unseen())
        assert stands_in_order(one.page.inner_text("body"))
        inside = one.page.locator("#genuine li").first
        assert not inside.is_visible()
        one.page.click("#genuine summary")
        assert inside.is_visible()

    def test_language_and_size_are_links(self, one, hoods):
        path = hoods.unseen()
        one.open(path)
        usual = one.probe().text
        one.follow("header nav a:has-text('English')")
        assert one.probe().language == "en"
        one.follow("header nav a:has-text('Large text')")
        large = one.probe()
        assert (large.language, large.text) == ("en", 24)
        one.follow("header nav a:has-text('中文')")
        assert (one.probe().language.partition("-")[0], one.probe().text) == ("zh", 24)
        one.follow("header nav a:has-text('标准')")
        assert one.probe().text == usual
        assert one.page.url.startswith(one.base + path)

    def test_a_problem_can_be_reported(self, one, hoods, pack_photo):
        path = hoods.unseen()
        one.open(path)
        one.follow("main button:has-text('反映问题')")
        assert one.page.input_value("#code").replace("-", " ").replace(" ", "") == path.rpartition("/")[2]
        one.page.locator(".choice").first.click()
        one.page.fill("#text", "标签破损，扫不出来。")
        one.page.set_input_files("#photo", {"name": "pack.png", "mimeType": "image/png", "buffer": pack_photo})
        answer = one.follow("form.sent button")
        assert answer.status == 200
        number = one.page.inner_text(".number")
        assert re.fullmatch(r"R-\d{8}-[0-9A-Z]{6}", number)
        assert one.page.url.partition("?")[0] == f"{one.base}/report/{number}"

    def test_a_report_without_words_is_asked_for_them(self, one):
        one.open("/report")
        one.page.locator(".choice").first.click()
        one.page.fill("#text", "   ")
        assert one.follow("form.sent button").status == 422
        assert one.page.locator("[aria-invalid=true]").count() == 1
        assert one.page.locator(".choice input").first.is_checked()

    @pytest.mark.parametrize("start", ["/", "/check"])
    def test_a_code_can_be_typed(self, one, hoods, start):
        path = hoods.unseen()
        serial = path.rpartition("/")[2]
        one.open(start)
        one.page.fill("#code", " ".join(serial[at : at + 4] for at in range(0, 20, 4)).lower())
        assert one.follow("form.typed button").status == 200
        assert "此前没有消费者查询记录" in one.probe().headline

    def test_a_slip_is_named_and_kept(self, one):
        one.open("/check")
        one.page.fill("#code", "6900000000015")
        one.follow("form.typed button")
        assert one.page.input_value("#code") == "6900000000015"
        assert one.page.locator("[role=alert]").is_visible()


def test_without_pictures_nothing_is_missing(visit, phone, path_of):
    path, one = path_of("product: hood"), phone()
    one.open(path)
    words, place = one.page.evaluate(PARTS), one.page.locator(".goods img").bounding_box()
    with visit() as other:
        without_pictures(other)
        other.open(path)
        other.shoot("without_pictures")
        assert other.page.evaluate(PARTS) == words
        assert other.page.locator(".goods img").bounding_box() == place
        assert other.page.get_by_role("img", name="家用吸油烟机").is_visible()


class TestWithoutStyles:
    @pytest.fixture
    def one(self, visit, hoods):
        with visit() as one:
            without_styles(one)
            one.open(hoods.unseen())
            yield one

    def test_everything_stands_in_order(self, one):
        one.shoot("without_styles")
        assert one.probe().text == USUAL_PX  # nothing of ours is left
        assert stands_in_order(one.page.inner_text("body"))
        tops = one.page.evaluate(TOPS)
        assert tops == sorted(tops)

    def test_the_answer_is_on_the_first_screen(self, one):
        assert one.page.locator("h1").bounding_box()["y"] < PHONE["height"]

    def test_it_fits_a_phone(self, one):
        assert one.probe().width == PHONE["width"]

    def test_names_of_figures_stand_in_lines(self, one):
        """Not one character a line beside a picture that takes all the room."""
        box = one.page.locator("#comparison tbody th").first.bounding_box()
        assert box["width"] > 4 * 16  # four characters of the browser's own type
