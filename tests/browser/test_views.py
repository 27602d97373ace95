"""What a real browser makes of a joined page, and what counts as a view."""

import pytest

pytestmark = pytest.mark.browser

LASTING = "[...document.querySelectorAll('main > .block, main > .pair, footer')].map((part) => part.innerText)"
"""The parts of a page that do not tell the time."""


def beacons(one):
    return [fetched for fetched in one.fetched if "/seen/" in fetched.url]


def without_pictures(one):
    one.context.route("**/*", lambda route: route.abort() if route.request.resource_type == "image" else route.continue_())


def uncompressed(one):
    one.context.route("**/*", lambda route: route.continue_(headers=route.request.headers | {"accept-encoding": "identity"}))


class TestJoinedGzip:
    def test_is_read_to_the_end(self, visit, hoods):
        path = hoods.unseen()
        with visit() as one:
            assert one.open(path).headers["content-encoding"] == "gzip"
            joined = one.page.evaluate(LASTING)
        with visit() as other:
            uncompressed(other)
            assert "content-encoding" not in other.open(path).headers
            assert other.page.evaluate(LASTING) == joined
        assert "怎样确认这是真页面" in joined[-1]
        assert len(joined) == 7

    def test_asks_for_its_beacon_once(self, visit, hoods):
        with visit() as one:
            one.open(hoods.unseen())
            assert [fetched.status for fetched in beacons(one)] == [200]


class TestCounting:
    def test_a_look_counts_once(self, visit, hoods):
        path = hoods.unseen()
        with visit() as one:
            one.open(path)
            assert "此前没有消费者查询记录" in one.probe().headline
        with visit() as one:
            one.open(path)
            assert "此前查询过 1 次" in one.probe().headline
        with visit("en") as one:
            one.open(path)
            assert "checked 2 times before" in one.probe().headline

    def test_a_fetch_without_pictures_does_not_count(self, visit, hoods):
        path = hoods.unseen()
        with visit() as one:
            without_pictures(one)
            for _ in range(2):
                one.open(path)
            for ask in (one.context.request.get, one.context.request.head):
                assert ask(one.base + path).ok
        with visit() as one:
            one.open(path)
            assert "此前没有消费者查询记录" in one.probe().headline

    def test_a_beacon_counts_once(self, visit, hoods):
        path = hoods.unseen()
        with visit() as one:
            one.open(path)
            (beacon,) = beacons(one)
            for _ in range(2):
                assert one.context.request.get(beacon.url).ok
            one.open(path)
            assert "此前查询过 1 次" in one.probe().headline
