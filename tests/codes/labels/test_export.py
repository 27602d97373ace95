import hashlib
import os
import subprocess
import sys
from functools import partial

import pytest

from codes.errors import Kind
from codes.labels import (
    FORMATS,
    MAX_PDF,
    MAX_SVG,
    MAX_XLSX,
    MAX_ZIP,
    ExportOrder,
    LabelTooSmall,
    TooManyLabels,
    UnknownFormat,
    file_name,
    stream,
)
from codes.serial import EpochState, EpochWithoutKey, Item, KeyRing, open_serial
from codes.serial.bulk import seal_block
from tests.codes.labels.reading import collect, fake_seal, fake_serials, pdf_pages, scan

ALL = sorted(FORMATS)


@pytest.mark.parametrize("fmt", ALL)
def test_the_same_order_gives_the_same_bytes(order, fmt):
    wanted = order(count=70, lot="L1", layout="a4-65")
    first, again = (collect(stream(wanted, fmt, fake_seal)) for _ in range(2))
    assert first == again
    assert first != collect(stream(order(count=70, lot="L1", layout="a4-65", first=1), fmt, fake_seal))


def test_the_same_bytes_in_another_process(order):
    program = (
        "import hashlib, sys; from codes.labels import *; from tests.codes.labels.reading import fake_seal\n"
        "order = ExportOrder(epoch=1, batch=12, count=30, gtin='06901234567892', stem='https://zpm.example')\n"
        "for fmt in sorted(FORMATS):\n"
        "    print(hashlib.sha256(b''.join(c for _, c in stream(order, fmt, fake_seal))).hexdigest())\n"
        "made = product_artwork('HTTPS://ZPM.EXAMPLE/01/06901234567892')\n"
        "print(hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest())\n"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("1", "2")
    }
    (said,) = runs
    here = [hashlib.sha256(collect(stream(order(count=30), fmt, fake_seal))).hexdigest() for fmt in ALL]
    assert said.decode().split()[:-1] == here


@pytest.mark.parametrize("fmt", ALL)
def test_a_range_continues_where_the_other_ends(order, fmt):
    parts = [[done for done, _ in stream(order(first=first, count=600), fmt, fake_seal)] for first in (0, 600)]
    assert parts[0][-1] == parts[1][-1] == 600
    assert fmt == "pdf" or parts[0] == parts[1]  # a page of pdf is sent when enough pages are full


def test_rows_of_ranges_join_to_the_whole(order):
    whole = collect(stream(order(count=20), "txt", fake_seal))
    assert whole == b"".join(collect(stream(order(first=at, count=10), "txt", fake_seal)) for at in (0, 10))


@pytest.mark.parametrize(
    ("fmt", "limit"),
    [("pdf", MAX_PDF), ("svg", MAX_SVG), ("svg-zip", MAX_ZIP), ("png-zip", MAX_ZIP), ("xlsx", MAX_XLSX)],
)
def test_too_many_labels_are_refused_with_the_remedy(order, fmt, limit):
    stream(order(count=limit), fmt, fake_seal)
    with pytest.raises(TooManyLabels, match=f"One {fmt} holds at most {limit} labels; export a range") as no:
        stream(order(count=limit + 1), fmt, fake_seal)
    assert no.value.field == "count"
    assert "csv" in no.value.say("zh")


def test_an_unknown_format_is_refused_with_the_known_ones(order):
    with pytest.raises(UnknownFormat, match="choose from csv, txt, zpl, xlsx, svg, svg-zip, png-zip, pdf") as no:
        stream(order(), "xls", fake_seal)
    assert no.value.kind is Kind.UNKNOWN
    with pytest.raises(UnknownFormat):
        file_name(order(), "xls")


@pytest.mark.parametrize("fmt", ["pdf", "svg", "svg-zip", "png-zip", "zpl"])
def test_a_label_that_cannot_be_set_is_refused_before_any_byte(order, fmt):
    stream(order(layout="roll-30x20", form="short", dpi=600), fmt, fake_seal)
    with pytest.raises(LabelTooSmall):
        stream(order(layout="roll-30x20", level="Q", profile="lower", dpi=600), fmt, fake_seal)


def test_file_names_tell_parts_and_kinds_apart(order):
    assert file_name(order(), "csv") == "zpm-06901234567892-12-0-2.csv"
    assert file_name(order(first=3, epoch=0, demo=True), "svg-zip") == "zpm-06901234567892-12-3-5-proof.zip"
    assert file_name(order(demo=True), "pdf") == "zpm-06901234567892-12-0-2-demo.pdf"
    assert {form.suffix for form in FORMATS.values()} == {"csv", "txt", "zpl", "xlsx", "svg", "zip", "pdf"}


def test_a_seal_of_another_shape_is_our_mistake(order):
    with pytest.raises(AssertionError, match="another format"):
        collect(stream(order(), "txt", lambda *place: fake_seal(*place)[:, :19]))


def test_real_serials_are_exported_printed_read_and_opened(order):
    ring = KeyRing.every_epoch(bytes(range(32)))
    seal = partial(seal_block, ring)
    wanted = order(count=24, first=7, batch=99, variant=2)
    lines = collect(stream(wanted, "txt", seal)).decode().split()
    ((image, _),) = pdf_pages(collect(stream(wanted, "pdf", seal)))
    assert sorted(text for text, _ in scan(image)) == sorted(lines)
    opened = [open_serial(ring, line.rpartition("/")[2]) for line in lines]
    assert opened == [Item(epoch=1, batch=99, index=index, variant=2) for index in range(7, 31)]


def test_an_epoch_without_a_key_is_refused_before_any_byte(order):
    ring = KeyRing(bytes(32), {1: EpochState.VERIFY_ONLY, 2: EpochState.RETIRED})
    stream(order(), "csv", partial(seal_block, ring))
    with pytest.raises(EpochWithoutKey):
        stream(order(epoch=2), "csv", partial(seal_block, ring))


def test_serials_differ_by_order(order):
    assert isinstance(order(), ExportOrder)
    assert set(fake_serials(order(batch=1))).isdisjoint(fake_serials(order(batch=2)))
