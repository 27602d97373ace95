"""`zpm serial`, in this process for what it says and in one of its own for pipes."""

import argparse
import io
import subprocess
import sys
from pathlib import Path

import pytest

from app.commands.serial import LINES_WITHOUT_NUMPY, LONGEST_LINE, PIPE_CLOSED, add_parser
from codes.serial import Item, seal
from codes.serial.bulk import seal_lines

ROOT = Path(__file__).parents[3]
KEY = bytes(range(32)).hex()
SERIAL = "18YR9ZDCYNA3EFHA15FZ"
RUN = {"--root-key-hex": KEY, "--epoch": "1", "--batch": "1", "--from": "0", "--count": "3"}


def zpm(*words):
    parser = argparse.ArgumentParser(prog="zpm")
    add_parser(parser.add_subparsers(required=True))
    arguments = parser.parse_args(["serial", *words])
    return arguments.run(arguments)


def options(changes=None):
    return [word for pair in (RUN | (changes or {})).items() for word in pair]


@pytest.fixture
def opened(monkeypatch, capsysbinary):
    def run(source: bytes) -> list[bytes]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(source)))
        assert zpm("open", "--root-key-hex", KEY) == 0
        return capsysbinary.readouterr().out.splitlines()

    return run


def test_seal_prints_a_serial_a_line(capsysbinary, ring):
    assert zpm("seal", *options()) == 0
    assert capsysbinary.readouterr().out == b"18YR9ZDCYNA3EFHA15FZ\n13JKY1XBM6933G6J0YMA\n1CGZ3AXMDQ6WW9JF5SDA\n"

    changes = {"--epoch": "31", "--batch": "4294967295", "--from": "1073741821", "--variant": "7"}
    assert zpm("seal", *options(changes)) == 0
    expected = [seal(ring, Item(31, 2**32 - 1, index, 7)) for index in range(2**30 - 3, 2**30)]
    assert capsysbinary.readouterr().out.decode().split() == expected


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--count", "一百", "whole number"),
        ("--count", "１００", "whole number"),
        ("--count", "1_0", "whole number"),
        ("--count", "", "whole number"),
        ("--count", "-5", "whole number"),
        ("--count", "9" * 5000, "at most 20 digits"),
        ("--count", "0", "from 1 to 1073741824"),
        ("--count", "1073741825", "from 1 to 1073741824"),
        ("--from", "1073741824", "from 0 to 1073741823"),
        ("--epoch", "32", "from 0 to 31"),
        ("--batch", "4294967296", "from 0 to 4294967295"),
        ("--variant", "8", "from 0 to 7"),
        ("--root-key-hex", KEY[:-2], "64 hexadecimal digits"),
        ("--root-key-hex", KEY + "00", "64 hexadecimal digits"),
        ("--root-key-hex", KEY[:-1] + "g", "64 hexadecimal digits"),
        ("--root-key-hex", KEY[:-1] + " 0", "64 hexadecimal digits"),
    ],
)
def test_a_wrong_option_is_named_with_its_remedy(capsysbinary, option, value, says):
    assert zpm("seal", *options()) == 0
    assert capsysbinary.readouterr().out
    with pytest.raises(SystemExit) as ended:
        zpm("seal", *options({option: value}))
    out, error = capsysbinary.readouterr()
    assert (ended.value.code, out) == (2, b"")
    assert f"argument {option}: " in error.decode()
    assert says in error.decode()
    # A key that is nearly right is still most of a secret.
    assert KEY[:-2] not in error.decode()


def test_a_run_past_the_end_of_its_batch_names_the_count(capsysbinary):
    with pytest.raises(SystemExit) as ended:
        zpm("seal", *options({"--from": "1073741822"}))
    assert ended.value.code == 2
    assert b"argument --count: The count must be from 1 to 2." in capsysbinary.readouterr().err


