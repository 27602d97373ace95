"""What a real browser makes of a joined page, and what counts as a view."""

import pytest

pytestmark = pytest.mark.browser

PARTS = "[...document.querySelectorAll('main > .block, main > .pair, footer')].map((part) => part.textContent.trim())"
"""The words of a page that do not tell the time."""
PARSED = "(html) => { const document = new DOMParser().parseFromString(html, 'text/html'); return " + PARTS + "}"


def beacons(one):
    return [fetched for fetched in one.fetched if "/seen/" in fetched.url]


def without_pictures(one):
    def answer(route):
        if route.request.resource_type == "image":
            route.abort()
        else:
            route.continue_()

    one.context.route("**/*", answer)


class TestJoinedGzip:
    def test_is_read_to_the_end(self, phone, hoods):
        path, one = hoods.unseen(), phone()
        assert one.open(path).headers["content-encoding"] == "gzip"
        plain = one.context.request.get(one.base + path, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        words = one.page.evaluate(PARTS)
        assert words == one.page.evaluate(PARSED, plain.text())
        assert words[-1].startswith("怎样确认这是真页面")

    def test_asks_for_its_beacon_once(self, phone, hoods):
        one = phone()
        one.open(hoods.unseen())
        assert [fetched.status for fetched in beacons(one)] == [200]


def headline_of(one, path):
    one.open(path)
    return one.probe().headline


class TestCounting:
    def test_a_look_counts_once(self, phone, hoods):
        path = hoods.unseen()
        assert "此前没有消费者查询记录" in headline_of(phone(), path)
        assert "此前查询过 1 次" in headline_of(phone(), path)
        assert "checked 2 times before" in headline_of(phone("en"), path)

    def test_a_fetch_without_pictures_does_not_count(self, visit, phone, hoods):
        path = hoods.unseen()
        with visit() as one:
            without_pictures(one)
            for _ in range(2):
                one.open(path)
            for ask in (one.context.request.get, one.context.request.head):
                assert ask(one.base + path).ok
        assert "此前没有消费者查询记录" in headline_of(phone(), path)

    def test_a_beacon_counts_once(self, phone, hoods):
        path, one = hoods.unseen(), phone()
        one.open(path)
        (beacon,) = beacons(one)
        for _ in range(2):
            assert one.context.request.get(beacon.url).ok
        assert "此前查询过 1 次" in headline_of(one, path)
