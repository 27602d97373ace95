"""`zpm serial`: seal a run of serials, open serials again; no service and no database needed.

Numbers are checked by `codes.serial` alone; its refusals are told in terms of the options here.
"""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

from codes.errors import Refusal

# Which option carries the input a refusal names.
OPTIONS = {"epoch": "--epoch", "batch": "--batch", "index": "--from", "count": "--count", "variant": "--variant"}
# Ten digits hold 2^32; longer text is not a mistyped number, and int() would grow slow on it.
LONGEST_NUMBER = 20
READ_BYTES = 65536
# A serial typed with any sensible spacing is far shorter; this bounds the memory a line can take.
LONGEST_LINE = 4096
# What a shell reports for a program that died writing to a closed pipe: 128 + SIGPIPE.
PIPE_CLOSED = 141


def add_parser(subparsers) -> None:  # noqa: ANN001
    """Add `serial` to the command line; the chosen action is `args.run(args)`, which returns the exit code."""
    serial = subparsers.add_parser("serial", help="seal and open item serials offline")
    actions = serial.add_subparsers(metavar="ACTION", required=True)

    sealing = actions.add_parser(
        "seal",
        help="print the serials of a run of items",
        description="Print the serials of a run of items of one batch, one a line, in the order of their index.",
        allow_abbrev=False,
    )
    _add_root_key(sealing)
    sealing.add_argument("--epoch", type=_number, required=True, metavar="E", help="key epoch, 0 to 31")
    sealing.add_argument("--batch", type=_number, required=True, metavar="B", help="batch number, 0 to 4294967295")
    sealing.add_argument("--from", type=_number, required=True, metavar="I", dest="start", help="index of the first item, from 0")
    sealing.add_argument("--count", type=_number, required=True, metavar="N", help="how many serials, from 1")
    sealing.add_argument(
        "--variant",
        type=_number,
        default=0,
        metavar="V",
        help="0 item label (the default), 1 inner label, 2 case, 3 pallet, 4 to 7 reserved",
    )
    sealing.set_defaults(run=partial(_run, seal, sealing))

    opening = actions.add_parser(
        "open",
        help="read serials on standard input and print what each says",
        description=(
            "Read serials on standard input, one a line, as printed or as typed by hand. For each print the line, "
            "a tab and then: epoch, batch, index and variant, separated by tabs; or 'unknown', when the key did not "
            "make this serial; or 'malformed', when it is no serial at all."
        ),
        allow_abbrev=False,
    )
    _add_root_key(opening)
    opening.set_defaults(run=partial(_run, open_lines, opening))


def _add_root_key(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--root-key-hex",
        type=_root_key,
        required=True,
        metavar="HEX",
        dest="root_key",
        help="the root key as 64 hexadecimal digits; other users of this machine can see it while the command runs",
    )


def _root_key(text: str) -> bytes:
    # The message never repeats the text, which may be most of a real key.
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32 or len(text) != 64:
        raise ArgumentTypeError("give the 32-byte root key as 64 hexadecimal digits (0-9, a-f) without spaces")
    return key


def _number(text: str) -> int:
    # int() alone would take full-width digits, underscores and spaces.
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text[:40]!r} is not a whole number written in the digits 0-9")
    return int(text)


def _run(action: Callable[[Namespace], Iterable[bytes]], parser: ArgumentParser, args: Namespace) -> int:
    out = sys.stdout.buffer
    try:
        for chunk in action(args):
            out.write(chunk)
            out.flush()
    except Refusal as refusal:
        parser.error(f"argument {OPTIONS[refusal.field]}: {refusal.say()}")
    except BrokenPipeError:
        # Python flushes standard output once more when it ends; that must not fail a second time.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    return 0


def seal(args: Namespace) -> Iterator[bytes]:
    from codes.serial import KeyRing
    from codes.serial.bulk import seal_lines  # numpy: not for every command of `zpm`

    ring = KeyRing.every_epoch(args.root_key)
    return seal_lines(ring, args.epoch, args.batch, args.start, args.count, args.variant)


def open_lines(args: Namespace) -> Iterator[bytes]:
    from codes.serial import Finding, Item, KeyRing, open_serial, read

    ring = KeyRing.every_epoch(args.root_key)

    def answer(line: bytes) -> str:
        text = line[:LONGEST_LINE].decode("utf-8", "backslashreplace")
        serial = read(text) if len(line) <= LONGEST_LINE else None
        found = Finding.MALFORMED if serial is None else open_serial(ring, serial)
        if type(found) is Item:
            return f"{text}\t{found[0]}\t{found[1]}\t{found[2]}\t{found[3]}\n"
        return f"{_visible(text)}\t{found}\n"

    for lines in _lines(sys.stdin.buffer):
        yield "".join([answer(line.removesuffix(b"\r")) for line in lines]).encode()


def _lines(source: BinaryIO) -> Iterator[list[bytes]]:
    """Lines as they arrive, all that came in one read together, so that a slow writer is answered at once."""
    rest = b""
    while chunk := source.read1(READ_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        # Enough to know that the line is too long; what is echoed of it is cut anyway.
        rest = rest[: LONGEST_LINE + 1]
        yield lines
    if rest:
        yield [rest]


def _visible(text: str) -> str:
    """The text with everything unprintable escaped, so that no tab or control breaks the line."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
