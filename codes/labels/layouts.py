"""Sheets and rolls labels are printed on; mm throughout."""

from typing import NamedTuple

from codes.labels.errors import UnknownLayout
from codes.labels.symbols import X_TARGET_MM


class SheetLayout(NamedTuple):
    """A page of `columns` × `rows` labels; a roll is a page of one."""

    name: str
    page_width: float
    page_height: float
    columns: int
    rows: int
    width: float
    height: float
    left: float = 0.0
    top: float = 0.0
    gap_x: float = 0.0
    x_mm: float = X_TARGET_MM       # module aimed at; a symbol too large for the label shrinks, never below X_MIN_MM

    @property
    def per_page(self) -> int:
        return self.columns * self.rows

    def place(self, number: int) -> tuple[float, float]:
        """Left and top of label `number` of a page, row by row."""
        row, column = divmod(number, self.columns)
        return self.left + column * (self.width + self.gap_x), self.top + row * self.height


# The A4 sheets are the stock sizes sold everywhere (63.5 × 33.9, 45.7 × 25.4 and 38.1 × 21.2 mm),
# centred on the page. 0.66 mm where there is room: read from further away at no cost.
LAYOUTS = {
    layout.name: layout
    for layout in (
        SheetLayout("a4-24", 210, 297, 3, 8, 63.5, 33.9, 7.25, 12.9, 2.5, 0.66),
        SheetLayout("a4-40", 210, 297, 4, 10, 45.7, 25.4, 9.7, 21.5, 2.6),
        SheetLayout("a4-65", 210, 297, 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5),
        SheetLayout("roll-60x40", 60, 40, 1, 1, 60, 40, x_mm=0.66),
        SheetLayout("roll-40x30", 40, 30, 1, 1, 40, 30),
        SheetLayout("roll-30x20", 30, 20, 1, 1, 30, 20),
    )
}


def layout(name: str) -> SheetLayout:
    if name not in LAYOUTS:
        raise UnknownLayout(field="layout", layout=name, known=", ".join(LAYOUTS))
    return LAYOUTS[name]
