import io
import zipfile

import numpy as np
import pytest

from codes.labels import DPIS, LAYOUTS, ExportBroken, stream
from codes.labels import pictures as pictures_module
from tests.codes.labels.reading import collect, fake_seal, fake_serials, png, scan_one, zpl_labels


def members(order):
    data = collect(stream(order, "png-zip", fake_seal))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize("dpi", DPIS)
def test_each_label_is_a_picture_of_true_size(order, dpi):
    wanted = order(count=3, first=41, layout="roll-40x30", dpi=dpi)
    files, sheet = members(wanted), LAYOUTS["roll-40x30"]
    assert list(files) == [f"{index:010d}-{serial}.png" for index, serial in enumerate(fake_serials(wanted), 41)]
    for name, data in files.items():
        image = png(data)
        assert image.info["dpi"] == pytest.approx((dpi, dpi), abs=0.1)
        assert image.size == tuple(round(side / 25.4 * dpi) for side in (sheet.width, sheet.height))
        assert scan_one(image) == wanted.prefix + name[11:31]


def test_it_shows_the_words_of_the_label_and_the_symbol_where_zpl_has_it(order):
    plain, tagged = (
        [np.asarray(png(data)) for data in members(order(count=2, layout="roll-60x40", demo=demo)).values()]
        for demo in (False, True)
    )
    assert (plain[0] == 0).sum() < (tagged[0] == 0).sum()
    assert (plain[0] != plain[1]).any()
    ((image, texts), _) = zpl_labels(collect(stream(order(count=2, layout="roll-60x40"), "zpl", fake_seal)))
    left = texts[0][0]
    where = [np.argwhere(np.asarray(one)[:, : left - 10] == 0) for one in (image, plain[0])]
    assert (where[0].min(axis=0) == where[1].min(axis=0)).all()
    assert (where[0].max(axis=0) == where[1].max(axis=0)).all()
    serial = plain[0][texts[0][1] - texts[0][2] : texts[0][1], left:]
    assert (serial == 0).any()


def test_a_module_that_is_not_uniform_is_noticed(order, monkeypatch):
    kept = pictures_module._Canvas.draw

    def spotted(self, serial, modules):
        left = self._symbol[1].start
        self._blank = self._blank.copy()
        data = kept(self, serial, modules)
        self._symbol = np.s_[self._symbol[0], left + 1 : left + 1 + self._side * self._dots]
        return data

    collect(stream(order(count=1), "png-zip", fake_seal))
    monkeypatch.setattr(pictures_module._Canvas, "draw", spotted)
    with pytest.raises(ExportBroken, match="not uniform"):
        collect(stream(order(count=1), "png-zip", fake_seal))
