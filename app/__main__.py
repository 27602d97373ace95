"""`zpm`, also `python -m app`: one command line, a module a command."""

import argparse
import importlib
import sys

COMMANDS = {
    "up": "up", "serve": "up", "migrate": "checks", "check": "checks",
    "demo": "demo", "admin": "admin", "audit": "audit", "serial": "serial", "issue": "issue", "export": "export",
    "verify": "verify",
}  # fmt: skip
"""Command → module of app.commands; a command imports only its own module, so that it starts fast."""


class _Version(argparse.Action):
    """Reading the installed version costs 45 ms: only who asks pays."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"zpm {version('zpm')}")
        parser.exit()


def _parser(wanted: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="zpm", description="浙品码: the code on the product that proves its standard."
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    modules = [COMMANDS[wanted]] if wanted in COMMANDS else dict.fromkeys(COMMANDS.values())
    for module in modules:
        importlib.import_module(f"app.commands.{module}").add_parser(subparsers)
    return parser


def main(arguments: list[str] | None = None) -> int:
    """Exit codes: 0 done, 1 refused or failed with a sentence on standard error, 2 wrong usage."""
    arguments = sys.argv[1:] if arguments is None else arguments
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    namespace = _parser(wanted).parse_args(arguments)
    try:
        return namespace.run(namespace)
    except Exception as error:
        sentence = _plainly(error)
        if sentence is None:
            raise
        print(f"zpm: {sentence}", file=sys.stderr)
        return 1


def _plainly(error: Exception) -> str | None:
    """What can go wrong without being a fault of the program; anything else keeps its traceback."""
    from codes.errors import Refusal

    if isinstance(error, Refusal):
        return str(error)
    if isinstance(error, OSError | TimeoutError):
        return f"{type(error).__name__}: {error}"
    if type(error).__name__ in ("SettingsRefused", "EmbeddedFailed", "MigrationFailed"):
        return str(error)
    if type(error).__module__.startswith("asyncpg"):
        return f"the database said: {error}"
    return None


if __name__ == "__main__":
    sys.exit(main())
