"""`zpm serial`: seal a run of serials, open serials again; no service and no database needed.

Numbers are checked by `codes.serial` alone; its refusals are told in terms of the options here.
"""

import os
import sys
from argparse import ArgumentParser, ArgumentTypeError, Namespace, _SubParsersAction
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import BinaryIO

from codes.errors import Refusal

# Which option carries the input a refusal names.
OPTIONS = {"epoch": "--epoch", "batch": "--batch", "index": "--from", "count": "--count", "variant": "--variant"}
# Ten digits hold 2^32; int() refuses some thousand digits with an error of its own.
LONGEST_NUMBER = 20
ITEM = "{}\t{}\t{}\t{}"
READ_BYTES = 65536
# numpy takes 0.2 s to load and then saves about 5 µs a line.
LINES_WITHOUT_NUMPY = 20_000
# A serial typed with any sensible spacing is far shorter; this bounds the memory a line can take.
LONGEST_LINE = 4096
# What a shell reports for a program that died writing to a closed pipe: 128 + SIGPIPE.
PIPE_CLOSED = 141


def add_parser(subparsers: _SubParsersAction) -> None:
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
    for option, default, text in (
        ("--epoch", None, "key epoch, 0 to 31; 0 makes print proofs"),
        ("--batch", None, "batch number, 0 to 4294967295"),
        ("--from", None, "index of the first item, from 0"),
        ("--count", None, "how many serials, from 1"),
        ("--variant", 0, "0 item label (the default), 1 inner label, 2 case, 3 pallet, 4 to 7 reserved"),
    ):
        sealing.add_argument(option, type=_number, required=default is None, default=default, metavar="N", help=text)
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
        raise ArgumentTypeError("give its 32 bytes as 64 hexadecimal digits; 'openssl rand -hex 32' makes a new key")
    return key


def _number(text: str) -> int:
    # int() alone would take full-width digits, underscores and spaces.
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER):
        raise ArgumentTypeError(f"{text[:40]!r} is not a whole number of at most {LONGEST_NUMBER} digits 0-9")
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
    # numpy is loaded only here and below. No linear algebra is done, so its threads need not start: 0.07 s saved.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from codes.serial import KeyRing
    from codes.serial.bulk import seal_lines

    ring = KeyRing.every_epoch(args.root_key)
    return seal_lines(ring, args.epoch, args.batch, getattr(args, "from"), args.count, args.variant)


def open_lines(args: Namespace) -> Iterator[bytes]:
    from codes.serial import Item, KeyRing, open_serial, read

    ring = KeyRing.every_epoch(args.root_key)
    seen = 0
    for lines in _lines(sys.stdin.buffer):
        texts = [line.removesuffix(b"\r").decode("utf-8", "backslashreplace") for line in lines]
        # What is malformed stays so when it is opened as an empty text.
        serials = [read(text) or "" for text in texts]
        seen += len(lines)
        if seen > LINES_WITHOUT_NUMPY:
            from codes.serial.bulk import open_many

            opened = open_many(ring, serials)
        else:
            opened = [open_serial(ring, serial) for serial in serials]
        answers = [ITEM.format(*found) if type(found) is Item else found for found in opened]
        yield "".join([f"{_visible(text)}\t{answer}\n" for text, answer in zip(texts, answers, strict=True)]).encode()


def _lines(source: BinaryIO) -> Iterator[list[bytes]]:
    """Lines as they arrive, all that came in one read together, so that a slow writer is answered at once."""
    rest = b""
    while chunk := source.read1(READ_BYTES):
        *lines, rest = (rest + chunk).split(b"\n")
        rest = rest[: LONGEST_LINE + 1]
        if lines:
            yield [_cut(line) for line in lines]
    if rest:
        yield [_cut(rest)]


def _cut(line: bytes) -> bytes:
    # The dots say so in the echo, and make malformed what might be a serial up to here.
    return line if len(line) <= LONGEST_LINE else line[:LONGEST_LINE] + b"..."


def _visible(text: str) -> str:
    """The text with everything unprintable escaped, so that no tab or control breaks the line."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
