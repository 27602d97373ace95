"""docs/enterprise-api.md is run: every command, in order, against a real server, and what it shows is what comes."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import Struct

from tests.app.commands.conftest import Up, environment, short_folder, starting
from tests.app.console_keys import make_key

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/enterprise-api.md").read_text()
SCOPES = ("issuing:read", "issuing:write", "statistics:read", "registers:read")
MARK = "===== block"
SAME = frozenset(
    {"type", "title", "status", "code", "field", "lot", "items", "lines", "bad", "labels", "count", "state"}
)
"""What a program goes by: these come as they are shown, the others in the kind that is shown."""


class Block(Struct, frozen=True):
    """Commands, and what the document shows of their output: `json`, `text` or nothing."""

    commands: str
    shown_as: str | None
    shown: str


def blocks() -> list[Block]:
    fences = re.findall(r"^```(\w+)\n(.*?)^```\n", DOCUMENT, re.M | re.S)
    following = [*fences[1:], ("", "")]
    return [
        Block(body, *(after if after[0] in ("json", "text") else (None, "")))
        for (kind, body), after in zip(fences, following, strict=True)
        if kind == "sh"
    ]


@pytest.fixture(scope="module")
def served() -> Iterator[Up]:
    with short_folder() as path, starting(path) as start:
        up = start()
        assert up.uri
        yield up


@pytest.mark.slow
def test_the_walk_through_runs_as_it_stands(served: Up, tmp_path: Path) -> None:
    key = make_key(served.base, "owner", "MES", *SCOPES)
    script = ["set -eu", *(f"echo '{MARK}'\n{block.commands}" for block in blocks())]
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # zpm is beside our Python
    ran = subprocess.run(
        ["bash", "-c", "\n".join(script)], cwd=tmp_path, capture_output=True, text=True, timeout=150, check=False,
        env=environment(ZPM=served.base, KEY=key, PATH=tools),
    )  # fmt: skip
    said = ran.stdout.split(f"{MARK}\n")[1:]
    assert ran.returncode == 0, f"{said[-1:]}\n{ran.stderr}"
    assert len(said) == len(blocks())
    for block, output in zip(blocks(), said, strict=True):
        compare(block, output)
    assert not [line for line in served.errors if " ERROR " in line]


def compare(block: Block, output: str) -> None:
    if block.shown_as == "json":
        assert alike(json.loads(block.shown), json.loads(output)) == [], f"{block.commands}\n{output}"
    elif block.shown_as == "text":
        pattern = ".*".join(re.escape(part) for part in block.shown.strip().split("…"))
        assert re.fullmatch(pattern, output.strip()), f"{block.commands}\n{output}"


def alike(shown: Any, came: Any, place: str = "$") -> list[str]:
    """Where what came is of another shape than what is shown; of a list the first member stands for all."""
    if type(shown) is not type(came):
        return [f"{place}: {came!r} for {shown!r}"]
    if isinstance(shown, dict):
        if shown.keys() != came.keys():
            return [f"{place}: fields {sorted(came)} for {sorted(shown)}"]
        return [one for name in shown for one in alike(shown[name], came[name], f"{place}.{name}")]
    if isinstance(shown, list):
        if bool(shown) != bool(came):
            return [f"{place}: {len(came)} members for {len(shown)}"]
        return alike(shown[0], came[0], f"{place}[0]") if shown else []
    name = place.rpartition(".")[2]
    return [f"{place}: {came!r} for {shown!r}"] if name in SAME and shown != came else []


def test_a_difference_would_be_noticed() -> None:
    shown = {"code": "several", "errors": [{"field": "lot"}], "batch": 12, "made_on": None}
    assert alike(shown, {"code": "several", "errors": [{"field": "lot"}], "batch": 99, "made_on": None}) == []
    other = {"code": "other", "errors": [], "batch": "12", "made_on": "2026-11-23"}
    assert len(alike(shown, other)) == 4
    assert alike(shown, {"code": "several"}) == ["$: fields ['code'] for ['batch', 'code', 'errors', 'made_on']"]
    with pytest.raises(AssertionError):
        compare(Block("", "text", "whole …\n"), "half of it\n")


def test_every_step_is_there_and_shows_what_comes() -> None:
    said = "\n".join(block.commands for block in blocks())
    for step in ("/api/batches\"", "/files", "--range", "-C -", "/manifest", "zpm verify", "/activations\"",
                 "/activations/list", "/voids", "/statistics", "/recalls", "/orders"):  # fmt: skip
        assert step in said, step
    assert sum(block.shown_as is not None for block in blocks()) >= 20
    for word in ("Idempotency-Key", "Retry-After", "20 requests a second", "429", "If-Range", "next"):
        assert word in DOCUMENT, word
    assert DOCUMENT.splitlines()[2].startswith("中文摘要")
