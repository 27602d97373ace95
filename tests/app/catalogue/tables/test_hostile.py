"""Hostile files: each is refused by name, by a process that stays small and ends by itself."""

import sys
from pathlib import Path

import pytest

from app.catalogue.tables import opening
from app.catalogue.tables.errors import BrokenTable, TableTooHeavy
from app.catalogue.tables.limits import FILE_MOST, MEMORY_MOST
from app.catalogue.tables.opening import read_table
from codes.errors import Refusal
from tests.app.catalogue.tables.files import PRODUCTS, csv_of, said
from tests.app.catalogue.tables.hostile import HOSTILE, ROW, workbook

# Starts the reader from a process that is small itself, since a child's peak begins with its parent's.
_MEASURE = """
import os, pathlib, subprocess, sys
child = subprocess.Popen(sys.argv[2:])
_, status, used = os.wait4(child.pid, 0)
pathlib.Path(sys.argv[1]).write_text(str(used.ru_maxrss * 1024))
code = os.waitstatus_to_exitcode(status)
os.kill(os.getpid(), -code) if code < 0 else sys.exit(code)
"""


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_and_the_reader_stays_small(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make, code = HOSTILE[name]
    data = make()
    assert len(data) <= FILE_MOST
    peak = tmp_path / "peak"
    monkeypatch.setattr(opening, "_COMMAND", (sys.executable, "-c", _MEASURE, str(peak), *opening._COMMAND))
    if code:
        with pytest.raises(Refusal) as refused:
            read_table(data, name)
        assert refused.value.code == code
        assert refused.value.say("en") != refused.value.say("zh")
    else:
        assert said(read_table(data, name)) == [(2, "A", "cell-too-long")]
    assert int(peak.read_text()) <= MEMORY_MOST
    assert not caplog.records  # it was refused, it did not fail


def test_a_reader_that_hangs_or_dies_is_a_refusal(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    table = csv_of(PRODUCTS, ROW)
    python = opening._COMMAND[0]
    for script, refusal in (
        ("import time; time.sleep(60)", TableTooHeavy),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", TableTooHeavy),
        ("import os; os.abort()", BrokenTable),
        ("raise ValueError('a fault of ours')", BrokenTable),
    ):
        monkeypatch.setattr(opening, "_COMMAND", (python, "-c", script))
        monkeypatch.setattr(opening, "WALL_MOST_S", 1.0)
        with pytest.raises(refusal):
            read_table(table, "a.csv")
    assert "a fault of ours" in caplog.text
    monkeypatch.undo()
    assert len(read_table(table, "a.csv").rows) == 1


def test_the_reader_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZPM_ROOT_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    assert "secret" not in " ".join(opening._environment().values())


def test_a_good_workbook_beside_them_is_read() -> None:
    assert len(read_table(workbook(), "good").rows) == 1
