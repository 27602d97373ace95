import pytest

from codes.labels import X_MIN_MM, PrintSize, SymbolTooLarge, print_sizes
from codes.labels.sizes import least_dots


def test_the_smallest_print_of_an_order(order):
    assert print_sizes(order()) == (
        PrintSize(203, 4, 0.5, 14.6, 18.6),
        PrintSize(300, 5, 0.423, 12.3, 15.7),
        PrintSize(600, 10, 0.423, 12.3, 15.7),
    )
    assert [one.symbol for one in print_sizes(order(form="short", stem="https://zpm.ex"))] == [12.6, 10.6, 10.6]
    assert print_sizes(order(level="Q"))[0].symbol == 16.6


def test_the_smallest_print_of_an_address():
    small, large = (print_sizes("HTTPS://ZPM.EXAMPLE/01/06901234567892", level) for level in ("M", "H"))
    assert all(one.total < other.total for one, other in zip(small, large, strict=True))
    with pytest.raises(SymbolTooLarge):
        print_sizes("https://" + "a" * 300, "H")


@pytest.mark.parametrize(("dpi", "dots"), [(203, 4), (300, 5), (600, 10), (1200, 19)])
def test_no_module_is_below_the_least(dpi, dots):
    assert least_dots(dpi) == dots
    assert dots * 25.4 / dpi >= X_MIN_MM > (dots - 1) * 25.4 / dpi
