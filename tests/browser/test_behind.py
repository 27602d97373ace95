"""The pages behind the blocks, reached as a reader reaches them."""

import pytest

from tests.browser.legible import Legible
from tests.browser.looking import LANGUAGES, Seen

pytestmark = pytest.mark.browser

FOLLOWED = {
    "enterprise": ("product: hood", "main a[href^='/enterprise/']"),
    "enterprise, revoked": ("product: revoked", "main a[href^='/enterprise/']"),
    "standard": ("product: hood", "main a[href^='/standard/']"),
    "standard, abolished": ("product: standard_abolished", "main a[href^='/standard/']"),
    "certificate": ("product: hood", "main a[href^='/certificate/']"),
    "certificate, suspended": ("product: suspended", "main a[href^='/certificate/']"),
    "comparison": ("product: hood", "main a[href^='/comparison/']"),
    "comparison, chainsaw": ("product: chainsaw", "main a[href^='/comparison/']"),
    "commitment": ("product: hood", "main a[href^='/commitment/']"),
    "recall": ("product: recalled", "main a[href^='/recall/']"),
    "recall, lots": ("recalled (lot)", "main a[href^='/recall/']"),
    "announcement, revocation": ("product: revoked", "main a[href^='/announcement/']"),
    "announcement, withdrawal": ("product: authorisation_withdrawn", "main a[href^='/announcement/']"),
    "announcement, measure": ("product: measure", "main a[href^='/announcement/']"),
    "report": ("product: hood", "main button[form=report]"),
    "check": ("product: hood", "header a[href^='/check']"),
}
"""Page → the state whose page leads there, and by what."""
OPENED = {
    "home": ("/", 200),
    "check, refused": ("/check?code=6900000000015", 200),
    "missing": ("/enterprise/000000000000000000", 404),
}


@pytest.fixture(scope="session")
def seen_behind() -> dict[tuple[str, str], Seen]:
    return {}


@pytest.fixture
def behind(seen_behind, path_of, phone):
    """`behind(page, language)`: as Chromium shows it."""

    def look(page: str, language: str) -> Seen:
        if (page, language) not in seen_behind:
            if page in OPENED:
                one = phone(language)
                answer = one.open(OPENED[page][0])
            else:
                state, way = FOLLOWED[page]
                path, one = path_of(state), phone(language)
                one.open(path)
                answer = one.follow(way)
            seen_behind[page, language] = one.look(answer, f"behind, {page}.{language}")
        return seen_behind[page, language]

    return look


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", [*FOLLOWED, *OPENED])
class TestEveryPage(Legible):
    @pytest.fixture
    def shown(self, behind, page, language) -> Seen:
        return behind(page, language)

    def test_is_there(self, shown, page):
        assert shown.status == (OPENED[page][1] if page in OPENED else 200)
        assert shown.light.headline
        assert shown.light.foot


def test_no_link_leads_nowhere(behind, phone):
    links = {link for page in (*FOLLOWED, *OPENED) for link in behind(page, "zh").light.links}
    ask = phone().context.request
    answers = {link: ask.get(link).status for link in links}
    assert len(answers) > len(FOLLOWED)
    assert {link: status for link, status in answers.items() if status != 200} == {}
