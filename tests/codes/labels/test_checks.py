"""Every thousandth label is read again; one that does not say what it must ends the stream."""

from functools import partial

import pytest

from codes.labels import EVERY, FORMATS, ExportBroken, stream
from codes.labels import checks as checks_module
from codes.labels.checks import Checks
from codes.serial import KeyRing, open_serial
from codes.serial.bulk import seal_block
from tests.codes.labels.reading import fake_seal

RING = KeyRing.every_epoch(bytes(range(32)))
SEAL, OPEN = partial(seal_block, RING), partial(open_serial, RING)
SYMBOLS = ["zpl", "svg", "svg-zip", "png-zip", "pdf"]


@pytest.mark.parametrize(
    ("first", "count", "due"),
    [
        (0, 1, [0]), (0, 2, [0, 1]), (0, 2500, [0, 1000, 2000, 2499]), (999, 2, [999, 1000]), (7, 990, [7, 996]),
        (1000, 1001, [1000, 2000]), (1500, 2, [1500, 1501]),
    ],
)  # fmt: skip
def test_first_last_and_every_thousandth_in_whatever_parts(order, first, count, due):
    checks = Checks(order(first=first, count=count))
    assert EVERY == 1000
    assert sorted(checks.due(first, count)) == due
    for size in (1, 13, 999, 1000):
        parts = [index for at in range(first, first + count, size)
                 for index in checks.due(at, min(size, first + count - at))]  # fmt: skip
        assert parts == due


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_as_many_labels_are_read_as_are_due(order, fmt, monkeypatch):
    seen = []
    kept = Checks.serial
    monkeypatch.setattr(Checks, "serial", lambda self, index, serial: (seen.append(index), kept(self, index, serial)))
    for _ in stream(order(count=1300, first=5, layout="roll-40x30"), fmt, SEAL, OPEN):
        pass
    assert seen == [5, 1000, 1304]


@pytest.mark.parametrize("fmt", sorted(FORMATS))
def test_a_serial_of_another_item_ends_the_stream(order, fmt):
    def astray(epoch, batch, start, count, variant):
        serials = SEAL(epoch, batch, start, count, variant)
        if start <= 1000 < start + count:
            serials[1000 - start] = SEAL(epoch, batch, 4711, 1, variant)[0]
        return serials

    for _ in stream(order(count=1300, layout="roll-40x30"), fmt, SEAL, OPEN):
        pass
    with pytest.raises(ExportBroken, match="item 1000"):
        for _ in stream(order(count=1300, layout="roll-40x30"), fmt, astray, OPEN):
            pass


@pytest.mark.parametrize("fmt", SYMBOLS)
def test_a_symbol_that_says_another_thing_ends_the_stream(order, fmt, monkeypatch):
    wanted = order(count=3, layout="roll-40x30")
    for text, level, says in (("HTTPS://ZPM.EXAMPLE/", "M", "differ"), (wanted.prefix, "Q", "level Q")):
        with monkeypatch.context() as patched:
            patched.setattr(checks_module, "read", lambda _, said=(text, level): said)
            with pytest.raises(ExportBroken, match=says):
                list(stream(wanted, fmt, SEAL, OPEN))


@pytest.mark.parametrize("fmt", SYMBOLS)
def test_a_wrong_module_ends_the_stream(order, fmt, monkeypatch):
    from codes.labels.plates import Plate

    bad = lambda method: lambda self, serials: method(self, serials) ^ (1 << 11)  # noqa: E731
    emboss, press = Plate.emboss, Plate.press

    def pressed(self, serials):
        made = press(self, serials).copy()
        made[:, 12, 12] ^= 1
        return made

    monkeypatch.setattr(Plate, "emboss", lambda self, serials: bad(emboss)(self, serials).astype("u4"))
    monkeypatch.setattr(Plate, "press", pressed)
    with pytest.raises(ExportBroken):
        list(stream(order(count=3, layout="roll-40x30"), fmt, SEAL, OPEN))


def test_a_drawing_without_its_symbol_is_noticed(order):
    from codes.labels.vectors import _Drawing

    drawing = _Drawing(order(), Checks(order()))
    with pytest.raises(ExportBroken, match="lacks"):
        drawing._inspect(0, b"<g></g>")


def test_without_a_key_serials_are_compared_but_not_opened(order):
    list(stream(order(count=3), "txt", fake_seal))
    with pytest.raises(ExportBroken, match="does not open"):
        list(stream(order(count=3), "txt", fake_seal, OPEN))


def test_rows_that_do_not_say_what_they_must(order):
    from codes.labels.rows import csv, txt
    from codes.labels.workbook import _inspect

    wanted = order(count=1, first=8)
    row = next(chunk for done, chunk in stream(wanted, "csv", SEAL, OPEN) if done)
    lines, checks = csv(wanted), Checks(wanted, OPEN)
    lines.inspect(checks, 8, row)
    with pytest.raises(ExportBroken, match="counts 8"):
        lines.inspect(checks, 9, row)
    with pytest.raises(ExportBroken, match="addresses"):
        lines.inspect(checks, 8, row.replace(b'"HTTPS://ZPM.EXAMPLE/01', b'"HTTPS://ZPM.EXAMPLE/02'))
    line = next(chunk for _, chunk in stream(wanted, "txt", SEAL, OPEN))
    with pytest.raises(ExportBroken, match="address and serial"):
        txt(wanted).inspect(checks, 8, b"x" + line)
    with pytest.raises(ExportBroken, match="row of item 8"):
        _inspect(checks, 8, 1, b"<row></row>")
