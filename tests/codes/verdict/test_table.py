"""The one table: whole against its golden copy, and its order against the specification's."""

import re
from pathlib import Path

from codes.verdict import RANK, ROWS, TABLE, State

HERE = Path(__file__).parent


def test_the_whole_table_is_the_golden_one():
    lines = [
        " ".join((
            row.state,
            row.tone,
            "+".join(row.steps),
            "grave" if row.grave else "gives-way",
            "in-force" if row.in_force else "nothing-in-force",
            "doubtful" if row.doubtful else "-",
        ))
        for row in TABLE
    ]  # fmt: skip
    assert lines == (HERE / "table.golden").read_text("utf-8").splitlines()


def test_every_state_stands_once():
    assert [row.state for row in TABLE] == list(State) == list(ROWS)
    assert sorted(RANK.values()) == list(range(len(State)))


def test_order_is_the_specification_s():
    rows = re.findall(r"^\| \d+ \| ([^|]+) \|", (HERE / "states.md").read_text("utf-8"), re.MULTILINE)
    specified = [State(name) for row in rows for name in re.findall(r"`(\w+)`", row)]
    ours = [state for state in State if state is not State.PROOF]  # epoch 0 is serial-format.md's word
    assert ours == specified
