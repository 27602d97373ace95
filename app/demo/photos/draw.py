"""Draws the demonstration's pack pictures: `python app/demo/photos/draw.py` writes the WebP files beside it.

One pen, one quiet ground and one accent on a grid of 100 × 100; drawn four times too large and
reduced, so that lines are smooth. The ground is part of the picture: it reads on light and dark.
"""

from pathlib import Path

from PIL import Image, ImageDraw

SIZE, OVER = 480, 4
UNIT = SIZE * OVER / 100
GROUND, FACE, PEN, ACCENT, SHADE = "#e4ece8", "#fbfaf7", "#33534f", "#2a6f69", "#c3d6cf"
THICK = 1.3

Box = tuple[float, float, float, float]


class Sheet:
    """A drawing in grid units; `fill` None draws the outline alone."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (SIZE * OVER, SIZE * OVER), GROUND)
        self.draw = ImageDraw.Draw(self.image)
        self.oval(18, 84, 82, 92, fill=SHADE, pen=None)

    def _pen(self, pen: str | None, thick: float) -> dict[str, object]:
        return {"outline": pen, "width": round(thick * UNIT) if pen else 0}

    def box(
        self, *box: float, r: float = 2, fill: str | None = FACE, pen: str | None = PEN, thick: float = THICK
    ) -> None:
        self.draw.rounded_rectangle([n * UNIT for n in box], r * UNIT, fill=fill, **self._pen(pen, thick))

    def oval(self, *box: float, fill: str | None = FACE, pen: str | None = PEN, thick: float = THICK) -> None:
        self.draw.ellipse([n * UNIT for n in box], fill=fill, **self._pen(pen, thick))

    def disc(
        self, x: float, y: float, r: float, fill: str | None = FACE, pen: str | None = PEN, thick: float = THICK
    ) -> None:
        self.oval(x - r, y - r, x + r, y + r, fill=fill, pen=pen, thick=thick)

    def arc(self, *box: float, start: float, end: float, pen: str = PEN, thick: float = THICK) -> None:
        self.draw.arc([n * UNIT for n in box], start, end, fill=pen, width=round(thick * UNIT))

    def line(self, *xy: float, pen: str = PEN, thick: float = THICK) -> None:
        points = [n * UNIT for n in xy]
        self.draw.line(points, fill=pen, width=round(thick * UNIT), joint="curve")
        half = thick * UNIT / 2
        for x, y in ((points[0], points[1]), (points[-2], points[-1])):
            self.draw.ellipse([x - half, y - half, x + half, y + half], fill=pen)

    def shape(self, *xy: float, fill: str | None = FACE, pen: str | None = PEN, thick: float = THICK) -> None:
        if fill:
            self.draw.polygon([n * UNIT for n in xy], fill=fill)
        if pen:
            self.line(*xy, *xy[:2], pen=pen, thick=thick)

    def save(self, path: Path) -> int:
        small = self.image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
        small.save(path, "WEBP", quality=80, method=6)
        return path.stat().st_size


def hood(s: Sheet) -> None:
    s.box(38, 12, 62, 48, r=1)
    s.line(50, 12, 50, 48, pen=SHADE)
    s.shape(38, 48, 62, 48, 84, 66, 16, 66)
    s.box(14, 66, 86, 78, r=2)
    for x in (40, 45, 50, 55, 60):
        s.disc(x, 72, 1.4, fill=ACCENT if x == 40 else FACE, pen=ACCENT, thick=0.7)
    for x in (26, 50, 74):
        s.arc(x - 6, 80, x + 6, 90, start=200, end=340, pen=ACCENT)


def toilet(s: Sheet) -> None:
    s.box(24, 22, 44, 62, r=5)
    s.box(24, 14, 44, 24, r=3, fill=SHADE)
    s.shape(34, 58, 82, 58, 78, 70, 66, 78, 62, 88, 36, 88, 34, 74)
    s.box(30, 52, 84, 60, r=4)
    s.line(40, 56, 78, 56, pen=SHADE)
    s.disc(32, 38, 2, fill=ACCENT, pen=None)
    s.arc(52, 36, 62, 48, start=90, end=200, pen=ACCENT)
    s.arc(60, 30, 70, 42, start=270, end=20, pen=ACCENT)


def cup(s: Sheet) -> None:
    s.box(37, 12, 63, 28, r=4, fill=ACCENT)
    s.box(36, 26, 64, 34, r=1.5, fill=SHADE)
    s.box(34, 33, 66, 88, r=6)
    s.line(41, 42, 41, 80, pen=SHADE, thick=2)
    s.line(46, 60, 54, 60, pen=ACCENT)
    s.line(46, 65, 54, 65, pen=ACCENT)


def chainsaw(s: Sheet) -> None:
    s.box(46, 44, 92, 56, r=6)
    s.line(50, 50, 86, 50, pen=SHADE)
    for x in range(54, 90, 6):
        s.line(x, 44, x + 2, 42, thick=0.9)
        s.line(x, 56, x + 2, 58, thick=0.9)
    s.box(22, 36, 54, 64, r=5)
    s.shape(24, 60, 38, 60, 34, 82, 20, 82)
    s.box(14, 78, 40, 88, r=2, fill=ACCENT)
    s.arc(26, 22, 52, 50, start=180, end=360, thick=3)
    s.disc(40, 50, 4, fill=SHADE, thick=0.9)


def pen(s: Sheet) -> None:
    s.shape(72, 16, 84, 28, 44, 68, 32, 56)
    s.shape(32, 56, 44, 68, 26, 76, 24, 74, fill=SHADE)
    s.line(24, 76, 21, 79)
    s.shape(72, 16, 84, 28, 78, 34, 66, 22, fill=ACCENT)
    s.line(76, 32, 60, 48, thick=2.4)
    s.line(20, 86, 30, 83, 40, 88, 50, 83, 60, 87, 76, 84, pen=ACCENT)


def chopsticks(s: Sheet) -> None:
    s.shape(30, 20, 34, 20, 40, 62, 30, 62)
    s.shape(46, 20, 50, 20, 52, 62, 42, 62)
    s.shape(24, 44, 60, 44, 62, 88, 22, 88)
    s.line(30, 52, 54, 52, pen=SHADE)
    s.line(66, 84, 70, 40, 80, 14, pen=ACCENT)
    s.shape(70, 40, 84, 34, 90, 40, 80, 44, fill=SHADE, pen=ACCENT, thick=0.9)
    s.shape(69, 56, 82, 54, 88, 60, 78, 62, fill=SHADE, pen=ACCENT, thick=0.9)
    s.line(36, 64, 36, 80, pen=ACCENT)
    s.line(48, 64, 48, 80, pen=ACCENT)


def bayberry(s: Sheet) -> None:
    s.shape(26, 16, 74, 16, 78, 30, 76, 88, 24, 88, 22, 30)
    s.line(26, 22, 74, 22, pen=SHADE, thick=2)
    s.disc(70, 27, 1.6, fill=ACCENT, pen=None)
    for x, y in ((42, 58), (58, 58), (50, 70)):
        s.disc(x, y, 8, fill=SHADE, pen=ACCENT)
        for dx, dy in ((-3, -2), (2, -3), (0, 2), (4, 2), (-3, 4)):
            s.disc(x + dx, y + dy, 0.8, fill=ACCENT, pen=None)
    s.line(50, 50, 54, 40, 62, 38, pen=ACCENT)


def fan(s: Sheet) -> None:
    s.disc(50, 40, 28)
    s.disc(50, 40, 22, fill=None, pen=SHADE)
    for box, start in (((36, 18, 58, 40), 60), ((50, 30, 72, 52), 150), ((34, 38, 56, 60), 270)):
        s.arc(*box, start=start, end=start + 180, pen=ACCENT, thick=2)
    s.disc(50, 40, 4, fill=ACCENT)
    s.box(46, 67, 54, 82, r=1)
    s.box(32, 81, 68, 89, r=3)


def kettle(s: Sheet) -> None:
    s.shape(36, 28, 66, 28, 72, 82, 30, 82)
    s.shape(36, 32, 22, 26, 28, 42, 35, 46)
    s.arc(60, 30, 88, 74, start=250, end=110, thick=3)
    s.box(42, 20, 60, 28, r=3, fill=ACCENT)
    s.box(26, 82, 76, 89, r=2, fill=SHADE)
    s.line(44, 44, 42, 70, pen=SHADE, thick=2)


def iron(s: Sheet) -> None:
    s.shape(14, 80, 40, 52, 78, 50, 86, 80)
    s.box(12, 80, 88, 86, r=2, fill=ACCENT)
    s.arc(38, 30, 82, 70, start=180, end=350, thick=5)
    s.disc(62, 66, 5, fill=SHADE, thick=0.9)
    for x in (22, 28, 34):
        s.arc(x - 6, 40 - x / 4, x, 52 - x / 4, start=270, end=90, pen=ACCENT)


def humidifier(s: Sheet) -> None:
    s.shape(40, 40, 60, 40, 72, 88, 28, 88)
    s.line(33, 68, 67, 68, pen=SHADE, thick=2)
    s.disc(50, 78, 3, fill=ACCENT, pen=None)
    s.box(44, 34, 56, 41, r=2, fill=SHADE)
    for x in (42, 50, 58):
        s.arc(x - 4, 10, x + 4, 20, start=90, end=270, pen=ACCENT)
        s.arc(x - 4, 20, x + 4, 30, start=270, end=90, pen=ACCENT)


def lamp(s: Sheet) -> None:
    s.box(30, 82, 66, 89, r=3)
    s.line(48, 82, 36, 52, 60, 30, thick=2.4)
    s.disc(36, 52, 3, fill=ACCENT)
    s.shape(52, 22, 66, 14, 86, 38, 58, 46)
    s.line(64, 52, 62, 62, pen=ACCENT)
    s.line(74, 48, 78, 58, pen=ACCENT)
    s.line(84, 44, 92, 50, pen=ACCENT)


def dryer(s: Sheet) -> None:
    s.shape(50, 54, 66, 54, 60, 88, 46, 88)
    s.box(34, 26, 78, 58, r=14)
    s.box(22, 32, 38, 52, r=2, fill=SHADE)
    s.disc(64, 42, 8, fill=None, pen=ACCENT)
    s.line(54, 66, 53, 74, pen=ACCENT, thick=2)
    for y in (36, 42, 48):
        s.line(10, y, 18, y, pen=ACCENT)


def cooler(s: Sheet) -> None:
    s.box(34, 10, 66, 88, r=5)
    for y in range(20, 62, 6):
        s.line(41, y, 59, y, pen=ACCENT)
    s.disc(50, 74, 6, fill=SHADE, thick=0.9)
    s.box(28, 86, 72, 91, r=2)


def juicer(s: Sheet) -> None:
    s.shape(34, 20, 66, 20, 60, 60, 40, 60)
    s.box(32, 14, 68, 21, r=2, fill=ACCENT)
    s.line(38, 44, 62, 44, pen=SHADE, thick=2)
    s.box(34, 60, 66, 88, r=4)
    s.disc(50, 74, 5, fill=SHADE, pen=ACCENT)
    s.arc(60, 24, 78, 50, start=270, end=100, thick=2)


def blanket(s: Sheet) -> None:
    s.shape(14, 60, 66, 36, 88, 62, 36, 88)
    for step in (8, 17, 26, 35, 44):
        s.line(14 + step + 3, 61 - step * 0.46, 31 + step + 3, 82 - step * 0.46, pen=ACCENT, thick=0.9)
    s.line(66, 36, 74, 22, 84, 22)
    s.box(80, 16, 94, 28, r=3, fill=SHADE)


def purifier(s: Sheet) -> None:
    s.box(28, 14, 72, 88, r=6)
    s.disc(50, 40, 15, fill=SHADE, pen=ACCENT)
    s.disc(50, 40, 8, pen=ACCENT)
    for y in (64, 70, 76):
        s.line(38, y, 62, y, pen=SHADE, thick=2)


def cooker(s: Sheet) -> None:
    s.box(20, 38, 80, 86, r=12)
    s.arc(20, 22, 80, 60, start=180, end=360)
    s.box(18, 38, 82, 44, r=2, fill=SHADE)
    s.box(43, 17, 57, 24, r=3, fill=ACCENT)
    s.box(38, 54, 62, 74, r=3, fill=SHADE, thick=0.9)
    s.line(44, 61, 56, 61, pen=ACCENT)
    s.disc(50, 69, 1.6, fill=ACCENT, pen=None)


DRAWINGS = (
    hood, toilet, cup, chainsaw, pen, chopsticks, bayberry, fan, kettle, iron, humidifier, lamp, dryer, cooler, juicer,
    blanket, purifier, cooker,
)  # fmt: skip

if __name__ == "__main__":
    for drawing in DRAWINGS:
        sheet = Sheet()
        drawing(sheet)
        sheet.save(Path(__file__).with_name(f"{drawing.__name__}.webp"))