@pytest.mark.parametrize("words", [[], ["seal"], ["open"], ["seal", *options(), "--root", KEY]])
def test_a_command_that_is_not_whole_shows_its_usage(capsysbinary, words):
    with pytest.raises(SystemExit) as ended:
        zpm(*words)
    assert ended.value.code == 2
    assert b"usage: zpm" in capsysbinary.readouterr().err


def test_open_answers_every_line_with_one_line(opened):
    answers = {
        SERIAL.encode(): b"\t1\t1\t0\t0",
        b"18yr9 zdcy-na3e fhal5fz": b"\t1\t1\t0\t0",
        b"ZZAR80SYH5GX5S6J53AD": b"\t31\t4294967295\t1073741823\t7",
        b"28YR9ZDCYNA3EFHA15FZ": b"\tunknown",
        b"18YR9ZDCYNA3EFHA15F": b"\tmalformed",
        b"": b"\tmalformed",
        "浙品码".encode(): b"\tmalformed",
        b"back\\slash": b"\tmalformed",
    }
    expected = [line + answer for line, answer in answers.items()]
    for end in (b"\n", b"\r\n"):
        assert opened(end.join([*answers, b""])) == expected
    assert opened(SERIAL.encode()) == expected[:1]
    assert opened(b"") == []


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (b"a\tb", b"a\\tb"),
        (b"\xff\xfe", b"\\xff\\xfe"),
        (b"\x00\x1b[2J", b"\\x00\\x1b[2J"),
        (b"a\rb", b"a\\rb"),
        ("\u2028\x85\u3000".encode(), b"\\u2028\\x85\\u3000"),
        (SERIAL.encode() + b"\t", SERIAL.encode() + b"\\t"),
        (b"-" * (LONGEST_LINE + 9), b"-" * LONGEST_LINE + b"..."),
        (SERIAL.encode() + b" " * LONGEST_LINE, SERIAL.encode() + b" " * (LONGEST_LINE - 20) + b"..."),
        (b"x" * 300_000, b"x" * LONGEST_LINE + b"..."),
    ],
)
def test_rubbish_cannot_break_the_format(opened, line, shown):
    good = SERIAL.encode() + b"\t1\t1\t0\t0"
    assert opened(line + b"\n" + SERIAL.encode()) == [shown + b"\tmalformed", good]
    assert opened(SERIAL.encode() + b"\n" + line) == [good, shown + b"\tmalformed"]


def test_a_long_input_is_answered_like_a_short_one(opened, ring):
    count = 2 * LINES_WITHOUT_NUMPY
    lines = [b"\t", *b"".join(seal_lines(ring, 1, 9, 0, count)).splitlines(), b"0" * 20, b"\t"]
    answers = opened(b"\n".join(lines))
    assert answers[1:-2] == [b"%s\t1\t9\t%d\t0" % (line, index) for index, line in enumerate(lines[1:-2])]
    assert [answers[0], *answers[-2:]] == [b"\\t\tmalformed", b"0" * 20 + b"\tunknown", b"\\t\tmalformed"]


def process(*words, **streams):
    command = [sys.executable, "-m", "app", "serial", *words]
    return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, **streams)


def test_a_reader_that_leaves_ends_the_run_quietly():
    with process("seal", *options({"--count": "1073741824"}), stdout=subprocess.PIPE) as running:
        assert running.stdout.readline() == SERIAL.encode() + b"\n"
        running.stdout.close()
        assert running.wait(60) == PIPE_CLOSED
        assert running.stderr.read() == b""


def test_a_slow_writer_is_answered_line_by_line():
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with process("open", "--root-key-hex", KEY, **pipes) as running:
        for line, answer in ((SERIAL, "1\t1\t0\t0"), ("0" * 20, "unknown")):
            running.stdin.write(line.encode() + b"\n")
            running.stdin.flush()
            assert running.stdout.readline().decode() == f"{line}\t{answer}\n"
        running.stdin.close()
        assert running.wait(60) == 0
        assert running.stderr.read() == b""
