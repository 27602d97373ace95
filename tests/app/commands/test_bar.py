"""The bar a person sees while a long file is made."""

import io

from app.commands.bar import bar, clock_time, with_bar


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_it_says_how_much_how_fast_and_how_long() -> None:
    assert bar(4000, 10_000, 2.0) == "[############..................]  40 % 4000/10000 2,000/s 0:03   "
    assert bar(10_000, 10_000, 4.0).rstrip() == "[##############################] 100 % 10000/10000 2,500/s"
    assert bar(0, 10, 0.0) == "[..............................]   0 % 0/10"
    assert "/s 0:" not in bar(5, 10, 0.5)  # too early to tell
    assert [clock_time(seconds) for seconds in (0, 61, 3_600, 86_399.6)] == ["0:00", "1:01", "1:00:00", "24:00:00"]


def test_only_a_terminal_gets_one_and_the_bytes_pass_either_way() -> None:
    chunks = [(1, b"a"), (2, b"b"), (3, b"c"), (3, b"d")]
    ticks = iter([0.0, 0.05, 0.2, 0.25, 0.26])
    screen, paper = Terminal(), io.StringIO()
    assert list(with_bar(iter(chunks), 3, screen, lambda: next(ticks))) == [b"a", b"b", b"c", b"d"]
    assert screen.getvalue().count("\r") == 4  # too soon after another is not drawn, the end always is
    assert screen.getvalue().endswith("\n")
    assert list(with_bar(iter(chunks), 3, paper)) == [b"a", b"b", b"c", b"d"]
    assert paper.getvalue() == ""
