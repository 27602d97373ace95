"""ZPL II is read by a small reader of its own and by zxing: what a thermal printer would be asked to print."""

import re
from pathlib import Path

import numpy as np
import pytest

from codes.labels import DPIS, LAYOUTS, QUIET, X_MIN_MM, ExportBroken, LabelTooSmall, stream
from codes.labels import zpl as zpl_module
from codes.labels.checks import Checks
from codes.labels.plates import plate, unpacked
from codes.serial import grouped
from tests.codes.labels.reading import collect, fake_seal, fake_serials, scan_one, zpl_labels

GOLDEN = Path(__file__).parent / "golden"


def made(order):
    return collect(stream(order, "zpl", fake_seal))


@pytest.mark.parametrize("dpi", DPIS)
@pytest.mark.parametrize("fields", [{"layout": "roll-60x40"}, {"layout": "a4-24", "profile": "lower", "level": "L"}])
def test_labels_are_read_at_every_resolution(order, dpi, fields):
    wanted = order(count=4, first=7, dpi=dpi, **fields)
    labels, sheet = zpl_labels(made(wanted)), LAYOUTS[wanted.layout]
    for (image, texts), serial in zip(labels, fake_serials(wanted), strict=True):
        assert scan_one(image) == wanted.prefix + serial
        assert image.size == tuple(round(side / 25.4 * dpi) for side in (sheet.width, sheet.height))
        assert " ".join(text for _, _, _, text in texts) == f"{grouped(serial)} zpm.example"


@pytest.mark.parametrize("dpi", DPIS)
def test_modules_are_whole_dots_with_a_quiet_zone(order, dpi):
    ((image, _),) = zpl_labels(made(order(count=1, dpi=dpi, layout="roll-60x40")))
    dark = np.asarray(image) == 0
    side = plate(order().prefix).side
    left = int(np.flatnonzero(dark.any(axis=0))[0])
    top = int(np.flatnonzero(dark[:, left])[0])
    dots = int(np.flatnonzero(~dark[top, left:])[0]) // 7  # the finder is seven modules wide
    assert dots * 25.4 / dpi >= X_MIN_MM
    quiet = QUIET * dots
    around = dark[top - quiet : top + side * dots + quiet, left - quiet : left + side * dots + quiet].copy()
    inner = around[quiet:-quiet, quiet:-quiet].copy()
    around[quiet:-quiet, quiet:-quiet] = False
    assert not around.any()
    modules = inner.reshape(side, dots, side, dots)
    assert (modules == modules[:, :1, :, :1]).all()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("203", {"layout": "roll-60x40"}),
        ("300-demo", {"layout": "roll-40x30", "dpi": 300, "demo": True}),
        ("600-proof", {"layout": "roll-60x40", "dpi": 600, "epoch": 0, "profile": "lower"}),
    ],
)
def test_golden_files(order, name, fields):
    assert made(order(count=2, first=99, **fields)) == (GOLDEN / f"{name}.zpl").read_bytes()


def test_one_label_a_format_and_nothing_of_the_printer_is_changed(order):
    text = made(order(count=3, layout="roll-60x40", demo=True)).decode("ascii")
    assert (text.count("^XA"), text.count("^XZ"), text.count("^PQ1")) == (3, 3, 3)
    commands = set(re.findall(r"[\^~][A-Z]{2}|\^A0", text))
    assert commands == {"^XA", "^PW", "^LL", "^LH", "^FO", "^GF", "^FS", "^FT", "^A0", "^FD", "^PQ", "^XZ"}


def test_proofs_and_demonstrations_are_darker_by_their_tag(order):
    plain, demo, proof = (
        np.asarray(zpl_labels(made(order(count=1, layout="roll-60x40", **fields)))[0][0])
        for fields in ({}, {"demo": True}, {"epoch": 0})
    )
    right = np.s_[60:130, 330:]
    dark = [(image[right] == 0).sum() for image in (plain, demo, proof)]
    assert dark[0] < dark[1] < dark[2]


def test_the_mask_is_one_for_all_and_hardly_worse(order):
    dies = plate(order().prefix)
    serials = fake_seal(1, 12, 0, 2000, 0)
    penalties = dies._penalties(dies._lines(serials, dies.tables))
    assert (penalties[:, dies.mask].mean() / penalties.min(axis=1).mean()) < 1.06
    symbols = unpacked(dies.emboss(serials[:50]))
    under_own_mask = dies.press(serials[:50])
    assert (symbols == under_own_mask).all(axis=(1, 2)).any()


def test_a_label_too_small_for_whole_dots_is_refused(order):
    stream(order(layout="roll-30x20", form="short", dpi=300), "zpl", fake_seal)
    with pytest.raises(LabelTooSmall):
        stream(order(layout="roll-30x20", form="short", dpi=203), "zpl", fake_seal)


def damaged(label, at, new):
    return label[:at] + new + label[at + len(new) :]


def test_a_damaged_label_is_noticed(order):
    wanted = order(count=1, layout="roll-60x40", dpi=300)
    lines, label, checks = zpl_module.zpl(wanted), made(wanted), Checks(wanted)
    lines.inspect(checks, 0, label)
    begins = label.index(b"^GFA,") + 30
    for wrong, says in (
        (damaged(label, label.index(b"FFFF", begins), b"F0FF"), "not uniform"),
        (damaged(label, label.index(b":", begins), b"0"), "another size"),
        (label.replace(b"^FT", b"^FO"), None),
        (label.replace(b"^FD1", b"^FD2", 1), "differ"),
        (label.replace(b"^GFA", b"^GFB"), "lacks"),
    ):
        if says is None:
            lines.inspect(checks, 0, wrong)
        else:
            with pytest.raises(ExportBroken, match=says):
                lines.inspect(checks, 0, wrong)


@pytest.mark.parametrize("row", ["0" * 8, "F" * 8, "0" * 7 + "1", "123", "00FFF0", "A" * 419 + "B", "F" * 20 + "00"])
def test_packed_rows_come_back(row):
    from tests.codes.labels.reading import unpacked_graphic

    row += "3" * (len(row) % 2)
    assert unpacked_graphic(zpl_module._counted(row), len(row) // 2).hex().upper() == row
